# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""A live server and a real Chromium, at the width of a desk and of a hand.

``live``          the address of a running pretalx; what a test adds is gone after it
``page``          a tab at both widths, one after the other
``desktop``, ``phone``  a tab at that width only
``open_tab(…)``   further tabs: another person, another width, dark, no JavaScript
``sign_in(tab, user)``  logs somebody in without the form
``screenshot(tab, name)``  saves the whole page under ``output/screenshots/``

Tests here need no ``django_db`` mark: ``live`` and ``db`` open the database.
"""

import os
import re
import shutil
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.test import Client

from tests.browser import live as server

playwright = pytest.importorskip("playwright.sync_api")

SCREENSHOTS = Path(__file__).resolve().parents[2] / "output" / "screenshots"
SIZES = {
    "desktop": {"width": 1280, "height": 900},
    "phone": {"width": 390, "height": 844},
}
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# What a browser says when a page does what our templates must not do.
COMPLAINTS = re.compile(r"content security policy|refused to", re.IGNORECASE)


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.browser)
            if item.get_closest_marker("django_db"):
                raise pytest.UsageError(
                    f"{item.nodeid}: take the mark django_db off, it would empty "
                    "append-only tables; the fixture live does what it does."
                )


@pytest.fixture(scope="session")
def chromium():
    """The browser that the distribution packages, not one that Playwright loads."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not path:
        missing = "There is no Chromium: apt install chromium, or set CHROMIUM."
        (pytest.fail if os.environ.get("CI") else pytest.skip)(missing)
    # Playwright keeps an event loop in this thread, and Django takes that for a
    # reason to refuse the database. Nothing here is asynchronous.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE")
    if before is not None:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


@pytest.fixture
def db(django_db_setup, django_db_blocker):
    """Instead of pytest-django's: no transaction around the test (the server has
    to see what it does), and no emptying of tables after it."""
    with django_db_blocker.unblock(), server.put_back_afterwards():
        yield


@pytest.fixture
def live(db, settings):
    """The address of a running pretalx."""
    server.serve_static_files(settings)
    with server.served() as url:
        server.answer_at(url, settings)
        yield url


def watch(tab, live):
    """Keeps in ``tab.complaints`` what no page of ours may do: break a script, run
    into the content security policy, ask another server for something."""
    tab.complaints = []

    def guard(route):
        if urlsplit(route.request.url).netloc == urlsplit(live).netloc:
            route.continue_()
        else:
            tab.complaints.append(f"{tab.url} asked for {route.request.url}")
            route.abort()

    def hear(message):
        if COMPLAINTS.search(message.text):
            tab.complaints.append(f"{tab.url}: {message.text}")

    tab.context.route(re.compile(r"^https?:"), guard)
    tab.on("console", hear)
    tab.on(
        "pageerror", lambda error: tab.complaints.append(f"{tab.url}: {error.stack}")
    )


@pytest.fixture
def open_tab(chromium, live):
    """Opens tabs, each with cookies of its own; fails the test if one complained.
    A test that visits a page of pretalx with a fault of its own may clear
    ``tab.complaints``, and says so."""
    tabs = []

    def open_tab(size="desktop", **options):
        context = chromium.new_context(
            base_url=live, viewport=SIZES[size], locale="en-GB", **options
        )
        context.set_default_timeout(30_000)
        tab = context.new_page()
        tab.size = size
        watch(tab, live)
        tabs.append(tab)
        return tab

    yield open_tab
    for tab in tabs:
        tab.context.close()
    assert [complaint for tab in tabs for complaint in tab.complaints] == []


@pytest.fixture(params=SIZES)
def page(request, open_tab):
    return open_tab(request.param)


@pytest.fixture
def desktop(open_tab):
    return open_tab("desktop")


@pytest.fixture
def phone(open_tab):
    return open_tab("phone")


@pytest.fixture
def sign_in(live):
    """Gives a tab the session of a user."""

    def sign_in(tab, user):
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        tab.context.add_cookies(
            [
                {"name": cookie.key, "value": cookie.value, "url": live}
                for cookie in client.cookies.values()
            ]
        )

    return sign_in


@pytest.fixture
def screenshot():
    """Saves the whole page as ``<name>-<size>.png`` and returns where."""

    def screenshot(tab, name):
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        path = SCREENSHOTS / f"{name}-{tab.size}.png"
        tab.screenshot(path=path, full_page=True, animations="disabled")
        return path

    return screenshot

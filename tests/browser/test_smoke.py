# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The harness itself: if this fails, look here before you look at a page."""

import pytest
from django_scopes import scopes_disabled

from pretalx.person.domain.user import create_user
from pretalx.person.models import User

from tests.browser.axe import assert_accessible, violations


def test_login_page_opens_with_style_and_script(page, live, screenshot):
    """A page without its style sheets would pass many a test."""
    answers = {}
    page.on("response", lambda answer: answers.update({answer.url: answer.status}))
    page.goto("/orga/login/")
    page.wait_for_load_state("networkidle")
    kinds = {url.rsplit(".", 1)[-1].split("?")[0] for url in answers}

    assert page.get_by_role("button", name="Log in").is_visible()
    assert {"css", "js"} <= kinds
    assert {url: status for url, status in answers.items() if status >= 400} == {}
    assert page.evaluate("document.styleSheets[0].cssRules.length") > 0
    assert screenshot(page, "login").stat().st_size > 5000
    assert (
        page.evaluate("document.documentElement.scrollWidth")
        <= (page.viewport_size["width"])
    )


def test_login_form_works_without_https(desktop):
    create_user(email="ada@example.org", password="f8sk-2mx0-qq", name="Ada")
    desktop.goto("/orga/login/")
    desktop.locator("[name=login_email]").fill("ada@example.org")
    desktop.locator("[name=login_password]").fill("f8sk-2mx0-qq")
    desktop.get_by_role("button", name="Log in").click()
    desktop.wait_for_url("**/orga/event/")

    assert desktop.get_by_text("Ada").first.is_visible()


def test_two_people_are_signed_in_side_by_side(open_tab, sign_in):
    for name in ("Ada", "Grace"):
        user = create_user(
            email=f"{name}@example.org".lower(), password="f8sk-2mx0-qq", name=name
        )
        tab = open_tab("phone")
        sign_in(tab, user)
        tab.goto("/orga/me")

        assert tab.get_by_label("Name", exact=True).input_value() == name


@pytest.mark.parametrize("round_", (1, 2))
def test_what_a_test_adds_is_gone_after_it(round_, live):
    with scopes_disabled():
        assert not User.objects.filter(email="only@example.org").exists()
        create_user(email="only@example.org", password="f8sk-2mx0-qq", name="Only")


def test_page_works_in_the_dark_and_without_javascript(open_tab):
    tab = open_tab("desktop", color_scheme="dark", java_script_enabled=False)
    tab.goto("/orga/login/")

    assert tab.get_by_role("button", name="Log in").is_visible()


def test_axe_finds_a_barrier_and_says_where(desktop):
    desktop.goto("/orga/login/")
    desktop.set_content(
        '<html lang="en"><title>t</title><main><h1>t</h1>'
        '<p><img id="bad" src="data:,"></p><p id="good">Text</p></main></html>'
    )

    assert_accessible(desktop, within="#good")
    assert_accessible(desktop, known=["image-alt"])
    assert [violation["id"] for violation in violations(desktop)] == ["image-alt"]
    with pytest.raises(AssertionError, match="#bad"):
        assert_accessible(desktop)


def test_a_tab_notices_what_no_page_may_do(desktop):
    """A style sheet from elsewhere, an inline script, a script that breaks."""
    desktop.goto("/orga/login/")
    desktop.evaluate(
        """() => {
            const link = document.createElement("link")
            link.rel = "preload"
            link.as = "image"
            link.href = "https://example.org/x.png"
            document.head.append(link)
            const script = document.createElement("script")
            script.textContent = "1"
            document.head.append(script)
            setTimeout(() => { throw new Error("broken") })
        }"""
    )
    desktop.wait_for_timeout(500)
    noticed = "\n".join(desktop.complaints)
    desktop.complaints.clear()

    assert "Content Security Policy" in noticed
    assert "Error: broken" in noticed
    assert "https://example.org/x.png" in noticed


@pytest.mark.parametrize(
    ("colour", "expected"), (("#3aa57c", []), ("#aaaaaa", ["color-contrast"]))
)
def test_axe_forgives_the_colours_of_pretalx_and_no_others(desktop, colour, expected):
    desktop.goto("/orga/login/")
    desktop.set_content(
        '<html lang="en"><title>t</title><main><h1>t</h1><p>Text</p></main></html>'
    )
    desktop.evaluate(
        "colour => { document.querySelector('p').style.color = colour }", colour
    )

    assert [violation["id"] for violation in violations(desktop)] == expected

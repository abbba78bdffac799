# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""pretalx on a port of this machine, for a browser to look at.

pytest-django's ``live_server`` empties every table after each test. Append-only
tables refuse that, as they should. So here the database is copied aside before a
test and put back afterwards: triggers and all, and faster too.
"""

import json
import sqlite3
import threading
from contextlib import closing, contextmanager

from django.conf import settings
from django.core.cache import caches
from django.db import connection, connections
from django.test.testcases import LiveServerThread
from hierarkey.proxy import dirty_cache_keys

from pretalx._build import MANIFEST_DIST
from pretalx.common.templatetags import vite


@contextmanager
def put_back_afterwards():
    """Undoes whatever is done to the database, which has to be SQLite."""
    if connection.vendor != "sqlite":
        raise RuntimeError("The browser tests need SQLite.")
    connection.ensure_connection()
    with closing(sqlite3.connect(":memory:")) as aside:
        connection.connection.backup(aside)
        try:
            yield
        finally:
            connection.rollback()
            aside.backup(connection.connection)
            caches["default"].clear()
            dirty_cache_keys.set(set())


def one_at_a_time(application):
    """All requests use the one connection to a database in memory, so they must
    not run into each other's transactions. A page and its style sheets still can
    be asked for at once: they are answered in turn."""
    lock = threading.Lock()

    def answer(environ, start_response):
        with lock:
            response = application(environ, start_response)
            try:
                return [b"".join(response)]
            finally:
                if hasattr(response, "close"):
                    response.close()

    return answer


@contextmanager
def served():
    """A server in a thread of its own; yields its address."""
    shared = {"default": connections["default"]} if connection.is_in_memory_db() else {}
    thread = LiveServerThread("localhost", one_at_a_time, connections_override=shared)
    thread.daemon = True
    connection.inc_thread_sharing()
    thread.start()
    thread.is_ready.wait()
    try:
        if thread.error:
            raise thread.error
        yield f"http://{thread.host}:{thread.port}"
    finally:
        thread.terminate()
        # A thread lets go of the database only after its browser has hung up.
        for request in threading.enumerate():
            if "process_request_thread" in request.name:
                request.join(timeout=5)
        connection.dec_thread_sharing()


def serve_static_files(override):
    """Style sheets and scripts come from where they are installed (there was no
    ``rebuild``), and those of the schedule pages from what pretalx's wheel brings
    along instead of from a development server.

    ``override`` is pytest-django's ``settings``, which puts everything back.
    """
    override.WHITENOISE_USE_FINDERS = True
    override.VITE_DEV_MODE = False
    override.STATICFILES_DIRS = [*settings.STATICFILES_DIRS, MANIFEST_DIST]
    vite._MANIFEST.update(
        json.loads((MANIFEST_DIST / "pretalx-manifest.json").read_text())
    )


def answer_at(url, override):
    """Tells pretalx that it is reached at this address, without TLS."""
    netloc = url.removeprefix("http://")
    override.SITE_URL = url
    override.SITE_NETLOC = netloc
    override.SITE_HOST = netloc.split(":")[0]
    override.CSRF_TRUSTED_ORIGINS = [url]
    override.SESSION_COOKIE_SECURE = override.CSRF_COOKIE_SECURE = False
    # A page that fails shows pretalx's error page, as it would in production.
    override.DEBUG_PROPAGATE_EXCEPTIONS = False

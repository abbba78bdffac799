# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0

import pytest
from django.core.cache import cache
from django_scopes import scope

from pretalx_coc.domain import guards
from tests import factories


@pytest.fixture(autouse=True)
def _empty_cache():
    """Settings and sessions of an earlier test must not be found."""
    cache.clear()


@pytest.fixture(autouse=True)
def _let_tables_be_emptied(request):
    """After a test with real transactions, pytest-django empties every table.

    Append-only tables refuse that. So the triggers go first; emptying ends with
    ``post_migrate``, which brings them back.
    """
    marker = request.node.get_closest_marker("django_db")
    if not (marker and marker.kwargs.get("transaction")):
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    guards.remove()


@pytest.fixture
def event(db):
    return factories.make_event()


@pytest.fixture
def in_event(event):
    """The scope of the event, for tests that call the domain directly."""
    with scope(event=event):
        yield event


@pytest.fixture
def organiser(event):
    return factories.make_organiser(event)


@pytest.fixture
def reviewer(event):
    return factories.make_reviewer(event)


@pytest.fixture
def member(event):
    return factories.make_member(event)


@pytest.fixture
def version(event):
    return factories.publish_policy(event)


@pytest.fixture
def speaker(event):
    return factories.make_user(name="Ada Speaker")


@pytest.fixture
def talk(event, speaker):
    return factories.make_talk(event, speaker)


@pytest.fixture
def login(client):
    """A client logged in as the given user."""

    def log_in(user):
        client.force_login(user)
        return client

    return log_in

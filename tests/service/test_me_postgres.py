# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""A speaker's own page, two at once; see ``test_postgres`` for how to run it."""

import re

import pytest
from django.db import connection
from django.test import Client
from django_scopes import scopes_disabled

from pretalx_coc.domain import audit
from pretalx_coc.domain.links import personal_token
from pretalx_coc.domain.policy import publish, save_draft
from pretalx_coc.models import PolicyVersion
from tests import factories
from tests.service.test_postgres import at_once
from tests.wizard import acceptances

pytestmark = [pytest.mark.service, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _on_postgres():
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: set COC_TEST_DATABASE=postgres")


def prepared(event, user):
    """A post that accepts on the page of one person."""
    client = Client()
    address = f"/{event.slug}/code-of-conduct/me/{personal_token(event, user)}/"
    content = client.get(address).content.decode()
    shown = re.search(r'name="shown" value="([^"]*)"', content)[1]
    return lambda: client.post(address, {"shown": shown, "accept": "on"})


def make_speaker(event):
    user = factories.make_user()
    factories.make_talk(event, user)
    return user


def test_accepting_twice_at_once_is_recorded_once():
    event = factories.make_event()
    factories.publish_policy(event)
    speaker = make_speaker(event)
    posts = [prepared(event, speaker) for _number in range(4)]
    assert [response.status_code for response in at_once(*posts)] == [302] * 4
    assert len(acceptances(event)) == 1


def test_publishing_while_speakers_accept_leaves_each_with_the_text_they_saw():
    event = factories.make_event()
    factories.publish_policy(event)
    publisher = factories.make_user()
    with scopes_disabled():
        save_draft(event=event, texts={"en": "# Be kinder"}, by=publisher)
    posts = [prepared(event, make_speaker(event)) for _number in range(6)]
    results = at_once(lambda: publish(event=event, by=publisher), *posts)
    assert isinstance(results[0], PolicyVersion)
    answers = [response.status_code for response in results[1:]]
    # 302: accepted the first version, before the second; 200: the new text.
    assert set(answers) <= {200, 302}
    stored = acceptances(event)
    assert [each.number for each in stored] == [1] * answers.count(302)
    assert all(each.accepted <= results[0].published for each in stored)
    with scopes_disabled():
        assert audit.first_broken_link(event, audit.ACCEPTANCE_CHAIN) is None

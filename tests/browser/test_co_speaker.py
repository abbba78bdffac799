# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""A co-speaker, from the invitation to the confirmed talk, and a new version."""

import re

import pytest
from django.core import mail
from django_scopes import scopes_disabled

from pretalx.mail.models import QueuedMail
from pretalx.submission.models import Submission

from pretalx_coc.models import Acceptance
from tests import factories
from tests.browser.axe import assert_accessible


@scopes_disabled()
def state(talk):
    return Submission.objects.get(pk=talk.pk).state


@scopes_disabled()
def links_to(user):
    """The personal links in the mails that somebody got, oldest first."""
    texts = [entry.body for entry in mail.outbox if user.email in entry.to]
    texts += [
        entry.text
        for entry in QueuedMail.objects.filter(to_users=user).order_by("pk")
        if entry.text not in texts
    ]
    found = [
        re.search(r"/[^/\s]+/code-of-conduct/me/[^\s)>\]]+", text) for text in texts
    ]
    return [match.group(0) for match in found if match]


def confirm(tab, event, talk):
    tab.goto(f"/{event.slug}/me/submissions/{talk.code}/confirm")
    tab.get_by_role("button", name=re.compile("Confirm|Bestätigen")).click()
    tab.wait_for_load_state()


def accept_by(tab, link, screenshot, name, button):
    tab.goto(link)
    screenshot(tab, name)
    assert_accessible(tab, within="#content")
    tab.locator("input[name=accept]").check(force=True)
    tab.get_by_role("button", name=button).click()
    tab.wait_for_load_state()


@pytest.fixture
def invited(live):
    """An accepted talk whose speaker has accepted, and an open invitation."""
    event = factories.make_event()
    version = factories.publish_policy(event)
    speaker = factories.make_user(name="Ada Speaker")
    talk = factories.make_talk(event, speaker, state="accepted")
    factories.accept(event, speaker, version)
    guest = factories.make_user(name="Bea Co-speaker", locale="de")
    with scopes_disabled():
        invitation = talk.invitations.create(email=guest.email)
    return event, talk, speaker, guest, invitation


def test_co_speaker_from_invitation_to_confirmed_talk_and_again_in_german(
    page, open_tab, sign_in, invited, screenshot
):
    event, talk, speaker, guest, invitation = invited
    sign_in(page, guest)
    page.goto(f"/{event.slug}/invitation/{talk.code}/{invitation.token}?lang=en")
    page.locator("#content form[method=post] button[type=submit]").first.click()
    page.wait_for_load_state()
    (link,) = links_to(guest)

    other = open_tab(page.size)
    sign_in(other, speaker)
    confirm(other, event, talk)
    assert state(talk) == "accepted"

    accept_by(
        open_tab(page.size), f"{link}?lang=en", screenshot, "co-speaker", "Accept"
    )
    confirm(other, event, talk)
    assert state(talk) == "confirmed"

    factories.publish_policy(event, texts={"en": "# Second", "de": "# Zweite"})
    links = links_to(guest)
    assert len(links) == 2
    accept_by(
        open_tab(page.size),
        f"{links[1]}?lang=de",
        screenshot,
        "co-speaker-again",
        re.compile("Accept|Zustimmen|Annehmen|akzeptiere"),
    )
    with scopes_disabled():
        accepted = Acceptance.objects.filter(event=event, user_code=guest.code)
        assert sorted(accepted.values_list("number", "language", "way")) == [
            (1, "en", "page"),
            (2, "de", "page"),
        ]
    assert state(talk) == "confirmed"

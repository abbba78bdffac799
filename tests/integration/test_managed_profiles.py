# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Profiles that are claimed and merged: new in pretalx 2026.3."""

import pytest
from django_scopes import scopes_disabled

from pretalx.person.models import SpeakerProfile

from pretalx_coc.domain.acceptances import record
from pretalx_coc.domain.queries.outstanding import outstanding_profiles
from pretalx_coc.enums import AcceptanceWay
from pretalx_coc.models import Acceptance
from tests import factories

profile = pytest.importorskip("pretalx.person.domain.profile")
if not hasattr(profile, "merge_speaker_profiles"):
    pytest.skip("needs pretalx 2026.3", allow_module_level=True)

pytestmark = pytest.mark.django_db


@scopes_disabled()
def outstanding(event):
    return [entry.code for entry in outstanding_profiles(event)]


@pytest.fixture
def managed(event, version):
    """A speaker without an account, with a talk."""
    with scopes_disabled():
        managed = SpeakerProfile.objects.create(event=event, name="Managed")
        talk = factories.make_talk(event)
        talk.speakers.add(managed)
    return managed


@scopes_disabled()
def accept_on_paper(event, version, managed):
    record(
        event=event,
        version=version,
        language="en",
        way=AcceptanceWay.PAPER,
        profile=managed,
        note="Folder 3",
    )


def test_profile_without_an_account_is_outstanding_until_it_is_on_paper(
    event, version, managed
):
    assert outstanding(event) == [managed.code]
    accept_on_paper(event, version, managed)
    assert outstanding(event) == []


def test_claimed_profile_keeps_what_was_accepted_with_it(event, version, managed):
    accept_on_paper(event, version, managed)
    with scopes_disabled():
        profile.claim_speaker_profile(managed, factories.make_user())
    assert outstanding(event) == []


def test_claimed_profile_that_accepted_nothing_is_outstanding(event, managed):
    with scopes_disabled():
        profile.claim_speaker_profile(managed, factories.make_user())
    assert outstanding(event) == [managed.code]


@pytest.mark.parametrize("accepted", (True, False))
def test_merged_profile_carries_its_acceptance_over(event, version, managed, accepted):
    survivor = factories.profile_of(factories.make_user(), event)
    if accepted:
        accept_on_paper(event, version, managed)
    with scopes_disabled():
        profile.merge_speaker_profiles(managed, survivor, choices={})
        numbers = Acceptance.objects.filter(event=event).values_list(
            "profile_code", "number"
        )
        kept = [(managed.code, 1), (survivor.code, 1)] if accepted else []
        assert sorted(numbers) == sorted(kept)
    assert outstanding(event) == ([] if accepted else [survivor.code])

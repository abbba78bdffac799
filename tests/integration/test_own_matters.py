# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Nobody judges what is about themselves or a talk of their own."""

import pytest
from django_scopes import scope, scopes_disabled

from pretalx_coc.domain import verdicts
from pretalx_coc.domain.checks import check_again, check_subject, look_at
from pretalx_coc.domain.cloning import copy_to_clone
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.phrase_changes import add_phrase
from pretalx_coc.domain.queries.unchecked import stale_subjects
from pretalx_coc.models import Check, Finding, Phrase
from pretalx_coc.tasks import task_check_missed
from tests import factories, materials

pytestmark = pytest.mark.django_db

BAD = "Before the demo we show naked girls on the slides."


@pytest.fixture
def members(event):
    """Two members: one speaks at the event, the other does not."""
    return factories.make_members(event, "Speaking Member", "Other Member")


@pytest.fixture
def own(event, members):
    """A talk of the first member, with a passage that a check points at."""
    return checked(factories.make_talk(event, members[0], abstract=BAD))


@scopes_disabled()
def checked(talk):
    with scope(event=talk.event):
        check_subject(event=talk.event, kind="talk", pk=talk.pk)
    return talk


@scopes_disabled()
def finding_of(talk, **kwargs):
    return Finding.objects.get(subject_code=talk.code, passage="naked girls", **kwargs)


@scopes_disabled()
def waits(subject):
    """Whether the passage still waits: in a talk or a profile."""
    findings = Finding.objects.filter(
        event=subject.event,
        subject_code=subject.code,
        verdict="",
        check_run__is_current=True,
    )
    return findings.filter(passage__iexact="naked girls").exists()


@scopes_disabled()
def stale(event):
    with scope(event=event):
        return [entry for entry in stale_subjects(event) if entry[0] == "talk"]


def words_url(event):
    return f"/orga/event/{event.slug}/settings/p/coc/words/"


def finding_url(finding):
    return f"/orga/event/{finding.event.slug}/p/coc/finding/{finding.code}/"


def dismissal(**more):
    return {"verdict": "dismissed", "reason": "Quoted", "revision": 0, **more}


def allow(client, event, text="naked girls"):
    data = {"kind": "allowed", "text": text, "action": "add"}
    assert client.post(words_url(event), data).status_code == 302


# Verdicts


def test_only_the_other_member_gives_a_verdict(login, own, members):
    url = finding_url(finding_of(own))
    assert login(members[0]).post(url, dismissal()).status_code == 404
    assert waits(own)
    assert login(members[1]).post(url, dismissal()).status_code == 302
    assert not waits(own)


def test_co_speaker_gives_no_verdict_and_takes_none_back(login, event, members):
    speaker = factories.make_user()
    talk = checked(factories.make_talk(event, speaker, abstract=BAD))
    url = finding_url(finding_of(talk))
    with scopes_disabled():
        talk.speakers.add(members[0].get_speaker(event))
    login(members[0]).post(url, dismissal())
    assert waits(talk)
    login(members[1]).post(url, dismissal())
    login(members[0]).post(url, {"action": "undo", "revision": 1})
    assert finding_of(talk).verdict == "dismissed"


def test_what_joins_ones_own_matters_at_that_moment_is_refused(own, members):
    finding = finding_of(own)
    with scopes_disabled():
        with pytest.raises(CocError, match="Nobody can judge"):
            verdicts.give(item=finding, by=members[0], **dismissal())
        with pytest.raises(CocError, match="Nobody can judge"):
            verdicts.dismiss_together(
                findings=[finding], by=members[0], reason="Quoted"
            )
        verdicts.dismiss_together(findings=[finding], by=members[1], reason="Quoted")
        with pytest.raises(CocError, match="Nobody can judge"):
            verdicts.undo(item=finding, by=members[0], revision=1)
    assert finding_of(own).verdict == "dismissed"


def test_nobody_has_looked_at_their_own_file(event, own, members):
    materials.upload(own, b"%PDF-1.4\nno more", name="broken.pdf")
    checked(own)
    with scopes_disabled():
        check = Check.objects.get(event=event, state="partial")
        with pytest.raises(CocError, match="Nobody can judge"):
            look_at(check=check, by=members[0])
        assert look_at(check=check, by=members[1]).looked_at_by == members[1].code


# Phrases that are allowed


@pytest.mark.parametrize(("number", "still_waits"), ((0, True), (1, False)))
def test_never_again_for_this_phrase_leaves_ones_own_talk_alone(
    login, event, own, members, number, still_waits
):
    other = checked(factories.make_talk(event, abstract=BAD))
    third = checked(factories.make_talk(event, abstract=BAD))
    login(members[number]).post(
        finding_url(finding_of(other)), dismissal(allow_phrase="on")
    )
    assert not waits(third)
    assert waits(own) is still_waits
    assert stale(event) == []


@pytest.mark.parametrize(("number", "still_waits"), ((0, True), (1, False)))
def test_typed_phrase_leaves_ones_own_talk_alone(
    login, event, own, members, number, still_waits
):
    other = checked(factories.make_talk(event, abstract=BAD))
    allow(login(members[number]), event)
    assert not waits(other)
    assert waits(own) is still_waits


def test_organiser_who_speaks_and_is_no_member_allows_nothing_of_their_own(
    login, event, organiser, members
):
    own = checked(factories.make_talk(event, organiser, abstract=BAD))
    other = checked(factories.make_talk(event, abstract=BAD))
    allow(login(organiser), event)
    assert (waits(own), waits(other)) == (True, False)


def test_ones_own_talk_is_pointed_at_whenever_it_changes(login, event, own, members):
    other = checked(factories.make_talk(event, abstract=BAD))
    allow(login(members[0]), event)
    for talk in (own, other):
        with scopes_disabled():
            talk.abstract = f"{BAD} And again."
            talk.save()
        checked(talk)
    assert (waits(own), waits(other)) == (True, False)
    late = checked(factories.make_talk(event, members[0], abstract=BAD))
    assert waits(late)


def test_talk_that_one_has_left_stays_ones_own(login, event, own, members):
    allow(login(members[0]), event)
    with scopes_disabled():
        own.speakers.set([factories.make_user().get_speaker(event)])
        own.abstract = f"{BAD} And again."
        own.save()
    assert waits(checked(own))


def test_ones_own_profile_and_files_are_pointed_at_too(event, own, members):
    data = materials.pdf(BAD)
    other = factories.make_talk(event)
    profile = factories.profile_of(members[0], event)
    with scopes_disabled():
        add_phrase(event=event, by=members[0], kind="allowed", text="naked girls")
        profile.biography = BAD
        profile.save()
        # The same file in two places is checked once, unless something else counts.
        materials.upload(other, data)
        checked(other)
        own.abstract = ""
        own.save()
        materials.upload(own, data)
    task_check_missed()
    assert waits(profile)
    assert waits(own)
    assert not waits(other)
    with scopes_disabled():
        check = Check.objects.get(subject_code=own.code, media="pdf", is_current=True)
        check_again(check=check)
    assert waits(checked(own))


def test_copy_of_the_event_remembers_who_allowed_a_phrase(event, members):
    with scopes_disabled():
        add_phrase(event=event, by=members[0], kind="allowed", text="naked girls")
    clone = factories.make_event(organiser=event.organiser)
    copy_to_clone(event=clone, source_slug=event.slug)
    own = checked(factories.make_talk(clone, members[0], abstract=BAD))
    other = checked(factories.make_talk(clone, members[1], abstract=BAD))
    assert (waits(own), waits(other)) == (True, False)


# Phrases that are watched


def test_watched_phrase_in_ones_own_talk_is_removed_by_somebody_else(
    login, event, members
):
    with scopes_disabled():
        phrase = add_phrase(
            event=event,
            by=members[1],
            kind="watched",
            text="beach party",
            category="innuendo",
        )
        unused = add_phrase(
            event=event,
            by=members[1],
            kind="watched",
            text="pool party",
            category="innuendo",
        )
    checked(factories.make_talk(event, members[0], abstract="Then a beach party."))
    checked(factories.make_talk(event, abstract="Then a pool party."))

    def remove(member, phrase):
        url = f"{words_url(event)}{phrase.pk}/remove/"
        response = login(member).post(url, follow=True)
        return "Somebody else has to remove it." in response.content.decode()

    assert remove(members[0], phrase)
    assert not remove(members[0], unused)
    with scopes_disabled():
        assert [entry.text for entry in Phrase.objects.all()] == ["beach party"]
    assert not remove(members[1], phrase)
    with scopes_disabled():
        assert not Phrase.objects.exists()

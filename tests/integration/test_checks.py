# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Texts are checked after they were saved, and only when they changed."""

import pytest
from django_scopes import scope, scopes_disabled

from pretalx_coc.domain import verdicts
from pretalx_coc.domain.checks import check_subject
from pretalx_coc.enums import FindingCategory
from pretalx_coc.models import Check, Finding
from pretalx_coc.tasks import task_check_missed, task_check_subject
from tests import factories

pytestmark = pytest.mark.django_db

BAD = "Before the demo we show hot naked girls on every slide."


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """Run what waits for the commit, as a real transaction would."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@scopes_disabled()
def findings(event, **kwargs):
    return list(Finding.objects.filter(event=event, **kwargs).order_by("pk"))


@scopes_disabled()
def current(event):
    return list(Finding.objects.filter(event=event, check_run__is_current=True))


def test_saved_proposal_is_checked_and_offsets_cut_the_original_text(
    event, speaker, committed
):
    with committed():
        talk = factories.make_talk(event, speaker, abstract=BAD)
    found = findings(event, subject_code=talk.code)
    assert found
    for finding in found:
        assert finding.material == "abstract"
        assert BAD[finding.start : finding.end] == finding.passage
        assert BAD.startswith(finding.before + finding.passage)


def test_saved_profile_is_checked(event, speaker, committed):
    profile = factories.profile_of(speaker, event)
    with scopes_disabled(), committed():
        profile.biography = BAD
        profile.save()
    assert {finding.subject_code for finding in findings(event)} == {profile.code}
    assert {finding.material for finding in findings(event)} == {"biography"}


def test_harmless_proposal_has_checks_and_no_finding(event, speaker, committed):
    with committed():
        factories.make_talk(
            event, speaker, title="Penetration testing", abstract="strip() and Essex"
        )
    assert findings(event) == []
    with scopes_disabled():
        states = set(Check.objects.filter(event=event).values_list("state", flat=True))
    assert states == {"complete"}


def test_categories_are_those_of_the_detectors():
    from pretalx_coc.detection import CATEGORIES  # noqa: PLC0415

    assert set(FindingCategory.values) == set(CATEGORIES)


def test_same_content_is_checked_once(event, speaker, committed):
    with committed():
        talk = factories.make_talk(event, speaker, abstract=BAD)
    before = [finding.pk for finding in findings(event)]
    with scopes_disabled(), committed():
        talk.save()
    assert [finding.pk for finding in findings(event)] == before
    with scope(event=event):
        assert check_subject(event=event, kind="talk", pk=talk.pk) == 0


def test_changed_content_replaces_findings_without_verdict(event, speaker, committed):
    with committed():
        talk = factories.make_talk(event, speaker, abstract=BAD)
    with scopes_disabled(), committed():
        talk.abstract = "Nothing of the sort."
        talk.save()
    assert current(event) == []


def test_emptied_field_leaves_nothing_to_look_at(event, speaker, committed):
    with committed():
        talk = factories.make_talk(event, speaker, abstract=BAD)
    with scopes_disabled(), committed():
        talk.abstract = ""
        talk.save()
    assert current(event) == []


def test_verdict_holds_for_the_same_content_with_other_detectors(
    event, speaker, member, committed
):
    with committed():
        talk = factories.make_talk(event, speaker, abstract=BAD)
    with scopes_disabled():
        for finding in findings(event):
            verdicts.give(
                item=finding,
                by=member,
                verdict="dismissed",
                reason="Quoted",
                revision=0,
            )
        Check.objects.filter(event=event).update(detector="an-older-one")
    with scope(event=event):
        assert check_subject(event=event, kind="talk", pk=talk.pk) == 2
    assert {finding.verdict for finding in current(event)} == {"dismissed"}


def test_check_that_fails_costs_the_proposal_nothing_and_is_made_up_for(
    event, speaker, committed, monkeypatch
):
    def fail(*args):
        raise RuntimeError

    with monkeypatch.context() as patch, committed():
        patch.setattr("pretalx_coc.domain.checks.store", fail)
        talk = factories.make_talk(event, speaker, abstract=BAD)
    with scopes_disabled():
        assert event.submissions.get(code=talk.code).abstract == BAD
        assert not Check.objects.filter(event=event).exists()
    task_check_missed()
    assert {finding.subject_code for finding in findings(event)} == {talk.code}


def test_draft_is_not_checked(event, speaker, committed):
    with committed():
        factories.make_talk(event, speaker, abstract=BAD, state="draft")
    assert findings(event) == []


def test_plugin_switched_off_nothing_is_checked(speaker, committed):
    event = factories.make_event(plugin=False)
    with committed():
        talk = factories.make_talk(event, speaker, abstract=BAD)
    task_check_subject(event_id=event.pk, kind="talk", pk=talk.pk)
    with scopes_disabled():
        assert not Check.objects.filter(event=event).exists()


def test_rolled_back_proposal_is_not_checked(event, speaker):
    from django.db import transaction  # noqa: PLC0415

    with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012
        factories.make_talk(event, speaker, abstract=BAD)
        raise ZeroDivisionError
    assert findings(event) == []


@pytest.mark.parametrize("pk", (0, -1, 10**9))
def test_task_for_something_deleted_ends_quietly(event, pk):
    task_check_subject(event_id=event.pk, kind="talk", pk=pk)
    task_check_subject(event_id=pk, kind="talk", pk=pk)


@pytest.mark.parametrize(
    "text",
    (
        "".join(map(chr, range(1, 32))),
        "\u202e\u2066\u200b\u200d\ufeff" * 50,
        "é́́́" * 100,
        "**[broken](markdown `_ <b><!-- ",
        "🍑" * 500,
        "s\u200be\u200bx " * 100,
    ),
)
def test_odd_texts_are_checked_without_an_error(event, speaker, committed, text):
    with committed():
        talk = factories.make_talk(event, speaker, abstract=text, title="Odd")
    with scopes_disabled():
        checks = Check.objects.filter(event=event, subject_code=talk.code)
        assert set(checks.values_list("material", flat=True)) == {"title", "abstract"}
        assert "error" not in {check.unchecked for check in checks}


def test_overlong_text_is_shown_as_not_fully_checked(event, speaker, committed):
    with committed():
        talk = factories.make_talk(event, speaker, abstract="server " * 1_000_000)
    with scopes_disabled():
        check = Check.objects.get(
            event=event, subject_code=talk.code, material="abstract"
        )
    assert (check.state, check.unchecked) == ("partial", "length")

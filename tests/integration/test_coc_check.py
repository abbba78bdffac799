# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""``python -m pretalx coc_check``."""

import io
import json
import os
import signal

import pytest
from django.core.management import CommandError, call_command
from django_scopes import scopes_disabled

from pretalx_coc.domain import checking_all, detectors
from pretalx_coc.domain.claims import TakenError
from pretalx_coc.domain.phrase_changes import add_phrase
from pretalx_coc.models import Check, Finding
from tests import factories

pytestmark = pytest.mark.django_db

BAD = "Before the demo we show naked girls on the slides."


def run(event, *arguments):
    """Output, error output and exit code."""
    out, err = io.StringIO(), io.StringIO()
    slug = getattr(event, "slug", event)
    try:
        call_command("coc_check", "--event", slug, *arguments, stdout=out, stderr=err)
    except CommandError as error:
        return out.getvalue(), str(error), error.returncode
    return out.getvalue(), err.getvalue(), 0


def numbers(event, *arguments):
    out, __, code = run(event, "--json", *arguments)
    return json.loads(out), code


@scopes_disabled()
def check_ids(event):
    return set(Check.objects.filter(event=event).values_list("pk", flat=True))


@pytest.fixture
def talks(event):
    return [
        factories.make_talk(event, factories.make_user(), abstract=BAD),
        factories.make_talk(event, factories.make_user(), abstract="What to log."),
        factories.make_talk(event, state="draft", abstract=BAD),
    ]


def test_checks_everything_and_findings_are_no_failure(event, talks):
    answer, code = numbers(event)
    assert code == 0
    assert answer["complete"]
    assert answer["run"]["subjects"] == 4  # two talks, two profiles, no draft
    assert answer["run"]["materials"] == answer["materials"] > 0
    assert answer["pending"] == 0
    assert {row["level"] for row in answer["findings"]} >= {"review"}
    assert all(row["number"] == row["waiting"] > 0 for row in answer["findings"])


def test_what_is_up_to_date_is_not_checked_again(event, talks):
    run(event)
    before = check_ids(event)
    answer, code = numbers(event)
    assert (answer["run"]["subjects"], answer["run"]["materials"], code) == (4, 0, 0)
    assert check_ids(event) == before


def test_stale_goes_through_what_is_not_up_to_date_alone(event, talks):
    run(event)
    with scopes_disabled():
        type(talks[1]).objects.filter(pk=talks[1].pk).update(abstract="Changed.")
    answer, __ = numbers(event, "--stale")
    assert (answer["run"]["subjects"], answer["run"]["materials"]) == (1, 1)
    assert numbers(event, "--stale")[0]["run"]["subjects"] == 0


def test_new_words_of_the_event_are_looked_for(event, talks):
    run(event)
    with scopes_disabled():
        by = factories.make_user()
        words = {"kind": "watched", "text": "what to log", "category": "innuendo"}
        add_phrase(event=event, by=by, **words)
    run(event, "--stale")
    with scopes_disabled():
        assert Finding.objects.filter(rule="own.innuendo").count() == 1


def test_table_says_how_many_and_quotes_nothing(event, talks):
    out, __, code = run(event)
    assert code == 0
    assert "Talks and profiles gone through" in out
    assert "Found: objectification (review)" in out
    assert "naked" not in out
    assert talks[0].code not in out
    assert talks[0].title not in out


def test_what_was_not_fully_checked_is_counted_by_reason_and_exits_with_3(event):
    factories.make_talk(event, abstract="word " * 500_000)
    answer, code = numbers(event)
    assert code == 3
    assert not answer["complete"]
    assert answer["unchecked"]["length"] == 1
    out, message, code = run(event)
    assert "Not fully checked: length" in out
    assert (message, code) == ("Not everything could be read.", 3)


def test_what_a_person_has_looked_at_is_no_longer_counted(event):
    from django.utils.timezone import now  # noqa: PLC0415

    factories.make_talk(event, abstract="word " * 500_000)
    run(event)
    with scopes_disabled():
        Check.objects.filter(state="partial").update(looked_at=now())
    assert run(event)[2] == 0


def test_failure_of_a_moment_is_tried_again(event, talks, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("broken")

    with monkeypatch.context() as patch:
        patch.setattr(detectors, "check_text", broken)
        answer, code = numbers(event)
    assert code == 3
    assert answer["unchecked"] == {"error": answer["materials"]}
    assert numbers(event, "--stale")[1] == 3
    assert numbers(event)[1] == 0


def test_one_failing_talk_keeps_no_other_from_its_check(event, talks, monkeypatch):
    check_subject = checking_all.check_subject

    def failing(*, event, kind, pk):
        if pk == talks[0].pk and kind == "talk":
            raise RuntimeError(BAD)
        return check_subject(event=event, kind=kind, pk=pk)

    monkeypatch.setattr(checking_all, "check_subject", failing)
    answer, code = numbers(event)
    assert (answer["run"]["failed"], answer["pending"], code) == (1, 1, 3)


def test_file_that_another_worker_has_in_hand_is_waited_for(event, talks, monkeypatch):
    check_subject, asked = checking_all.check_subject, []

    def taken(*, event, kind, pk):
        asked.append((kind, pk))
        if asked.count((kind, pk)) < 3 and pk == talks[0].pk and kind == "talk":
            raise TakenError
        return check_subject(event=event, kind=kind, pk=pk)

    monkeypatch.setattr(checking_all, "TAKEN_SECONDS", 0)
    monkeypatch.setattr(checking_all, "check_subject", taken)
    answer, code = numbers(event)
    assert (answer["run"]["taken"], code) == (0, 0)
    assert asked.count(("talk", talks[0].pk)) == 3


def test_interrupt_while_waiting_for_another_worker_is_a_stop(
    event, talks, monkeypatch
):
    def taken(*, event, kind, pk):
        raise TakenError

    def interrupted(seconds):
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(checking_all, "check_subject", taken)
    monkeypatch.setattr(checking_all.time, "sleep", interrupted)
    answer, code = numbers(event)
    assert (code, answer["run"]["stopped"], answer["complete"]) == (130, True, False)


def test_interrupt_ends_after_the_talk_in_hand_and_the_next_run_goes_on(
    event, talks, monkeypatch
):
    check_subject, asked = checking_all.check_subject, []

    def interrupted(*, event, kind, pk):
        asked.append((kind, pk))
        if len(asked) == 2:
            os.kill(os.getpid(), signal.SIGINT)
        return check_subject(event=event, kind=kind, pk=pk)

    before = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(checking_all, "check_subject", interrupted)
    answer, code = numbers(event)
    assert (code, answer["run"]["stopped"], answer["run"]["subjects"]) == (130, True, 2)
    assert answer["pending"] == 2
    assert signal.getsignal(signal.SIGINT) == before
    done = check_ids(event)
    answer, code = numbers(event)
    assert (code, answer["pending"]) == (0, 0)
    assert done < check_ids(event)


@pytest.mark.parametrize("slug", ("nosuchevent", ""))
def test_wrong_event_exits_with_2(slug):
    assert run(slug)[2] == 2


def test_event_without_the_plugin_exits_with_2():
    assert run(factories.make_event(plugin=False))[2] == 2


def test_event_has_to_be_named():
    with pytest.raises(CommandError, match="--event"):
        call_command("coc_check")


def test_progress_is_shown_on_a_terminal_and_nowhere_else(event, talks):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    err = Terminal()
    arguments = {"event": event.slug, "stdout": io.StringIO()}
    call_command("coc_check", **arguments, stderr=err)
    assert "100 %" in err.getvalue()
    err = io.StringIO()
    call_command("coc_check", **arguments, stderr=err)
    assert err.getvalue() == ""


def test_empty_event_is_checked_at_once(event):
    answer, code = numbers(event)
    assert (answer["materials"], answer["findings"], code) == (0, [], 0)

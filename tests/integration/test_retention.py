# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What is kept how long, and what is left of it afterwards."""

import datetime as dt
import io

import pytest
from dateutil.relativedelta import relativedelta
from django.core.management import CommandError, call_command
from django.utils.timezone import now
from django_scopes import scopes_disabled

from pretalx_coc.domain import audit, case_members, cases
from pretalx_coc.domain.case_log import chain_of
from pretalx_coc.domain.checks import check_subject
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.flags import raise_flag
from pretalx_coc.domain.reports import Somebody, write_down
from pretalx_coc.domain.retention import erase_due, erase_left_exclusions, goes_at
from pretalx_coc.domain.settings import read_settings
from pretalx_coc.enums import CaseSubject
from pretalx_coc.models import (
    Appeal,
    AuditText,
    Case,
    CaseEntry,
    CaseItem,
    CasePerson,
    Decision,
    Exclusion,
    Finding,
    Flag,
    Report,
)
from pretalx_coc.tasks import task_end_decisions
from pretalx_coc.tasks_team import task_retention
from tests import factories
from tests.integration.test_evidence import breaches

pytestmark = pytest.mark.django_db
BAD = "Before the demo we show hot naked girls on every slide."
CLOSED = now() - dt.timedelta(days=1)
SECRETS = ("Red hat", "Hall of mirrors", "He hit", "Rita", "Wim", "Please be discreet")


@pytest.fixture(autouse=True)
def _everywhere():
    with scopes_disabled():
        yield


@pytest.fixture
def case(event, member):
    """A closed case with a text in everything that holds one."""
    subject = cases.subject_in_words(CaseSubject.PERSON, "Red hat")
    report = write_down(
        event=event,
        by=member,
        text="He hit somebody",
        subject=subject,
        place="Hall of mirrors",
        happened="Hall of mirrors",
        wishes="Please be discreet",
        reporter=Somebody(name="Rita"),
        witnesses=[Somebody(name="Wim", contact="wim@example.org")],
    )
    case = report.case
    decide(case, statement="Red hat, please stop", reason="He hit somebody")
    Case.objects.update(state="closed", outcome="warning", closed=CLOSED)
    case.refresh_from_db()
    return case


def decide(case, **values):
    values = {
        "measure": "warning",
        "state": "in_force",
        "starts": CLOSED,
        "proposed": CLOSED,
        "proposed_by": "X",
        "code": f"D{case.decisions.count()}",
        **values,
    }
    return Decision.objects.create(event=case.event, case=case, **values)


def goes(case):
    return goes_at(Case.objects.get(pk=case.pk), read_settings(case.event))


@pytest.mark.parametrize(
    ("outcome", "months"),
    (("unfounded", 6), ("not_established", 12), ("warning", 24), ("exclusion", 12)),
)
def test_a_case_is_kept_by_its_outcome_from_when_it_was_closed(case, outcome, months):
    Case.objects.update(outcome=outcome)
    assert goes(case) == CLOSED + relativedelta(months=months)


def test_an_exclusion_is_kept_from_its_end(case):
    ends = CLOSED + dt.timedelta(days=400)
    decide(case, measure="excluded_event", ends=ends)
    Case.objects.update(outcome="exclusion")
    assert goes(case) == ends + relativedelta(months=12)


def test_an_exclusion_without_an_end_is_kept_until_it_is_lifted(case):
    decision = decide(case, measure="excluded_future")
    assert goes(case) is None
    lifted = CLOSED + dt.timedelta(days=7)
    Decision.objects.filter(pk=decision.pk).update(lifted=lifted, state="lifted")
    assert goes(case) == lifted + relativedelta(months=24)


@pytest.mark.parametrize("state", ("new", "decided", "appealed"))
def test_a_case_that_is_not_closed_is_kept(case, state):
    Case.objects.update(state=state)
    assert goes(case) is None


def test_nothing_goes_before_an_objection_could_come_to_its_end(case):
    until = CLOSED + dt.timedelta(days=2000)
    decision = Decision.objects.get()
    Decision.objects.update(appeal_until=until)
    assert goes(case) == until
    appeal = Appeal.objects.create(
        event=case.event, decision=decision, text="No", created=CLOSED
    )
    assert goes(case) is None
    Appeal.objects.filter(pk=appeal.pk).update(state="upheld")
    assert goes(case) == until


def test_the_shortest_time_that_can_be_set_leaves_an_objection_its_time(event, case):
    settings = read_settings(event)
    settings.keep_warning, settings.appeal_days = 2, 365
    case.refresh_from_db()
    assert goes_at(case, settings) == CLOSED + dt.timedelta(days=365)


def everything_stored() -> str:
    from django.apps import apps  # noqa: PLC0415

    models = apps.get_app_config("pretalx_coc").get_models()
    return repr([list(model._base_manager.values()) for model in models])


def test_names_and_texts_go_and_the_figures_stay(event, case):
    before = everything_stored()
    for secret in SECRETS:
        assert secret in before
    assert erase_due(event, goes(case)) == [case.code]
    after = everything_stored()
    for secret in SECRETS:
        assert secret not in after
    left = Case.objects.get()
    assert (left.state, left.outcome, left.code_name, left.closed) == (
        "closed",
        "warning",
        case.code_name,
        CLOSED,
    )
    assert Decision.objects.get().measure == "warning"
    assert (Report.objects.count(), CasePerson.objects.count()) == (1, 2)
    assert CaseEntry.objects.exists()
    assert not AuditText.objects.filter(chain=chain_of(case)).exists()
    assert audit.first_broken_link(event, chain_of(case)) is None
    assert breaches() == []


def test_nothing_goes_a_moment_too_early_and_nothing_twice(event, case):
    at = goes(case)
    assert erase_due(event, at - dt.timedelta(seconds=1)) == []
    assert erase_due(event, at) == [case.code]
    assert erase_due(event, at) == []


def test_a_case_that_went_into_another_goes_with_it(event, member, case):
    subject = cases.subject_in_words(CaseSubject.PERSON, "Green hat")
    other = cases.open_case(event=event, by=member, subject=subject)
    Case.objects.filter(pk=other.pk).update(merged_into=case.code)
    assert erase_due(event, goes(case)) == [case.code]
    assert "Green hat" not in everything_stored()
    assert breaches() == []


def test_a_case_whose_time_is_over_cannot_be_opened_again(event, member, case):
    erase_due(event, goes(case))
    case.refresh_from_db()
    with pytest.raises(CocError):
        cases.move(case=case, by=member, state="in_work", revision=case.revision)


@pytest.fixture
def concerns(event, talk, reviewer):
    """A passage and a flag, each alone; and a flag that is on a case."""
    bad = factories.make_talk(event, factories.make_user(), abstract=BAD)
    check_subject(event=event, kind="talk", pk=bad.pk)
    raise_flag(submission=talk, by=reviewer, reason="other", text="Slide three")
    return raise_flag(submission=talk, by=reviewer, reason="consent", text="On a case")


def test_passages_and_flags_on_no_case_go_after_the_event(event, case, concerns):
    CaseItem.objects.create(
        event=event,
        case=case,
        kind="flag",
        ref=concerns.code,
        attached=CLOSED,
        attached_by="X",
    )
    at = event.datetime_to + relativedelta(months=12)
    erase_due(event, at - dt.timedelta(seconds=1))
    assert (Finding.objects.count(), Flag.objects.count()) == (2, 2)
    erase_due(event, at)
    assert Finding.objects.count() == 0
    assert list(Flag.objects.all()) == [concerns]
    assert not AuditText.objects.filter(text="Slide three").exists()
    assert AuditText.objects.filter(text="On a case").exists()
    assert breaches() == []


def test_what_went_is_not_found_again(event, concerns):
    from pretalx_coc.tasks import task_check_missed  # noqa: PLC0415

    long_ago = (now() - dt.timedelta(days=500)).date()
    event.date_from = event.date_to = long_ago
    event.save()
    task_retention()
    assert (Finding.objects.count(), Flag.objects.count()) == (0, 0)
    Finding.objects.all().delete()
    event.submissions.update(abstract=BAD + BAD)
    task_check_missed()
    assert Finding.objects.count() == 0


def test_exclusions_of_an_event_that_is_gone_go_when_they_ended_long_ago(event):
    def exclude(slug, **values):
        return Exclusion.objects.create(
            organiser=event.organiser,
            event_slug=slug,
            user_code=slug,
            starts=CLOSED,
            created=CLOSED,
            **values,
        )

    ended = now() - dt.timedelta(days=400)
    kept = [
        exclude("gone1", ends=now() - dt.timedelta(days=300)),
        exclude("gone2"),
        exclude(event.slug, ends=ended),
    ]
    exclude("gone3", ends=ended)
    exclude("gone4", lifted=ended)
    erase_left_exclusions()
    assert list(Exclusion.objects.order_by("pk")) == kept


def run(*arguments) -> str:
    output = io.StringIO()
    call_command("coc_retention", *arguments, stdout=output)
    return output.getvalue()


def test_the_command_says_what_goes_when_and_erases_nothing(event, case):
    printed = run("--event", event.slug, "--dry-run")
    assert f"case {case.code} ({case.code_name}): {goes(case).date()}" in printed
    assert "passages and flags on no case: " in printed
    for secret in SECRETS:
        assert secret not in printed
    assert Case.objects.get().erased is None


def test_the_command_erases(event, case):
    Case.objects.update(closed=now() - dt.timedelta(days=900))
    assert run() == f"{event.slug}: case {case.code} erased\n"
    assert Case.objects.get().erased


def test_the_command_knows_the_events_with_the_plugin_only(event):
    with pytest.raises(CommandError):
        run("--event", "nowhere")


def test_nothing_goes_before_a_decision_has_ended(case):
    """What it did to talks and files is on the case, and is restored then."""
    ends = CLOSED + dt.timedelta(days=3000)
    decide(case, measure="material_withheld", ends=ends)
    assert goes(case) == ends
    Decision.objects.filter(ends=ends).update(state="ended")
    assert goes(case) == CLOSED + relativedelta(months=24)


def test_a_decision_of_a_case_that_is_gone_keeps_no_other_from_ending(event, case):
    """Of one that went before this was looked at, a decision may still be there."""
    past = now() - dt.timedelta(hours=1)
    old = decide(case, ends=past)
    Case.objects.update(erased=past)
    member = factories.make_member(event)
    subject = cases.subject_in_words(CaseSubject.PERSON, "Blue hat")
    other = cases.open_case(event=event, by=member, subject=subject)
    other_decision = decide(other, ends=past, code="OTHER")
    task_end_decisions()
    old.refresh_from_db()
    other_decision.refresh_from_db()
    assert (old.state, other_decision.state) == ("in_force", "ended")


def test_what_came_of_a_case_is_not_for_who_has_not_declared(login, event, case):
    """The page of what goes when says the outcome, and whether it is closed."""
    member, colleague = factories.make_members(event, "Member", "Colleague")
    subject = cases.subject_in_words(CaseSubject.PERSON, "Blue hat")
    opened = cases.open_case(event=event, by=member, subject=subject)
    url = f"/orga/event/{event.slug}/p/coc/retention/"
    assert opened.code_name in login(member).get(url).content.decode()
    assert opened.code_name not in login(colleague).get(url).content.decode()
    case_members.declare(case=opened, by=colleague, conflict=False)
    assert opened.code_name in login(colleague).get(url).content.decode()

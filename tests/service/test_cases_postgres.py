# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Two who act on one case at once, on PostgreSQL with real threads (rule 10).

Each pair is tried in both orders: both wait for the case, which is locked, and
act one after the other once it is free.
"""

import io
import threading
import time
from contextlib import contextmanager

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django_scopes import scopes_disabled

from pretalx_coc.domain import (
    appeals,
    audit,
    case_claims,
    case_items,
    case_members,
    case_merging,
    cases,
    decisions,
    guards,
    lifting,
)
from pretalx_coc.domain.case_claims import ClaimedError
from pretalx_coc.domain.case_log import CASE_CHAINS, CaseChangedError
from pretalx_coc.domain.decision_drafts import Draft
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.flags import raise_flag
from pretalx_coc.domain.verify import verify
from pretalx_coc.enums import (
    CaseOutcome,
    CaseState,
    CaseSubject,
    DecisionState,
    EntryKind,
    HearingState,
    ItemRef,
    Measure,
)
from pretalx_coc.models import (
    Appeal,
    AuditChain,
    AuditEntry,
    Case,
    CaseEntry,
    CaseItem,
    Decision,
)
from tests import factories
from tests.service.test_postgres import at_once

pytestmark = [pytest.mark.service, pytest.mark.django_db(transaction=True)]

PATIENCE = 30  # seconds, for what takes none
WARNING = Draft(
    measure=Measure.WARNING,
    reason="Part 2 of the code of conduct.",
    statement="Please do not show such pictures again.",
    statement_language="en",
)
NO_ACTION = Draft(measure=Measure.NO_ACTION, reason="It was somebody else.")

in_both_orders = pytest.mark.parametrize("turned", (False, True))


@pytest.fixture(autouse=True)
def _on_postgres():
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: set COC_TEST_DATABASE=postgres")
    with scopes_disabled():
        yield


@pytest.fixture
def members(event):
    return factories.make_members(event, "Member", "Colleague")


@pytest.fixture
def speaker(event):
    return factories.make_user(name="Ada Speaker")


@pytest.fixture
def talk(event, speaker):
    return factories.make_talk(event, speaker)


@pytest.fixture
def case(event, members, talk):
    """A case on which both members may work."""
    member, colleague = members
    case = cases.open_case(
        event=event,
        by=member,
        subject=cases.subject_of_profile(talk.speakers.get()),
        text="Seen today.",
    )
    case_members.declare(case=case, by=colleague, conflict=False)
    return case


@contextmanager
def locked(case):
    """Nobody else gets at the case meanwhile."""
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=case.pk)
        yield


def wait_for_waiting(number):
    """Until so many connections wait for a lock."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            # Within a transaction the view says what it said before.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity "
                "WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0] == number:
                return
        time.sleep(0.01)
    pytest.fail(f"Waited in vain for {number} who wait.")


def one_after_the_other(case, *functions, turned=False):
    """Let all wait for the case, in this order or turned round; what each gave."""
    results = [None] * len(functions)

    def run(index):
        try:
            with scopes_disabled():
                results[index] = functions[index]()
        except Exception as error:  # noqa: BLE001 -- handed to the test
            results[index] = error
        finally:
            connection.close()

    order = range(len(functions))
    threads = []
    with locked(case):
        for index in reversed(order) if turned else order:
            threads.append(threading.Thread(target=run, args=(index,)))
            threads[-1].start()
            wait_for_waiting(len(threads))
    for thread in threads:
        thread.join(PATIENCE)
    assert not any(thread.is_alive() for thread in threads)
    return results[::-1] if turned else results


def own(case):
    """The case as a request of its own has it."""
    return Case.objects.get(pk=case.pk)


def kinds(case, *wanted):
    entries = CaseEntry.objects.filter(case_code=case.code, kind__in=wanted)
    return list(entries.values_list("kind", flat=True))


def chains_hold(event):
    """Whether the chains of all cases hold, each with what its timeline says."""
    chains = AuditChain.objects.filter(event=event, name__startswith=CASE_CHAINS)
    names = list(chains.values_list("name", flat=True))
    broken = [audit.first_broken_link(event, name) for name in names]
    entries = AuditEntry.objects.filter(event=event, action="case.entry")
    noted = sorted(entry.data["entry"] for entry in entries)
    timeline = sorted(
        CaseEntry.objects.filter(event=event).values_list("pk", flat=True)
    )
    return bool(names) and not any(broken) and noted == timeline


@in_both_orders
def test_of_two_claims_the_first_holds_and_the_second_is_told_who_has_it(
    event, case, members, turned
):
    mine, theirs = (own(case) for __ in range(2))
    first, second = one_after_the_other(
        case,
        lambda: case_claims.claim(case=mine, by=members[0]),
        lambda: case_claims.claim(case=theirs, by=members[1]),
        turned=turned,
    )
    holder = members[1] if turned else members[0]
    assert first.claimed_by == own(case).claimed_by == holder.code
    assert isinstance(second, ClaimedError)
    assert second.holder == holder.code
    assert kinds(case, EntryKind.CLAIMED) == [EntryKind.CLAIMED]
    assert chains_hold(event)


def test_of_many_who_claim_at_once_one_has_it(event, case, members):
    copies = [own(case) for __ in range(8)]
    results = at_once(
        *(
            lambda each=each, by=members[index % 2]: case_claims.claim(case=each, by=by)
            for index, each in enumerate(copies)
        )
    )
    holder = own(case).claimed_by
    told = [result for result in results if isinstance(result, ClaimedError)]
    assert [error.holder for error in told] == [holder] * 4
    assert [result.claimed_by for result in results if result not in told] == (
        [holder] * 4
    )
    assert kinds(case, EntryKind.CLAIMED) == [EntryKind.CLAIMED]
    assert chains_hold(event)


@in_both_orders
def test_two_who_take_over_at_once_do_not_both_have_it(event, case, members, turned):
    third = factories.make_user(name="Third")
    members[0].teams.get().members.add(third)
    case_members.let_in(case=own(case), by=members[0], user=third)
    case_members.declare(case=own(case), by=third, conflict=False)
    holder = members[0].code
    case_claims.claim(case=own(case), by=members[0])
    mine, theirs = (own(case) for __ in range(2))
    first, second = one_after_the_other(
        case,
        lambda: case_claims.take_over(case=mine, by=members[1], holder=holder),
        lambda: case_claims.take_over(case=theirs, by=third, holder=holder),
        turned=turned,
    )
    has_it = third if turned else members[1]
    assert first.claimed_by == own(case).claimed_by == has_it.code
    assert isinstance(second, ClaimedError)
    assert second.holder == has_it.code
    assert kinds(case, EntryKind.TAKEN_OVER) == [EntryKind.TAKEN_OVER]
    assert chains_hold(event)


@in_both_orders
def test_of_two_decisions_one_is_made_and_the_second_is_told_of_it(
    event, case, members, turned
):
    mine, theirs = (own(case) for __ in range(2))
    seen = case.revision
    first, second = one_after_the_other(
        case,
        lambda: decisions.propose(
            case=mine, by=members[0], revision=seen, draft=WARNING
        ),
        lambda: decisions.propose(
            case=theirs, by=members[1], revision=seen, draft=NO_ACTION
        ),
        turned=turned,
    )
    assert list(Decision.objects.all()) == [first]
    assert first.measure == (Measure.NO_ACTION if turned else Measure.WARNING)
    assert isinstance(second, CaseChangedError)
    assert [entry.kind for entry in second.since] == [EntryKind.IN_FORCE]
    assert second.since[0].data["decision"] == first.code
    assert own(case).state == CaseState.DECIDED
    assert chains_hold(event)


@in_both_orders
def test_a_decision_that_is_approved_and_refused_at_once_is_one_of_the_two(
    event, case, members, turned
):
    draft = Draft(
        measure=Measure.EXCLUDED_EVENT,
        reason="Part 3 of the code of conduct.",
        statement="You cannot take part this year.",
        statement_language="en",
    )
    proposed = decisions.propose(
        case=case, by=members[0], revision=case.revision, draft=draft
    )
    seen = own(case).revision
    mine, theirs = (Decision.objects.get(pk=proposed.pk) for __ in range(2))
    first, second = one_after_the_other(
        case,
        lambda: decisions.approve(decision=mine, by=members[1], revision=seen),
        lambda: decisions.refuse(
            decision=theirs, by=members[0], revision=seen, text="A mistake."
        ),
        turned=turned,
    )
    expected = DecisionState.REFUSED if turned else DecisionState.IN_FORCE
    assert first.state == Decision.objects.get().state == expected
    assert isinstance(second, CaseChangedError)
    wanted = (EntryKind.APPROVED, EntryKind.REFUSED, EntryKind.IN_FORCE)
    assert kinds(case, *wanted) == (
        [EntryKind.REFUSED] if turned else [EntryKind.APPROVED, EntryKind.IN_FORCE]
    )
    assert chains_hold(event)


@pytest.fixture
def decision(case, members):
    """A warning that the subject was told of."""
    made = decisions.propose(
        case=case, by=members[0], revision=case.revision, draft=WARNING
    )
    return Decision.objects.get(pk=made.pk)


def objecting(decision, by):
    decision = Decision.objects.get(pk=decision.pk)
    return lambda: appeals.object_to(decision=decision, by=by, text="It was not me.")


@in_both_orders
def test_an_objection_is_never_lost_to_a_further_decision(
    event, case, decision, members, speaker, turned
):
    mine, seen = own(case), own(case).revision
    first, second = one_after_the_other(
        case,
        objecting(decision, speaker),
        lambda: decisions.propose(
            case=mine, by=members[1], revision=seen, draft=NO_ACTION
        ),
        turned=turned,
    )
    (appeal,) = Appeal.objects.all()
    assert (appeal.decision, appeal.text) == (decision, "It was not me.")
    assert own(case).state == CaseState.APPEALED
    assert kinds(case, EntryKind.APPEALED) == [EntryKind.APPEALED]
    if turned:
        # The subject is not kept from objecting because the team was quicker.
        assert list(Decision.objects.all()) == [decision, first]
        assert second == appeal
    else:
        assert list(Decision.objects.all()) == [decision]
        assert isinstance(second, CaseChangedError)
        assert [entry.kind for entry in second.since] == [EntryKind.APPEALED]
    assert chains_hold(event)


@in_both_orders
def test_who_lifts_a_decision_or_objects_to_it_is_told_of_the_other(
    event, case, decision, members, speaker, turned
):
    mine, seen = Decision.objects.get(pk=decision.pk), own(case).revision
    first, second = one_after_the_other(
        case,
        objecting(decision, speaker),
        lambda: lifting.lift(
            decision=mine, by=members[1], revision=seen, text="It was another."
        ),
        turned=turned,
    )
    decision.refresh_from_db()
    if turned:
        assert (first, decision.state) == ([], DecisionState.LIFTED)
        assert str(second) == (
            "It is not possible any more to object to this decision."
        )
        assert not Appeal.objects.exists()
    else:
        assert (Appeal.objects.get(), decision.state) == (first, DecisionState.IN_FORCE)
        assert isinstance(second, CaseChangedError)
        assert [entry.kind for entry in second.since] == [EntryKind.APPEALED]
    assert chains_hold(event)


def test_an_objection_sent_twice_at_once_is_one(event, decision, speaker):
    results = at_once(*(objecting(decision, speaker) for __ in range(4)))
    told = [str(result) for result in results if isinstance(result, CocError)]
    assert told == ["You have objected already. Somebody is looking at it."] * 3
    assert Appeal.objects.count() == 1
    assert chains_hold(event)


@in_both_orders
def test_an_objection_is_answered_once(event, case, decision, members, speaker, turned):
    third = factories.make_user(name="Third")
    members[0].teams.get().members.add(third)
    case_members.let_in(case=own(case), by=members[0], user=third)
    case_members.declare(case=own(case), by=third, conflict=False)
    objecting(decision, speaker)()
    seen = own(case).revision
    mine, theirs = (Appeal.objects.get() for __ in range(2))
    kwargs = {"revision": seen, "answer": "We looked again."}
    first, second = one_after_the_other(
        case,
        lambda: appeals.decide(appeal=mine, by=members[1], granted=True, **kwargs),
        lambda: appeals.decide(appeal=theirs, by=third, granted=False, **kwargs),
        turned=turned,
    )
    assert first == []
    assert isinstance(second, CaseChangedError)
    assert Appeal.objects.get().state == ("upheld" if turned else "granted")
    decision.refresh_from_db()
    assert decision.state == (
        DecisionState.IN_FORCE if turned else DecisionState.LIFTED
    )
    assert kinds(case, EntryKind.APPEAL_DECIDED) == [EntryKind.APPEAL_DECIDED]
    assert chains_hold(event)


@in_both_orders
def test_a_flag_does_not_get_lost_on_a_case_that_is_closed_meanwhile(
    event, case, decision, members, talk, turned
):
    reviewer = factories.make_reviewer(event)
    flag = raise_flag(submission=talk, by=reviewer, reason="other", text="Look")
    Case.objects.filter(pk=case.pk).update(hearing=HearingState.SKIPPED)
    mine, theirs = (own(case) for __ in range(2))
    first, second = one_after_the_other(
        case,
        lambda: case_items.attach(
            case=mine, by=members[0], kind=ItemRef.FLAG, ref=flag.code
        ),
        lambda: cases.close(
            case=theirs,
            by=members[1],
            outcome=CaseOutcome.WARNING,
            revision=theirs.revision,
        ),
        turned=turned,
    )
    if turned:
        assert first.state == own(case).state == CaseState.CLOSED
        assert str(second) == "This case is closed. Open it again first."
        assert not CaseItem.objects.exists()
        assert kinds(case, EntryKind.ATTACHED) == []
    else:
        assert first == CaseItem.objects.get()
        assert isinstance(second, CaseChangedError)
        assert [entry.kind for entry in second.since] == [EntryKind.ATTACHED]
        assert own(case).state == CaseState.DECIDED
    flag.refresh_from_db()
    assert flag.state == "open"
    assert chains_hold(event)


@pytest.fixture
def other(event, members):
    """A second case, which may be about the same person."""
    other = cases.open_case(
        event=event,
        by=members[0],
        subject=cases.subject_in_words(CaseSubject.PERSON, "Somebody with a red hat"),
    )
    case_members.declare(case=other, by=members[1], conflict=False)
    return other


@in_both_orders
def test_a_flag_is_attached_to_one_of_two_cases(
    event, case, other, members, talk, turned
):
    """Here both wait for the flag, for the cases are two."""
    reviewer = factories.make_reviewer(event)
    flag = raise_flag(submission=talk, by=reviewer, reason="other", text="Look")
    targets = [own(other), own(case)] if turned else [own(case), own(other)]
    results = at_once(
        *(
            lambda target=target, by=by: case_items.attach(
                case=target, by=by, kind=ItemRef.FLAG, ref=flag.code
            )
            for target, by in zip(targets, members, strict=True)
        )
    )
    (item,) = CaseItem.objects.all()
    (told,) = [result for result in results if result != item]
    assert str(told) == f"This is on case {item.case.code} already."
    assert chains_hold(event)


@in_both_orders
def test_a_note_does_not_get_lost_in_a_case_that_is_merged_meanwhile(
    event, case, other, members, turned
):
    mine, theirs, into = own(other), own(other), own(case)
    first, second = one_after_the_other(
        other,
        lambda: cases.add_note(case=mine, by=members[0], text="He wears a red hat."),
        lambda: case_merging.merge(
            case=theirs, into=into, by=members[1], revision=theirs.revision
        ),
        turned=turned,
    )
    if turned:
        assert first == into
        assert own(other).merged_into == case.code
        assert str(second) == "This case went into another one."
        assert kinds(other, EntryKind.NOTE) == []
    else:
        assert first is None
        assert isinstance(second, CaseChangedError)
        assert [entry.text for entry in second.since] == ["He wears a red hat."]
        assert own(other).merged_into == ""
    merges = [*kinds(case, EntryKind.MERGED), *kinds(other, EntryKind.MERGED)]
    assert merges == ([EntryKind.MERGED] * 2 if turned else [])
    assert chains_hold(event)


@in_both_orders
def test_a_note_on_the_case_that_stays_is_there_after_the_merging(
    event, case, other, members, turned
):
    mine, gone, into = own(case), own(other), own(case)
    results = one_after_the_other(
        case,
        lambda: cases.add_note(case=mine, by=members[0], text="Seen at the bar."),
        lambda: case_merging.merge(
            case=gone, into=into, by=members[1], revision=gone.revision
        ),
        turned=turned,
    )
    assert results == ([into, None] if turned else [None, into])
    assert own(other).merged_into == case.code
    assert kinds(case, EntryKind.NOTE, EntryKind.MERGED) == (
        [EntryKind.MERGED, EntryKind.NOTE]
        if turned
        else [EntryKind.NOTE, EntryKind.MERGED]
    )
    assert own(case).revision == case.revision + 2
    assert chains_hold(event)


@in_both_orders
def test_two_cases_that_are_merged_into_each_other_become_one(
    event, case, other, members, turned
):
    """Both lock both, in the same order: neither waits for the other for ever."""
    one, two = own(case), own(other)
    first, second = one_after_the_other(
        case,
        lambda: case_merging.merge(
            case=one, into=own(other), by=members[0], revision=one.revision
        ),
        lambda: case_merging.merge(
            case=two, into=own(case), by=members[1], revision=two.revision
        ),
        turned=turned,
    )
    survivor, gone = (case, other) if turned else (other, case)
    assert first == survivor
    assert isinstance(second, CocError)
    assert (own(survivor).merged_into, own(gone).merged_into) == ("", survivor.code)
    assert chains_hold(event)


def tamper(statement, *parameters):
    """Change one row past the database's triggers."""
    guards.remove()
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        assert cursor.rowcount == 1
    guards.install()


@pytest.mark.parametrize(
    "change",
    (
        "auditentry SET actor_code = 'OTHER' WHERE chain = %s AND position = 2",
        "auditentry SET previous = '' WHERE chain = %s AND position = 2",
        "auditentry SET data = '{}' WHERE chain = %s AND position = 2",
        "audittext SET text = 'Seen never.' WHERE chain = %s AND text = 'Seen today.'",
    ),
)
def test_one_row_of_a_case_changed_in_sql_is_found(case, decision, change):
    assert [result.examples for result in verify() if result.breaches] == []
    with pytest.raises(IntegrityError, match="append-only"), connection.cursor() as one:
        one.execute("UPDATE pretalx_coc_auditentry SET actor_code = 'OTHER'")
    tamper(f"UPDATE pretalx_coc_{change}", f"case.{case.code}")
    out = io.StringIO()
    with pytest.raises(CommandError, match="breaches found"):
        call_command("coc_verify", stdout=out)
    expected = f"{case.event.slug}, case.{case.code}: broken at entry 2"
    assert [line for line in out.getvalue().splitlines() if expected in line]
    assert "Seen" not in out.getvalue()

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Whoever changes one row of a case in the database is found by ``coc_verify``."""

import pytest
from django.db import connection
from django.utils.timezone import now
from django_scopes import scopes_disabled

from pretalx_coc.domain import cases, guards
from pretalx_coc.domain.case_merging import merge
from pretalx_coc.domain.retention import erase_due
from pretalx_coc.domain.verify import notes
from pretalx_coc.enums import CaseState, CaseSubject
from pretalx_coc.models import Case, CaseEntry, CaseMember
from tests.integration.test_evidence import breaches, execute, tamper

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _everywhere():
    with scopes_disabled():
        yield


@pytest.fixture
def case(event, member):
    subject = cases.subject_in_words(CaseSubject.PERSON, "Red hat")
    case = cases.open_case(event=event, by=member, subject=subject, text="Seen today")
    cases.add_note(case=case, by=member, text="The lamp was on")
    cases.move(case=case, by=member, state=CaseState.IN_WORK, revision=1)
    return case


@pytest.fixture
def merged(event, member, case):
    """A case that went into the other one."""
    subject = cases.subject_in_words(CaseSubject.PERSON, "Green hat")
    other = cases.open_case(event=event, by=member, subject=subject, text="Seen twice")
    merge(
        case=other,
        into=case,
        by=member,
        revision=other.revision,
        into_revision=case.revision,
    )
    return other


def test_what_the_plugin_writes_is_no_breach(case, merged):
    assert breaches() == []


@pytest.mark.parametrize(
    ("change", "message"),
    (
        ("caseentry SET text = 'x' WHERE text = 'The lamp was on'", "another text"),
        ("caseentry SET text = '' WHERE text = 'The lamp was on'", "another text"),
        ("caseentry SET text = 'x' WHERE kind = 'state'", "a text than"),
        ("caseentry SET kind = 'file' WHERE kind = 'state'", "other data"),
        ("caseentry SET author_code = 'OTHER' WHERE kind = 'note'", "another author"),
        ("caseentry SET case_code = 'OTHER' WHERE kind = 'note'", "not in the audit"),
        ("audittext SET text = 'x' WHERE text = 'Seen today'", "broken at entry 2"),
        ("auditentry SET actor_code = 'X' WHERE position = 3", "broken at entry 3"),
        ("case SET code = 'OTHER'", "OTHER: not in the audit log"),
    ),
)
def test_one_change_is_found_and_nothing_confidential_said(case, change, message):
    if "auditentry" in change:
        change += f" AND chain = 'case.{case.code}'"
    tamper(f"UPDATE pretalx_coc_{change}")
    found = [text for __, text in breaches()]
    assert [text for text in found if message in text]
    assert "lamp" not in repr(found)


@pytest.mark.parametrize("table", ("caseentry", "auditentry"))
def test_one_row_that_is_gone_is_missed(case, table):
    column = "kind" if table == "caseentry" else "position"
    value = "note" if table == "caseentry" else 3
    where = f"{'case_code' if table == 'caseentry' else 'chain'} LIKE %s"
    tamper(
        f"DELETE FROM pretalx_coc_{table} WHERE {where} AND {column} = %s",
        f"%{case.code}",
        value,
    )
    found = [text for __, text in breaches() if case.code in text]
    assert any("is gone" in text or "broken at entry 3" in text for text in found)


def test_the_first_broken_link_of_a_merged_case_is_named(event, case, merged):
    tamper("UPDATE pretalx_coc_audittext SET text = 'x' WHERE text = 'Seen twice'")
    assert (9, f"{event.slug}, case.{merged.code}: broken at entry 2") in breaches()


def test_a_case_that_is_removed_with_all_of_it_leaves_its_chain(event, case):
    connection.check_constraints()
    guards.remove()
    CaseEntry._base_manager.all()._raw_delete("default")
    Case.objects.all().delete()
    guards.install()
    assert (9, f"{event.slug}, case.{case.code}: its case is gone") in breaches()


def test_an_open_case_that_nobody_may_know_of_is_said_and_no_breach(event, case):
    CaseMember.objects.all().update(standing="conflict")
    assert breaches() == []
    (line,) = notes(event)
    assert line == (
        f"{event.slug}: nobody on the team may know of the open case {case.code}; "
        "it is for the outside contact"
    )


def test_a_case_whose_time_is_over_is_no_breach_and_one_with_a_name_is(event, case):
    Case.objects.update(state="closed", outcome="unfounded", closed=now())
    assert erase_due(event, now().replace(year=now().year + 1)) == [case.code]
    assert breaches() == []
    execute("UPDATE pretalx_coc_case SET subject_text = 'Red hat'")
    assert breaches() == [(9, f"{event.slug}, {case.code}: names or texts are left")]

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""A case as a file that proves itself, and for whom."""

import hashlib
import json

import pytest
from django_scopes import scope, scopes_disabled

from pretalx_coc.domain import case_members, cases
from pretalx_coc.domain.case_log import viewed
from pretalx_coc.enums import AuditAction, CaseSubject
from pretalx_coc.models import AuditChain, AuditEntry, AuditText, Case, CocSettings
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(event, member):
    subject = cases.subject_in_words(CaseSubject.PERSON, "Red hat")
    with scope(event=event):
        case = cases.open_case(event=event, by=member, subject=subject, text="Seen")
        viewed(case, by=member)
    return case


def export(client, case):
    return client.post(f"/orga/event/{case.event.slug}/p/coc/case/{case.code}/export/")


def lines_of(response) -> list[dict]:
    return [json.loads(line) for line in response.content.decode().splitlines()]


def digest_of(line: dict) -> str:
    """As the documentation tells whoever has only the file."""
    names = [
        "event",
        "chain",
        "position",
        "created",
        "actor",
        "action",
        "subject",
        "data",
        "previous",
    ]
    content = json.dumps(
        [line[name] for name in names], sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(content.encode()).hexdigest()


def test_the_file_proves_itself_without_the_software(login, case, member):
    response = export(login(member), case)
    assert (
        response["Content-Disposition"] == f'attachment; filename="{case.code}.jsonl"'
    )
    head, *entries = lines_of(response)
    previous = ""
    for entry in entries:
        assert (entry["previous"], entry["digest"]) == (previous, digest_of(entry))
        previous = entry["digest"]
        for name, kept in entry["texts"].items():
            committed = f"{kept['salt']}\x00{kept['text']}".encode()
            assert (
                hashlib.sha256(committed).hexdigest()
                == (entry["data"][f"{name}_digest"])
            )
    assert (head["case"], head["length"], head["head"]) == (
        case.code,
        len(entries),
        previous,
    )
    assert [entry["action"] for entry in entries] == [
        AuditAction.CASE_OPENED,
        AuditAction.CASE_ENTRY,
        AuditAction.CASE_VIEWED,
        AuditAction.CASE_EXPORTED,
    ]
    assert entries[0]["texts"]["subject"]["text"] == "Red hat"
    assert entries[-1]["actor"] == member.code


def test_it_is_an_entry_of_the_chain(login, event, case, member):
    export(login(member), case)
    with scope(event=event):
        chain = AuditChain.objects.get(name=f"case.{case.code}")
        last = AuditEntry.objects.get(chain=chain.name, position=chain.length)
    assert (last.action, last.actor_code, last.digest) == (
        AuditAction.CASE_EXPORTED,
        member.code,
        chain.head,
    )


def test_a_text_that_was_erased_is_left_out_and_the_chain_still_proves_itself(
    login, event, case, member
):
    with scope(event=event):
        AuditText.objects.filter(text="Red hat").delete()
    head, *entries = lines_of(export(login(member), case))
    assert "subject" not in entries[0]["texts"]
    assert entries[-1]["digest"] == head["head"]


def test_what_went_into_the_case_is_in_its_file(login, event, case, member):
    subject = cases.subject_in_words(CaseSubject.PERSON, "Green hat")
    with scope(event=event):
        other = cases.open_case(event=event, by=member, subject=subject)
        Case.objects.filter(pk=other.pk).update(merged_into=case.code)
    head, *entries = lines_of(export(login(member), case))
    (merged,) = head["merged"]
    of_other = [entry for entry in entries if entry["chain"] == merged["chain"]]
    assert (merged["length"], merged["head"]) == (len(of_other), of_other[-1]["digest"])


def test_who_may_not_read_the_case_gets_no_file(login, event, case, member):
    with scopes_disabled():
        team = member.teams.get()
        asked, conflict, new = (factories.make_user() for __ in range(3))
        team.members.add(asked, conflict, new)
        for user in (asked, conflict):
            case_members.let_in(case=case, by=member, user=user)
        case_members.declare(case=case, by=conflict, conflict=True)
        CocSettings.objects.update(administrators_look=True)
    administrator = factories.make_user(is_administrator=True)
    for user in (asked, conflict, new, administrator):
        assert export(login(user), case).status_code == 404
    with scope(event=event):
        assert not AuditEntry.objects.filter(action=AuditAction.CASE_EXPORTED).exists()


def test_reading_its_address_says_nothing(login, case, member):
    url = f"/orga/event/{case.event.slug}/p/coc/case/%s/export/"
    new = factories.make_user()
    client = login(new)
    assert client.get(url % case.code).status_code == 404
    assert client.get(url % "NOTHERE").status_code == 404
    assert login(member).get(url % case.code).status_code == 405

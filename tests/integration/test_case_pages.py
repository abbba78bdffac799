# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The door of a case, and the case behind it, through the front door."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_scopes import scope

from pretalx_coc.domain import (
    case_files,
    case_members,
    case_merging,
    cases,
    decisions,
    reports,
)
from pretalx_coc.domain.decision_drafts import Draft
from pretalx_coc.enums import Measure, Severity
from pretalx_coc.models import AuditEntry, CaseMember, CocSettings
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(event):
    """Two members of a response team, with no other right."""
    return factories.make_members(event, "Mona Member", "Carl Colleague")


@pytest.fixture
def case(event, team, talk):
    with scope(event=event):
        subject = cases.subject_of_profile(talk.speakers.get())
        return cases.open_case(
            event=event, by=team[0], subject=subject, place="Hall 2", text="Seen today."
        )


def url_of(case, *rest):
    return "/".join(
        (f"/orga/event/{case.event.slug}/p/coc/case/{case.code}", *rest, "")
    )


def test_who_has_not_declared_gets_the_door_and_no_more(login, case, team, speaker):
    response = login(team[1]).get(url_of(case))
    content = response.content.decode()
    assert response.status_code == 200
    assert case.code_name in content
    assert "Hall 2" in content
    assert speaker.name in content
    assert "No conflict, open it" in content
    assert "Seen today." not in content
    assert "Mona Member" not in content


def test_one_tap_opens_the_case(login, case, team):
    client = login(team[1])
    response = client.post(url_of(case, "declare"), {"conflict": "no"}, follow=True)
    assert "Seen today." in response.content.decode()


def test_with_a_conflict_the_case_is_gone(login, case, team):
    client = login(team[1])
    response = client.post(url_of(case, "declare"), {"conflict": "yes"}, follow=True)
    content = response.content.decode()
    assert "You do not see this case any more" in content
    assert case.code_name not in content
    assert client.get(url_of(case)).status_code == 404


def test_declaring_says_yes_or_no(login, case, team):
    login(team[1]).post(url_of(case, "declare"), {"conflict": "perhaps"})
    with scope(event=case.event):
        own = CaseMember.objects.get(case=case, user_code=team[1].code)
    assert own.standing == "asked"


def viewed(case):
    with scope(event=case.event):
        return AuditEntry.objects.filter(action="case.viewed").count()


def test_opening_a_case_is_noted_once_for_each_page_view(login, case, team):
    client = login(team[0])
    client.get(url_of(case))
    assert viewed(case) == 1
    client.get(url_of(case), headers={"hx-request": "true"})
    assert viewed(case) == 1
    login(team[1]).get(url_of(case))
    assert viewed(case) == 1


def test_the_title_of_the_page_says_the_code_and_no_more(login, case, team, speaker):
    for user in team:
        content = login(user).get(url_of(case)).content.decode()
        title = content.split("<title>")[1].split("</title>")[0]
        assert case.code in title
        assert speaker.name not in title
        assert case.code_name not in title


def test_a_reviewer_who_sees_no_names_gets_none_until_they_ask(
    login, event, case, team, speaker
):
    factories.make_team(event, team[1], is_reviewer=True)
    with scope(event=event):
        event.review_phases.update(can_see_speaker_names=False)
    client = login(team[1])
    door = client.get(url_of(case)).content.decode()
    assert speaker.name not in door
    client.post(url_of(case, "declare"), {"conflict": "no"})
    page = client.get(url_of(case)).content.decode()
    assert speaker.name not in page
    assert "Seen today." not in page
    response = client.get(url_of(case, "note"))
    assert response.url == url_of(case)
    page = client.post(url_of(case, "name"), follow=True).content.decode()
    assert speaker.name in page
    assert "Seen today." in page


def test_a_file_comes_as_a_download_that_nothing_keeps(login, case, team):
    with scope(event=case.event):
        file = case_files.add_file(
            case=case, by=team[0], uploaded=SimpleUploadedFile("a.html", b"<b>x</b>")
        )
    response = login(team[0]).get(url_of(case, "file", file.code))
    assert b"".join(response.streaming_content) == b"<b>x</b>"
    assert response["Content-Disposition"] == 'attachment; filename="a.html"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == (
        "max-age=0, no-cache, no-store, must-revalidate, private"
    )
    assert response["Content-Type"] == "application/octet-stream"
    with scope(event=case.event):
        read = AuditEntry.objects.filter(action="case.file_read").count()
    assert read == 1


def test_an_administrator_reads_a_case_only_where_the_settings_let_them(
    login, event, case, team
):
    administrator = factories.make_user(is_administrator=True)
    client = login(administrator)
    assert client.get(url_of(case)).status_code == 404
    with scope(event=event):
        CocSettings.objects.filter(event=event).update(administrators_look=True)
    content = client.get(url_of(case)).content.decode()
    assert "You look into this case as an administrator" in content
    assert client.get(url_of(case, "note")).status_code == 404
    assert viewed(case) == 1


def add_to(case, by, number):
    with scope(event=case.event):
        cases.add_note(case=case, by=by, text=f"Note {number}")
        case_files.add_file(
            case=case, by=by, uploaded=SimpleUploadedFile("a.txt", b"x")
        )
        reports.write_down(
            event=case.event,
            by=by,
            case=case,
            text="Said.",
            reporter=reports.Somebody(name=f"Person {number}"),
        )
        draft = Draft(
            measure=Measure.WARNING,
            reason="Because.",
            statement="Please do not.",
            statement_language="en",
        )
        decisions.propose(case=case, by=by, revision=case.revision, draft=draft)


def queries_of(client, url):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_the_page_of_a_case_costs_the_same_however_much_is_on_it(login, case, team):
    client = login(team[0])
    add_to(case, team[0], 1)
    client.get(url_of(case))
    one = queries_of(client, url_of(case))
    for number in (2, 3):
        add_to(case, team[0], number)
    assert queries_of(client, url_of(case)) == one


def test_danger_is_said_in_words(login, case, team):
    with scope(event=case.event):
        cases.describe(
            case=case, by=team[0], revision=case.revision, severity=Severity.DANGER
        )
    content = login(team[0]).get(url_of(case)).content.decode()
    assert "People are in danger now." in content


def test_the_address_of_a_case_that_went_into_another_leads_there(
    login, event, case, team, talk
):
    with scope(event=event):
        subject = cases.subject_of_profile(talk.speakers.get())
        other = cases.open_case(event=event, by=team[0], subject=subject)
        case_members.declare(case=other, by=team[1], conflict=True)
        case_merging.merge(case=other, into=case, by=team[0], revision=other.revision)
    assert login(team[0]).get(url_of(other)).url == url_of(case)
    assert login(team[1]).get(url_of(other)).status_code == 404
    assert login(team[1]).get(url_of(case)).status_code == 404


def test_a_passage_that_is_not_for_this_member_is_attached_nowhere(login, case, team):
    url = f"/orga/event/{case.event.slug}/p/coc/cases/attach"
    client = login(team[0])
    for kind in ("flag", "finding", "talk"):
        address = f"{url}/{kind}/AAAAAAAA/"
        assert client.get(address).status_code == 404
        assert client.post(address, {"other": case.code}).status_code == 404
        opening = f"/orga/event/{case.event.slug}/p/coc/cases/new/{kind}/AAAAAAAA/"
        assert client.post(opening, {"severity": 2}).status_code == 404

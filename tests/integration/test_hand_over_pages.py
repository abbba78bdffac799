# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Handing a case over through its page, and what everybody reads of it."""

import json

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_scopes import scope, scopes_disabled

from pretalx.mail.models import QueuedMail

from pretalx_coc.domain import case_members, cases, hand_over
from pretalx_coc.domain.queries.case_page import read_case
from pretalx_coc.domain.reports import Somebody, write_down
from pretalx_coc.enums import EntryKind
from pretalx_coc.models import Case, CaseEntry, HandOver
from tests import factories
from tests.integration.test_case_side_channels import masked, read_all

pytestmark = pytest.mark.django_db
WHY = "They come to you next."


@pytest.fixture
def team(event):
    return factories.make_members(event, "Mona Member", "Carl Colleague")


@pytest.fixture
def to(event):
    return factories.make_event(organiser=event.organiser)


@pytest.fixture
def theirs(to):
    return factories.make_members(to, "Theo There", "Tina There")


@pytest.fixture
def case(event, team, talk):
    with scope(event=event):
        subject = cases.subject_of_profile(talk.speakers.get())
        return cases.open_case(event=event, by=team[0], subject=subject, text="Seen.")


def url_of(case, *rest):
    return "/".join(
        (f"/orga/event/{case.event.slug}/p/coc/case/{case.code}", *rest, "")
    )


def give(client, case, to, **data):
    data = {"event": to.pk, "text": WHY, "revision": case.revision, **data}
    return client.post(url_of(case, "hand-over"), data, follow=True)


def opened_in(event):
    with scope(event=event):
        return Case.objects.select_related("event").get()


def test_a_member_hands_over_what_they_tick(login, case, team, to, theirs):
    client = login(team[0])
    page = client.get(url_of(case, "hand-over")).content.decode()
    assert str(to.name) in page
    with scope(event=case.event):
        entry = CaseEntry.objects.get(text="Seen.")
    response = give(client, case, to, parts=[f"entry:{entry.pk}"])
    content = response.content.decode()
    opened = opened_in(to)
    assert "The other team has it now, too." in content
    assert f"The team of {to.name} has it as case {opened.code}." in content
    assert "It is not acknowledged there yet." in content
    with scope(event=to):
        rows = CaseEntry.objects.order_by("pk").values_list("kind", "text")
        assert list(rows) == [
            (EntryKind.OPENED, ""),
            (EntryKind.RECEIVED, WHY),
            (EntryKind.PASSED_ON, "Seen."),
        ]


def test_nothing_ticked_is_nothing_passed_on(login, case, team, to, theirs):
    give(login(team[0]), case, to)
    with scope(event=to):
        kinds = CaseEntry.objects.order_by("pk").values_list("kind", flat=True)
        assert list(kinds) == [EntryKind.OPENED, EntryKind.RECEIVED]


def test_the_other_team_reads_it_behind_its_door(login, case, team, to, theirs):
    give(login(team[0]), case, to)
    opened = opened_in(to)
    client = login(theirs[0])
    door = client.get(url_of(opened)).content.decode()
    assert "No conflict, open it" in door
    assert "Ada Speaker" in door
    for said in (WHY, "Mona Member", str(case.event.name), case.code):
        assert said not in door
    client.post(url_of(opened, "declare"), {"conflict": "no"})
    page = client.get(url_of(opened)).content.decode()
    assert WHY in page
    came = f"It came from the team of {case.event.name}, where it is case {case.code}."
    assert came in page
    # Not "Nobody reported it": they cannot know.
    assert "That is with the other team." in page
    assert client.get(url_of(case)).status_code == 404


def test_only_the_other_team_gets_a_mail_and_it_says_nothing(
    login, case, team, to, theirs, django_capture_on_commit_callbacks
):
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        give(login(team[0]), case, to)
    opened = opened_in(to)
    assert sorted(one.to[0] for one in mail.outbox) == sorted(
        user.email for user in theirs
    )
    for one in mail.outbox:
        assert opened.code_name in one.body
        for said in (WHY, "Ada Speaker", case.code, str(case.event.name)):
            assert said not in one.subject + one.body
    with scopes_disabled():
        assert not QueuedMail.objects.exists()


def test_a_name_in_the_text_comes_back_with_what_was_typed(
    login, case, team, to, theirs
):
    with scope(event=case.event):
        write_down(
            event=case.event,
            by=team[0],
            case=case,
            text="Loud.",
            reporter=Somebody(name="Rita Reporter"),
        )
        case.refresh_from_db()
    client = login(team[0])
    response = give(client, case, to, text="Rita was there.")
    content = response.content.decode()
    assert "This would say who reported it, was affected or saw it: Rita." in content
    assert "Rita was there.</textarea>" in content
    give(client, case, to, text="Rita was there.", names="on")
    with scope(event=to):
        assert opened_in(to).people.get().name == "Rita Reporter"


def test_of_two_at_once_the_second_sees_what_changed(login, case, team, to, theirs):
    revision = case.revision
    with scope(event=case.event):
        cases.add_note(case=case, by=team[0], text="They called.")
    case.revision = revision
    response = give(login(team[0]), case, to)
    content = response.content.decode()
    assert "Somebody else changed this case" in content
    assert "They called." in content
    with scopes_disabled():
        assert not HandOver.objects.exists()


def test_there_is_nothing_to_choose_where_it_went_to_all(login, case, team, to, theirs):
    client = login(team[0])
    give(client, case, to)
    page = client.get(url_of(case, "hand-over")).content.decode()
    assert "There is no other event of this organiser" in page
    assert "<textarea" not in page
    # Sent once more all the same.
    give(client, case, to)
    assert opened_in(to)


def test_the_page_offers_it_only_where_there_is_another_team(
    login, event, case, team, to
):
    factories.make_event(organiser=event.organiser, plugin=False)
    link = f'href="{url_of(case, "hand-over")}"'
    client = login(team[0])
    assert link not in client.get(url_of(case)).content.decode()
    factories.make_members(to, "Theo There")
    assert link in client.get(url_of(case)).content.decode()


def test_the_file_of_the_case_says_where_it_went(login, case, team, to, theirs):
    client = login(team[0])
    give(client, case, to)
    opened = opened_in(to)
    response = client.post(url_of(case, "export"))
    first, *entries = map(json.loads, response.content.decode().splitlines())
    (said,) = (one for one in entries if one["data"].get("kind") == "handed_over")
    assert first["handed_over"] == [
        {
            "received": False,
            "event": str(to.name),
            "case": opened.code,
            "entry": said["data"]["entry"],
        }
    ]
    with scope(event=to):
        case_members.declare(case=opened, by=theirs[0], conflict=False)
    response = login(theirs[0]).post(url_of(opened, "export"))
    first, *__ = map(json.loads, response.content.decode().splitlines())
    assert first["handed_over"][0] | {"entry": 0} == {
        "received": True,
        "event": str(case.event.name),
        "case": case.code,
        "entry": 0,
    }


def test_queries_do_not_grow_with_the_teams_it_went_to(event, case, team, to, theirs):
    def hand(to):
        with scope(event=event):
            case.refresh_from_db()
            hand_over.hand_over(
                case=case, to=to, by=team[0], revision=case.revision, text=WHY
            )

    def queries():
        with scope(event=event):
            row = Case.objects.select_related("event").get()
            with CaptureQueriesContext(connection) as counted:
                assert read_case(case=row, user=team[0]).hand_overs
        return len(counted)

    hand(to)
    queries()  # What stays with the account is asked the first time only.
    one = queries()
    for __ in range(2):
        other = factories.make_event(organiser=event.organiser)
        factories.make_members(other, "Theo There")
        hand(other)
    assert queries() == one


# Nobody else notices

SUBJECT = "subject, on both teams"
CONFLICT = "with a conflict, on both teams"
LATE = "too late for the first case, on both teams"
WITNESS = "witness, on the other team"
ORGANISER = "organiser of both events"
ADMINISTRATOR = "administrator of the server"
PEOPLE = (SUBJECT, CONFLICT, LATE, WITNESS, ORGANISER, ADMINISTRATOR, "speaker", None)


@pytest.fixture
@scopes_disabled()
def world(event, to, speaker):
    mona, conflicted = factories.make_members(event, "Mona", "Carl")
    subject, late, witness = (
        factories.make_user(name=name) for name in ("Sam", "Late", "Wim")
    )
    organiser = factories.make_organiser(event)
    rights = dict.fromkeys(factories.ORGANISER_RIGHTS, True)
    factories.make_team(to, organiser, name="Organisers too", **rights)
    factories.make_members(to, "Theo There")
    to.teams.get(name="Response team").members.add(subject, conflicted, late, witness)
    for each in (event, to):
        factories.make_talk(each, subject)
    case = cases.open_case(
        event=event,
        by=mona,
        subject=cases.subject_of_profile(subject.get_speaker(event)),
        text="Seen today.",
    )
    case_members.declare(case=case, by=conflicted, conflict=True)
    write_down(
        event=event,
        by=mona,
        case=case,
        text="They said it.",
        witnesses=[Somebody(user=witness)],
    )
    mona.teams.get().members.add(subject, late)
    people = {
        SUBJECT: subject,
        CONFLICT: conflicted,
        LATE: late,
        WITNESS: witness,
        ORGANISER: organiser,
        ADMINISTRATOR: factories.make_user(is_administrator=True),
        "speaker": speaker,
        None: None,
    }
    return people, mona, Case.objects.get(pk=case.pk)


def paths_of(event):
    base = f"/orga/event/{event.slug}/"
    panel = f"{base}p/coc/"
    yield from (base, f"{base}history/", f"{base}mails/outbox/", f"{base}speakers/")
    yield from (panel, f"{panel}cases/", f"{panel}cases/?q=S", f"{panel}retention/")
    yield from (f"{panel}cases/?state=new", f"{panel}doors/", f"{panel}requests/")
    with scopes_disabled():
        codes = list(event.submitters.values_list("code", flat=True))
    yield from (f"{panel}speaker/{code}/" for code in codes)
    yield from (f"/{event.slug}/code-of-conduct/me/messages/", "/orga/event/")
    yield f"/{event.slug}/code-of-conduct/me/export/"


@pytest.mark.parametrize("person", PEOPLE, ids=str)
def test_a_hand_over_changes_no_byte_for_whoever_must_not_know_of_it(
    client, event, to, world, person
):
    people, mona, case = world
    paths = [*paths_of(event), *paths_of(to)]
    read_all(client, event, people[person], paths)
    before = read_all(client, event, people[person], paths)
    client.force_login(mona)
    assert give(client, case, to).redirect_chain
    opened = opened_in(to)
    after = read_all(client, event, people[person], paths)
    assert [path for path in paths if after[path] != before[path]] == []
    nowhere = url_of(opened).replace(opened.code, "AAAAAAAA")
    hidden, none = (client.get(url) for url in (url_of(opened), nowhere))
    assert masked(hidden).replace(opened.code, "AAAAAAAA") == masked(none)
    assert hidden.status_code == (404 if people[person] else 302)


def test_who_may_know_of_it_notices(client, event, to, world):
    """So that the pages above are those on which it would be seen."""
    __, mona, case = world
    with scopes_disabled():
        theo = to.teams.get(name="Response team").members.get(name="Theo There")
    paths = list(paths_of(to))
    before = read_all(client, event, theo, paths)
    client.force_login(mona)
    give(client, case, to)
    after = read_all(client, event, theo, paths)
    panel = f"/orga/event/{to.slug}/p/coc/"
    different = {path for path in paths if after[path] != before[path]}
    assert {panel, f"{panel}cases/", f"{panel}retention/"} <= different

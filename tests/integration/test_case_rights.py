# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Who may open what of a case: every address of cases against every kind of person."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django_scopes import scope, scopes_disabled

from pretalx.event.models import Event

from pretalx_coc.domain import case_files, case_members, cases, decisions, reports
from pretalx_coc.domain.checks import check_subject
from pretalx_coc.domain.decision_drafts import Draft
from pretalx_coc.domain.flags import raise_flag
from pretalx_coc.domain.team import get_settings
from pretalx_coc.enums import Measure, TwoPeople
from pretalx_coc.models import AuditEntry, Case, CaseEntry, CaseMember, Finding
from pretalx_coc.routes_cases import PLACES
from tests import factories

pytestmark = pytest.mark.django_db

BAD = "Before the demo we show hot naked girls on every slide."

MEMBER, UNDECLARED, BLIND = "member", "member who has not declared", "blind member"
NEW, CONFLICT = "new member", "member with a conflict"
SUBJECT = "member who is the subject"
MEMBERS = {MEMBER, UNDECLARED, BLIND, NEW, CONFLICT, SUBJECT}

PAGE, LED, NO_GET = 200, 302, 405
#: Those who may know of the case and not read it are led to its page.
WRITING = {MEMBER: PAGE, UNDECLARED: LED, BLIND: LED}
BUTTON = {MEMBER: NO_GET, UNDECLARED: LED, BLIND: LED}
#: Nothing to do now: led to the page of the case.
NOT_NOW = dict.fromkeys((MEMBER, UNDECLARED, BLIND), LED)
KNOWING = dict.fromkeys((MEMBER, UNDECLARED, BLIND), PAGE)
#: On the panel, which is closed for who reviews without seeing names.
ON_PANEL = {**dict.fromkeys((MEMBER, UNDECLARED, NEW, CONFLICT), PAGE), BLIND: LED}

#: What a GET gets: everybody who is not named gets a 404 or a login page.
PAGES = {
    "cases": dict.fromkeys(MEMBERS, PAGE),
    "cases.filter": dict.fromkeys(MEMBERS, NO_GET),
    "case.new": dict.fromkeys(MEMBERS, PAGE),
    "report.new": dict.fromkeys(MEMBERS, PAGE),
    "case.new.speaker": ON_PANEL,
    "case.new.item": ON_PANEL,
    "case.attach.item": ON_PANEL,
    "dismiss": {**dict.fromkeys(MEMBERS, NO_GET), BLIND: LED},
    "case": KNOWING,
    "case.declare": dict.fromkeys((MEMBER, UNDECLARED, BLIND), NO_GET),
    "case.name": dict.fromkeys((MEMBER, UNDECLARED, BLIND), NO_GET),
    "case.note": WRITING,
    "case.move": WRITING,
    "case.close": WRITING,
    "case.describe": WRITING,
    "case.assign": WRITING,
    "case.claim": BUTTON,
    "case.let_in": WRITING,
    "case.step_back": WRITING,
    "case.person": WRITING,
    "case.attach": WRITING,
    "case.detach": BUTTON,
    "case.merge": WRITING,
    "case.split": WRITING,
    "case.link": WRITING,
    "case.unlink": WRITING,
    "case.hand_over": WRITING,
    "case.file": WRITING,
    "case.file.read": {MEMBER: PAGE, UNDECLARED: LED},
    "case.report": WRITING,
    "case.report.answer": WRITING,
    "case.report.again": WRITING,
    "case.outside": WRITING,
    "case.hearing": WRITING,
    "case.hearing.skip": WRITING,
    "case.decide": WRITING,
    "case.approve": WRITING,
    "case.refuse": WRITING,
    "case.second": NOT_NOW,
    "case.lift": NOT_NOW,
    "case.done": BUTTON,
    "case.appeal": NOT_NOW,
}


@pytest.fixture
@scopes_disabled()
def world(event, version, organiser):
    """A case with everything on it, and people of all kinds."""
    names = (MEMBER, UNDECLARED, CONFLICT, SUBJECT, BLIND, "colleague")
    team = dict(zip(names, factories.make_members(event, *names), strict=True))
    factories.make_team(event, team[BLIND], is_reviewer=True)
    event.review_phases.update(can_see_speaker_names=False)
    speaker = factories.make_user(name="Co-speaker")
    talk = factories.make_talk(event, team[SUBJECT], speaker, abstract=BAD)
    other_speaker = factories.make_user(name="Other speaker")
    factories.make_talk(event, other_speaker)
    reviewer = factories.make_reviewer(event, can_change_submissions=True)
    track = event.tracks.create(name="Another track")
    of_track = factories.make_user(name="Reviewer of another track")
    limited = factories.make_team(event, of_track, is_reviewer=True)
    limited.limit_tracks.add(track)
    # Where the case could go, and somebody who would get it.
    receiving = factories.make_event(organiser=event.organiser)
    receiver = factories.make_member(receiving)
    with scope(event=event):
        flag = raise_flag(submission=talk, by=reviewer, reason="other", text="Slide 3")
        check_subject(event=event, kind="talk", pk=talk.pk)
        case, codes = _case(event, team, talk)
        codes |= {
            "case.new.item": {"kind": "flag", "code": flag.code},
            "case.attach.item": {"kind": "flag", "code": flag.code},
        }
        newcomer = factories.make_user(name="New member")
        get_settings(event).response_teams.get().members.add(newcomer)
    people = {
        "anonymous": None,
        "speaker of the talk": speaker,
        "other speaker": other_speaker,
        "reviewer": reviewer,
        "reviewer without names": factories.make_reviewer(event),
        "reviewer of another track": of_track,
        "organiser": organiser,
        **{name: user for name, user in team.items() if name != "colleague"},
        NEW: newcomer,
        "member of the organiser's other event": receiver,
        "member of another event": factories.make_member(factories.make_event()),
        "server administrator": factories.make_user(is_administrator=True),
    }
    return people, case, codes


def _case(event, team, talk):
    profile = team[SUBJECT].get_speaker(event)
    case = cases.open_case(
        event=event, by=team[MEMBER], subject=cases.subject_of_profile(profile)
    )
    case_members.declare(case=case, by=team[CONFLICT], conflict=True)
    for name in ("colleague", BLIND):
        case_members.declare(case=case, by=team[name], conflict=False)
    report = reports.write_down(
        event=event,
        by=team[MEMBER],
        case=case,
        text="Said.",
        reporter=reports.Somebody(name="Somebody"),
    )
    file = case_files.add_file(
        case=case, by=team[MEMBER], uploaded=SimpleUploadedFile("a.txt", b"x")
    )
    settings = get_settings(event)
    settings.two_people = TwoPeople.ALL
    settings.save()
    case.refresh_from_db()
    decision = decisions.propose(
        case=case,
        by=team["colleague"],
        revision=case.revision,
        draft=Draft(
            measure=Measure.WARNING,
            reason="Because.",
            statement="Please do not.",
            statement_language="en",
        ),
    )
    codes = {name: {"code": case.code} for name in PAGES if name.startswith("case.")}
    for name in ("case", "case.new.speaker"):
        codes[name] = {"code": case.code}
    codes["case.new.speaker"] = {"code": profile.code}
    codes["case.new"] = {}
    codes["case.file.read"] |= {"file": file.code}
    for name in ("case.report.answer", "case.report.again"):
        codes[name] |= {"report": report.code}
    for name in ("approve", "refuse", "second", "lift", "done", "appeal"):
        codes[f"case.{name}"] |= {"decision": decision.code}
    return case, codes


def url_of(name, event, codes):
    kwargs = {"event": event.slug, **codes.get(name, {})}
    return reverse(f"plugins:pretalx_coc:{name}", kwargs=kwargs)


def test_every_address_of_cases_is_in_the_table():
    assert {name for name, __ in PLACES.values()} == set(PAGES)


def test_every_page_of_a_case_opens_for_the_right_people_and_no_others(
    client, event, world
):
    people, case, codes = world
    wrong = {}
    for person, user in people.items():
        client.logout()
        if user:
            client.force_login(user)
        for name, expected in PAGES.items():
            response = client.get(url_of(name, event, codes))
            wanted = expected.get(person, 404 if user else 302)
            if response.status_code != wanted:
                wrong[name, person] = response.status_code
            if not user:
                assert "/login/?next=" in response.url, name
            elif response.status_code == LED and person in (UNDECLARED, MEMBER):
                assert response.url == case.get_absolute_url()
    assert wrong == {}


@scopes_disabled()
def receiving_event(event):
    return Event.objects.filter(organiser=event.organiser).exclude(pk=event.pk).get()


def test_the_case_could_go_to_the_other_event(client, event, world):
    """So that the posts below are such that would do something."""
    people, case, codes = world
    client.force_login(people[MEMBER])
    url, to = url_of("case.hand_over", event, codes), receiving_event(event)
    client.post(url, {"event": to.pk, "text": "x", "revision": case.revision})
    with scopes_disabled():
        assert Case.objects.filter(event=to).count() == 1


def state_of(event):
    """All that could have been changed."""
    with scopes_disabled():
        return (
            list(Case.objects.filter(event=event).order_by("pk").values()),
            CaseEntry.objects.filter(event=event).count(),
            Case.objects.exclude(event=event).count(),
            list(CaseMember.objects.filter(event=event).order_by("pk").values()),
            set(Finding.objects.filter(event=event).values_list("verdict", flat=True)),
            AuditEntry.objects.filter(event=event)
            .exclude(action__in=("case.viewed", "case.file_read"))
            .count(),
        )


#: What would do something, if it came from a member.
POSTS = {
    "text": "x",
    "state": "in_work",
    "outcome": "unfounded",
    "severity": 4,
    "category": "other",
    "action": "claim",
    "role": "witness",
    "name": "x",
    "reason": "x",
    "agreed": "yes",
    "granted": "yes",
    "answer": "x",
    "number": 0,
    "measure": "no_action",
    "kind": "person",
    "who": "x",
    "due": "2040-01-01T00:00",
}


def test_writing_to_a_case_is_for_the_right_people_only(client, event, world):
    people, case, codes = world
    before = state_of(event)
    for person, user in people.items():
        client.logout()
        if user:
            client.force_login(user)
        for name, expected in PAGES.items():
            # The member may try what is not for now: the domain refuses it.
            allowed = expected.get(person) in (PAGE, NO_GET) or person == MEMBER
            if allowed or name == "case":
                continue
            data = POSTS | {"revision": case.revision, "conflict": "no"}
            data["event"] = receiving_event(event).pk
            response = client.post(url_of(name, event, codes), data)
            wanted = 302 if person in expected or not user else 404
            assert response.status_code == wanted, (name, person)
    assert state_of(event) == before


def test_who_may_not_know_of_a_case_gets_the_same_as_for_none(client, event, world):
    people, case, codes = world
    nowhere = {name: {**kwargs, "code": "AAAAAAAA"} for name, kwargs in codes.items()}
    for person in (NEW, CONFLICT, SUBJECT, "organiser"):
        client.force_login(people[person])
        for name in ("case", "case.note", "case.declare", "case.file.read"):
            hidden = client.get(url_of(name, event, codes))
            none = client.get(url_of(name, event, nowhere))
            assert hidden.status_code == none.status_code == 404
            same = hidden.content.replace(case.code.encode(), b"AAAAAAAA")
            assert same == none.content, (name, person)

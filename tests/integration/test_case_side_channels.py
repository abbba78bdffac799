# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""A case leaves no trace for whoever must not know of it (rules 6 and 8).

Each person's pages are read without the case and with it: the plugin's own,
pretalx's, exports, pages that are refused, and what pretalx stores for others.
"""

import re

import pytest
from django_scopes import scope, scopes_disabled

from pretalx.common.models import ActivityLog
from pretalx.mail.models import QueuedMail

from pretalx_coc.domain import case_claims, case_items, case_members, cases
from pretalx_coc.domain.flags import raise_flag
from pretalx_coc.enums import CaseSubject, FlagReason, ItemRef, Severity
from pretalx_coc.models import Case
from tests import factories

pytestmark = pytest.mark.django_db

# What differs from one answer to the next without meaning anything.
MASKS = (
    r'csrfmiddlewaretoken" value="[^"]*"',
    r'csrf-token" content="[^"]*"',
    r"nonce-?=?[\"']?[\w+/=-]+",
)
MEMBER_WITH_CONFLICT = "member with a conflict"
NEW_MEMBER = "new member"
SUBJECT = "subject, who is an organiser and a member"
PEOPLE = (
    MEMBER_WITH_CONFLICT,
    NEW_MEMBER,
    SUBJECT,
    "subject, who is an organiser only",
    "organiser",
    "administrator of the event",
    "administrator of the server",
    "reviewer",
    "speaker",
    None,
)


@pytest.fixture
def world(event, version, speaker):
    """People of all kinds, a talk of the later subject's, and a known case."""
    mona, conflicted, subject = factories.make_members(event, "Mona", "Carl", "Sam")
    newcomer = factories.make_user(name="New")
    both = factories.make_user(name="Sue")
    rights = dict.fromkeys(factories.ORGANISER_RIGHTS, True)
    factories.make_team(event, subject, both, name="Organisers too", **rights)
    administrator = factories.make_user(name="Anna")
    factories.make_team(event, administrator, name="All", all_events=True, **rights)
    reviewer = factories.make_reviewer(event)
    people = {
        MEMBER_WITH_CONFLICT: conflicted,
        NEW_MEMBER: newcomer,
        SUBJECT: subject,
        "subject, who is an organiser only": both,
        "organiser": factories.make_organiser(event),
        "administrator of the event": administrator,
        "administrator of the server": factories.make_user(is_administrator=True),
        "reviewer": reviewer,
        "speaker": speaker,
        None: None,
    }
    talk = factories.make_talk(event, subject, both, speaker)
    with scope(event=event):
        flag = raise_flag(submission=talk, by=reviewer, reason="other", text="Slide 3")
        known = cases.open_case(
            event=event,
            by=mona,
            subject=cases.subject_in_words(CaseSubject.PERSON, "Red hat"),
        )
        team = mona.teams.get()
        team.members.add(newcomer)
        for user in (newcomer, subject):
            known.members.filter(user_code=user.code).delete()
            case_members.let_in(case=known, by=mona, user=user)
    return people, mona, talk, flag, known


def open_hidden(event, mona, talk, flag, people, about):
    """A case with something of everything, of which none of these may know."""
    subject = cases.subject_of_profile(about.get_speaker(event))
    case = cases.open_case(
        event=event,
        by=mona,
        subject=subject,
        severity=Severity.DANGER,
        category=FlagReason.INTIMIDATION,
        place="Hall 2",
        text="Seen today.",
    )
    case_members.declare(case=case, by=people[MEMBER_WITH_CONFLICT], conflict=True)
    # Older than their membership.
    case.members.filter(user_code=people[NEW_MEMBER].code).delete()
    for kind, ref in ((ItemRef.TALK, talk.code), (ItemRef.FLAG, flag.code)):
        case_items.attach(case=case, by=mona, kind=kind, ref=ref)
    cases.add_note(case=case, by=mona, text="Another note.")
    case_claims.assign(case=case, by=mona, to=mona, revision=case.revision)
    return case


def paths_of(event, talk, profiles):
    base = f"/orga/event/{event.slug}/"
    panel = f"{base}p/coc/"
    sorts = ("sort=-severity", "sort=created", "page=2", "page=1", "state=in_work")
    yield from (base, f"{base}history/", f"{base}mails/outbox/", f"{base}mails/sent")
    yield from (f"{base}submissions/", f"{base}speakers/", f"{base}settings/p/coc/")
    yield from (f"{base}submissions/{talk.code}/", f"{base}reviews/")
    yield f"{base}submissions/{talk.code}/feedback/"
    yield from (f"{base}schedule/export/", f"{panel}acceptance/csv/", panel)
    yield from (f"{panel}?kind=flag", f"{panel}?q=Sam", f"{panel}acceptance/")
    yield from (f"{panel}cases/?{each}" for each in sorts)
    searched = ("Sam", "Sue", "Seen", "Hall", "Another", "C")
    yield from (f"{panel}cases/?q={each}" for each in searched)
    yield from (f"{panel}{each}/" for each in ("cases", "cases/new", "retention"))
    yield from (f"{panel}{each}/" for each in ("doors", "requests", "closed"))
    yield f"{panel}cases/attach/flag/AAAAAAAA/"
    yield from (f"{panel}talk/{talk.code}/flag/", "/orga/", "/orga/event/", "/")
    own = f"/{event.slug}/code-of-conduct/"
    yield from (own, f"{own}me/", f"{own}me/messages/", f"{own}me/export/")
    yield from (f"/{event.slug}/me/", f"/api/events/{event.slug}/submissions/")
    yield from (f"{base}speakers/export/", f"{base}submissions/{talk.code}/reviews/")
    for code in profiles:
        yield from (f"{base}speakers/{code}/", f"{panel}speaker/{code}/")


def masked(response) -> str:
    if response.streaming:
        content = b"".join(response.streaming_content)
    else:
        content = response.content
    text = content.decode("utf-8", "replace")
    for mask in MASKS:
        text = re.sub(mask, "", text)
    return f"{response.status_code} {response.headers.get('Location', '')}\n{text}"


def read_all(client, event, user, paths):
    client.logout()
    if user:
        client.force_login(user)
    return {path: masked(client.get(path)) for path in paths}


def stored():
    """What pretalx shows to others: its log, its mails."""
    with scopes_disabled():
        return (
            list(ActivityLog.objects.order_by("pk").values()),
            list(QueuedMail.objects.order_by("pk").values()),
        )


@pytest.mark.parametrize("person", PEOPLE, ids=str)
def test_a_hidden_case_changes_no_byte(client, event, world, person):
    people, mona, talk, flag, known = world
    user = people[person]
    about = people[
        "subject, who is an organiser only" if "only" in str(person) else SUBJECT
    ]
    with scopes_disabled():
        codes = list(talk.speakers.values_list("code", flat=True))
        opened = f"/orga/event/{event.slug}/p/coc/case/{known.code}/"
    paths = [*paths_of(event, talk, codes), opened]
    read_all(client, event, user, paths)
    before, log = read_all(client, event, user, paths), stored()
    with scope(event=event):
        hidden = open_hidden(event, mona, talk, flag, people, about)
    after = read_all(client, event, user, paths)
    assert [path for path in paths if after[path] != before[path]] == []
    assert stored() == log
    said = "".join(after.values())
    with scopes_disabled():
        hidden = Case.objects.get(pk=hidden.pk)
    assert [word for word in (hidden.code, hidden.code_name) if word in said] == []


def test_who_may_know_of_it_sees_it(client, event, world):
    """So that the pages above are those on which it would be seen."""
    people, mona, talk, flag, __ = world
    with scopes_disabled():
        codes = list(talk.speakers.values_list("code", flat=True))
    paths = list(paths_of(event, talk, codes))
    before = read_all(client, event, mona, paths)
    with scope(event=event):
        hidden = open_hidden(event, mona, talk, flag, people, people[SUBJECT])
    after = read_all(client, event, mona, paths)
    panel = f"/orga/event/{event.slug}/p/coc/"
    different = {path for path in paths if after[path] != before[path]}
    assert {f"{panel}cases/", panel, f"{panel}cases/?q=Sam"} <= different
    assert hidden.code in after[f"{panel}cases/?q=Sam"]

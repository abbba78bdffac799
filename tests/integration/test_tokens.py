# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Tokens for pretalx's API: they open nothing here, and its API says nothing of us."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django_scopes import scope, scopes_disabled

from pretalx.person.models.auth_token import (
    ENDPOINTS,
    READ_PERMISSIONS,
    WRITE_PERMISSIONS,
    UserApiToken,
)

from pretalx_coc.domain import cases, decisions, lifting
from pretalx_coc.domain.decision_drafts import Draft
from pretalx_coc.domain.settings import change_settings
from pretalx_coc.enums import AlsoDone, Measure, TwoPeople
from pretalx_coc.models import AuditEntry, CaseEntry
from tests import factories
from tests.integration.test_case_rights import PAGES as CASE_PAGES
from tests.integration.test_case_rights import POSTS
from tests.integration.test_case_rights import world as case_world  # noqa: F401 -- everything on a case
from tests.integration.test_rights import PAGES
from tests.integration.test_rights import world as other_world  # noqa: F401 -- everything else

pytestmark = pytest.mark.django_db

#: What a token may do: nothing of what it would need, and everything there is.
SCOPES = {
    "wrong scopes": {"rooms": list(READ_PERMISSIONS)},
    "all scopes": {endpoint: list(WRITE_PERMISSIONS) for endpoint in ENDPOINTS},
}
# What differs between two answers to the same.
CHANGING = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"|nonce-?[^"\s]*')


def client_with(user, event, endpoints) -> Client:
    """Nobody who is logged in: a program that sends somebody's token."""
    token = UserApiToken.objects.create(user=user, name="x", endpoints=endpoints)
    token.limit_events.add(event)
    return Client(headers={"Authorization": f"Token {token.token}"})


def url_of(name, event, codes):
    kwargs = {"event": event.slug, **codes.get(name, {})}
    return reverse(f"plugins:pretalx_coc:{name}", kwargs=kwargs)


def answer(response) -> tuple:
    content = CHANGING.sub(b"", getattr(response, "content", b""))
    if response.get("Content-Type") == "application/pdf":
        content = b""  # it says when it was made
    return response.status_code, response.get("Location", ""), content


def written(event) -> tuple:
    with scopes_disabled():
        return (
            CaseEntry.objects.filter(event=event).count(),
            # Reading an outside link is noted, whoever has it.
            AuditEntry.objects.filter(event=event)
            .exclude(action="case.viewed")
            .count(),
        )


@pytest.mark.parametrize("scopes", SCOPES)
def test_a_token_gives_no_more_on_a_case_than_none(event, case_world, scopes):  # noqa: F811
    people, _case, codes = case_world
    assert_as_anonymous(event, people, codes, CASE_PAGES, SCOPES[scopes])


@pytest.mark.parametrize("scopes", SCOPES)
def test_a_token_gives_no_more_elsewhere_than_none(event, other_world, scopes):  # noqa: F811
    people, codes = other_world
    assert_as_anonymous(event, people, codes, PAGES, SCOPES[scopes])


def assert_as_anonymous(event, people, codes, names, endpoints):
    nobody = Client()
    urls = {name: url_of(name, event, codes) for name in names}
    expected = {name: answer(nobody.get(url)) for name, url in urls.items()}
    # What is posted to the pages that everybody opens is theirs to refuse.
    closed = {name for name in names if expected[name][0] != 200}
    assert closed
    posts = {name: answer(nobody.post(urls[name], POSTS)) for name in closed}
    before = written(event)
    wrong = {}
    for person, user in people.items():
        if not user:
            continue
        client = client_with(user, event, endpoints)
        for name, url in urls.items():
            if answer(client.get(url)) != expected[name]:
                wrong["get", name, person] = client.get(url).status_code
            if name in closed and answer(client.post(url, POSTS)) != posts[name]:
                wrong["post", name, person] = "other"
    assert wrong == {}
    assert written(event) == before


# What pretalx's own API and pages say


SECRETS = ("Said in confidence", "Part 2 of the rules", "Please read this alone")


@pytest.fixture
def decided(event, organiser, version, speaker, django_capture_on_commit_callbacks):
    """A case with a decision that did something to a talk, and was lifted again."""
    with scopes_disabled():
        member = factories.make_member(event)
        other = factories.make_user(name="Bea Co")
        talk = factories.make_talk(event, speaker, other, state="accepted")
    with scope(event=event), django_capture_on_commit_callbacks(execute=True):
        change_settings(event=event, by=organiser, two_people=TwoPeople.NONE)
        subject = cases.subject_of_profile(speaker.get_speaker(event))
        case = cases.open_case(event=event, by=member, subject=subject, text=SECRETS[0])
        draft = Draft(
            measure=Measure.TAKEN_OFF,
            reason=SECRETS[1],
            statement=SECRETS[2],
            statement_language="en",
            talks=(talk.code,),
            also=(AlsoDone.HELD,),
        )
        decision = decisions.propose(
            case=case, by=member, revision=case.revision, draft=draft
        )
    with scope(event=event), django_capture_on_commit_callbacks(execute=True):
        lifting.lift(decision=decision, by=member, text="Said in confidence, again")
    assert mail.outbox
    return case, decision, member


def api_urls(event, client) -> list[str]:
    base = f"/api/events/{event.slug}/"
    names = [name for name in ENDPOINTS if name not in ("teams", "events")]
    urls = [f"{base}{name}/" for name in names]
    details = []
    for url in urls:
        response = client.get(url)
        if response.status_code == 200:
            rows = response.json().get("results", [])
            details += [
                f"{url}{row.get('code') or row.get('id')}/"
                for row in rows
                if isinstance(row, dict)
            ]
    expanded = [
        f"{base}submissions/?expand=speakers,answers,reviews,resources,slots",
        f"{base}speakers/?expand=submissions,answers",
        "/api/events/",
        f"/api/organisers/{event.organiser.slug}/teams/",
    ]
    return [*urls, *details, *expanded]


@pytest.mark.parametrize("who", ("organiser", "administrator", "member"))
def test_the_api_of_pretalx_says_nothing_of_cases(event, organiser, decided, who):
    case, decision, member = decided
    user = {
        "organiser": organiser,
        "administrator": factories.make_user(is_administrator=True),
        "member": member,
    }[who]
    client = client_with(user, event, SCOPES["all scopes"])
    opened = 0
    for url in api_urls(event, client):
        response = client.get(url)
        opened += response.status_code == 200
        assert_says_nothing(response.content.decode(), case, decision, url)
    # There is something that could say it.
    assert opened > (0 if who == "member" else 5)


def assert_says_nothing(content, case, decision, where):
    for secret in (*SECRETS, case.code, case.code_name, decision.code):
        assert secret not in content, (secret, where)


@pytest.mark.parametrize("who", ("organiser", "administrator"))
def test_neither_do_the_pages_that_organisers_read(
    event, organiser, decided, login, who
):
    case, decision, member = decided
    user = (
        organiser if who == "organiser" else factories.make_user(is_administrator=True)
    )
    client = login(user)
    with scopes_disabled():
        talk = event.submissions.get()
        base = event.orga_urls.base
        pages = [
            base,
            f"{base}history/",
            f"{base}mails/outbox/",
            f"{base}mails/sent",
            f"{base}submissions/{talk.code}/",
            f"{base}submissions/{talk.code}/speakers",
            f"{base}speakers/",
            f"{base}settings/",
            *(f"{base}speakers/{one.code}/" for one in talk.speakers.all()),
        ]
    opened = 0
    for page in pages:
        response = client.get(page, follow=True)
        opened += response.status_code == 200
        content = response.content.decode()
        assert_says_nothing(content, case, decision, page)
        if "history" in page or "mails" in page:
            assert member.name not in content
    assert opened > 5

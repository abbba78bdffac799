# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What the subject of a case sees on their own page, and what nobody sees there."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now
from django_scopes import scope, scopes_disabled
from freezegun import freeze_time

from pretalx.event.models import Event

from pretalx_coc.domain import cases, deliveries, hearings
from pretalx_coc.domain.access import may_open_own_page
from pretalx_coc.domain.contacts import save_contacts
from pretalx_coc.domain.disclosures import LASTING
from pretalx_coc.domain.links import matters_token, personal_token
from pretalx_coc.domain.settings import change_settings
from pretalx_coc.enums import DecisionState, Measure
from pretalx_coc.models import Case, CasePerson, Decision, Delivery
from tests import factories

pytestmark = pytest.mark.django_db

QUESTION = "What happened in the hallway on Friday?"
STATEMENT = "You showed pictures that our code of conduct does not allow."
WEEK = dt.timedelta(days=7)


def url(event, *parts):
    return "/".join((f"/{event.slug}/code-of-conduct/me", *map(str, parts), ""))


def link(event, user):
    return url(event, "messages", matters_token(event, user))


def make_case(event, member, profile, text="Grace saw it."):
    subject = cases.subject_of_profile(profile)
    case = cases.open_case(event=event, by=member, subject=subject, text=text)
    CasePerson.objects.create(
        event=event, case=case, role="reporter", name="Grace Reporter"
    )
    return case


def ask(case, member, text=QUESTION):
    return hearings.ask(
        case=case, by=member, revision=case.revision, text=text, due=now() + WEEK
    )


def decide(case, member, **fields):
    """A decision in force that the subject was not told of yet."""
    Case.objects.filter(pk=case.pk).update(state="decided")
    values = {
        "state": DecisionState.IN_FORCE,
        "measure": Measure.WARNING,
        "reason": "Part 3, as Grace reported.",
        "statement": STATEMENT,
        "statement_language": "en",
        "proposed_by": member.code,
        "proposed": now(),
        "starts": now(),
        **fields,
    }
    return Decision.objects.create(event=case.event, case=case, **values)


def tell(decision):
    delivery = deliveries.deliver(decision)
    deliveries.send_now(decision.event, delivery.pk)
    decision.refresh_from_db()
    return delivery


@pytest.fixture
def case(event, member, talk):
    with scope(event=event):
        return make_case(event, member, talk.speakers.get())


@pytest.fixture(params=("login", "link"))
def own(request, event, speaker, talk):
    """A client and the address of the page, both ways to get there."""
    client = Client()
    if request.param == "login":
        client.force_login(speaker)
        return client, url(event, "messages")
    return client, link(event, speaker)


def read(own):
    client, address = own
    return client.get(address).content.decode()


# What is there


def test_nothing_is_there_before_something_was_disclosed(own, event, case, member):
    with scope(event=event):
        decide(case, member)
    content = read(own)
    assert "There is nothing here for you to read." in content
    assert STATEMENT not in content


def test_question_says_what_is_asked_and_until_when(own, event, case, member):
    with scope(event=event):
        ask(case, member)
    content = read(own)
    assert QUESTION in content
    assert "Please answer until" in content
    assert content.count('name="text"') == 1
    assert "There is nothing here" not in content


def test_whom_a_decision_is_about_does_not_read_that_they_are_heard_first(
    own, event, case, member
):
    heard_first = "Nothing should be decided without hearing you."
    with scope(event=event):
        ask(case, member)
    assert heard_first in read(own)
    with scope(event=event):
        tell(decide(case, member))
    content = read(own)
    assert (heard_first in content, "You do not have to answer." in content) == (
        False,
        True,
    )


def test_decision_says_what_why_and_until_when_one_may_object(
    own, event, case, member, talk
):
    with scope(event=event):
        decision = decide(
            case,
            member,
            measure=Measure.MATERIAL_WITHHELD,
            talks=[talk.code],
            conditions="Take the pictures out.",
            change_due=now() + WEEK,
            ends=now() + 4 * WEEK,
            on_site=[{"what": "spoken_warning", "who": member.code, "done": True}],
        )
        tell(decision)
    assert decision.appeal_until - decision.delivered == dt.timedelta(days=14)
    content = read(own)
    for words in (
        "Some of your material is not shown to the public.",
        f"This is about: “{talk.title}”",
        "You were given a warning in person.",
        STATEMENT,
        "Take the pictures out.",
        "Please do this until",
        "You can object until",
        "somebody of the response team who had no part in this decision",
    ):
        assert words in content


def test_every_measure_is_told_in_plain_words(own, event, case, member):
    for measure in Measure.values:
        with scope(event=event):
            Decision.objects.all().delete()
            tell(decide(case, member, measure=measure))
        content = read(own)
        part = content.split("What was decided")[1].split("</ul>")[0]
        sentences = re.findall(r'<li dir="auto">(.+?)</li>', part)
        assert len(sentences) == 1
        assert Measure(measure).label not in sentences
        assert ("It holds from" in part) is (measure in LASTING)
        assert ("You can object until" in content) is (measure != Measure.NO_ACTION)


def test_decision_is_there_before_the_mail_has_gone_out(own, event, case, member):
    with scope(event=event):
        decision = decide(case, member)
        deliveries.deliver(decision)
    content = read(own)
    assert STATEMENT in content
    assert "You can object." in content


def test_decision_that_waits_for_a_second_person_is_not_told(own, event, case, member):
    with scope(event=event):
        for state in (DecisionState.PROPOSED, DecisionState.REFUSED):
            assert deliveries.deliver(decide(case, member, state=state)) is None
    assert "There is nothing here for you to read." in read(own)


def test_lifted_decision_stays_and_says_so(own, event, case, member):
    with scope(event=event):
        decision = decide(case, member)
        tell(decision)
        Decision.objects.update(state=DecisionState.LIFTED, lifted=now())
    content = read(own)
    assert "This decision was lifted on" in content
    assert 'name="text"' not in content


def test_word_about_one_decision_is_one_matter(own, event, case, member):
    with scope(event=event):
        decision = decide(case, member)
        tell(decision)
        tell(decision)
        assert Delivery.objects.count() == 2
    assert read(own).count(STATEMENT) == 1


def test_words_that_are_not_sent_yet_become_one_mail(event, case, member):
    with scope(event=event):
        decision = decide(case, member)
        assert deliveries.deliver(decision) == deliveries.deliver(decision)


def test_contact_is_shown(own, event, case, member, organiser):
    contacts = {"contact_people": "Robin, at the desk", "contact_phone": "+49 1"}
    with scope(event=event):
        save_contacts(event=event, contacts=contacts, by=organiser)
        ask(case, member)
    content = read(own)
    assert "Robin, at the desk" in content
    assert "+49 1" in content


def test_questions_of_a_case_that_went_into_another_are_still_answered(
    own, event, case, member, talk
):
    with scope(event=event):
        delivery = ask(case, member)
        other = make_case(event, member, talk.speakers.get())
        Case.objects.filter(pk=other.pk).update(hearing="asked")
        Case.objects.filter(pk=case.pk).update(merged_into=other.code)
    client, address = own
    client.post(address, {"matter": delivery.code, "text": "Nothing happened."})
    assert "Nothing happened." in read(own)
    with scope(event=event):
        assert Case.objects.get(pk=other.pk).hearing == "answered"


def test_what_was_erased_is_not_there(own, event, case, member):
    from pretalx_coc.domain import permit  # noqa: PLC0415
    from pretalx_coc.models import CaseEntry  # noqa: PLC0415

    with scope(event=event):
        ask(case, member)
        with permit.erasing():
            CaseEntry._base_manager.filter(case_code=case.code).update(text="")
    assert "There is nothing here for you to read." in read(own)


# What is not there


def masked(response):
    content = re.sub(rb'csrf\w+" value="\w+"|nonce[-="\w]+', b"", response.content)
    headers = {
        name: value
        for name, value in response.items()
        if name not in ("Expires", "Content-Security-Policy")
    }
    return content, headers


def seen_by(client, address):
    """The bytes and headers of an answer without its tokens, and its queries."""
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    assert response.status_code == 200
    return masked(response), [query["sql"].split("WHERE")[0] for query in queries]


@pytest.mark.parametrize("disclosed", (False, True))
def test_hidden_case_changes_nothing_that_its_subject_sees(
    login, event, speaker, talk, version, member, disclosed
):
    factories.accept(event, speaker, version)
    profile = factories.profile_of(speaker, event)
    with scope(event=event):
        if disclosed:
            first = make_case(event, member, profile)
            ask(first, member)
            tell(decide(first, member))
    client = login(speaker)
    addresses = [
        url(event),
        url(event, "messages"),
        url(event, "export"),
        f"/{event.slug}/me/submissions/",
        f"/{event.slug}/me/",
    ]
    before = [seen_by(client, address) for address in addresses]
    address = link(event, speaker)
    with_link = seen_by(Client(), address)
    with scope(event=event):
        hidden = make_case(event, member, profile, text="SECRET NOTE")
        Case.objects.filter(pk=hidden.pk).update(
            hearing="skipped", place="SECRET PLACE", state="decided"
        )
        decide(hidden, member, statement="SECRET STATEMENT")
        decide(hidden, member, state=DecisionState.PROPOSED)
    assert [seen_by(client, address) for address in addresses] == before
    assert seen_by(Client(), address) == with_link
    # There is something that could show, and once disclosed it does.
    with scope(event=event):
        tell(Decision.objects.get(statement="SECRET STATEMENT"))
    after = [client.get(address).content.decode() for address in addresses[:3]]
    assert ["SECRET STATEMENT" in content for content in after] == [True] * 3


def test_nothing_on_the_page_tells_of_anybody_else(
    own, event, case, member, organiser, speaker
):
    colleague = factories.make_member(event, name="Casey Colleague")
    with scope(event=event):
        Case.objects.filter(pk=case.pk).update(place="Room of Grace")
        ask(case, member)
        decision = decide(
            case, member, approved_by=colleague.code, lifted_reason="Grace took it back"
        )
        tell(decision)
        case.refresh_from_db()
    content = read(own)
    export = Client()
    export.force_login(speaker)
    content += export.get(url(event, "export")).content.decode()
    assert QUESTION in content
    for word in (
        "Grace",
        "Casey",
        member.name + " ",
        member.code,
        colleague.code,
        case.code,
        case.code_name,
        decision.code,
        "Part 3",
    ):
        assert word not in content


def test_link_to_accept_in_mails_that_others_read_shows_no_matter(
    client, event, case, member, speaker, version
):
    before = masked(client.get(url(event, personal_token(event, speaker))))
    with scope(event=event):
        ask(case, member)
        tell(decide(case, member))
    token = personal_token(event, speaker)
    response = client.get(url(event, token))
    assert QUESTION not in response.content.decode()
    assert len(masked(response)[0]) == len(before[0])
    assert client.get(url(event, "messages", token)).status_code == 410


def test_link_to_what_concerns_them_opens_nothing_else(client, event, speaker, talk):
    token = matters_token(event, speaker)
    assert client.get(url(event, "messages", token)).status_code == 200
    assert client.get(url(event, token)).status_code == 410
    assert client.get(url(event, token, "receipt", 1)).status_code == 410
    assert client.get(f"/{event.slug}/me/").status_code == 302
    assert "_auth_user_id" not in client.session


def test_members_and_others_see_their_own_page_only(login, event, case, member):
    with scope(event=event):
        ask(case, member)
    other = factories.make_user()
    factories.make_talk(event, other)
    for user in (member, other):
        for page in (url(event), url(event, "messages"), url(event, "export")):
            assert QUESTION not in login(user).get(page).content.decode()


def test_what_a_member_did_in_cases_is_not_in_their_export(login, event, case, member):
    content = login(member).get(url(event, "export")).json()
    assert content["what_you_did"] == [
        row for row in content["what_you_did"] if not row["action"].startswith("case.")
    ]
    assert content["questions_to_you"] == content["decisions_about_you"] == []


def test_export_has_what_was_disclosed(login, event, case, member, speaker):
    with scope(event=event):
        ask(case, member)
        tell(decide(case, member))
    content = login(speaker).get(url(event, "export")).json()
    (question,), (decision,) = (
        content["questions_to_you"],
        content["decisions_about_you"],
    )
    assert question["text"] == QUESTION
    assert decision["statement"] == STATEMENT


# The link


def dead(response):
    content = response.content.decode()
    assert response.status_code == 410
    assert QUESTION not in content
    return "This link does not work" in content


def test_link_expires_but_not_before_one_can_object(
    client, event, case, member, organiser, speaker
):
    with scope(event=event):
        ask(case, member)
    address = link(event, speaker)
    with freeze_time(now() + dt.timedelta(days=61)):
        assert dead(client.get(address))
        assert dead(client.post(address, {"matter": "x", "text": "x"}))
    with scope(event=event):
        change_settings(event=event, by=organiser, appeal_days=90)
    with freeze_time(now() + dt.timedelta(days=119)):
        assert QUESTION in client.get(address).content.decode()
    with freeze_time(now() + dt.timedelta(days=121)):
        assert dead(client.get(address))


def test_link_of_another_event_person_or_hand_is_dead(
    client, event, case, member, speaker
):
    with scope(event=event):
        ask(case, member)
    other = factories.make_event()
    factories.make_talk(other, speaker)
    assert dead(client.get(link(event, speaker).replace(event.slug, other.slug)))
    token = matters_token(event, speaker)
    for wrong in (token[:-1], token.replace(speaker.code, member.code), "x", "a:b:c"):
        assert dead(client.get(url(event, "messages", wrong)))


def test_link_shows_its_person_whoever_is_logged_in(
    login, event, case, member, speaker
):
    other = factories.make_user()
    with scope(event=event):
        ask(case, member)
    assert QUESTION in login(other).get(link(event, speaker)).content.decode()
    assert login(speaker).get(link(event, speaker)).url == url(event, "messages")


def test_page_is_not_kept_by_others(own):
    client, address = own
    response = client.get(address)
    assert response["Referrer-Policy"] == "same-origin"
    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex"


def test_anonymous_is_led_to_the_login(client, event):
    response = client.get(url(event, "messages"))
    assert response.url == f"/{event.slug}/login/?next={url(event, 'messages')}"


def test_post_without_csrf_token_is_refused(event, speaker, talk):
    client = Client(enforce_csrf_checks=True)
    response = client.post(link(event, speaker), {"matter": "x", "text": "x"})
    assert response.status_code == 403


@pytest.mark.parametrize("code", ("", "x", "\x00", "A" * 500))
def test_matter_that_is_not_there(own, event, code):
    client, address = own
    response = client.post(address, {"matter": code, "text": "Hello"})
    assert response.status_code == 404


def test_somebody_who_is_no_speaker_reads_what_was_sent_to_them(client, event, member):
    visitor = factories.make_user(name="Visitor")
    with scopes_disabled():
        Event.objects.filter(pk=event.pk).update(is_public=False)
        event.refresh_from_db()
        assert not may_open_own_page(visitor, event)
    with scope(event=event):
        case = cases.open_case(
            event=event, by=member, subject=cases.subject_of_account(visitor)
        )
        assert not may_open_own_page(visitor, event)
        ask(case, member)
    assert QUESTION in client.get(link(event, visitor)).content.decode()


def test_number_of_queries_does_not_grow(client, event, case, member, speaker, talk):
    profile = factories.profile_of(speaker, event)
    counts = []
    for rows in (1, 2):
        for _number in range(rows):
            with scope(event=event):
                another = make_case(event, member, profile)
                ask(another, member)
                tell(decide(another, member, talks=[talk.code]))
        client.get(link(event, speaker))
        with CaptureQueriesContext(connection) as queries:
            content = client.get(link(event, speaker)).content.decode()
        counts.append((content.count(STATEMENT), len(queries)))
    (first, few), (second, many) = counts
    assert (first, second) == (1, 3)
    assert few == many

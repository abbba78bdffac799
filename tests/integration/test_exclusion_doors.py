# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Every door holds an excluded person; only they themselves are told.

Each test goes through pretalx's own view or API.
"""

import datetime as dt

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now
from django_scopes import scope, scopes_disabled
from freezegun import freeze_time

from pretalx.common.models import ActivityLog
from pretalx.event.domain.plugins import disable_plugin
from pretalx.mail.models import QueuedMail
from pretalx.person.domain.user import deactivate_user
from pretalx.submission.domain.submission import set_submission_state
from pretalx.submission.models import Submission

from pretalx_coc.domain import audit, case_members, cases, exclusions, gate
from pretalx_coc.domain.contacts import save_contacts
from pretalx_coc.models import AuditEntry, CocSettings
from tests import factories
from tests.integration.test_doors import (
    api_client,
    create_as_organiser,
    orga,
    organiser_confirms,
    pending,
    shown,
    state,
)
from tests.wizard import PASSWORD, Wizard, proposals

pytestmark = pytest.mark.django_db

NEUTRAL = "This talk is not confirmed for now; the response team knows why."
TOLD = "takes no proposals from you"
ADDRESS = "excluded@example.org"


@pytest.fixture
def person(db):
    """Somebody who is excluded."""
    return factories.make_user(name="Grace", email=ADDRESS, password=PASSWORD)


@pytest.fixture
def case(event, member, person):
    with scope(event=event):
        subject = cases.subject_of_account(person)
        return cases.open_case(event=event, by=member, subject=subject)


@pytest.fixture
def exclusion(event, member, person, case):
    with scope(event=event):
        return exclusions.exclude(
            event=event,
            by=member,
            user_code=person.code,
            only_event=True,
            ends=now() + dt.timedelta(days=30),
            case_code=case.code,
        )


@pytest.fixture
def organiser(event, member):
    """Not on the response team, which is chosen."""
    return factories.make_organiser(event)


@pytest.fixture
def accepted(event, person, exclusion):
    """An accepted talk of theirs."""
    return factories.make_talk(event, person, state="accepted")


@scopes_disabled()
def speakers(talk):
    return [profile.user.email for profile in talk.speakers.order_by("pk")]


@scopes_disabled()
def notes(event):
    """Where and at which door something was held: chain, door, talk."""
    entries = AuditEntry.objects.filter(event=event, action="exclusion.held")
    return [
        (entry.chain, entry.data["door"], entry.subject)
        for entry in entries.order_by("pk")
    ]


def add_speaker(client, talk, email=ADDRESS):
    return client.post(
        f"/orga/event/{talk.event.slug}/submissions/{talk.code}/speakers/",
        {"email": email, "name": "Added", "locale": "en"},
        follow=True,
    )


def invited(client, talk, user):
    """Invite somebody by mail, who accepts; returns the page that this leads to."""
    with scopes_disabled():
        invitation = talk.invitations.create(email=user.email)
    client.force_login(user)
    url = f"/{talk.event.slug}/invitation/{talk.code}/{invitation.token}"
    return client.post(url, follow=True)


# The CfP


def test_cfp_tells_who_is_logged_in_politely_and_whom_to_ask(
    login, event, organiser, person, exclusion
):
    with scope(event=event):
        save_contacts(
            event=event, contacts={"contact_email": "care@example.org"}, by=organiser
        )
    wizard = Wizard(login(person), event)
    response = wizard.info()
    assert response.url == wizard.url("coc_note")
    content = wizard.get("coc_note").content.decode()
    assert TOLD in content
    assert "care@example.org" in content
    assert exclusion.case_code not in content
    assert "Submit proposal" not in content
    assert notes(event) == [(f"case.{exclusion.case_code}", "cfp", "")]


def test_cfp_cannot_be_finished_by_going_around_the_step(
    login, event, person, exclusion
):
    wizard = Wizard(login(person), event)
    wizard.info()
    for answer in (
        wizard.post("coc_note"),
        wizard.profile(),
        wizard.profile(action="draft"),
    ):
        assert answer.url.split("?")[0] == wizard.url("coc_note")
    assert proposals(event) == []


def test_cfp_with_a_policy_cannot_be_finished_either(
    login, event, version, person, exclusion
):
    wizard = Wizard(login(person), event)
    wizard.info()
    wizard.profile()
    assert wizard.accept().url == wizard.url("coc_note")
    assert proposals(event) == []


def test_cfp_tells_who_gives_their_account_on_the_way(client, event, person, exclusion):
    wizard = Wizard(client, event)
    wizard.info()
    assert wizard.log_in(ADDRESS).url == wizard.url("coc_account_note")
    assert TOLD in wizard.get("coc_account_note").content.decode()
    assert wizard.profile().url == wizard.url("coc_account_note")
    assert proposals(event) == []


def test_cfp_is_as_always_for_everybody_else(login, client, event, exclusion, speaker):
    wizard = Wizard(client, event)
    assert wizard.info().url == wizard.url("user")
    assert wizard.get("coc_note").status_code == 404
    wizard.register()
    wizard.profile()
    other = Wizard(login(speaker), event)
    assert other.info().url == other.url("profile")
    other.profile()
    assert len(proposals(event)) == 2
    assert notes(event) == []


def test_after_the_end_the_cfp_is_open_again(login, event, person, exclusion):
    with freeze_time(now() + dt.timedelta(days=31)):
        client = login(person)
        wizard = Wizard(client, event)
        wizard.info()
        wizard.profile()
    assert len(proposals(event)) == 1


def resubmitted(client, event, draft):
    """Go on with a draft, through to the end."""
    wizard = Wizard(client, event)
    start = client.get(f"/{event.slug}/submit/restart-{draft.code}/")
    wizard.base = start.url.rsplit("/", 2)[0]
    wizard.info()
    wizard.profile()
    return [talk.state for talk in proposals(event)]


def test_draft_from_before_cannot_be_submitted(login, event, person, exclusion):
    draft = factories.make_talk(event, person, state="draft")
    assert resubmitted(login(person), event, draft) == ["draft"]
    with freeze_time(now() + dt.timedelta(days=31)):
        assert resubmitted(login(person), event, draft) == ["submitted"]


def test_reading_a_page_costs_one_query_in_the_cfp_and_on_the_own_pages(
    login, event, version, speaker, exclusion
):
    client = login(speaker)
    wizard = Wizard(client, event)
    for url in (
        wizard.url("info"),
        f"/{event.slug}/me/submissions/",
        f"/{event.slug}/me/",
    ):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        ours = [row["sql"] for row in queries if "pretalx_coc_" in row["sql"]]
        assert [sql for sql in ours if "pretalx_coc_exclusion" in sql] == ours
        assert len(ours) == 1


def test_who_types_their_address_learns_nothing_and_the_talk_is_held(
    client, login, event, organiser, person, exclusion
):
    """The account is gone; nobody knows whose the address is that somebody types."""
    with scopes_disabled():
        deactivate_user(person)
    wizard = Wizard(client, event, email=ADDRESS)
    wizard.info()
    assert wizard.register().url == wizard.url("profile")
    response = wizard.profile()
    assert response.url == f"/{event.slug}/me/submissions/"
    assert TOLD not in client.get(response.url).content.decode()
    [talk] = proposals(event)
    assert notes(event) == [(f"case.{exclusion.case_code}", "speaker", talk.code)]
    with scopes_disabled():
        set_submission_state(talk, "accepted")
    assert shown(organiser_confirms(login(organiser), talk)) == [NEUTRAL]
    assert state(talk) == "accepted"


# Becoming a speaker


def test_co_speaker_who_accepts_an_invitation_is_told_and_the_talk_is_held(
    login, client, event, organiser, speaker, person, exclusion
):
    talk = factories.make_talk(event, speaker, state="accepted")
    page = invited(client, talk, person).content.decode()
    assert TOLD in page
    assert notes(event) == [(f"case.{exclusion.case_code}", "speaker", talk.code)]
    assert shown(organiser_confirms(login(organiser), talk)) == [NEUTRAL]
    assert state(talk) == "accepted"


def test_co_speaker_comes_to_no_confirmed_talk(
    client, event, speaker, person, exclusion
):
    talk = factories.make_talk(event, speaker, state="confirmed")
    assert TOLD in invited(client, talk, person).content.decode()
    assert speakers(talk) == [speaker.email]
    assert state(talk) == "confirmed"
    assert notes(event) == [(f"case.{exclusion.case_code}", "speaker", talk.code)]


def test_who_is_not_excluded_comes_to_a_confirmed_talk(client, event, speaker):
    talk = factories.make_talk(event, speaker, state="confirmed")
    guest = factories.make_user()
    assert TOLD not in invited(client, talk, guest).content.decode()
    assert speakers(talk) == [speaker.email, guest.email]
    assert notes(event) == []


def test_who_invites_them_sees_what_they_would_see_of_anybody(
    login, event, speaker, person, exclusion
):
    talk = factories.make_talk(event, speaker)
    other = factories.make_user(email="harmless@example.org")
    client, pages = login(speaker), []
    for email in (person.email, other.email):
        response = client.post(
            f"/{event.slug}/me/submissions/{talk.code}/invite",
            {"speaker": email, "email": email, "subject": "Hi", "text": "Come {url}"},
            follow=True,
        )
        pages.append((response.status_code, shown(response)))
    assert pages[0] == pages[1]


def test_organiser_who_adds_them_is_told_nothing_and_the_talk_is_held(
    login, event, organiser, speaker, person, exclusion
):
    talk = factories.make_talk(event, speaker, state="accepted")
    client = login(organiser)
    answer = add_speaker(client, talk)
    assert shown(answer) == ["The speaker has been added to the proposal."]
    assert "is excluded" not in answer.content.decode()
    assert TOLD not in answer.content.decode()
    assert notes(event) == [(f"case.{exclusion.case_code}", "speaker", talk.code)]
    assert shown(organiser_confirms(client, talk)) == [NEUTRAL]
    assert state(talk) == "accepted"


@pytest.mark.parametrize(
    ("chosen", "becomes"),
    (("submitted", "submitted"), ("accepted", "accepted"), ("confirmed", "accepted")),
)
def test_organiser_creates_a_proposal_with_them(
    login, event, organiser, person, exclusion, chosen, becomes
):
    client = login(organiser)
    answer = create_as_organiser(client, event, chosen, email=ADDRESS)
    assert answer.status_code == 200
    [talk] = proposals(event)
    assert (speakers(talk), state(talk)) == ([ADDRESS], becomes)
    assert notes(event) == [(f"case.{exclusion.case_code}", "speaker", talk.code)]
    client.post(f"/orga/event/{event.slug}/submissions/apply-pending/")
    assert state(talk) == becomes


def test_api_adds_them_and_the_talk_is_not_confirmed(
    event, organiser, person, exclusion
):
    client = api_client(event, organiser)
    talk = factories.make_talk(event, state="accepted")
    base = f"/api/events/{event.slug}/submissions/{talk.code}"
    added = client.post(
        f"{base}/add-speaker/",
        {"email": ADDRESS, "name": "Grace", "locale": "en"},
        format="json",
    )
    assert added.status_code == 200
    refused = client.post(f"{base}/confirm/")
    assert (refused.status_code, refused.json()) == (400, {"detail": NEUTRAL})
    assert state(talk) == "accepted"
    assert [door for __, door, __ in notes(event)] == ["speaker", "confirm"]


def test_api_brings_them_to_no_confirmed_talk(
    event, organiser, speaker, person, exclusion
):
    talk = factories.make_talk(event, speaker, state="confirmed")
    added = api_client(event, organiser).post(
        f"/api/events/{event.slug}/submissions/{talk.code}/add-speaker/",
        {"email": ADDRESS, "name": "Grace", "locale": "en"},
        format="json",
    )
    assert added.status_code == 200
    assert speakers(talk) == [speaker.email]


# Confirmation


def test_speakers_own_confirmation_is_held_in_neutral_words(
    login, event, person, accepted
):
    url = f"/{event.slug}/me/submissions/{accepted.code}/confirm"
    data = {"availabilities": '{"availabilities": []}'}
    response = login(person).post(url, data, follow=True)
    assert shown(response) == [NEUTRAL]
    assert state(accepted) == "accepted"
    # They alone are told more, on their own page.
    assert TOLD in response.content.decode()


def test_co_speaker_who_confirms_is_told_nothing_about_who(
    login, event, speaker, person, exclusion
):
    talk = factories.make_talk(event, speaker, person, state="accepted")
    response = login(speaker).post(
        f"/{event.slug}/me/submissions/{talk.code}/confirm",
        {"availabilities": '{"availabilities": []}'},
        follow=True,
    )
    assert shown(response) == [NEUTRAL]
    assert TOLD not in response.content.decode()
    assert state(talk) == "accepted"


def test_applying_pending_states_leaves_it_out(login, event, organiser, accepted):
    pending(event, accepted)
    response = login(organiser).post(
        f"/orga/event/{event.slug}/submissions/apply-pending/", follow=True
    )
    assert shown(response)[0] == f"{accepted.title}: {NEUTRAL}"
    assert state(accepted) == "accepted"


def test_no_setting_of_the_gate_and_no_letting_through_opens_it(
    login, event, version, organiser, person, accepted
):
    with scope(event=event):
        gate.let_through(submission=accepted, by=organiser, reason="On paper")
        CocSettings.objects.update_or_create(
            event=event, defaults={"gate_holds": False}
        )
    assert shown(organiser_confirms(login(organiser), accepted)) == [NEUTRAL]
    assert state(accepted) == "accepted"


@pytest.mark.parametrize("action", ("reject", "withdraw"))
def test_other_steps_of_a_talk_are_not_held(login, organiser, accepted, action):
    login(organiser).post(orga(accepted, action))
    assert state(accepted) == f"{action}ed".replace("withdrawed", "withdrawn")


def test_lifted_or_ended_it_holds_no_talk(
    login, event, member, organiser, accepted, exclusion
):
    with scope(event=event):
        exclusions.lift(exclusion=exclusion, by=member, event=event)
    organiser_confirms(login(organiser), accepted)
    assert state(accepted) == "confirmed"


def test_where_the_plugin_is_off_it_does_not_act(login, event, organiser, accepted):
    disable_plugin(event, "pretalx_coc")
    event.save()
    organiser_confirms(login(organiser), accepted)
    assert state(accepted) == "confirmed"


def test_error_in_asking_keeps_the_gate_shut(login, event, organiser, accepted):
    table = "pretalx_coc_exclusion"
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO coc_moved_away")
    try:
        response = organiser_confirms(login(organiser), accepted)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE coc_moved_away RENAME TO {table}")
    assert state(accepted) == "accepted"
    assert "could not be checked" in " ".join(shown(response))


# The note to the team


def test_team_gets_one_mail_without_content_a_day_and_pretalx_keeps_nothing(
    login, event, member, organiser, accepted, case, django_capture_on_commit_callbacks
):
    client = login(organiser)
    with scopes_disabled():
        log = ActivityLog.objects.count()
        queued = QueuedMail.objects.count()
    mail.outbox.clear()
    for __ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            organiser_confirms(client, accepted)
    [sent] = mail.outbox
    assert sent.to == [member.email]
    assert f"{case.code} ({case.code_name})" in sent.subject
    for word in ("Grace", ADDRESS, accepted.title, accepted.code, "xclu"):
        assert word not in sent.subject + sent.body
    assert notes(event) == [
        (f"case.{case.code}", "speaker", accepted.code),
        (f"case.{case.code}", "confirm", accepted.code),
    ]
    with freeze_time(now() + dt.timedelta(days=2)):
        client = login(organiser)
        with django_capture_on_commit_callbacks(execute=True):
            organiser_confirms(client, accepted)
    assert len(mail.outbox) == 2
    with scopes_disabled():
        assert ActivityLog.objects.count() == log
        assert QueuedMail.objects.count() == queued
        assert audit.first_broken_link(event, f"case.{case.code}") is None


def test_who_may_not_know_of_the_case_gets_no_mail(
    login, event, member, organiser, accepted, case, django_capture_on_commit_callbacks
):
    late = factories.make_user()
    with scopes_disabled():
        member.teams.get().members.add(late)
    with scope(event=event):
        case_members.step_back(case=case, by=member)
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        organiser_confirms(login(organiser), accepted)
    assert [sent.to for sent in mail.outbox] == []
    with scope(event=event):
        case_members.let_in(case=case, by=member, user=late)
    mail.outbox.clear()
    with freeze_time(now() + dt.timedelta(days=2)):
        client = login(organiser)
        with django_capture_on_commit_callbacks(execute=True):
            organiser_confirms(client, accepted)
    assert [sent.to for sent in mail.outbox] == [[late.email]]


def test_in_another_event_its_team_and_that_of_the_case_get_a_note(
    login, event, member, person, case, django_capture_on_commit_callbacks
):
    sibling = factories.make_event(organiser=event.organiser)
    colleague = factories.make_member(sibling)
    organiser = factories.make_organiser(sibling)
    with scope(event=event):
        exclusions.exclude(
            event=event,
            by=member,
            user_code=person.code,
            only_event=False,
            case_code=case.code,
        )
    talk = factories.make_talk(sibling, person, state="accepted")
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        organiser_confirms(login(organiser), talk)
    assert state(talk) == "accepted"
    sent = {message.to[0]: message for message in mail.outbox}
    assert set(sent) == {member.email, colleague.email}
    assert case.code not in sent[colleague.email].subject + sent[colleague.email].body
    assert notes(sibling) == [
        ("concern", "speaker", talk.code),
        ("concern", "confirm", talk.code),
    ]
    assert notes(event) == [
        (f"case.{case.code}", "speaker", ""),
        (f"case.{case.code}", "confirm", ""),
    ]


def test_talk_made_as_confirmed_with_several_speakers_is_held_as_a_whole(
    event, speaker, person, exclusion
):
    talk = factories.make_talk(event, speaker, person, state="confirmed")
    with scopes_disabled():
        found = Submission.objects.get(pk=talk.pk)
    assert (found.state, found.pending_state) == ("accepted", "confirmed")
    assert speakers(talk) == [speaker.email, person.email]

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Every door: whoever becomes a speaker is held by the gate until they accept.

Each test goes through pretalx's own view or API.
"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_scopes import scope, scopes_disabled
from rest_framework.test import APIClient

from pretalx.event.domain.plugins import disable_plugin, enable_plugin
from pretalx.person.models import User
from pretalx.person.models.auth_token import ENDPOINTS, PERMISSION_CHOICES, UserApiToken
from pretalx.submission.domain.submission import set_submission_state
from pretalx.submission.models import Submission

from pretalx_coc.domain import gate
from pretalx_coc.domain.queries.outstanding import outstanding_of, outstanding_profiles
from pretalx_coc.models import CocSettings, LetThrough, Policy
from tests import factories
from tests.wizard import Wizard

pytestmark = pytest.mark.django_db


@scopes_disabled()
def state(talk):
    return Submission.all_objects.get(pk=talk.pk).state


def address(profile):
    """Of the account, or of a profile that has none (pretalx 2026.3)."""
    return profile.user.email if profile.user else profile.email


@scopes_disabled()
def outstanding(event):
    return sorted(map(address, outstanding_profiles(event)))


@scopes_disabled()
def settings_of(event, **values):
    CocSettings.objects.update_or_create(event=event, defaults=values)


@pytest.fixture
def accepted(event, version, speaker):
    """An accepted talk of somebody who has not accepted the code of conduct."""
    return factories.make_talk(event, speaker, state="accepted")


def orga(talk, action):
    return f"/orga/event/{talk.event.slug}/submissions/{talk.code}/{action}"


def organiser_confirms(client, talk):
    return client.post(orga(talk, "confirm"), follow=True)


def shown(response):
    return [str(message) for message in response.context["messages"]]


# What the gate does


def test_organiser_cannot_confirm_and_is_told_who_is_missing(
    login, accepted, organiser, speaker
):
    response = organiser_confirms(login(organiser), accepted)
    assert state(accepted) == "accepted"
    refusal = (
        f"This talk is not confirmed yet, because {speaker.name} has not accepted the "
        "code of conduct."
    )
    assert shown(response) == [refusal]


def test_speaker_cannot_confirm_and_is_told_why(login, event, accepted, speaker):
    client = login(speaker)
    url = f"/{event.slug}/me/submissions/{accepted.code}/confirm"
    data = {"availabilities": '{"availabilities": []}'}
    response = client.post(url, data, follow=True)
    assert state(accepted) == "accepted"
    assert "not all of its speakers have accepted" in " ".join(shown(response))


def test_co_speaker_is_not_told_who_else_has_not_accepted(
    login, event, version, speaker
):
    other = factories.make_user(name="Bob Else")
    talk = factories.make_talk(event, speaker, other, state="accepted")
    factories.accept(event, speaker, version)
    response = login(speaker).post(
        f"/{event.slug}/me/submissions/{talk.code}/confirm",
        {"availabilities": '{"availabilities": []}'},
        follow=True,
    )
    assert state(talk) == "accepted"
    assert "Bob Else" not in " ".join(shown(response))


def test_after_accepting_the_talk_is_confirmed(
    login, event, accepted, organiser, speaker, version
):
    factories.accept(event, speaker, version)
    organiser_confirms(login(organiser), accepted)
    assert state(accepted) == "confirmed"


def test_one_outstanding_co_speaker_is_enough_to_hold_the_talk(
    login, event, version, organiser, speaker
):
    talk = factories.make_talk(event, speaker, factories.make_user(), state="accepted")
    factories.accept(event, speaker, version)
    organiser_confirms(login(organiser), talk)
    assert state(talk) == "accepted"


def test_deactivated_account_does_not_hold_a_talk(
    login, event, version, organiser, speaker
):
    gone = factories.make_user(is_active=False)
    talk = factories.make_talk(event, speaker, gone, state="accepted")
    factories.accept(event, speaker, version)
    organiser_confirms(login(organiser), talk)
    assert state(talk) == "confirmed"


def test_gate_that_only_warns_lets_confirm(login, event, accepted, organiser):
    settings_of(event, gate_holds=False)
    organiser_confirms(login(organiser), accepted)
    assert state(accepted) == "confirmed"


def test_talk_let_through_by_name_is_confirmed_and_no_other(
    login, event, accepted, organiser, speaker
):
    other = factories.make_talk(event, speaker, state="accepted")
    with scopes_disabled():
        gate.let_through(submission=accepted, by=organiser, reason="On paper")
    client = login(organiser)
    organiser_confirms(client, accepted)
    organiser_confirms(client, other)
    assert (state(accepted), state(other)) == ("confirmed", "accepted")


def test_talk_no_longer_let_through_is_held(login, accepted, organiser):
    with scopes_disabled():
        gate.let_through(submission=accepted, by=organiser, reason="On paper")
        gate.undo_let_through(submission=accepted, by=organiser)
        assert not LetThrough.objects.exists()
    organiser_confirms(login(organiser), accepted)
    assert state(accepted) == "accepted"


def test_nothing_published_holds_nothing(login, event, organiser, speaker):
    talk = factories.make_talk(event, speaker, state="accepted")
    organiser_confirms(login(organiser), talk)
    assert state(talk) == "confirmed"


def test_plugin_switched_off_holds_nothing(login, event, accepted, organiser):
    disable_plugin(event, "pretalx_coc")
    event.save()
    organiser_confirms(login(organiser), accepted)
    assert state(accepted) == "confirmed"


@pytest.mark.parametrize("action", ("accept", "reject", "withdraw", "cancel"))
def test_other_changes_are_never_held(
    login, event, version, organiser, speaker, action
):
    start = "confirmed" if action == "cancel" else "submitted"
    talk = factories.make_talk(event, speaker, state="submitted")
    with scopes_disabled():
        Submission.objects.filter(pk=talk.pk).update(state=start)
    login(organiser).post(orga(talk, action))
    expected = {
        "accept": "accepted",
        "reject": "rejected",
        "withdraw": "withdrawn",
        "cancel": "canceled",
    }
    assert state(talk) == expected[action]


def test_confirmed_talks_stay_confirmed_and_are_listed(event, speaker):
    talk = factories.make_talk(event, speaker, state="confirmed")
    factories.publish_policy(event)
    assert state(talk) == "confirmed"
    assert outstanding(event) == [speaker.email]


def test_error_in_the_gate_keeps_it_shut_with_a_clear_message(
    login, event, accepted, organiser
):
    """A table that cannot be read is as real as an error gets."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE pretalx_coc_letthrough RENAME TO coc_moved_away")
    try:
        response = organiser_confirms(login(organiser), accepted)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE coc_moved_away RENAME TO pretalx_coc_letthrough"
            )
    assert state(accepted) == "accepted"
    assert "could not be checked" in " ".join(shown(response))


def test_gate_costs_at_most_two_queries_for_a_talk(event, accepted, speaker, version):
    with scope(event=event):
        with CaptureQueriesContext(connection) as held:
            assert gate.holding_back(accepted)
        factories.accept(event, speaker, version)
        with CaptureQueriesContext(connection) as free:
            assert not gate.holding_back(accepted)
    assert (len(held), len(free)) == (2, 1)


# Bulk


@scopes_disabled()
def pending(event, *talks):
    Submission.objects.filter(pk__in=[talk.pk for talk in talks]).update(
        pending_state="confirmed"
    )


def test_applying_pending_states_gives_one_short_line_for_each_that_stayed(
    login, event, version, organiser
):
    talks = []
    for number in range(3):
        user = factories.make_user(name=f"Speaker {number}")
        talks.append(factories.make_talk(event, user, state="accepted"))
    with scopes_disabled():
        factories.accept(event, User.objects.get(name="Speaker 2"), version)
    pending(event, *talks)
    response = login(organiser).post(
        f"/orga/event/{event.slug}/submissions/apply-pending/", follow=True
    )
    assert [state(talk) for talk in talks] == ["accepted", "accepted", "confirmed"]
    lines = shown(response)
    assert sorted(lines[:2]) == sorted(
        f"{talk.title}: This talk is not confirmed yet, because Speaker {number} has not "
        "accepted the code of conduct."
        for number, talk in enumerate(talks[:2])
    )
    assert len(lines) == 3
    content = response.content.decode()
    assert "&lt;a" not in content
    # One link to the whole list, however many talks stayed behind.
    assert "2 talks are to be confirmed, but speakers of theirs" in content
    assert f'/orga/event/{event.slug}/p/coc/acceptance/?by=talk"' in content


def test_bulk_decisions_of_the_review_dashboard_are_never_held(
    login, event, version, organiser, speaker
):
    talk = factories.make_talk(event, speaker)
    response = login(organiser).post(
        f"/orga/event/{event.slug}/reviews/", {f"s-{talk.code}": "accept"}
    )
    assert response.status_code in (200, 302)
    assert state(talk) == "accepted"


# The doors


def test_door_cfp(client, event, version):
    Wizard(client, event).up_to_acceptance().accept()
    assert outstanding(event) == []


def test_door_co_speaker_invitation(login, client, event, version, speaker):
    talk = factories.make_talk(event, speaker, state="accepted")
    factories.accept(event, speaker, version)
    with scopes_disabled():
        invitation = talk.invitations.create(email="co@example.org")
    guest = factories.make_user(email="co@example.org")
    login(guest).post(f"/{event.slug}/invitation/{talk.code}/{invitation.token}")
    assert outstanding(event) == ["co@example.org"]
    with scopes_disabled():
        assert [profile.user for profile in outstanding_of(talk)] == [guest]


def create_as_organiser(client, event, state, email="new@example.org"):
    with scopes_disabled():
        submission_type = event.cfp.default_type_id
    return client.post(
        f"/orga/event/{event.slug}/submissions/new",
        {
            "title": "Made by the organiser",
            "abstract": "A keynote.",
            "submission_type": submission_type,
            "content_locale": "en",
            "state": state,
            "speaker-email": email,
            "speaker-name": "New Speaker",
            "speaker-locale": "en",
            "email": email,
            "name": "New Speaker",
            "resource-TOTAL_FORMS": 0,
            "resource-INITIAL_FORMS": 0,
        },
        follow=True,
    )


@pytest.mark.parametrize(
    ("chosen", "becomes"),
    (("submitted", "submitted"), ("accepted", "accepted"), ("confirmed", "accepted")),
)
def test_door_organiser_creates_a_proposal(
    login, event, version, organiser, chosen, becomes
):
    response = create_as_organiser(login(organiser), event, chosen)
    form = response.context.get("form")
    assert response.status_code == 200
    assert not (form and form.errors), form.errors
    with scopes_disabled():
        talk = Submission.objects.get(event=event, title="Made by the organiser")
        assert [address(profile) for profile in talk.speakers.all()] == [
            "new@example.org"
        ]
    assert talk.state == becomes
    assert outstanding(event) == ["new@example.org"]


def test_organiser_is_told_that_a_talk_is_not_confirmed_yet(
    login, event, version, organiser
):
    response = create_as_organiser(login(organiser), event, "confirmed")
    content = response.content.decode()
    assert "New Speaker has not accepted the code of conduct." in content
    assert "The talk is to be confirmed, and is not confirmed yet." in content
    with scopes_disabled():
        talk = Submission.objects.get(event=event, title="Made by the organiser")
        speaker = talk.speakers.get().user
    # Their wish is kept: pretalx carries it out once the speaker has accepted.
    assert talk.pending_state == "confirmed"
    factories.accept(event, speaker, version)
    login(organiser).post(f"/orga/event/{event.slug}/submissions/apply-pending/")
    assert state(talk) == "confirmed"


def test_talk_created_as_confirmed_is_set_back_for_any_of_its_speakers(
    event, version, speaker
):
    factories.accept(event, speaker, version)
    other = factories.make_user()
    for speakers in ((speaker, other), (other, speaker)):
        assert state(factories.make_talk(event, *speakers, state="confirmed")) == (
            "accepted"
        )


def test_talk_created_as_confirmed_without_a_speaker_is_set_back_when_one_comes(
    login, event, version, organiser
):
    talk = factories.make_talk(event, state="confirmed")
    assert state(talk) == "confirmed"
    login(organiser).post(
        f"/orga/event/{event.slug}/submissions/{talk.code}/speakers/",
        {"email": "added@example.org", "name": "Added", "locale": "en"},
    )
    assert state(talk) == "accepted"


def test_talk_created_as_confirmed_stays_where_the_gate_only_warns(
    login, event, version, organiser
):
    settings_of(event, gate_holds=False)
    create_as_organiser(login(organiser), event, "confirmed")
    with scopes_disabled():
        talk = Submission.objects.get(event=event, title="Made by the organiser")
    assert (talk.state, talk.pending_state) == ("confirmed", None)


def test_talk_created_as_confirmed_for_somebody_who_accepted_stays_confirmed(
    login, event, version, organiser, speaker
):
    factories.accept(event, speaker, version)
    create_as_organiser(login(organiser), event, "confirmed", email=speaker.email)
    with scopes_disabled():
        talk = Submission.objects.get(event=event, title="Made by the organiser")
    assert talk.state == "confirmed"


def test_door_organiser_adds_a_speaker(login, event, version, organiser, speaker):
    talk = factories.make_talk(event, speaker, state="accepted")
    factories.accept(event, speaker, version)
    client = login(organiser)
    client.post(
        f"/orga/event/{event.slug}/submissions/{talk.code}/speakers/",
        {"email": "added@example.org", "name": "Added", "locale": "en"},
    )
    assert outstanding(event) == ["added@example.org"]
    organiser_confirms(client, talk)
    assert state(talk) == "accepted"


def test_speaker_added_to_a_confirmed_talk_leaves_it_and_is_listed(
    login, event, version, organiser, speaker
):
    talk = factories.make_talk(event, speaker)
    factories.accept(event, speaker, version)
    with scopes_disabled():
        set_submission_state(talk, "confirmed")
    login(organiser).post(
        f"/orga/event/{event.slug}/submissions/{talk.code}/speakers/",
        {"email": "added@example.org", "name": "Added", "locale": "en"},
    )
    assert state(talk) == "confirmed"
    assert outstanding(event) == ["added@example.org"]


@scopes_disabled()
def api_client(event, user):
    token = UserApiToken.objects.create(
        name="test",
        user=user,
        endpoints={key: list(dict(PERMISSION_CHOICES)) for key in ENDPOINTS},
    )
    token.limit_events.add(event)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {token.token}")
    return client


def test_door_api(event, version, organiser):
    client = api_client(event, organiser)
    with scopes_disabled():
        submission_type = event.cfp.default_type_id
    base = f"/api/events/{event.slug}/submissions/"
    created = client.post(
        base,
        {
            "title": "By API",
            "abstract": "A talk.",
            "submission_type": submission_type,
            "content_locale": "en",
        },
        format="json",
    )
    assert created.status_code == 201, created.content
    code = created.json()["code"]
    added = client.post(
        f"{base}{code}/add-speaker/",
        {"email": "api@example.org", "name": "Api", "locale": "en"},
        format="json",
    )
    assert added.status_code == 200, added.content
    assert outstanding(event) == ["api@example.org"]
    client.post(f"{base}{code}/accept/")
    refused = client.post(f"{base}{code}/confirm/")
    assert refused.status_code == 400
    assert "has not accepted the code of conduct" in refused.json()["detail"]
    with scopes_disabled():
        assert Submission.objects.get(code=code).state == "accepted"


def test_door_plugin_switched_on_in_the_middle_of_a_cfp(login, speaker):
    event = factories.make_event(plugin=False)
    organiser = factories.make_organiser(event)
    talk = factories.make_talk(event, speaker, state="accepted")
    factories.publish_policy(event)
    enable_plugin(event, "pretalx_coc")
    event.save()
    assert outstanding(event) == [speaker.email]
    organiser_confirms(login(organiser), talk)
    assert state(talk) == "accepted"


def test_door_new_version_that_everyone_accepts(login, event, accepted, organiser):
    with scopes_disabled():
        speaker = accepted.speakers.get().user
        first = Policy.objects.get(event=event)
        assert first.number_required == 1
    version = factories.publish_policy(event, texts={"en": "# Second"})
    factories.accept(event, speaker, version)
    assert outstanding(event) == []
    factories.publish_policy(event, texts={"en": "# Third"})
    assert outstanding(event) == [speaker.email]
    organiser_confirms(login(organiser), accepted)
    assert state(accepted) == "accepted"


def test_version_for_new_proposals_makes_nobody_outstanding(
    client, event, version, speaker
):
    factories.make_talk(event, speaker)
    factories.accept(event, speaker, version)
    user = factories.make_user()
    with scopes_disabled():
        from pretalx_coc.domain.policy import publish, save_draft  # noqa: PLC0415

        save_draft(event=event, texts={"en": "# For new ones"}, by=user)
        publish(event=event, by=user, everyone_accepts=False)
    assert outstanding(event) == []
    wizard = Wizard(client, event).up_to_acceptance()
    assert "For new ones" in wizard.get("coc").content.decode()

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""How speakers are asked: the settings, importing, and team members who accept."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_scopes import scope, scopes_disabled

from pretalx.event.models import Team
from pretalx.submission.models import Answer, Question

from pretalx_coc.domain import audit
from pretalx_coc.domain.importing import import_answers, profiles_to_import
from pretalx_coc.domain.settings import change_settings, read_settings
from pretalx_coc.enums import AcceptanceWay
from pretalx_coc.models import Acceptance, AuditEntry, CocSettings, PolicyText
from tests import factories
from tests.integration.test_asking import add_profile_without_account, configure

pytestmark = pytest.mark.django_db

DEFAULTS = {
    "gate_holds": "on",
    "mail_mode": "at_once",
    "reminder_days": "",
    "reminder_max": "3",
    "reminder_until": "",
}


def url(event, page=""):
    return f"/orga/event/{event.slug}/settings/p/coc/acceptance/{page}"


def body(response):
    return response.content.decode()


@scopes_disabled()
def saved(event):
    return CocSettings.objects.filter(event=event).first()


def test_defaults_are_those_that_were_promised(in_event):
    settings = read_settings(in_event)

    assert settings.gate_holds
    assert not settings.ask_each_proposal
    assert not settings.material_tick
    assert not settings.team_accepts
    assert settings.reminder_days is None
    assert settings.mail_mode == "at_once"


def test_organiser_changes_the_settings(login, event, organiser):
    client = login(organiser)
    assert client.get(url(event)).status_code == 200
    response = client.post(
        url(event),
        {
            "ask_each_proposal": "on",
            "material_tick": "on",
            "team_accepts": "on",
            "mail_mode": "outbox",
            "reminder_days": "7",
            "reminder_max": "2",
            "reminder_until": "2030-01-31",
        },
    )

    assert response.status_code == 302
    settings = saved(event)
    assert settings.ask_each_proposal
    assert settings.material_tick
    assert settings.team_accepts
    assert not settings.gate_holds
    assert settings.mail_mode == "outbox"
    assert (settings.reminder_days, settings.reminder_max) == (7, 2)
    assert settings.reminder_until == dt.date(2030, 1, 31)


@pytest.mark.parametrize(
    "values",
    (
        {"mail_mode": "pigeon"},
        {"reminder_days": "0"},
        {"reminder_days": "-1"},
        {"reminder_max": "0"},
        {"reminder_max": "21"},
        {"reminder_max": ""},
        {"reminder_until": "tomorrow"},
        {"reminder_days": "99999999999"},
    ),
)
def test_settings_that_make_no_sense_are_refused(login, event, organiser, values):
    before = vars(saved(event)) | {"_state": None}
    response = login(organiser).post(url(event), DEFAULTS | values)

    assert response.status_code == 200
    assert vars(saved(event)) | {"_state": None} == before


def test_settings_form_cannot_choose_the_response_team(login, event, organiser):
    login(organiser).post(
        url(event), DEFAULTS | {"team_accepts": "on", "team_chosen": "on"}
    )

    assert not saved(event).team_chosen


def test_each_change_is_in_the_audit_log(in_event, organiser):
    change_settings(event=in_event, by=organiser, gate_holds=False)
    change_settings(event=in_event, by=organiser, gate_holds=False)
    change_settings(event=in_event, by=organiser, reminder_until=dt.date(2030, 1, 31))
    first, second = AuditEntry.objects.filter(action="settings.changed")

    assert first.actor_code == organiser.code
    assert first.data["changed"] == {"gate_holds": {"before": True, "after": False}}
    assert second.data["changed"]["reminder_until"]["after"] == "2030-01-31"


# Importing


@scopes_disabled()
def make_question(event, target="speaker", variant="boolean", **values):
    return Question.all_objects.create(
        event=event, question="Do you accept?", variant=variant, target=target, **values
    )


@scopes_disabled()
def answer(question, said, **about):
    return Answer.objects.create(question=question, answer=said, **about)


@pytest.fixture
def answered(event, version):
    """Two say yes, one says no, one has not answered."""
    question = make_question(event)
    with scopes_disabled():
        for name, said in (("A", "True"), ("B", "True"), ("C", "False"), ("D", "")):
            user = factories.make_user(name=name)
            factories.make_talk(event, user)
            if said:
                answer(question, said, speaker=user.get_speaker(event))
    return question


@scopes_disabled()
def imported():
    return list(Acceptance.objects.filter(way=AcceptanceWay.IMPORT))


def test_import_counts_first_and_then_records(
    login, event, organiser, answered, version
):
    client = login(organiser)
    data = {"question": answered.pk, "version": version.pk}
    assert "Do you accept?" in body(client.get(url(event, "import/")))
    content = body(client.post(url(event, "import/"), data))
    assert "2 speakers said yes" in content
    assert imported() == []
    client.post(url(event, "import/"), data | {"action": "import"})

    assert len(imported()) == 2
    for acceptance in imported():
        assert acceptance.number == 1
        assert acceptance.language == "en"
        assert acceptance.recorded_by == organiser.code
        assert answered.identifier in acceptance.note
        with scopes_disabled():
            text = PolicyText.objects.get(number=1, language="en")
        assert acceptance.sha256 == text.sha256


def test_import_twice_records_once(in_event, organiser, answered, version):
    kwargs = {"event": in_event, "question": answered, "version": version}

    assert import_answers(**kwargs, by=organiser) == 2
    assert import_answers(**kwargs, by=organiser) == 0
    assert profiles_to_import(**kwargs).count() == 0


def test_import_leaves_deactivated_accounts_out(in_event, organiser, answered, version):
    kwargs = {"event": in_event, "question": answered, "version": version}
    profile = profiles_to_import(**kwargs).first()
    profile.user.is_active = False
    profile.user.save()

    assert import_answers(**kwargs, by=organiser) == 1
    assert profile.user.code not in {entry.user_code for entry in imported()}


def test_import_of_an_earlier_version(in_event, organiser, answered, version):
    factories.publish_policy(in_event, {"de": "Neu."})
    kwargs = {"event": in_event, "question": answered, "version": version}
    import_answers(**kwargs, by=organiser)

    assert {acceptance.number for acceptance in imported()} == {1}


def test_import_takes_the_versions_language_if_it_lacks_the_main_one(
    in_event, organiser, answered
):
    version = factories.publish_policy(in_event, {"de": "Neu."})
    import_answers(event=in_event, question=answered, version=version, by=organiser)

    assert {acceptance.language for acceptance in imported()} == {"de"}


def test_answer_in_a_draft_is_not_imported(in_event, organiser, version):
    question = make_question(in_event, target="submission")
    draft = factories.make_talk(in_event, factories.make_user(), state="draft")
    answer(question, "True", submission=draft)

    assert not profiles_to_import(
        event=in_event, question=question, version=version
    ).exists()


def test_answer_about_a_proposal_counts_for_its_first_speaker(
    in_event, organiser, version
):
    question = make_question(in_event, target="submission")
    first, second = factories.make_user(), factories.make_user()
    for talk in (
        factories.make_talk(in_event, first, second),
        factories.make_talk(in_event, first),
    ):
        answer(question, "True", submission=talk)
    import_answers(event=in_event, question=question, version=version, by=organiser)

    assert [acceptance.user_code for acceptance in imported()] == [first.code]


def test_speaker_without_an_account_is_imported(in_event, organiser, talk, version):
    question = make_question(in_event)
    profile = add_profile_without_account(in_event, talk)
    answer(question, "True", speaker=profile)
    import_answers(event=in_event, question=question, version=version, by=organiser)

    assert [acceptance.profile_code for acceptance in imported()] == [profile.code]


def test_import_writes_as_often_for_twelve_speakers_as_for_two(organiser):
    counts = []
    for number in (2, 12):
        event = factories.make_event()
        version = factories.publish_policy(event)
        question = make_question(event)
        for __ in range(number):
            user = factories.make_user()
            factories.make_talk(event, user)
            answer(question, "True", speaker=factories.profile_of(user, event))
        with scope(event=event), CaptureQueriesContext(connection) as queries:
            kwargs = {"event": event, "question": question, "version": version}
            assert import_answers(**kwargs, by=organiser) == number
            counts.append(len(queries))
            assert audit.first_broken_link(event, audit.ACCEPTANCE_CHAIN) is None
            assert AuditEntry.objects.filter(chain="acceptance").count() == number

    assert counts[0] == counts[1]


@pytest.mark.parametrize("kind", ("reviewer", "string", "other event", "unknown"))
def test_import_takes_only_yes_no_fields_of_this_event(
    login, event, organiser, version, kind
):
    pks = {
        "reviewer": lambda: make_question(event, target="reviewer").pk,
        "string": lambda: make_question(event, variant="string").pk,
        "other event": lambda: make_question(factories.make_event()).pk,
        "unknown": lambda: 0,
    }
    make_question(event)
    data = {"question": pks[kind](), "version": version.pk, "action": "import"}
    response = login(organiser).post(url(event, "import/"), data)

    assert response.status_code == 200
    assert imported() == []


def test_import_takes_no_version_of_another_event(login, event, organiser, answered):
    other = factories.publish_policy(factories.make_event())
    data = {"question": answered.pk, "version": other.pk, "action": "import"}
    response = login(organiser).post(url(event, "import/"), data)

    assert response.status_code == 200
    assert imported() == []


def test_import_page_says_what_is_missing(login, event, organiser):
    client = login(organiser)
    assert "No code of conduct is published" in body(client.get(url(event, "import/")))
    factories.publish_policy(event)
    assert "no custom field" in body(client.get(url(event, "import/")))


# Team members who accept


def accept_url(event):
    return f"/orga/event/{event.slug}/p/coc/accept/"


def has_strip(client, event, page="submissions/"):
    return f'href="{accept_url(event)}"' in body(
        client.get(f"/orga/event/{event.slug}/{page}")
    )


def shown(event):
    with scopes_disabled():
        text = PolicyText.objects.get(event=event, language="en")
    return f"{text.number}:{text.language}:{text.sha256}"


def test_team_is_not_asked_by_default(login, event, organiser, version):
    client = login(organiser)

    assert not has_strip(client, event)
    assert client.get(accept_url(event)).status_code == 404
    assert client.post(accept_url(event)).status_code == 404


def test_team_members_see_a_strip_until_they_accept(login, event, organiser, version):
    configure(event, team_accepts=True)
    client = login(organiser)
    assert has_strip(client, event)
    assert "Be kind" in body(client.get(accept_url(event)))
    unticked = client.post(accept_url(event), {"shown": shown(event)})
    assert unticked.status_code == 200
    client.post(accept_url(event), {"accept": "on", "shown": shown(event)})

    assert not has_strip(client, event)
    with scopes_disabled():
        acceptance = Acceptance.objects.get()
    assert acceptance.way == AcceptanceWay.TEAM
    assert acceptance.user_code == organiser.code
    client.post(accept_url(event), {"accept": "on", "shown": shown(event)})
    with scopes_disabled():
        assert Acceptance.objects.count() == 1


def test_team_member_does_not_accept_a_text_that_was_replaced(
    login, event, organiser, version
):
    configure(event, team_accepts=True)
    before = shown(event)
    factories.publish_policy(event, {"en": "Be kinder."})
    response = login(organiser).post(
        accept_url(event), {"accept": "on", "shown": before}
    )

    assert "Be kinder" in body(response)
    with scopes_disabled():
        assert not Acceptance.objects.exists()


def test_reviewers_are_asked_and_administrators_outside_a_team_are_not(
    client, event, reviewer, version
):
    configure(event, team_accepts=True)
    client.force_login(reviewer)
    assert has_strip(client, event, "reviews/")
    client.force_login(factories.make_user(is_administrator=True))
    assert not has_strip(client, event)


def test_team_of_another_event_is_not_asked(client, event, version):
    other = factories.make_event()
    organiser = factories.make_organiser(other)
    configure(event, team_accepts=True)
    client.force_login(organiser)

    assert client.get(accept_url(event)).status_code == 404
    assert not has_strip(client, other)


def test_who_leaves_the_team_is_not_asked_any_more(client, event, organiser, version):
    configure(event, team_accepts=True)
    with scopes_disabled():
        Team.objects.get(members=organiser).members.remove(organiser)
    client.force_login(organiser)

    assert client.get(accept_url(event)).status_code == 404


def test_acceptance_as_a_speaker_counts_for_the_team_member(
    client, event, organiser, version
):
    configure(event, team_accepts=True)
    with scope(event=event):
        factories.accept(event, organiser, version)
    client.force_login(organiser)

    assert not has_strip(client, event)

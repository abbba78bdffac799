# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Somebody without an account is excluded by a mail address that nobody keeps."""

import json

import pytest
from django.core import mail, serializers
from django.db import connection
from django_scopes import scopes_disabled

from pretalx_coc.domain import case_members, cases, decisions, exclusion_keys, lifting
from pretalx_coc.domain.decision_drafts import Draft
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.exclusion_rotation import rotate
from pretalx_coc.domain.exclusions import is_excluded
from pretalx_coc.domain.traces import preview
from pretalx_coc.enums import CaseSubject, DecisionState, Measure
from pretalx_coc.models import Decision, Exclusion
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_event")]

ADDRESS = "Stalker.77@Elsewhere.example"


@pytest.fixture(autouse=True)
def _data_dir(settings, tmp_path):
    """Keys of its own for each test."""
    settings.DATA_DIR = tmp_path


@pytest.fixture
def team(event):
    return factories.make_members(event, "First", "Second")


@pytest.fixture
def case(event, team):
    subject = cases.subject_in_words(CaseSubject.PERSON, "Red hat, badge 7")
    case = cases.open_case(event=event, by=team[0], subject=subject)
    case_members.declare(case=case, by=team[1], conflict=False)
    return case


def draft(measure=Measure.EXCLUDED_FUTURE, address=ADDRESS):
    return Draft(measure=measure, reason="Part 3.", address=address)


@pytest.fixture
def proposed(case, team):
    return decisions.propose(
        case=case, by=team[0], revision=case.revision, draft=draft()
    )


def everything_stored() -> str:
    """All rows of all tables of the plugin, and what was mailed."""
    from django.apps import apps  # noqa: PLC0415

    with scopes_disabled():
        rows = [
            serializers.serialize("json", model._base_manager.all())
            for model in apps.get_app_config("pretalx_coc").get_models()
        ]
    assert connection.vendor
    return "\n".join([*rows, *(str(sent.message()) for sent in mail.outbox)])


def test_once_a_second_person_agrees_the_address_is_excluded(event, proposed, team):
    assert is_excluded(event, email=ADDRESS) is None
    decisions.approve(decision=proposed, by=team[1], revision=proposed.case.revision)
    held = is_excluded(event, email=ADDRESS.lower())
    assert (held.decision_code, held.only_event) == (proposed.code, False)
    assert is_excluded(event, email="other@elsewhere.example") is None
    other = factories.make_event(organiser=event.organiser)
    with scopes_disabled():
        assert is_excluded(other, email=ADDRESS)


def test_who_registers_with_it_later_becomes_no_confirmed_speaker(
    event, proposed, team
):
    decisions.approve(decision=proposed, by=team[1], revision=proposed.case.revision)
    with scopes_disabled():
        talk = factories.make_talk(
            event, factories.make_user(email=ADDRESS), state="confirmed"
        )
        talk.refresh_from_db()
    assert not (talk.state == "confirmed" and talk.speakers.exists())


@pytest.mark.parametrize("step", ("proposed", "approved", "refused"))
def test_the_address_itself_is_stored_nowhere(proposed, team, step):
    revision = proposed.case.revision
    if step == "approved":
        decisions.approve(decision=proposed, by=team[1], revision=revision)
    elif step == "refused":
        decisions.refuse(decision=proposed, by=team[1], revision=revision, text="No.")
    stored = everything_stored().lower()
    assert "red hat" in stored
    assert ADDRESS.lower() not in stored
    assert "stalker" not in stored
    key = exclusion_keys.newest_key()
    digest = exclusion_keys.address_hash(key, ADDRESS)
    assert (digest in stored) == (step != "refused")


def test_lifted_the_address_is_free_again(event, proposed, team):
    decisions.approve(decision=proposed, by=team[1], revision=proposed.case.revision)
    proposed.refresh_from_db()
    for by in team:
        lifting.lift(decision=proposed, by=by, text="It was another person.")
    assert is_excluded(event, email=ADDRESS) is None


def test_a_new_key_does_not_lose_what_waits(event, proposed, team):
    rotate()
    decisions.approve(decision=proposed, by=team[1], revision=proposed.case.revision)
    assert is_excluded(event, email=ADDRESS)


def test_who_has_an_account_gets_a_case_that_they_can_answer(case, team, event):
    factories.make_user(email=ADDRESS)
    with pytest.raises(CocError, match="There is an account with this mail address"):
        decisions.propose(case=case, by=team[0], revision=case.revision, draft=draft())
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    (draft(measure=Measure.WARNING), draft(address="no address"), draft(address="@")),
)
def test_an_address_that_makes_no_sense_is_refused(case, team, wrong):
    with pytest.raises(CocError):
        decisions.propose(case=case, by=team[0], revision=case.revision, draft=wrong)


def test_the_preview_says_so_and_stores_nothing(case, team):
    words = " ".join(
        trace.text for trace in preview(case=case, draft=draft(), by=team[0])
    )
    assert f"Who has the mail address {ADDRESS} is recognised" in words
    assert "They can still use another mail address." in words
    assert not exclusion_keys.key_file().exists()
    without = preview(case=case, draft=draft(address=""), by=team[0])
    assert "this is done by hand" in " ".join(trace.text for trace in without)


def test_the_form_asks_for_it_only_where_there_is_no_account(
    event, case, team, talk, login
):
    about = cases.open_case(
        event=event, by=team[0], subject=cases.subject_of_profile(talk.speakers.get())
    )
    client = login(team[0])
    with scopes_disabled():
        page = client.get(f"{about.get_absolute_url()}decide/")
        assert "address" not in page.context["form"].fields
        url = f"{case.get_absolute_url()}decide/"
        data = {
            "measure": Measure.EXCLUDED_EVENT,
            "reason": "Part 3.",
            "statement_language": "en",
            "address": ADDRESS,
            "revision": case.revision,
        }
        page = client.post(url, data)
        digest = page.context["preview"]["digest"]
        client.post(url, data | {"digest": digest, "action": "decide"})
    decision = Decision.objects.get()
    assert decision.state == DecisionState.PROPOSED
    assert not Exclusion.objects.exists()
    assert ADDRESS.lower() not in json.dumps(decision.effects).lower()
    decisions.approve(decision=decision, by=team[1], revision=1 + case.revision)
    assert is_excluded(event, email=ADDRESS).only_event

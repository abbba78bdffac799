# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The CfP's last step with the organiser's two settings."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_scopes import scope, scopes_disabled

from pretalx.person.models import User

from pretalx_coc.domain.queries.acceptance import must_accept
from pretalx_coc.models import CocSettings
from tests import factories
from tests.wizard import PASSWORD, Wizard, acceptances, proposals

pytestmark = pytest.mark.django_db


@scopes_disabled()
def configure(event, **values):
    CocSettings.objects.update_or_create(event=event, defaults=values)


@pytest.fixture
def wizard(client, event, version):
    return Wizard(client, event)


def test_asked_with_each_proposal_the_step_is_shown_again(wizard, client, event):
    configure(event, ask_each_proposal=True)
    wizard.up_to_acceptance().accept()
    second = Wizard(client, event)
    second.info(title="Second")
    assert second.profile().url == second.url("coc")
    assert len(proposals(event)) == 1
    second.accept()
    codes = [proposal.code for proposal in proposals(event)]
    assert len(codes) == 2
    assert [each.submission_code for each in acceptances(event)] == codes
    assert [each.number for each in acceptances(event)] == [1, 1]


def test_asked_with_each_proposal_also_who_logs_in_within_the_wizard(
    wizard, client, event
):
    configure(event, ask_each_proposal=True)
    wizard.up_to_acceptance().accept()
    client.logout()
    second = Wizard(client, event)
    second.info(title="Second")
    second.log_in(wizard.email, PASSWORD)
    assert second.profile().url == second.url("coc")
    assert len(proposals(event)) == 1


def test_asked_with_each_proposal_the_last_page_sent_twice_makes_one(wizard, event):
    configure(event, ask_each_proposal=True)
    wizard.up_to_acceptance()
    data = {"shown": wizard.shown(), "accept": "on"}
    wizard.post("coc", **data)
    assert wizard.post("coc", **data).url == f"/{event.slug}/me/submissions/"
    assert wizard.get("coc").url == f"/{event.slug}/me/submissions/"
    # Nor does an earlier page of the run that is over, although the step still
    # applies.
    wizard.info(title="Again")
    wizard.profile()
    assert wizard.post("coc", **data).url == f"/{event.slug}/me/submissions/"
    assert len(proposals(event)) == 1
    assert len(acceptances(event)) == 1


def test_asked_with_each_proposal_a_draft_still_records_nothing(wizard, event):
    configure(event, ask_each_proposal=True)
    wizard.up_to_acceptance()
    wizard.accept(action="draft")
    assert [proposal.state for proposal in proposals(event)] == ["draft"]
    assert acceptances(event) == []


def test_asked_with_each_proposal_but_no_version_is_in_force(client, event):
    configure(event, ask_each_proposal=True)
    wizard = Wizard(client, event)
    wizard.info()
    wizard.register()
    assert wizard.profile().url == f"/{event.slug}/me/submissions/"


def test_another_events_setting_does_not_ask_again(wizard, client, event):
    configure(factories.make_event(), ask_each_proposal=True, material_tick=True)
    wizard.up_to_acceptance()
    assert 'name="material"' not in wizard.get("coc").content.decode()
    wizard.accept()
    second = Wizard(client, event)
    second.info(title="Second")
    assert second.profile().url == f"/{event.slug}/me/submissions/"


def test_whether_to_ask_takes_one_query_with_and_without_settings(wizard, event):
    wizard.up_to_acceptance().accept()
    user = User.objects.get(email=wizard.email)
    answers = []
    for each_time in (False, True):
        configure(event, ask_each_proposal=each_time)
        with scope(event=event), CaptureQueriesContext(connection) as queries:
            answers.append(must_accept(event=event, user=user))
        assert len(queries) == 1
    assert answers == [False, True]


def test_second_tick_is_shown_empty_required_and_recorded(wizard, event):
    configure(event, material_tick=True)
    wizard.up_to_acceptance()
    content = wizard.get("coc").content.decode()
    for name in ("accept", "material"):
        box = content.split(f'name="{name}"')[1].split(">")[0]
        assert "checked" not in box
        assert "required" in box
    response = wizard.accept()
    assert response.status_code == 200
    assert response.context["form"].errors == {
        "material": ["Please tick this box, too, if your material follows it."]
    }
    assert proposals(event) == []
    wizard.accept(material="on")
    assert [each.material for each in acceptances(event)] == [True]
    assert len(proposals(event)) == 1


def test_second_tick_alone_does_not_submit(wizard, event):
    configure(event, material_tick=True)
    wizard.up_to_acceptance()
    response = wizard.post("coc", shown=wizard.shown(), material="on")
    assert list(response.context["form"].errors) == ["accept"]
    assert proposals(event) == []


def test_without_the_setting_a_forged_second_tick_is_not_recorded(wizard, event):
    wizard.up_to_acceptance().accept(material="on")
    assert [each.material for each in acceptances(event)] == [False]


def test_setting_made_in_between_asks_for_the_second_tick(wizard, event):
    wizard.up_to_acceptance()
    shown = wizard.shown()
    configure(event, material_tick=True)
    response = wizard.post("coc", shown=shown, accept="on")
    assert list(response.context["form"].errors) == ["material"]
    assert proposals(event) == []


def test_stored_ticks_without_the_second_one_do_not_submit(client, event, version):
    """Ticked out of turn, and the setting was made before the rest came."""
    wizard = Wizard(client, event)
    wizard.post("coc", shown=wizard.shown(), accept="on")
    configure(event, material_tick=True)
    wizard.info()
    wizard.register()
    assert wizard.profile().url == wizard.url("coc")
    assert proposals(event) == []


def test_new_version_takes_both_ticks_away(wizard, event):
    configure(event, material_tick=True)
    wizard.up_to_acceptance()
    shown = wizard.shown()
    factories.publish_policy(event, texts={"en": "# Be kinder"})
    response = wizard.post("coc", shown=shown, accept="on", material="on")
    content = response.content.decode()
    for name in ("accept", "material"):
        assert "checked" not in content.split(f'name="{name}"')[1].split(">")[0]
    (error,) = response.context["form"].errors["accept"]
    assert error.startswith("A new version of the code of conduct")
    assert proposals(event) == []
    new = content.split('name="shown" value="')[1].split('"')[0]
    wizard.post("coc", shown=new, accept="on", material="on")
    assert [(each.number, each.material) for each in acceptances(event)] == [(2, True)]

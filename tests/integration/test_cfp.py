# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Accepted is accepted: the CfP's last step."""

import hashlib

import pytest
from django_scopes import scopes_disabled

from pretalx.person.domain.user import shred_user
from pretalx.person.models import User

from pretalx_coc.domain.policy import publish, save_draft
from tests import factories
from tests.wizard import PASSWORD, Wizard, acceptances, proposals

pytestmark = pytest.mark.django_db


@pytest.fixture
def wizard(client, event, version):
    return Wizard(client, event)


def publish_again(event, english="# Be kinder"):
    user = factories.make_user()
    with scopes_disabled():
        save_draft(event=event, texts={"en": english, "de": "# Netter"}, by=user)
        return publish(event=event, by=user)


def test_tick_submits_and_records_what_was_on_the_screen(wizard, event, version):
    response = wizard.up_to_acceptance().accept()
    assert response.status_code == 302
    assert response.url == f"/{event.slug}/me/submissions/"
    (proposal,) = proposals(event)
    assert proposal.state == "submitted"
    (acceptance,) = acceptances(event)
    user = User.objects.get(email=wizard.email)
    expected = {
        "user_code": user.code,
        "submission_code": proposal.code,
        "number": 1,
        "language": "en",
        "sha256": hashlib.sha256(factories.TEXT_EN.encode()).hexdigest(),
        "way": "cfp",
    }
    assert {name: getattr(acceptance, name) for name in expected} == expected
    assert acceptance.profile_code == factories.profile_of(user, event).code
    assert acceptance.accepted >= version.published


def test_page_shows_text_version_link_and_an_empty_box(wizard, event):
    content = wizard.up_to_acceptance().get("coc").content.decode()
    assert "<h3>Be kind</h3>" in content
    assert "Version 1, published on" in content
    assert f'href="/{event.slug}/code-of-conduct/1/"' in content
    box = content.split('name="accept"')[1].split(">")[0]
    assert "checked" not in box
    assert "required" in box


def test_reader_of_german_reads_and_accepts_the_german_text(wizard, client, event):
    wizard.up_to_acceptance()
    client.cookies["pretalx_language"] = "de"
    content = wizard.get("coc").content.decode()
    assert "<h3>Seid nett</h3>" in content
    wizard.accept()
    (acceptance,) = acceptances(event)
    assert acceptance.language == "de"
    assert acceptance.sha256 == hashlib.sha256(factories.TEXT_DE.encode()).hexdigest()


def test_missing_language_falls_back_and_says_so(client, event):
    factories.publish_policy(event, texts={"en": "# Only English"})
    wizard = Wizard(client, event).up_to_acceptance()
    client.cookies["pretalx_language"] = "de"
    content = wizard.get("coc").content.decode()
    assert "<h3>Only English</h3>" in content
    assert "English" in content.split('class="coc-note"')[1].split("</p>")[0]
    wizard.accept()
    assert [acceptance.language for acceptance in acceptances(event)] == ["en"]


def test_without_tick_the_field_says_so_and_nothing_is_lost(wizard, event):
    wizard.up_to_acceptance()
    response = wizard.post("coc", shown=wizard.shown())
    assert response.status_code == 200
    field = response.context["form"].errors["accept"]
    assert field == ["Please tick this box to accept the code of conduct."]
    assert proposals(event) == []
    assert acceptances(event) == []
    assert not User.objects.filter(email=wizard.email).exists()
    assert "Logging for beginners" in wizard.get("info").content.decode()
    wizard.accept()
    (proposal,) = proposals(event)
    assert proposal.abstract == "What to log, and what to leave out."


def test_tick_given_and_taken_back_is_no_acceptance(client, event, version):
    """A stored tick, left by a wizard that could not finish, is dropped."""
    wizard = Wizard(client, event)
    # Without the steps before, a tick is stored and the wizard turns back.
    shown = wizard.shown()
    wizard.post("coc", shown=shown, accept="on")
    wizard.up_to_acceptance()
    response = wizard.post("coc", shown=shown)
    assert response.status_code == 200
    assert proposals(event) == []
    assert acceptances(event) == []


def test_version_published_in_between_returns_the_step_with_the_new_text(wizard, event):
    wizard.up_to_acceptance()
    shown = wizard.shown()
    publish_again(event)
    response = wizard.post("coc", shown=shown, accept="on")
    assert response.status_code == 200
    content = response.content.decode()
    assert "<h3>Be kinder</h3>" in content
    assert "A new version of the code of conduct has been published" in content
    assert "checked" not in content.split('name="accept"')[1].split(">")[0]
    assert proposals(event) == []
    # The page that came back can be sent as it is, ticked.
    new = content.split('name="shown" value="')[1].split('"')[0]
    wizard.post("coc", shown=new, accept="on")
    assert [acceptance.number for acceptance in acceptances(event)] == [2]


def test_stored_tick_for_an_old_version_does_not_submit(client, event, version):
    wizard = Wizard(client, event)
    wizard.post("coc", shown=wizard.shown(), accept="on")
    publish_again(event)
    wizard.info()
    wizard.register()
    assert wizard.profile().url == wizard.url("coc")
    assert proposals(event) == []
    assert "<h3>Be kinder</h3>" in wizard.get("coc").content.decode()


@pytest.mark.parametrize(
    "shown",
    ("", "1", "1:en", "1:fr:0", "2:en:0", "x:y:z", "1:en:" + "0" * 64, "::" * 9),
)
def test_forged_text_on_the_screen_is_refused(wizard, event, shown):
    wizard.up_to_acceptance()
    response = wizard.post("coc", shown=shown, accept="on")
    assert response.status_code == 200
    assert proposals(event) == []
    assert acceptances(event) == []


def test_draft_on_this_step_needs_no_tick_and_records_nothing(wizard, event):
    wizard.up_to_acceptance()
    response = wizard.post("coc", action="draft")
    assert response.url == f"/{event.slug}/me/submissions/"
    assert [proposal.state for proposal in proposals(event)] == ["draft"]
    assert acceptances(event) == []


def test_draft_with_tick_records_nothing(wizard, event):
    wizard.up_to_acceptance()
    wizard.accept(action="draft")
    assert [proposal.state for proposal in proposals(event)] == ["draft"]
    assert acceptances(event) == []


def test_draft_submitted_later_needs_the_tick(wizard, client, event):
    wizard.up_to_acceptance()
    wizard.post("coc", action="draft")
    (draft,) = proposals(event)
    response = client.get(f"/{event.slug}/submit/restart-{draft.code}/")
    again = Wizard(client, event)
    again.base = response.url.rsplit("/", 2)[0]
    assert again.info().url == again.url("profile")
    assert again.profile().url == again.url("coc")
    assert [proposal.state for proposal in proposals(event)] == ["draft"]
    again.accept()
    assert [proposal.state for proposal in proposals(event)] == ["submitted"]
    (acceptance,) = acceptances(event)
    assert acceptance.submission_code == draft.code


def test_accepted_before_the_step_is_not_shown(wizard, client, event):
    wizard.up_to_acceptance().accept()
    second = Wizard(client, event)
    assert second.info(title="Second").url == second.url("profile")
    assert second.profile().url == f"/{event.slug}/me/submissions/"
    assert [proposal.state for proposal in proposals(event)] == ["submitted"] * 2
    assert len(acceptances(event)) == 1


def test_accepted_before_logging_in_within_the_wizard_skips_the_step(
    wizard, client, event
):
    wizard.up_to_acceptance().accept()
    client.logout()
    second = Wizard(client, event)
    second.info(title="Second")
    assert second.log_in(wizard.email, PASSWORD).url == second.url("profile")
    assert second.profile().url == f"/{event.slug}/me/submissions/"
    assert len(proposals(event)) == 2


def test_accepted_an_older_version_the_step_is_shown_again(wizard, client, event):
    wizard.up_to_acceptance().accept()
    publish_again(event)
    second = Wizard(client, event)
    second.info(title="Second")
    assert second.profile().url == second.url("coc")
    second.accept()
    assert [acceptance.number for acceptance in acceptances(event)] == [1, 2]


def test_somebody_elses_acceptance_does_not_count(wizard, client, event):
    wizard.up_to_acceptance().accept()
    client.logout()
    other = Wizard(client, event, email="other@example.org")
    other.up_to_acceptance()
    assert len(proposals(event)) == 1


def test_no_version_published_the_step_is_not_there(client, event):
    wizard = Wizard(client, event)
    wizard.info()
    wizard.register()
    assert wizard.profile().url == f"/{event.slug}/me/submissions/"
    assert [proposal.state for proposal in proposals(event)] == ["submitted"]


def test_another_events_policy_does_not_ask(client, event):
    factories.publish_policy(factories.make_event())
    wizard = Wizard(client, event)
    wizard.info()
    wizard.register()
    assert wizard.profile().url == f"/{event.slug}/me/submissions/"


def test_plugin_switched_off_the_step_is_not_there(client):
    event = factories.make_event(plugin=False)
    factories.publish_policy(event)
    wizard = Wizard(client, event)
    wizard.info()
    wizard.register()
    assert wizard.profile().url == f"/{event.slug}/me/submissions/"


# Ways around the step


def test_address_of_the_step_typed_first_leads_to_no_proposal(client, event, version):
    wizard = Wizard(client, event)
    response = wizard.accept()
    assert response.status_code == 302
    assert response.url == wizard.url("info")
    assert proposals(event) == []
    assert acceptances(event) == []


@pytest.mark.parametrize("step", ("nosuchstep", "done", "COC", "coc2"))
@pytest.mark.parametrize("accepted", (True, False))
def test_unknown_step_name_is_not_found(wizard, client, event, step, accepted):
    wizard.up_to_acceptance()
    if accepted:
        wizard.accept()
    before = len(proposals(event))
    again = Wizard(client, event)
    again.info()
    assert again.get(step).status_code == 404
    assert again.post(step, accept="on", shown="1:en:x").status_code == 404
    assert again.post(step, action="draft").status_code == 404
    assert len(proposals(event)) == before


def test_last_page_sent_twice_makes_one_proposal(wizard, event):
    wizard.up_to_acceptance()
    data = {"shown": wizard.shown(), "accept": "on"}
    wizard.post("coc", **data)
    response = wizard.post("coc", **data)
    assert response.url == f"/{event.slug}/me/submissions/"
    assert len(proposals(event)) == 1
    assert len(acceptances(event)) == 1


def test_coming_back_to_the_step_after_submitting_leads_to_the_proposals(wizard, event):
    wizard.up_to_acceptance().accept()
    assert wizard.get("coc").url == f"/{event.slug}/me/submissions/"


def test_session_without_its_data_leads_to_no_proposal(wizard, client, event):
    wizard.up_to_acceptance()
    shown = wizard.shown()
    session = client.session
    session["cfp"] = {}
    session.save()
    response = wizard.post("coc", shown=shown, accept="on")
    assert response.url == wizard.url("info")
    assert proposals(event) == []
    assert acceptances(event) == []


def test_session_without_our_steps_data_leads_to_no_proposal(wizard, client, event):
    wizard.up_to_acceptance()
    session = client.session
    for run in session["cfp"].values():
        run["data"].pop("coc", None)
    session.save()
    assert wizard.profile().url == wizard.url("coc")
    assert proposals(event) == []


def test_two_tabs_with_one_wizard_make_one_proposal_at_most_each_accepted(
    wizard, event
):
    wizard.up_to_acceptance()
    first = {"shown": wizard.shown(), "accept": "on"}
    second = dict(first)
    wizard.post("coc", **first)
    wizard.post("coc", **second)
    assert len(proposals(event)) == 1


def test_accepted_in_another_wizard_meanwhile_the_proposal_goes_on(
    wizard, client, event
):
    wizard.up_to_acceptance().accept()
    publish_again(event)
    left, right = Wizard(client, event), Wizard(client, event)
    for run, title in ((left, "Left"), (right, "Right")):
        run.info(title=title)
        run.profile()
    data = {"shown": left.shown(), "accept": "on"}
    left.post("coc", **data)
    right.post("coc", **data)
    titles = [proposal.title for proposal in proposals(event)]
    assert titles == ["Logging for beginners", "Left", "Right"]
    assert [acceptance.number for acceptance in acceptances(event)] == [1, 2]


def test_step_that_does_not_apply_leads_back(wizard, client, event):
    wizard.up_to_acceptance().accept()
    second = Wizard(client, event)
    second.info(title="Second")
    assert second.get("coc").url == second.url("profile")


def test_posting_the_profile_page_does_not_go_around_the_step(wizard, event):
    wizard.up_to_acceptance()
    for action in ("submit", "", "accept"):
        assert wizard.profile(action=action).url == wizard.url("coc")
    assert proposals(event) == []


def test_action_draft_in_the_address_submits_no_proposal(wizard, event):
    """Only the posted action makes a draft, and a draft is all it makes."""
    wizard.up_to_acceptance()
    wizard.client.post(wizard.url("coc") + "?action=draft&draft=1", {})
    assert [proposal.state for proposal in proposals(event)] in ([], ["draft"])
    assert acceptances(event) == []


@pytest.mark.parametrize("language", ("../../etc", "xx", "de'--", "\x00", "en" * 500))
def test_odd_language_cookie_shows_a_text_all_the_same(wizard, client, language):
    wizard.up_to_acceptance()
    client.cookies["pretalx_language"] = language
    assert "Be kind" in wizard.get("coc").content.decode()


def test_acceptance_survives_the_deletion_of_proposal_profile_and_user(wizard, event):
    wizard.up_to_acceptance().accept()
    (proposal,) = proposals(event)
    with scopes_disabled():
        proposal.delete()
        shred_user(User.objects.get(email=wizard.email))
    assert not User.objects.filter(email=wizard.email).exists()
    (acceptance,) = acceptances(event)
    assert acceptance.submission_code == proposal.code

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What speakers are told before they submit."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_scopes import scopes_disabled

from pretalx_coc.domain import hints as hints_domain
from pretalx_coc.domain.phrase_changes import add_phrase
from pretalx_coc.domain.settings import change_settings
from pretalx_coc.interfaces import cfp_hints
from pretalx_coc.models import AuditEntry, Check, Finding
from tests import factories
from tests.wizard import Wizard, acceptances, proposals

pytestmark = pytest.mark.django_db

BAD = "Before the demo we show hot naked girls on every slide."
WORSE = "I once worked as a photographer of hot naked girls."


@scopes_disabled()
def switch(event, *, on=True):
    by = factories.make_user(name="Settings")
    change_settings(event=event, by=by, hints_before_submitting=on)


@pytest.fixture
def wizard(client, event, version):
    switch(event)
    return Wizard(client, event)


def up_to_profile(wizard, **info):
    wizard.info(**info)
    wizard.register()


@scopes_disabled()
def stored():
    return Check.objects.count(), Finding.objects.count()


def test_speaker_is_told_before_the_acceptance_and_can_go_on(wizard, event):
    up_to_profile(wizard, abstract=BAD)
    assert wizard.profile().url == wizard.url("coc_hints")
    content = wizard.get("coc_hints").content.decode()
    assert "<mark>naked girls</mark>" in content
    assert "Only you see this page" in content
    assert f'<a href="{wizard.url("info")}#id_abstract">Change it' in content
    assert wizard.post("coc_hints").url == wizard.url("coc")
    assert wizard.accept().url == f"/{event.slug}/me/submissions/"
    (proposal,) = proposals(event)
    assert (proposal.state, proposal.abstract) == ("submitted", BAD)
    assert len(acceptances(event)) == 1


def test_nothing_is_recorded_of_what_was_changed_before_submitting(
    wizard, event, django_capture_on_commit_callbacks
):
    with scopes_disabled():
        before = AuditEntry.objects.count()
    with django_capture_on_commit_callbacks(execute=True):
        up_to_profile(wizard, abstract=BAD)
        wizard.profile()
        wizard.get("coc_hints")
        assert stored() == (0, 0)
        wizard.info(abstract="What to log.")
        assert wizard.profile().url == wizard.url("coc")
        wizard.accept()
    with scopes_disabled():
        assert Finding.objects.count() == 0
        assert Check.objects.filter(material="abstract").count() == 1
        acceptance_only = AuditEntry.objects.count() - before
    assert acceptance_only == 1


def test_what_remains_is_recorded_by_the_ordinary_check(
    wizard, event, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        up_to_profile(wizard, abstract=BAD)
        wizard.profile()
        wizard.post("coc_hints")
        wizard.accept()
    with scopes_disabled():
        assert "naked girls" in {entry.passage for entry in Finding.objects.all()}


def test_harmless_proposal_sees_no_step(wizard):
    wizard.info()
    content = wizard.get("user").content.decode()
    assert "A second look" not in content
    wizard.register()
    assert wizard.profile().url == wizard.url("coc")


def test_off_by_default(client, event, version):
    wizard = Wizard(client, event)
    up_to_profile(wizard, abstract=BAD)
    assert wizard.profile().url == wizard.url("coc")


def test_can_be_switched_off_again_in_the_middle(wizard, event):
    up_to_profile(wizard, abstract=BAD)
    wizard.profile()
    switch(event, on=False)
    assert wizard.get("coc_hints").url == wizard.url("coc")
    assert wizard.post("coc_hints").url == wizard.url("coc")
    assert wizard.accept().status_code == 302
    assert len(proposals(event)) == 1


def test_profile_and_notes_count_as_well_each_with_a_link_to_its_page(wizard):
    up_to_profile(wizard, notes=BAD)
    assert wizard.profile(biography=WORSE).url == wizard.url("coc_hints")
    content = wizard.get("coc_hints").content.decode()
    for step, field in (("info", "notes"), ("profile", "biography")):
        assert f'<a href="{wizard.url(step)}#id_{field}">Change it' in content
        assert f'id="id_{field}"' in wizard.get(step).content.decode()


def test_no_word_is_cut_in_two_around_a_passage(wizard):
    words = "containers " * 20
    up_to_profile(wizard, abstract=f"{words}We show naked girls on {words}")
    wizard.profile()
    content = wizard.get("coc_hints").content.decode()
    (shown,) = re.findall("<blockquote[^>]*>(.*?)</blockquote>", content, re.DOTALL)
    before, after = re.split("<mark>.*</mark>", shown)
    assert before.startswith("… containers ")
    assert after.endswith(" containers …")
    assert set(f"{before} {after}".split()) == {"…", "containers", "We", "show", "on"}


def test_answers_to_custom_fields_count_and_are_called_as_the_field_is(wizard, event):
    from pretalx.submission.models import Question  # noqa: PLC0415

    with scopes_disabled():
        question = Question.objects.create(
            event=event,
            question="What do you show?",
            variant="text",
            target="submission",
            question_required="optional",
        )
    assert wizard.info().url == wizard.url("questions")
    wizard.post("questions", **{f"question_{question.pk}": BAD})
    wizard.register()
    assert wizard.profile().url == wizard.url("coc_hints")
    content = wizard.get("coc_hints").content.decode()
    assert "<strong>What do you show?</strong>" in content


def test_own_words_of_the_event_count_and_allowed_ones_are_left_alone(wizard, event):
    by = factories.make_user()
    with scopes_disabled():
        add_phrase(event=event, by=by, kind="allowed", text="naked girls")
        add_phrase(
            event=event, by=by, kind="watched", text="beach party", category="innuendo"
        )
    up_to_profile(wizard, abstract=BAD, description="Then the Beach-Party.")
    wizard.profile()
    content = wizard.get("coc_hints").content.decode()
    assert "<mark>Beach-Party</mark>" in content
    assert "<mark>naked" not in content


def test_person_who_has_accepted_already_submits_from_this_step(
    client, event, version, speaker
):
    switch(event)
    factories.make_talk(event, speaker)
    factories.accept(event, speaker, version)
    client.force_login(speaker)
    wizard = Wizard(client, event)
    assert wizard.info(abstract=BAD).url == wizard.url("profile")
    assert wizard.profile().url == wizard.url("coc_hints")
    assert "Submit proposal" in wizard.get("coc_hints").content.decode()
    assert wizard.post("coc_hints").url == f"/{event.slug}/me/submissions/"
    assert len(proposals(event)) == 2


def test_draft_can_be_saved_on_the_step_and_records_nothing(wizard, event):
    up_to_profile(wizard, abstract=BAD)
    wizard.profile()
    response = wizard.post("coc_hints", action="draft")
    assert response.url == f"/{event.slug}/me/submissions/"
    (proposal,) = proposals(event)
    assert (proposal.state, proposal.abstract) == ("draft", BAD)
    assert acceptances(event) == []
    assert stored() == (0, 0)


def test_step_opened_without_anything_typed_leads_on(wizard):
    assert wizard.get("coc_hints").status_code == 302
    assert wizard.post("coc_hints").status_code == 302
    assert wizard.client.put(wizard.url("coc_hints")).status_code == 405


def test_acceptance_is_not_gone_around_by_way_of_this_step(wizard, event):
    up_to_profile(wizard, abstract=BAD)
    wizard.profile()
    wizard.post("coc_hints", action="submit", accept="on")
    assert proposals(event) == []


def test_texts_are_shown_as_text(wizard):
    text = "<script>alert(1)</script> we show hot na\u200bked girls\u202e here"
    up_to_profile(wizard, abstract=text)
    wizard.profile()
    content = wizard.get("coc_hints").content.decode()
    assert "<script>alert(1)" not in content
    assert "na␣ked girls" in content
    assert "\u202e" not in content


@pytest.mark.parametrize("where", ("check_text", "Labels"))
def test_error_in_here_leaves_the_way_to_the_acceptance_open(
    wizard, event, monkeypatch, where
):
    def broken(*args, **kwargs):
        raise RuntimeError("broken")

    module = hints_domain if where == "check_text" else cfp_hints
    monkeypatch.setattr(module, where, broken)
    up_to_profile(wizard, abstract=BAD)
    wizard.profile()
    assert wizard.get("coc_hints").url == wizard.url("coc")
    assert wizard.accept().status_code == 302
    assert len(proposals(event)) == len(acceptances(event)) == 1


def queries(wizard, step):
    wizard.get(step)
    with CaptureQueriesContext(connection) as captured:
        wizard.get(step)
    return len(captured)


def test_pages_of_the_wizard_cost_no_query_more_with_hints(wizard, event):
    up_to_profile(wizard, abstract=BAD)
    wizard.profile()
    with_hints = {step: queries(wizard, step) for step in ("info", "profile", "coc")}
    switch(event, on=False)
    without = {step: queries(wizard, step) for step in with_hints}
    assert with_hints == without


def test_many_passages_cost_the_page_no_more_queries_than_one(wizard):
    up_to_profile(wizard, abstract=BAD)
    wizard.profile()
    one = queries(wizard, "coc_hints")
    wizard.info(abstract=f"{BAD} {WORSE}\n\n" * 5, notes=BAD)
    assert queries(wizard, "coc_hints") == one


def test_copy_of_an_event_keeps_the_setting(wizard, event):
    from pretalx_coc.domain.cloning import copy_to_clone  # noqa: PLC0415
    from pretalx_coc.domain.marks import has_hints  # noqa: PLC0415

    clone = factories.make_event(organiser=event.organiser)
    assert not has_hints(clone)
    copy_to_clone(event=clone, source_slug=event.slug)
    assert has_hints(clone)

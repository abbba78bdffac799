# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Corners in which a promise once did not hold."""

import re

import pytest
from django_scopes import scope, scopes_disabled

from pretalx.event.domain.event import copy_event_data
from pretalx.event.domain.plugins import disable_plugin, enable_plugin
from pretalx.event.models import Event
from pretalx.submission.models import Submission

from pretalx_coc.domain import verdicts
from pretalx_coc.domain.access import rights_in
from pretalx_coc.domain.checks import check_subject
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.flags import raise_flag
from pretalx_coc.domain.policy import publish, save_draft
from pretalx_coc.domain.queries.items import visible_findings, visible_flags
from pretalx_coc.interfaces.languages import other_language
from pretalx_coc.models import Check, Finding, Policy, PolicyText
from pretalx_coc.tasks import task_check_missed
from tests import factories
from tests.wizard import Wizard, acceptances, proposals

pytestmark = pytest.mark.django_db

BAD = "Before the demo we show naked girls on every slide."


@scopes_disabled()
def check(event, talk):
    with scope(event=event):
        return check_subject(event=event, kind="talk", pk=talk.pk)


@pytest.fixture
def bad(event, speaker):
    talk = factories.make_talk(event, speaker, abstract=BAD)
    check(event, talk)
    return talk


def record(client, event, user):
    code = factories.profile_of(user, event).code
    url = f"/orga/event/{event.slug}/p/coc/speaker/{code}/"
    return client.get(url).content.decode()


def talks_of(content):
    return content.split('id="coc-talks"')[1]


# What was not checked is not clean


def test_text_from_before_the_plugin_was_switched_on_waits_to_be_checked(
    login, speaker
):
    event = factories.make_event(plugin=False)
    factories.make_talk(event, speaker, abstract=BAD)
    enable_plugin(event, "pretalx_coc")
    event.save()
    content = talks_of(record(login(factories.make_member(event)), event, speaker))
    assert "Abstract: waiting to be checked" in content


def test_text_changed_without_a_signal_waits_to_be_checked(
    login, event, speaker, member, bad
):
    with scopes_disabled():
        Submission.objects.filter(pk=bad.pk).update(abstract="Something else")
    content = talks_of(record(login(member), event, speaker))
    assert "Abstract: waiting to be checked" in content


def test_sweep_checks_what_was_missed_and_nothing_twice(event, speaker):
    with scopes_disabled():
        talk = factories.make_talk(event, speaker)
        check(event, talk)
        Submission.objects.filter(pk=talk.pk).update(abstract=BAD)
    task_check_missed()
    with scopes_disabled():
        assert Finding.objects.filter(event=event, material="abstract").exists()
        number = Check.objects.filter(event=event).count()
    task_check_missed()
    with scopes_disabled():
        assert Check.objects.filter(event=event).count() == number


def test_sweep_leaves_events_without_the_plugin_alone(speaker):
    event = factories.make_event(plugin=False)
    factories.make_talk(event, speaker, abstract=BAD)
    task_check_missed()
    with scopes_disabled():
        assert not Check.objects.filter(event=event).exists()


# A verdict stays with its passage


@scopes_disabled()
def outdate(event):
    Check.objects.filter(event=event).update(detector="an older one")


@pytest.mark.parametrize("verdict", ("concerns", "dismissed"))
def test_newer_detectors_neither_double_nor_change_a_judged_passage(
    login, event, member, speaker, bad, verdict
):
    with scopes_disabled():
        (finding,) = Finding.objects.filter(event=event)
        verdicts.give(
            item=finding, by=member, verdict=verdict, reason="Why", revision=0
        )
    outdate(event)
    assert check(event, bad) == 2
    with scopes_disabled():
        (after,) = Finding.objects.filter(event=event)
    assert (after.code, after.verdict, after.revision) == (finding.code, verdict, 1)
    assert after.check_run_id != finding.check_run_id
    content = record(login(member), event, speaker)
    assert "changed this text since" not in content
    shown = content.count('<article class="coc-item"')
    assert shown == {"concerns": 1, "dismissed": 0}[verdict]


def test_judged_passage_that_newer_detectors_do_not_find_stays(event, member, bad):
    with scopes_disabled():
        (finding,) = Finding.objects.filter(event=event)
        verdicts.give(item=finding, by=member, verdict="concerns", revision=0)
        # Where it was found by a rule that is gone now.
        Finding.objects.filter(pk=finding.pk).update(start=1, end=2)
    outdate(event)
    check(event, bad)
    with scopes_disabled():
        kept = Finding.objects.get(pk=finding.pk)
        assert kept.check_run.is_current
        assert Finding.objects.filter(event=event).count() == 2


# Not your own matter


def sees(user, event):
    with scope(event=event):
        return (
            visible_findings(event, user).count() + visible_flags(event, user).count()
        )


def test_co_speaker_who_joined_later_and_left_does_not_see_it(event, member, bad):
    reviewer = factories.make_reviewer(event)
    with scopes_disabled():
        raise_flag(submission=bad, by=reviewer, reason="other")
        assert sees(member, event) == 2
        profile = member.get_speaker(event)
        bad.speakers.add(profile)
        bad.speakers.remove(profile)
    assert sees(member, event) == 0


def test_profile_that_got_its_account_later_is_its_owners_matter(event, member):
    with scopes_disabled():
        talk = factories.make_talk(event, factories.make_user(), abstract=BAD)
        profile = member.get_speaker(event)
        profile.user = None
        profile.save()
        talk.speakers.add(profile)
        check(event, talk)
        profile.user = member
        profile.save()
        talk.speakers.remove(profile)
        member.speaker_cache.clear()
    assert sees(member, event) == 0


def test_talk_that_a_speaker_was_taken_off_is_not_called_deleted(
    login, event, member, speaker, bad
):
    with scopes_disabled():
        bad.speakers.add(factories.make_user().get_speaker(event))
        bad.speakers.remove(speaker.get_speaker(event))
    content = record(login(member), event, speaker)
    assert "A talk that was deleted" not in content
    assert bad.title in content


def test_number_on_pretalx_speaker_page_is_that_of_the_record(
    login, event, organiser, speaker, bad
):
    factories.make_talk(event, speaker)
    with scopes_disabled():
        profile = speaker.get_speaker(event)
        bad.delete()
    client = login(organiser)
    shown = record(client, event, speaker).count('<article class="coc-item"')
    strip = client.get(profile.orga_urls.base).content.decode()
    assert shown == int(re.search(r"(\d+)\s+items? on the code of conduct", strip)[1])


# The wizard


@pytest.mark.parametrize("method", ("head", "options", "put", "patch", "delete"))
def test_no_other_method_submits_without_acceptance(client, event, version, method):
    wizard = Wizard(client, event).up_to_acceptance()
    getattr(client, method)(wizard.url("coc"))
    assert proposals(event) == []
    assert acceptances(event) == []


def test_finished_wizard_with_a_new_version_shows_it(client, event, version):
    wizard = Wizard(client, event).up_to_acceptance()
    wizard.accept()
    factories.publish_policy(event, texts={"en": "# Be kinder"})
    response = wizard.get("coc")
    assert response.status_code == 200
    assert "<h3>Be kinder</h3>" in response.content.decode()
    assert len(proposals(event)) == 1


# Languages


def with_locales(event, *locales):
    event.locales = list(locales)
    event.save()


def test_draft_in_a_language_that_the_event_lost_is_there_when_it_returns(
    event, organiser
):
    with scopes_disabled():
        save_draft(event=event, texts={"en": "a", "de": "b"}, by=organiser)
        with_locales(event, "en")
        save_draft(event=event, texts={"en": "c"}, by=organiser)
        with_locales(event, "en", "de")
        assert Policy.objects.get(event=event).draft.data == {"en": "c", "de": "b"}


def test_language_that_the_event_lost_makes_no_new_version(event, organiser, version):
    with scopes_disabled():
        with_locales(event, "en")
        with pytest.raises(CocError):
            publish(event=event, by=organiser)


@pytest.mark.parametrize(
    ("text", "wanted", "noted"),
    (
        ("zh-hans", "zh-hant", True),
        ("pt-br", "pt-pt", True),
        ("de", "de-formal", False),
        ("en", "en", False),
        ("en", "de", True),
    ),
)
def test_reader_is_told_when_the_text_is_in_another_language(text, wanted, noted):
    assert bool(other_language(PolicyText(language=text), wanted)) == noted


# The mark that leads the footer to the policy


def footer_of(client, event):
    return "code-of-conduct" in client.get(f"/{event.slug}/").content.decode()


def test_clone_made_while_the_plugin_was_off_has_no_link(client, event, version):
    disable_plugin(event, "pretalx_coc")
    event.save()
    clone = factories.make_event(plugin=False, organiser=event.organiser)
    with scopes_disabled():
        copy_event_data(clone, event)
        clone = Event.objects.get(pk=clone.pk)
        enable_plugin(clone, "pretalx_coc")
        clone.save()
    assert not footer_of(client, clone)


def test_link_lost_to_a_simultaneous_save_comes_back_with_the_next_draft(
    client, event, organiser, version
):
    with scopes_disabled():
        row = Event.objects.get(pk=event.pk)
        row.display_settings.pop("coc_policy_published")
        row.save()
    assert not footer_of(client, event)
    with scopes_disabled():
        save_draft(
            event=Event.objects.get(pk=event.pk), texts={"en": "x"}, by=organiser
        )
    assert footer_of(client, event)


# Menus


def test_plugins_page_leads_an_organiser_who_is_no_member_to_the_team(
    login, event, organiser, member
):
    with scopes_disabled():
        assert not rights_in(organiser, event).member
    response = login(organiser).get(f"/orga/event/{event.slug}/p/coc/")
    assert response.url == f"/orga/event/{event.slug}/settings/p/coc/team/"

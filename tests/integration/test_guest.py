# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""A good guest: pretalx's own pages with the plugin, and what they cost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_scopes import scope, scopes_disabled

from pretalx.event.domain.event import copy_event_data, shred_event
from pretalx.event.domain.plugins import disable_plugin, enable_plugin

from pretalx_coc.domain.checks import check_subject
from pretalx_coc.domain.flags import raise_flag
from pretalx_coc.models import Acceptance, AuditEntry, Finding, Flag, PolicyVersion
from tests import factories

pytestmark = pytest.mark.django_db

BAD = "Before the demo we show hot naked girls on every slide."


def orga_pages(event, talk, profile):
    base = f"/orga/event/{event.slug}/"
    return {
        "dashboard": base,
        "proposals": f"{base}submissions/",
        "proposal": f"{base}submissions/{talk.code}/",
        "proposal's speakers": f"{base}submissions/{talk.code}/speakers/",
        "review": f"{base}submissions/{talk.code}/reviews/",
        "reviews": f"{base}reviews/",
        "speakers": f"{base}speakers/",
        "speaker": f"{base}speakers/{profile.code}/",
        "settings": f"{base}settings/",
        "plugins": f"{base}settings/plugins",
        "cfp": f"{base}cfp/text",
        "cfp editor": f"{base}cfp/editor/",
        "cfp editor, our step": f"{base}cfp/editor/?step=coc",
        "schedule": f"{base}schedule/",
        "mails": f"{base}mails/outbox/",
        "new proposal": f"{base}submissions/new",
        "events": "/orga/event/",
        "account": "/orga/me",
    }


def public_pages(event, talk, profile):
    return {
        "start": f"/{event.slug}/",
        "cfp": f"/{event.slug}/cfp",
        "schedule": f"/{event.slug}/schedule/",
        "talk": f"/{event.slug}/talk/{talk.code}/",
        "speaker": f"/{event.slug}/speaker/{profile.code}/",
        "speakers": f"/{event.slug}/speaker/",
    }


def queries_of(client, url):
    """The number of queries of a page, once everything cached is warm."""
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url)
    assert response.status_code == 200, url
    return len(captured)


@scopes_disabled()
def populate(event, reviewer, number):
    """Talks with findings, flags and outstanding speakers."""
    talks = []
    for index in range(number):
        user = factories.make_user(name=f"Speaker {index}")
        talk = factories.make_talk(event, user, abstract=BAD, state="confirmed")
        with scope(event=event):
            check_subject(event=event, kind="talk", pk=talk.pk)
        raise_flag(submission=talk, by=reviewer, reason="other", text="x")
        talks.append((talk, user.get_speaker(event)))
    # After the talks are confirmed: the gate would hold them.
    version = factories.publish_policy(event)
    for __, profile in talks[1:]:
        factories.accept(event, profile.user, version)
    factories.release_schedule(event)
    return talks


def toggled(event, *, on):
    (enable_plugin if on else disable_plugin)(event, "pretalx_coc")
    event.save()


@pytest.mark.parametrize("number", (1, 3))
def test_each_page_of_the_organiser_area_makes_at_most_one_query_more(
    client, event, reviewer, organiser, number
):
    ((talk, profile), *_) = populate(event, reviewer, number)
    client.force_login(organiser)
    for name, url in orga_pages(event, talk, profile).items():
        toggled(event, on=False)
        if "our step" in name:
            continue
        without = queries_of(client, url)
        toggled(event, on=True)
        assert queries_of(client, url) - without in (0, 1), name


@pytest.mark.parametrize("number", (1, 3))
def test_reviewers_pages_make_at_most_one_query_more(client, event, reviewer, number):
    ((talk, profile), *_) = populate(event, reviewer, number)
    client.force_login(reviewer)
    pages = orga_pages(event, talk, profile)
    for name in ("proposal", "review", "reviews", "speaker"):
        toggled(event, on=False)
        without = queries_of(client, pages[name])
        toggled(event, on=True)
        assert queries_of(client, pages[name]) - without in (0, 1), name


@pytest.mark.parametrize("number", (1, 3))
def test_public_pages_make_no_query_more(client, event, reviewer, number):
    ((talk, profile), *_) = populate(event, reviewer, number)
    for name, url in public_pages(event, talk, profile).items():
        toggled(event, on=False)
        without = queries_of(client, url)
        toggled(event, on=True)
        assert queries_of(client, url) == without, name


def test_pages_of_the_cfp_make_at_most_one_query_more(client, event, version):
    from tests.wizard import Wizard  # noqa: PLC0415

    wizard = Wizard(client, event)
    wizard.info()
    wizard.register()
    for step in ("info", "user", "profile"):
        toggled(event, on=False)
        without = queries_of(client, wizard.url(step))
        toggled(event, on=True)
        assert queries_of(client, wizard.url(step)) - without in (0, 1), step


def own_pages(event, talk, profile):
    base = f"/orga/event/{event.slug}/"
    with scopes_disabled():
        finding = Finding.objects.filter(event=event).first()
        flag = Flag.objects.filter(event=event).first()
    return {
        "panel": f"{base}p/coc/",
        "record": f"{base}p/coc/speaker/{profile.code}/",
        "finding": f"{base}p/coc/finding/{finding.code}/",
        "flag": f"{base}p/coc/flag/{flag.code}/",
        "flag form": f"{base}p/coc/talk/{talk.code}/flag/",
        "policy settings": f"{base}settings/p/coc/",
        "team settings": f"{base}settings/p/coc/team/",
        "policy": f"/{event.slug}/code-of-conduct/",
    }


def test_own_pages_make_as_many_queries_for_three_rows_as_for_one(client):
    counts = []
    for number in (1, 3):
        event = factories.make_event()
        organiser = factories.make_organiser(event)
        reviewer = factories.make_reviewer(event)
        talks = populate(event, reviewer, number)
        talk, profile = talks[0]
        with scopes_disabled():
            # All of them on one record.
            for other, __ in talks[1:]:
                other.speakers.add(profile)
        client.force_login(organiser)
        pages = own_pages(event, talk, profile)
        counts.append({name: queries_of(client, url) for name, url in pages.items()})
    assert counts[0] == counts[1]


def test_every_page_works_with_the_plugin_on_and_nothing_configured(
    client, event, organiser, speaker
):
    talk = factories.make_talk(event, speaker, state="confirmed")
    profile = factories.profile_of(speaker, event)
    factories.release_schedule(event)
    pages = public_pages(event, talk, profile)
    for name, url in pages.items():
        assert client.get(url).status_code == 200, name
    client.force_login(organiser)
    for name, url in (orga_pages(event, talk, profile) | pages).items():
        assert client.get(url).status_code == 200, name


def test_nothing_is_added_where_the_plugin_is_off(client, organiser, speaker):
    event = factories.make_event(plugin=False)
    organiser = factories.make_organiser(event)
    factories.publish_policy(event)
    talk = factories.make_talk(event, speaker, state="confirmed")
    profile = factories.profile_of(speaker, event)
    client.force_login(organiser)
    for name, url in orga_pages(event, talk, profile).items():
        if "our step" in name or name in ("plugins", "events", "account"):
            continue
        content = client.get(url).content.decode()
        assert "/p/coc/" not in content, name
    assert "code-of-conduct" not in client.get(f"/{event.slug}/").content.decode()


def test_deleting_the_event_takes_everything_along(event, reviewer):
    populate(event, reviewer, 2)
    with scopes_disabled():
        shred_event(event)
        for model in (Acceptance, AuditEntry, Finding, Flag, PolicyVersion):
            assert not model.objects.exists()


def test_clone_has_no_link_to_a_policy_it_does_not_have(client, event, version):
    clone = factories.make_event(organiser=event.organiser)
    with scopes_disabled():
        copy_event_data(clone, event)
    clone.refresh_from_db()
    assert "code-of-conduct" not in client.get(f"/{clone.slug}/").content.decode()
    assert "code-of-conduct" in client.get(f"/{event.slug}/").content.decode()


def test_switching_off_and_on_loses_nothing(client, event, reviewer, organiser):
    ((talk, profile), *_) = populate(event, reviewer, 1)
    client.force_login(organiser)
    url = own_pages(event, talk, profile)["record"]
    before = client.get(url).content.decode().split('id="coc-acceptances"')[1]
    toggled(event, on=False)
    toggled(event, on=True)
    after = client.get(url).content.decode().split('id="coc-acceptances"')[1]
    strip = lambda text: text.split("csrf")[0]  # noqa: E731
    assert strip(after) == strip(before)

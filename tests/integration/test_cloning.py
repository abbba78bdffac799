# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What a copy of an event takes along, and going live."""

import datetime as dt

import pytest
from django_scopes import scopes_disabled

from pretalx.event.domain.event import copy_event_data, shred_event
from pretalx.event.domain.plugins import disable_plugin, enable_plugin
from pretalx.event.models import Event

from pretalx_coc.domain.contacts import save_contacts
from pretalx_coc.domain.policy import draft_texts, get_policy, publish, save_draft
from pretalx_coc.models import (
    Acceptance,
    AuditEntry,
    CocSettings,
    Flag,
    PolicyText,
    PolicyVersion,
)
from tests import factories

pytestmark = pytest.mark.django_db

DRAFT = "# {event_name}\n\nWrite to {contact_email}."
CONTACTS = {
    "contact_email": "conduct@example.org",
    "contact_phone": "",
    "contact_people": "",
}


@pytest.fixture
def source(event, organiser):
    """An event with everything that a copy could take along by mistake."""
    with scopes_disabled():
        save_contacts(event=event, contacts=CONTACTS, by=organiser)
        save_draft(event=event, texts={"en": DRAFT, "de": DRAFT}, by=organiser)
        version = publish(event=event, by=organiser)
        speaker = factories.make_user(name="Ada Speaker")
        factories.make_talk(event, speaker)
        factories.accept(event, speaker, version)
        factories.make_member(event)
        change_settings(
            event,
            gate_holds=False,
            reminder_days=5,
            reminder_until=event.date_from - dt.timedelta(days=7),
        )
    return event


@scopes_disabled()
def change_settings(event, **values):
    settings = CocSettings.objects.get(event=event)
    for name, value in values.items():
        setattr(settings, name, value)
    settings.save()


@scopes_disabled()
def copied(source, **fields):
    """Through pretalx's own function, with the plugin in the list it copies."""
    clone = factories.make_event(organiser=source.organiser, plugin=False)
    for name, value in fields.items():
        setattr(clone, name, value)
    clone.save()
    copy_event_data(clone, source)
    return Event.objects.get(pk=clone.pk)


def through_the_wizard(client, source, plugins=("pretalx_coc",), locales=("en", "de")):
    """Through the pages where organisers make a new event."""
    url = "/orga/event/new/"
    slug = f"clone{source.pk}"
    date = source.date_from + dt.timedelta(days=365)
    steps = {
        "initial": {"locales": list(locales), "organiser": source.organiser.pk},
        "basics": {
            "name_0": "The clone",
            "name_1": "Der Klon",
            "slug": slug,
            "timezone": "UTC",
            "email": "orga@example.org",
            "locale": locales[0],
            "copy_from_event": source.pk,
        },
        "timeline": {"date_from": date, "date_to": date},
        "display": {"primary_color": "#3aa57c", "header_pattern": ""},
        "plugins": {"plugins": list(plugins)},
    }
    for step, data in steps.items():
        post = {f"{step}-{name}": value for name, value in data.items()}
        response = client.post(url, {"event_wizard-current_step": step, **post})
    assert response.status_code == 302, response.context["form"].errors
    return Event.objects.get(slug=slug)


@scopes_disabled()
def state(event):
    """Draft, published texts and settings of an event."""
    rows = PolicyText.objects.filter(event=event)
    return (
        draft_texts(get_policy(event), event),
        dict(rows.values_list("language", "text")),
        CocSettings.objects.filter(event=event).first(),
    )


@scopes_disabled()
def assert_nobody_came_along(clone):
    settings = CocSettings.objects.get(event=clone)
    assert not settings.team_chosen
    assert not settings.response_teams.exists()
    assert not Acceptance.objects.filter(event=clone).exists()
    assert not Flag.objects.filter(event=clone).exists()
    actors = AuditEntry.objects.filter(event=clone).values_list("actor_code")
    assert set(actors) == {("",)}


WAYS = ("pretalx's function", "the wizard")


@pytest.fixture(params=WAYS)
def clone_of(request, login, organiser):
    client = login(organiser)
    if request.param == "the wizard":
        return lambda source: through_the_wizard(client, source)
    return copied


def test_clone_has_the_settings_and_the_text_as_a_draft(client, source, clone_of):
    clone = clone_of(source)
    drafts, published, settings = state(clone)
    assert drafts == {"en": DRAFT, "de": DRAFT}
    assert published == {}
    assert settings.contact_email == "conduct@example.org"
    assert (settings.gate_holds, settings.reminder_days) == (False, 5)
    assert settings.reminder_until == clone.date_from - dt.timedelta(days=7)
    assert_nobody_came_along(clone)
    assert "code-of-conduct" not in client.get(f"/{clone.slug}/").content.decode()
    assert "code-of-conduct" in client.get(f"/{source.slug}/").content.decode()


def test_clone_publishes_at_once_where_the_source_says_so(source, clone_of):
    change_settings(source, clone_publishes=True)
    clone = clone_of(source)
    drafts, published, settings = state(clone)
    assert drafts == {"en": DRAFT, "de": DRAFT}
    assert set(published) == {"en", "de"}
    assert published["en"] == f"# {clone.name}\n\nWrite to conduct@example.org."
    assert str(source.name) not in published["en"]
    assert settings.clone_publishes
    with scopes_disabled():
        assert PolicyVersion.objects.get(event=clone).number == 1
    assert_nobody_came_along(clone)


def test_footer_of_a_clone_that_published_leads_to_its_own_policy(
    client, source, clone_of
):
    change_settings(source, clone_publishes=True)
    clone = clone_of(source)
    with scopes_disabled():
        Event.objects.filter(pk=clone.pk).update(is_public=True)
    client.logout()
    assert client.get(f"/{clone.slug}/code-of-conduct/").status_code == 200
    assert "code-of-conduct" in client.get(f"/{clone.slug}/").content.decode()


@pytest.mark.parametrize("why", ("unfinished changes", "a placeholder"))
def test_what_was_not_in_force_stays_a_draft(source, organiser, why):
    change_settings(source, clone_publishes=True)
    with scopes_disabled():
        if why == "a placeholder":
            change_settings(source, contact_email="")
        else:
            save_draft(event=source, texts={"en": "# Half a"}, by=organiser)
    drafts, published, _settings = state(copied(source))
    assert "en" in drafts
    assert published == {}


@pytest.mark.parametrize("what", ("contact", "name", "language", "taken back"))
def test_clone_publishes_although_the_source_has_changed_around_its_text(
    source, organiser, what
):
    change_settings(source, clone_publishes=True)
    with scopes_disabled():
        if what == "contact":
            new = CONTACTS | {"contact_email": "new@example.org"}
            save_contacts(event=source, contacts=new, by=organiser)
        elif what == "name":
            source.name = "Another name"
            source.save()
        elif what == "language":
            source.locales = source.content_locales = ["en"]
            source.save()
        else:
            save_draft(event=source, texts={"en": "# Half a"}, by=organiser)
            texts = {"en": DRAFT, "de": DRAFT}
            save_draft(event=source, texts=texts, by=organiser)
    clone = copied(source)
    assert state(clone)[1]["en"].startswith(f"# {clone.name}")


def test_date_that_means_never_is_copied_and_so_is_everything_else(source):
    never = dt.date(9999, 12, 31)
    change_settings(source, reminder_until=never)
    later = source.date_from + dt.timedelta(days=365)
    drafts, __, settings = state(copied(source, date_from=later, date_to=later))
    assert settings.reminder_until == never
    assert drafts == {"en": DRAFT, "de": DRAFT}


def test_clone_of_a_clone_has_its_own_version_one(client, source):
    change_settings(source, clone_publishes=True)
    first = copied(source)
    second = copied(first)
    drafts, published, settings = state(second)
    assert drafts == {"en": DRAFT, "de": DRAFT}
    assert published["en"].startswith(f"# {second.name}")
    assert settings.clone_publishes
    assert_nobody_came_along(second)


def test_source_without_anything_of_ours_is_copied_without_a_word(event):
    drafts, published, settings = state(copied(event))
    assert (drafts, published, settings) == ({}, {}, None)


def test_deleted_response_team_does_not_keep_anybody_from_cloning(source):
    with scopes_disabled():
        CocSettings.objects.get(event=source).response_teams.get().delete()
    assert state(copied(source))[0] == {"en": DRAFT, "de": DRAFT}


def test_languages_of_the_clone_only(login, source, organiser):
    clone = through_the_wizard(login(organiser), source, locales=("de",))
    assert state(clone)[0] == {"de": DRAFT}


def test_clone_without_the_plugin_takes_nothing(login, source, organiser):
    clone = through_the_wizard(login(organiser), source, plugins=())
    assert state(clone) == ({}, {}, None)


def test_text_that_an_event_has_is_not_overwritten(source):
    target = factories.make_event(organiser=source.organiser)
    factories.publish_policy(target, texts={"en": "# Its own"})
    with scopes_disabled():
        copy_event_data(target, source)
    assert state(target)[:2] == ({"en": "# Its own"}, {"en": "# Its own"})


def test_fault_of_ours_does_not_keep_pretalx_from_cloning(
    source, clone_of, monkeypatch
):
    from pretalx_coc.domain import cloning  # noqa: PLC0415

    monkeypatch.delattr(cloning, "get_settings")
    clone = clone_of(source)
    with scopes_disabled():
        assert clone.cfp.text == source.cfp.text
        assert "pretalx_coc" in clone.plugin_list
    assert state(clone) == ({}, {}, None)


def test_source_is_not_changed(source):
    before = state(source)[:2]
    copied(source)
    assert state(source)[:2] == before
    with scopes_disabled():
        assert Acceptance.objects.filter(event=source).count() == 1
        assert CocSettings.objects.get(event=source).team_chosen


# Going live, off and on, deleting


def go_live(client, event):
    response = client.post(event.orga_urls.live, {"action": "activate"}, follow=True)
    event.refresh_from_db()
    return response.content.decode()


def test_event_without_a_version_stays_down_and_says_why(login, event, organiser):
    event.is_public = False
    event.save()
    client = login(organiser)
    content = go_live(client, event)
    assert "Please publish the code of conduct first" in content
    assert not event.is_public
    factories.publish_policy(event)
    go_live(client, event)
    assert event.is_public


def test_event_without_the_plugin_goes_live(login):
    event = factories.make_event(plugin=False)
    event.is_public = False
    event.save()
    go_live(login(factories.make_organiser(event)), event)
    assert event.is_public


def test_switching_off_and_on_keeps_text_settings_and_acceptances(client, source):
    before = state(source)
    for switch in (disable_plugin, enable_plugin):
        switch(source, "pretalx_coc")
    source.refresh_from_db()
    after = state(source)
    assert after[:2] == before[:2]
    assert after[2] == before[2]
    with scopes_disabled():
        assert Acceptance.objects.filter(event=source).count() == 1
        assert CocSettings.objects.get(event=source).response_teams.count() == 1
    assert "code-of-conduct" in client.get(f"/{source.slug}/").content.decode()


def test_deleting_the_event_deletes_its_acceptances_and_no_others(source):
    clone = copied(source)
    version = factories.publish_policy(clone, texts={"en": "# Clone"})
    speaker = factories.make_user()
    factories.make_talk(clone, speaker)
    factories.accept(clone, speaker, version)
    with scopes_disabled():
        assert Acceptance.objects.count() == 2
        shred_event(source)
        assert Acceptance.objects.get().user_code == speaker.code
        assert state(clone)[1] == {"en": "# Clone"}

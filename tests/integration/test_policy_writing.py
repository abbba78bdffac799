# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Starting, filling in, previewing, publishing and adding a language."""

import datetime as dt
from html import unescape

import pytest
from django_scopes import scopes_disabled

from pretalx_coc.domain import audit
from pretalx_coc.domain.contacts import contacts_of, save_contacts
from pretalx_coc.domain.errors import CocError, StaleError
from pretalx_coc.domain.policy import (
    add_language,
    draft_texts,
    get_policy,
    publish,
    save_draft,
    text_of,
    version_in_force,
)
from pretalx_coc.domain.policy_text import LeftOverError, starting_text, values_for
from pretalx_coc.domain.queries.outstanding import number_to_ask, outstanding_profiles
from pretalx_coc.models import Acceptance, AuditEntry, PolicyText, PolicyVersion
from tests import factories

pytestmark = pytest.mark.django_db

CONTACTS = {
    "contact_email": "conduct@example.org",
    "contact_phone": "+32 2 555 01 00",
    "contact_people": "Ann and Bo, orange lanyards",
}


def settings_url(event, page=""):
    return f"/orga/event/{event.slug}/settings/p/coc/{page}"


def post_draft(client, event, revision, action, **texts):
    return client.post(
        settings_url(event), {"revision": revision, "action": action, **texts}
    )


def body_of(response):
    return response.content.decode()


def hidden_fields(response):
    """What a browser sends along from the form of a page."""
    form = response.context["form"]
    return {field.html_name: field.value() for field in form.hidden_fields()}


@scopes_disabled()
def drafts(event):
    return draft_texts(get_policy(event), event)


@scopes_disabled()
def texts(event, number):
    rows = PolicyText.objects.filter(event=event, number=number)
    return dict(rows.values_list("language", "text"))


@scopes_disabled()
def set_contacts(event, by, **changes):
    return save_contacts(event=event, contacts=CONTACTS | changes, by=by)


@scopes_disabled()
def set_draft(event, by, **texts):
    return save_draft(event=event, texts=texts, by=by)


# Starting


def test_starting_text_fills_only_the_languages_without_a_text(login, event, organiser):
    client = login(organiser)
    assert client.get(settings_url(event)).context["can_start"]
    post_draft(client, event, 0, "start", text_0="# Our own", text_1="")
    assert drafts(event) == {"en": "# Our own", "de": starting_text("de")}
    assert not client.get(settings_url(event)).context["can_start"]


def test_german_for_formal_readers_and_nothing_for_unknown_languages(login):
    event = factories.make_event(locales=("fr", "de-formal", "es"))
    client = login(factories.make_organiser(event))
    post_draft(client, event, 0, "start", text_0="", text_1="", text_2="")
    assert drafts(event) == {
        "fr": starting_text("fr"),
        "de-formal": starting_text("de"),
    }
    assert not client.get(settings_url(event)).context["can_start"]


def test_starting_over_somebody_elses_text_is_refused(login, event, organiser):
    set_draft(event, organiser, en="# Written meanwhile")
    response = post_draft(login(organiser), event, 0, "start", text_0="", text_1="")
    assert "Somebody else has saved this text" in response.content.decode()
    assert drafts(event) == {"en": "# Written meanwhile"}


# Contacts


def test_contacts_are_saved_with_an_audit_entry(login, event, organiser):
    client = login(organiser)
    response = client.post(settings_url(event, "contacts/"), CONTACTS)
    assert response.url == settings_url(event, "contacts/")
    with scopes_disabled():
        assert contacts_of(event) == CONTACTS
        entry = AuditEntry.objects.get(event=event, action="settings.changed")
        assert entry.actor_code == organiser.code
        assert entry.data["fields"] == list(CONTACTS)
        assert CONTACTS["contact_email"] not in str(entry.data)
        client.post(settings_url(event, "contacts/"), CONTACTS)
        saved = AuditEntry.objects.filter(event=event, action="settings.changed")
        assert saved.count() == 1
        assert audit.first_broken_link(event, "policy") is None
    content = client.get(settings_url(event, "contacts/")).content.decode()
    assert CONTACTS["contact_people"] in content


def test_copies_publish_at_once_if_the_organiser_says_so(login, event, organiser):
    client = login(organiser)
    url = settings_url(event, "contacts/")
    assert client.get(url).context["form"].initial["clone_publishes"] is False
    client.post(url, {**CONTACTS, "clone_publishes": "on"})
    assert client.get(url).context["form"].initial["clone_publishes"] is True
    with scopes_disabled():
        assert contacts_of(event) == CONTACTS
        entry = AuditEntry.objects.filter(event=event).last()
    assert entry.data["changed"] == {
        "clone_publishes": {"before": False, "after": True}
    }


def test_wrong_mail_address_is_refused(login, event, organiser):
    response = login(organiser).post(
        settings_url(event, "contacts/"), {"contact_email": "conduct at example"}
    )
    assert "contact_email" in response.context["form"].errors
    with scopes_disabled():
        assert contacts_of(event) == {}


# Placeholders


@pytest.mark.parametrize(
    ("language", "dates"),
    (
        ("en", "May 12 – 14, 2027"),
        ("de", "12.–14. Mai 2027"),
        ("fr", "12 mai 2027 – 14 mai 2027"),
    ),
)
def test_dates_are_in_the_language_of_the_text(language, dates):
    event = factories.make_event(locales=("en", "de", "fr"))
    event.date_from, event.date_to = dt.date(2027, 5, 12), dt.date(2027, 5, 14)
    with scopes_disabled():
        assert values_for(event, language)["event_dates"] == dates


@pytest.mark.parametrize(
    ("language", "date"),
    (("en", "May 12, 2027"), ("de", "12. Mai 2027"), ("fr", "12 mai 2027")),
)
def test_date_of_a_meetup_is_one_day(language, date):
    event = factories.make_event(locales=("en", "de", "fr"))
    event.date_from = event.date_to = dt.date(2027, 5, 12)
    with scopes_disabled():
        assert values_for(event, language)["event_dates"] == date


def test_filled_text_is_previewed_stored_and_hashed(login, event, organiser):
    client = login(organiser)
    set_contacts(event, organiser)
    post_draft(client, event, 0, "start", text_0="", text_1="")
    preview = client.get(settings_url(event, "preview/")).content.decode()
    assert f"Code of conduct for {event.name}" in preview
    assert "{event_name}" not in preview
    client.post(settings_url(event, "preview/"), {"revision": 1})
    published = texts(event, 1)
    assert set(published) == {"en", "de"}
    for text in published.values():
        assert "{" not in text
        assert str(event.name) in text
        assert CONTACTS["contact_phone"] in text
    with scopes_disabled():
        stored = PolicyText.objects.get(event=event, language="en")
        entry = AuditEntry.objects.get(event=event, action="policy.published")
    assert entry.data["sha256"]["en"] == stored.sha256
    # The draft keeps its placeholders.
    assert drafts(event)["en"] == starting_text("en")


def test_left_over_placeholder_blocks_publishing_and_is_named(login, event, organiser):
    client = login(organiser)
    set_contacts(event, organiser, contact_phone="")
    set_draft(
        event, organiser, en="Call {contact_phone} in {city}", de="{contact_phone}"
    )
    page = client.get(settings_url(event, "preview/"))
    assert page.context["left_over"] == (
        "{contact_phone} in the text (English, Deutsch) has no value yet. Enter one "
        "under “Contacts”, or take the placeholder out of the text. {city} in the text "
        "(English) is not a placeholder that can be filled in. Write what you mean in "
        "its place, or put a \\ before it to keep the brackets."
    )
    assert "disabled" in page.content.decode().split("Publish version 1")[0][-300:]
    response = client.post(settings_url(event, "preview/"), {"revision": 1})
    assert response.context["form"].non_field_errors() == [page.context["left_over"]]
    with scopes_disabled():
        assert not PolicyVersion.objects.filter(event=event).exists()
        with pytest.raises(LeftOverError) as error:
            publish(event=event, by=organiser)
    assert error.value.names == {"contact_phone": ["en", "de"], "city": ["en"]}


@pytest.mark.parametrize("what", ("contact", "name"))
def test_text_that_reads_otherwise_than_the_previewed_is_not_published(
    login, event, organiser, what
):
    set_contacts(event, organiser)
    set_draft(event, organiser, en="# {event_name}\n\nWrite to {contact_email}.")
    client = login(organiser)
    url = settings_url(event, "preview/")
    previewed = hidden_fields(client.get(url))
    if what == "contact":
        set_contacts(event, organiser, contact_email="other@example.org")
    else:
        event.name = "Another name"
        event.save()
    response = client.post(url, previewed, follow=True)
    assert "since you opened the preview" in body_of(response)
    assert texts(event, 1) == {}
    client.post(url, hidden_fields(response))
    assert set(texts(event, 1)) == {"en"}


@pytest.mark.parametrize(
    "placeholder", ("{ event_name }", "{{event_name}}", "{Event_Name}")
)
def test_placeholder_that_is_written_wrongly_blocks_publishing_and_is_named(
    login, event, organiser, placeholder
):
    set_draft(event, organiser, en="# {event_name}", de=f"# {placeholder}")
    client = login(organiser)
    page = client.get(settings_url(event, "preview/")).content.decode()
    assert f"{placeholder} in the text (Deutsch)" in unescape(page)
    client.post(settings_url(event, "preview/"), {"revision": 1})
    assert texts(event, 1) == {}
    with scopes_disabled(), pytest.raises(LeftOverError):
        publish(event=event, by=organiser)


def test_changed_contacts_are_a_change_that_can_be_published(event, organiser):
    set_contacts(event, organiser)
    set_draft(event, organiser, en="Write to {contact_email}")
    with scopes_disabled():
        publish(event=event, by=organiser)
        with pytest.raises(CocError):
            publish(event=event, by=organiser)
        set_contacts(event, organiser, contact_email="new@example.org")
        publish(event=event, by=organiser, everyone_accepts=False)
    assert texts(event, 1) == {"en": "Write to conduct@example.org"}
    assert texts(event, 2) == {"en": "Write to new@example.org"}


# Publishing


@scopes_disabled()
def make_speakers(event):
    """Two who are asked, and four who are not."""
    for state in ("submitted", "accepted"):
        factories.make_talk(event, factories.make_user(), state=state)
    factories.make_talk(event, factories.make_user(), state="rejected")
    factories.make_talk(event, factories.make_user(), state="draft")
    inactive = factories.make_user()
    factories.make_talk(event, inactive)
    inactive.is_active = False
    inactive.save()
    other = factories.make_event()
    factories.make_talk(other, factories.make_user())


def test_number_of_people_who_are_asked_is_told_and_true(login, event, organiser):
    make_speakers(event)
    set_draft(event, organiser, en="# One")
    client = login(organiser)
    page = client.get(settings_url(event, "preview/"))
    assert "2 speakers of this event are asked to accept it." in page.content.decode()
    assert 'name="applies"' not in page.content.decode()
    client.post(settings_url(event, "preview/"), {"revision": 1})
    with scopes_disabled():
        assert outstanding_profiles(event).count() == 2
        version = version_in_force(event)
        for profile in outstanding_profiles(event):
            factories.accept(event, profile.user, version)
        assert outstanding_profiles(event).count() == 0
        assert number_to_ask(event) == 2
    set_draft(event, organiser, en="# Two")
    content = client.get(settings_url(event, "preview/")).content.decode()
    assert "Everyone accepts again: 2 speakers are asked." in content
    assert "It applies to new proposals: nobody is asked." in content


@pytest.mark.parametrize(
    ("choice", "required", "asked"), (("everyone", 2, 2), ("new", 1, 0))
)
def test_who_accepts_the_second_version_is_the_organisers_choice(
    login, event, organiser, choice, required, asked
):
    make_speakers(event)
    first = factories.publish_policy(event)
    with scopes_disabled():
        for profile in outstanding_profiles(event):
            factories.accept(event, profile.user, first)
    set_draft(event, organiser, en="# Two")
    login(organiser).post(
        settings_url(event, "preview/"),
        {"revision": 2, "applies": choice, "summary": "Shorter"},
    )
    with scopes_disabled():
        policy = get_policy(event)
        assert (policy.number_in_force, policy.number_required) == (2, required)
        assert version_in_force(event).everyone_accepts is (required == 2)
        assert outstanding_profiles(event).count() == asked


@pytest.mark.parametrize("choice", ("", "nobody"))
def test_publishing_without_a_choice_is_refused(
    login, event, organiser, version, choice
):
    set_draft(event, organiser, en="# Two")
    response = login(organiser).post(
        settings_url(event, "preview/"), {"revision": 2, "applies": choice}
    )
    assert "applies" in response.context["form"].errors
    with scopes_disabled():
        assert version_in_force(event).number == 1


def test_published_version_stands_below_the_draft(login, event, organiser, version):
    set_draft(event, organiser, en="# Something new")
    content = login(organiser).get(settings_url(event)).content.decode()
    assert "# Something new" in content
    assert "Published: version 1" in content
    assert "<h4>Be kind</h4>" in content
    assert "<h4>Seid nett</h4>" in content


# A missing language


def test_once_the_event_is_over_the_preview_says_that_nobody_is_asked(
    login, event, organiser, version, talk
):
    set_draft(event, organiser, en="# Newer")
    client = login(organiser)
    assert "1 speaker is asked" in body_of(client.get(settings_url(event, "preview/")))
    event.date_from -= dt.timedelta(days=90)
    event.date_to -= dt.timedelta(days=90)
    event.save()
    assert "0 speakers are asked" in body_of(
        client.get(settings_url(event, "preview/"))
    )


def test_preview_shows_what_readers_of_a_missing_language_see(login, event, organiser):
    set_contacts(event, organiser)
    set_draft(event, organiser, en="# Only English")
    page = login(organiser).get(settings_url(event, "preview/"))
    content = page.content.decode()
    assert page.context["missing"] == ["Deutsch"]
    assert "Readers see the text in: English." in content
    assert 'href="mailto:conduct@example.org"' in content


@pytest.mark.parametrize("page", ("", "1/"))
def test_reader_of_a_missing_language_sees_another_and_the_contacts(
    client, event, organiser, page
):
    set_contacts(event, organiser)
    factories.publish_policy(event, texts={"de": "# Seid nett"})
    client.cookies["pretalx_language"] = "en"
    content = client.get(f"/{event.slug}/code-of-conduct/{page}").content.decode()
    assert "<strong>Deutsch only.</strong>" in content
    assert 'lang="de"' in content
    assert "Ann and Bo, orange lanyards" in content
    assert 'href="mailto:conduct@example.org"' in content
    assert "+32 2 555 01 00" in content


def test_reader_of_a_language_that_is_there_sees_no_such_note(client, event, version):
    content = client.get(f"/{event.slug}/code-of-conduct/").content.decode()
    assert " only.</strong>" not in content


def test_language_is_added_without_asking_anyone_again(
    login, event, organiser, speaker
):
    talk = factories.make_talk(event, speaker)
    first = factories.publish_policy(event, texts={"en": "# Be kind"})
    factories.accept(event, speaker, first, submission=talk)
    client = login(organiser)
    url = settings_url(event, "language/de/")
    assert url in client.get(settings_url(event)).content.decode()
    page = client.get(url)
    assert page.context["form"].initial == {"text": starting_text("de"), "number": 1}
    data = {"text": "# Seid nett bei {event_name}", "number": 1}
    preview = client.post(url, {**data, "action": "preview"}).content.decode()
    assert f"<h5>Seid nett bei {event.name}</h5>" in preview
    assert texts(event, 1) == {"en": "# Be kind"}
    response = client.post(url, {**data, "action": "add"})
    assert response.url == settings_url(event)
    added = f"# Seid nett bei {event.name}"
    assert texts(event, 1) == {"en": "# Be kind", "de": added}
    assert drafts(event) == {"en": "# Be kind", "de": "# Seid nett bei {event_name}"}
    with scopes_disabled():
        assert PolicyVersion.objects.filter(event=event).count() == 1
        assert not outstanding_profiles(event).exists()
        assert Acceptance.objects.get(event=event).language == "en"
        entry = AuditEntry.objects.get(event=event, action="policy.language_added")
        assert (entry.subject, entry.data["language"]) == ("1", "de")
        assert entry.data["sha256"] == text_of(first, "de").sha256
        assert audit.first_broken_link(event, "policy") is None
    assert url not in client.get(settings_url(event)).content.decode()
    assert client.get(url).status_code == 404


@pytest.mark.parametrize(
    ("language", "text"),
    (
        ("en", "# Again"),
        ("fr", "# No language of the event"),
        ("de", " \n "),
        ("de", "{city}"),
        ("de", "x" * 100_001),
    ),
)
def test_language_that_cannot_be_added_is_refused(event, organiser, language, text):
    factories.publish_policy(event, texts={"en": "# Be kind"})
    with scopes_disabled(), pytest.raises(CocError):
        add_language(event=event, language=language, text=text, by=organiser)
    assert texts(event, 1) == {"en": "# Be kind"}


def test_language_is_added_to_the_version_that_was_shown_only(login, event, organiser):
    factories.publish_policy(event, texts={"en": "# One"})
    factories.publish_policy(event, texts={"en": "# Two"})
    url = settings_url(event, "language/de/")
    data = {"text": "# Eins", "number": 1, "action": "add"}
    response = login(organiser).post(url, data, follow=True)
    assert "Another version is in force by now" in response.content.decode()
    assert texts(event, 2) == {"en": "# Two"}
    with scopes_disabled(), pytest.raises(StaleError):
        add_language(event=event, language="de", text="x", by=organiser, number=1)


@pytest.mark.parametrize("language", ("en", "fr", "xx", "<b>"))
def test_no_page_for_a_language_that_cannot_be_added(
    login, event, organiser, version, language
):
    url = settings_url(event, f"language/{language}/")
    assert login(organiser).get(url).status_code == 404


@pytest.mark.parametrize("action", ("preview", "add"))
@pytest.mark.parametrize("language", ("fr", "xx", "..", "a" * 3000))
def test_nothing_can_be_posted_for_a_language_that_the_event_does_not_have(
    login, event, organiser, version, language, action
):
    url = settings_url(event, f"language/{language}/")
    data = {"text": "# x", "number": 1, "action": action}
    assert login(organiser).post(url, data).status_code == 404


def test_text_that_was_changed_after_its_preview_is_previewed_again(
    login, event, organiser
):
    factories.publish_policy(event, texts={"en": "# Be kind"})
    client = login(organiser)
    url = settings_url(event, "language/de/")
    data = {"text": "# Seid nett", "number": 1}
    previewed = client.post(url, data).context["previewed"]
    data |= {"action": "add", "previewed": previewed, "text": "# Seid net"}
    response = client.post(url, data)
    assert "since you opened the preview" in body_of(response)
    assert "de" not in texts(event, 1)
    client.post(url, data | {"previewed": response.context["previewed"]})
    assert texts(event, 1)["de"] == "# Seid net"


def test_adding_a_language_keeps_the_drafts_of_languages_that_are_switched_off(
    event, organiser
):
    factories.publish_policy(event)
    kept = drafts(event)["de"]
    event.locales = event.content_locales = ["en", "fr"]
    event.save()
    with scopes_disabled():
        add_language(event=event, language="fr", text="# Gentils", by=organiser)
        assert get_policy(event).draft.data["de"] == kept


@pytest.mark.parametrize(
    ("english", "kept"), (("# Be kind", "# Corrected"), ("# Next", "# Draft"))
)
def test_draft_follows_the_added_text_unless_it_is_about_the_next_version(
    login, event, organiser, english, kept
):
    factories.publish_policy(event, texts={"en": "# Be kind"})
    set_draft(event, organiser, en=english, de="# Draft")
    url = settings_url(event, "language/de/")
    login(organiser).post(url, {"text": "# Corrected", "number": 1, "action": "add"})
    assert texts(event, 1) == {"en": "# Be kind", "de": "# Corrected"}
    assert drafts(event) == {"en": english, "de": kept}


def test_no_language_is_added_before_anything_is_published(login, event, organiser):
    client = login(organiser)
    url = settings_url(event, "language/de/")
    assert client.get(url).status_code == 404
    client.post(url, {"text": "# x", "number": 1, "action": "add"})
    assert texts(event, 1) == {}

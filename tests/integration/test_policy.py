# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Writing, previewing, publishing and reading the policy."""

import hashlib
import re

import pytest
from django_scopes import scopes_disabled

from pretalx_coc.domain import audit
from pretalx_coc.domain.errors import CocError, StaleError
from pretalx_coc.domain.policy import publish, save_draft
from pretalx_coc.models import Policy, PolicyText, PolicyVersion
from pretalx_coc.models.base import AppendOnlyError
from tests import factories

pytestmark = pytest.mark.django_db


def settings_url(event, page=""):
    return f"/orga/event/{event.slug}/settings/p/coc/{page}"


def save(client, event, english, german="", revision=0, action="save"):
    return client.post(
        settings_url(event),
        {"text_0": english, "text_1": german, "revision": revision, "action": action},
    )


@scopes_disabled()
def texts(event, number):
    rows = PolicyText.objects.filter(event=event, number=number)
    return dict(rows.values_list("language", "text"))


def test_organiser_writes_previews_and_publishes(login, event, organiser):
    client = login(organiser)
    response = save(client, event, "# Be *kind*", "# Seid nett", action="preview")
    assert response.url == settings_url(event, "preview/")
    content = client.get(response.url).content.decode()
    assert "<h4>Be <em>kind</em></h4>" in content
    assert "<h4>Seid nett</h4>" in content
    assert texts(event, 1) == {}
    response = client.post(settings_url(event, "preview/"), {"revision": 1})
    assert response.url == settings_url(event)
    assert texts(event, 1) == {"en": "# Be *kind*", "de": "# Seid nett"}
    with scopes_disabled():
        stored = PolicyText.objects.get(event=event, language="de")
    assert stored.sha256 == hashlib.sha256(b"# Seid nett").hexdigest()


def test_draft_is_seen_by_nobody(login, client, event, organiser):
    save(login(organiser), event, "# Draft")
    client.logout()
    assert client.get(f"/{event.slug}/code-of-conduct/").status_code == 404


def test_preview_names_missing_languages(login, event, organiser):
    client = login(organiser)
    save(client, event, "# Only English")
    response = client.get(settings_url(event, "preview/"))
    assert response.context["missing"] == ["Deutsch"]


def test_saving_does_not_change_what_is_published(login, event, organiser, version):
    save(login(organiser), event, "# Something else", revision=1)
    assert texts(event, 1) == {"en": factories.TEXT_EN, "de": factories.TEXT_DE}


def test_publishing_an_unchanged_text_is_refused(login, event, organiser, version):
    response = login(organiser).post(
        settings_url(event, "preview/"), {"revision": 1, "applies": "everyone"}
    )
    assert response.context["form"].non_field_errors() == [
        "This text is already published; nothing has changed."
    ]
    with scopes_disabled():
        assert PolicyVersion.objects.filter(event=event).count() == 1


def test_publishing_nothing_is_refused(event, organiser):
    with scopes_disabled(), pytest.raises(CocError):
        publish(event=event, by=organiser)
    with scopes_disabled():
        save_draft(event=event, texts={"en": " \r\n "}, by=organiser)
        with pytest.raises(CocError):
            publish(event=event, by=organiser)


def test_second_of_two_editors_is_told_and_loses_nothing(login, event, organiser):
    client = login(organiser)
    save(client, event, "# First", revision=0)
    response = save(client, event, "# Second", revision=0)
    assert response.status_code == 200
    assert "Somebody else has saved this text" in response.content.decode()
    assert "# Second" in response.content.decode()
    with scopes_disabled():
        assert Policy.objects.get(event=event).draft.data == {"en": "# First"}


def test_publishing_another_text_than_the_previewed_is_refused(event, organiser):
    with scopes_disabled():
        save_draft(event=event, texts={"en": "# First"}, by=organiser)
        save_draft(event=event, texts={"en": "# Second"}, by=organiser)
        with pytest.raises(StaleError):
            publish(event=event, by=organiser, revision=1)


def test_publishing_twice_from_two_tabs_makes_one_version(login, event, organiser):
    client = login(organiser)
    save(client, event, "# Text")
    for __ in range(2):
        client.post(settings_url(event, "preview/"), {"revision": 1})
    with scopes_disabled():
        assert PolicyVersion.objects.filter(event=event).count() == 1


def test_published_version_cannot_be_changed_or_deleted(event, version):
    with scopes_disabled():
        text = PolicyText.objects.get(event=event, language="en")
        text.text = "Anything goes."
        for change in (
            text.save,
            text.delete,
            version.save,
            version.delete,
            lambda: PolicyText.objects.filter(event=event).update(text=""),
            lambda: PolicyText.objects.filter(event=event).delete(),
            lambda: PolicyText.objects.bulk_update([text], ["text"]),
        ):
            with pytest.raises(AppendOnlyError):
                change()
        assert PolicyText.objects.get(pk=text.pk).text == factories.TEXT_EN


def test_public_page_shows_the_version_in_force_to_everyone(client, event, version):
    content = client.get(f"/{event.slug}/code-of-conduct/").content.decode()
    assert '<h3 id="part-1">Be kind</h3>' in content
    assert "earlier version" not in content


def test_earlier_version_keeps_its_page(client, event, version):
    factories.publish_policy(event, texts={"en": "# Be kinder"})
    content = client.get(f"/{event.slug}/code-of-conduct/1/").content.decode()
    assert '<h3 id="part-1">Be kind</h3>' in content
    assert "This is an earlier version." in content
    assert "Be kinder" in client.get(f"/{event.slug}/code-of-conduct/").content.decode()


@pytest.mark.parametrize("number", ("0", "2", "99999999999999999999", "-1", "x"))
def test_unknown_version_is_not_found(client, event, version, number):
    response = client.get(f"/{event.slug}/code-of-conduct/{number}/")
    assert response.status_code == 404


def test_another_events_version_is_not_found(client, event, version):
    other = factories.make_event()
    assert client.get(f"/{other.slug}/code-of-conduct/1/").status_code == 404


def test_summary_of_changes_stands_on_the_public_page(login, event, organiser):
    client = login(organiser)
    factories.publish_policy(event)
    save(client, event, "# New", revision=1)
    client.post(
        settings_url(event, "preview/"),
        {"revision": 2, "summary": "Now <b>shorter</b>", "applies": "everyone"},
    )
    content = client.get(f"/{event.slug}/code-of-conduct/").content.decode()
    assert "Now &lt;b&gt;shorter&lt;/b&gt;" in content


@pytest.mark.parametrize(
    "text",
    (
        "<script>alert(1)</script> text",
        "<img src=x onerror=alert(1)> text",
        "[x](javascript:alert(1)) text",
        "**unclosed _broken `markdown [ ( text",
        "\u202eright to left\u202c text \u200b\u2066",
        "".join(map(chr, range(1, 32))) + "text",
    ),
)
def test_odd_text_is_published_and_read_harmlessly(login, event, organiser, text):
    client = login(organiser)
    save(client, event, text, action="preview")
    assert client.get(settings_url(event, "preview/")).status_code == 200
    client.post(settings_url(event, "preview/"), {"revision": 1})
    response = client.get(f"/{event.slug}/code-of-conduct/")
    assert response.status_code == 200
    main = response.content.decode().split('class="coc-policy')[1].split("</main>")[0]
    assert "<script" not in main
    assert "<img" not in main
    assert 'href="javascript:' not in main
    assert "text" in main


def test_null_character_is_refused_with_a_message(login, event, organiser):
    response = save(login(organiser), event, "null \x00 text")
    assert response.status_code == 200
    assert "text" in response.context["form"].errors


def test_overlong_text_is_refused_with_a_message(login, event, organiser):
    response = save(login(organiser), event, "x" * 100_001)
    assert response.status_code == 200
    assert "too long" in response.context["form"].non_field_errors()[0]


def test_organiser_is_told_on_their_pages_that_nothing_is_published(
    login, event, organiser
):
    client = login(organiser)
    told = "No code of conduct is published yet"
    for page in ("", "cfp/text", "cfp/editor/", "settings/"):
        content = client.get(f"/orga/event/{event.slug}/{page}").content.decode()
        assert told in content, page
    factories.publish_policy(event)
    for page in ("", "cfp/text", "cfp/editor/", "settings/"):
        content = client.get(f"/orga/event/{event.slug}/{page}").content.decode()
        assert told not in content, page


def test_reviewer_is_not_told_about_settings_they_cannot_change(login, event):
    client = login(factories.make_reviewer(event))
    content = client.get(f"/orga/event/{event.slug}/").content.decode()
    assert "No code of conduct is published yet" not in content


def test_footer_leads_to_the_policy_once_it_is_published(client, event):
    def links():
        content = client.get(f"/{event.slug}/").content.decode()
        return re.findall(r'href="([^"]*code-of-conduct[^"]*)"', content)

    assert links() == []
    factories.publish_policy(event)
    (link,) = links()
    response = client.get(link, headers={"referer": "http://testserver/"})
    assert response.url == f"http://testserver/{event.slug}/code-of-conduct/"


def test_publishing_is_in_the_audit_log_with_the_hashes(event, organiser):
    factories.publish_policy(event, by=organiser)
    with scopes_disabled():
        entries = audit.AuditEntry.objects.filter(
            event=event, chain="policy", action__startswith="policy."
        )
        assert [entry.action for entry in entries] == [
            "policy.draft_saved",
            "policy.published",
        ]
        assert [entry.actor_code for entry in entries] == [organiser.code] * 2
        assert entries.last().data["sha256"]["en"] == (
            hashlib.sha256(factories.TEXT_EN.encode()).hexdigest()
        )
        assert audit.first_broken_link(event, "policy") is None


def test_text_of_ten_megabytes_is_refused_without_an_error(login, event, organiser):
    """Django refuses the request before any view sees it."""
    response = save(login(organiser), event, "x" * 10_000_000)
    assert response.status_code == 400
    with scopes_disabled():
        assert not Policy.objects.filter(event=event).exists()

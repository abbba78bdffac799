# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""A speaker's own page: reading, accepting, declining, and who gets there."""

import datetime as dt
import hashlib
import re

import pytest
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now
from django_scopes import scope, scopes_disabled
from freezegun import freeze_time

from pretalx.common.models import ActivityLog
from pretalx.event.models import Event
from pretalx.mail.models import QueuedMail
from pretalx.person.domain.user import change_password, deactivate_user
from pretalx.person.models import SpeakerProfile

from pretalx_coc.domain import audit, links
from pretalx_coc.domain.checks import check_subject
from pretalx_coc.domain.flags import raise_flag
from pretalx_coc.domain.links import personal_token
from pretalx_coc.domain.policy import publish, save_draft
from pretalx_coc.domain.queries.outstanding import outstanding_profiles
from pretalx_coc.domain.verdicts import give
from pretalx_coc.models import Acceptance, CocSettings, Decline, Finding
from tests import factories

pytestmark = pytest.mark.django_db

PASSWORD = "a-Long-passw0rd!"


def url(event, *parts):
    return "/".join((f"/{event.slug}/code-of-conduct/me", *map(str, parts), ""))


def link(event, user):
    return url(event, personal_token(event, user))


@scopes_disabled()
def acceptances(event):
    return list(Acceptance.objects.filter(event=event).order_by("pk"))


@scopes_disabled()
def declines(event):
    return list(Decline.objects.filter(event=event).order_by("pk"))


@scopes_disabled()
def configure(event, **values):
    CocSettings.objects.update_or_create(event=event, defaults=values)


@scopes_disabled()
def is_outstanding(event, user):
    return outstanding_profiles(event).filter(user=user).exists()


@scopes_disabled()
def hide(event):
    Event.objects.filter(pk=event.pk).update(is_public=False)


@scopes_disabled()
def publish_for_new_proposals(event):
    by = factories.make_user()
    save_draft(event=event, texts={"en": "# Be kinder"}, by=by)
    return publish(event=event, by=by, everyone_accepts=False)


def shown(content):
    return re.search(r'name="shown" value="([^"]*)"', content).group(1)


def accept(client, address, **data):
    content = client.get(address).content.decode()
    return client.post(
        address, {"action": "accept", "shown": shown(content), "accept": "on", **data}
    )


def decline(client, address, **data):
    content = client.get(address).content.decode()
    return client.post(address, {"action": "decline", "shown": shown(content), **data})


@pytest.fixture(params=("login", "link"))
def own(request, event, speaker, talk, version):
    """A client and the address of the page, both ways to get there."""
    client = Client()
    if request.param == "login":
        client.force_login(speaker)
        return client, url(event)
    return client, link(event, speaker)


# Reading and accepting


def test_shows_text_version_and_an_empty_required_box(own):
    client, address = own
    content = client.get(address).content.decode()
    assert "<h3>Be kind</h3>" in content
    assert "Version 1, published on" in content
    assert "You have not accepted it yet." in content
    box = content.split('name="accept"')[1].split(">")[0]
    assert "checked" not in box
    assert "required" in box
    assert 'name="material"' not in content


def test_what_has_changed_is_read_before_the_text(own, event):
    client, address = own
    with scopes_disabled():
        by = factories.make_user()
        save_draft(event=event, texts={"en": "# Be kinder"}, by=by)
        publish(event=event, by=by, summary="Kinder still")
    content = client.get(address).content.decode()
    assert 0 < content.index("Kinder still") < content.index("Be kinder</h3>")


def test_reason_for_declining_keeps_its_lines(own):
    client, address = own
    decline(client, address, reason="Too strict.\nPlease call me.")
    content = client.get(address).content.decode()
    assert "Too strict.<br>Please call me." in content


def test_accepting_records_what_was_on_the_screen_and_says_thanks(own, event, speaker):
    client, address = own
    assert is_outstanding(event, speaker)
    response = accept(client, address)
    assert response.url == address
    (acceptance,) = acceptances(event)
    expected = {
        "user_code": speaker.code,
        "profile_code": factories.profile_of(speaker, event).code,
        "submission_code": "",
        "number": 1,
        "language": "en",
        "sha256": hashlib.sha256(factories.TEXT_EN.encode()).hexdigest(),
        "way": "page",
        "material": False,
        "recorded_by": "",
    }
    assert {name: getattr(acceptance, name) for name in expected} == expected
    content = client.get(address).content.decode()
    assert "Thank you! You accepted version 1 on" in content
    assert "There is nothing else for you to do." in content
    assert '<form method="post">' not in content
    assert 'name="accept"' not in content
    assert not is_outstanding(event, speaker)
    with scope(event=event):
        assert audit.first_broken_link(event, audit.ACCEPTANCE_CHAIN) is None


def test_reader_of_german_reads_and_accepts_the_german_text(own, event):
    client, address = own
    client.get(f"/{event.slug}/locale/set?locale=de&next={address}")
    assert "<h3>Seid nett</h3>" in client.get(address).content.decode()
    accept(client, address)
    (acceptance,) = acceptances(event)
    assert acceptance.language == "de"
    assert acceptance.sha256 == hashlib.sha256(factories.TEXT_DE.encode()).hexdigest()


def test_language_switch_leads_back_to_the_page(own, event):
    client, address = own
    content = client.get(address).content.decode()
    switch = re.search(r'href="([^"]*locale/set[^"]*locale=de[^"]*)"', content)[1]
    response = client.get(switch.replace("&amp;", "&"), follow=True)
    assert "<h3>Seid nett</h3>" in response.content.decode()


def test_without_tick_the_field_says_so(own, event):
    client, address = own
    content = client.get(address).content.decode()
    response = client.post(address, {"action": "accept", "shown": shown(content)})
    assert response.status_code == 200
    errors = response.context["accept_form"].errors.as_data()
    assert {
        name: [error.code for error in found] for name, found in errors.items()
    } == {"accept": ["required"]}
    assert acceptances(event) == []


def test_accepting_twice_records_once(own, event):
    client, address = own
    data = {"shown": shown(client.get(address).content.decode()), "accept": "on"}
    for _time in range(2):
        assert client.post(address, data).url == address
    assert len(acceptances(event)) == 1


def test_version_published_in_between_returns_the_new_text_unticked(own, event):
    client, address = own
    old = shown(client.get(address).content.decode())
    factories.publish_policy(event, texts={"en": "# Be kinder", "de": "# Netter"})
    response = client.post(address, {"shown": old, "accept": "on"})
    content = response.content.decode()
    assert response.status_code == 200
    assert "<h3>Be kinder</h3>" in content
    assert "nothing has been recorded" in content
    (error,) = response.context["accept_form"].errors["accept"]
    assert error.startswith("A new version of the code of conduct")
    assert "checked" not in content.split('name="accept"')[1].split(">")[0]
    assert acceptances(event) == []
    client.post(address, {"shown": shown(content), "accept": "on"})
    assert [each.number for each in acceptances(event)] == [2]


@pytest.mark.parametrize(
    "forged",
    ("", "1", "1:en", "1:fr:0", "2:en:0", "x:y:z", "1:en:" + "0" * 64, "::" * 9),
)
@pytest.mark.parametrize("action", ("accept", "decline"))
def test_forged_text_on_the_screen_is_refused(own, event, forged, action):
    client, address = own
    response = client.post(
        address, {"action": action, "shown": forged, "accept": "on", "reason": "No"}
    )
    assert response.status_code == 200
    assert acceptances(event) == []
    assert declines(event) == []


def test_newer_version_asks_again(own, event):
    client, address = own
    accept(client, address)
    factories.publish_policy(event, texts={"en": "# Be kinder"})
    content = client.get(address).content.decode()
    assert "There is a new version" in content
    assert "checked" not in content.split('name="accept"')[1].split(">")[0]
    accept(client, address)
    assert [each.number for each in acceptances(event)] == [1, 2]


def test_newer_version_for_new_proposals_only_is_offered_and_not_asked(
    own, event, speaker
):
    client, address = own
    accept(client, address)
    publish_for_new_proposals(event)
    content = client.get(address).content.decode()
    assert "you can accept it, too" in content
    assert not is_outstanding(event, speaker)
    accept(client, address)
    assert [each.number for each in acceptances(event)] == [1, 2]


def test_no_version_there_is_nothing_to_accept(login, event, speaker, talk):
    client = login(speaker)
    content = client.get(url(event)).content.decode()
    assert "there is nothing to accept" in content
    assert 'name="accept"' not in content
    assert client.post(url(event), {"accept": "on"}).url == url(event)
    assert acceptances(event) == []


# The settings


def test_second_tick_is_asked_for_and_recorded(own, event):
    client, address = own
    configure(event, material_tick=True)
    box = client.get(address).content.decode().split('name="material"')[1]
    assert "checked" not in box.split(">")[0]
    response = accept(client, address)
    assert list(response.context["accept_form"].errors) == ["material"]
    assert acceptances(event) == []
    accept(client, address, material="on")
    assert [each.material for each in acceptances(event)] == [True]


def test_asked_with_each_proposal_an_answer_stands_for_each_talk(
    own, event, speaker, talk
):
    client, address = own
    configure(event, ask_each_proposal=True)
    accept(client, address)
    assert [each.submission_code for each in acceptances(event)] == [talk.code]
    assert 'name="accept"' not in client.get(address).content.decode()
    second = factories.make_talk(event, speaker, title="Second talk")
    content = client.get(address).content.decode()
    assert "your answer is still missing for:" in content
    assert "Second talk" in content.split('class="coc-answer"')[0]
    assert talk.title not in content.split('class="coc-answer"')[0]
    assert "Decline" not in content
    accept(client, address)
    codes = [each.submission_code for each in acceptances(event)]
    assert codes == [talk.code, second.code]


# Declining


def test_declining_keeps_the_gate_shut_and_the_mind_may_be_changed(own, event, speaker):
    client, address = own
    reason = "<b>No</b> & <script>alert(1)</script>"
    assert decline(client, address, reason=reason).url == address
    (entry,) = declines(event)
    assert (entry.user_code, entry.number, entry.reason) == (speaker.code, 1, reason)
    assert entry.profile_code == factories.profile_of(speaker, event).code
    assert is_outstanding(event, speaker)
    content = client.get(address).content.decode()
    assert "You declined version 1 on" in content
    assert "&lt;b&gt;No&lt;/b&gt; &amp; &lt;script&gt;" in content
    assert "<script>alert" not in content
    accept(client, address)
    assert len(acceptances(event)) == 1
    assert not is_outstanding(event, speaker)
    content = client.get(address).content.decode()
    assert "There is nothing else for you to do." in content
    assert "You declined" not in content


def test_reason_is_not_written_where_pretalx_shows_it_to_others(own, event):
    client, address = own
    with scopes_disabled():
        before = ActivityLog.objects.count(), QueuedMail.objects.count()
    decline(client, address, reason="Between you and me")
    with scopes_disabled():
        assert (ActivityLog.objects.count(), QueuedMail.objects.count()) == before


def test_declining_without_a_reason_and_twice_is_one_answer(own, event):
    client, address = own
    for _time in range(2):
        decline(client, address)
    assert [each.reason for each in declines(event)] == [""]
    decline(client, address, reason="Because")
    assert [each.reason for each in declines(event)] == ["", "Because"]


def test_declining_after_accepting_changes_nothing(own, event):
    client, address = own
    text = shown(client.get(address).content.decode())
    accept(client, address)
    client.post(address, {"action": "decline", "shown": text, "reason": "No"})
    assert declines(event) == []
    assert len(acceptances(event)) == 1


def test_declining_an_old_text_shows_the_new_one_and_keeps_the_reason(own, event):
    client, address = own
    old = shown(client.get(address).content.decode())
    factories.publish_policy(event, texts={"en": "# Be kinder"})
    response = client.post(
        address, {"action": "decline", "shown": old, "reason": "My reason"}
    )
    content = response.content.decode()
    assert "Please read it first." in content
    assert "<details open>" in content
    assert "My reason" in content
    assert declines(event) == []


def test_what_declining_means_depends_on_the_gate(own, event):
    client, address = own
    sentence = "Until you accept, no talk of yours becomes confirmed."
    assert sentence in client.get(address).content.decode()
    configure(event, gate_holds=False)
    assert sentence not in client.get(address).content.decode()


def test_reason_that_is_too_long_or_has_null_bytes_is_refused(own, event):
    client, address = own
    response = decline(client, address, reason="x" * 2001)
    assert list(response.context["decline_form"].errors) == ["reason"]
    response = decline(client, address, reason="null\x00byte")
    assert list(response.context["decline_form"].errors) == ["reason"]
    assert declines(event) == []


def test_null_byte_in_the_shown_text_is_refused(own, event):
    client, address = own
    response = client.post(address, {"shown": "1:en:\x00", "accept": "on"})
    assert response.status_code == 200
    assert acceptances(event) == []


# Who gets there


def test_anonymous_is_led_to_the_login_and_from_there_to_the_page(
    client, event, speaker, talk, version
):
    response = client.get(url(event))
    assert response.status_code == 302
    assert response.url == f"/{event.slug}/login/?next={url(event)}"
    data = {"login_email": speaker.email, "login_password": PASSWORD}
    response = client.post(response.url, data, follow=True)
    assert response.redirect_chain == [(url(event), 302)]
    assert "You have not accepted it yet." in response.content.decode()


def test_anonymous_post_records_nothing(client, event, version):
    response = client.post(url(event), {"shown": "1:en:x", "accept": "on"})
    assert response.url.startswith(f"/{event.slug}/login/")
    assert acceptances(event) == []


def test_who_is_no_speaker_reads_it_and_nothing_is_asked(login, event, version):
    visitor = factories.make_user()
    client = login(visitor)
    content = client.get(url(event)).content.decode()
    assert "<h3>Be kind</h3>" in content
    assert "Nothing is asked of you" in content
    assert 'name="accept"' not in content
    with scopes_disabled():
        text = "1:en:" + hashlib.sha256(factories.TEXT_EN.encode()).hexdigest()
        client.post(url(event), {"shown": text, "accept": "on"})
        assert acceptances(event) == []
        # Reading makes nobody a speaker.
        assert not SpeakerProfile.objects.filter(user=visitor).exists()


def test_event_that_is_not_public_opens_for_its_speakers(own, event):
    client, address = own
    hide(event)
    assert accept(client, address).url == address
    assert "There is nothing else" in client.get(address).content.decode()


def test_event_that_is_not_public_opens_for_nobody_else(login, event, version):
    hide(event)
    assert login(factories.make_user()).get(url(event)).status_code == 404


def test_anonymous_at_an_event_that_is_not_public_logs_in_and_is_there(
    client, event, speaker, talk, version
):
    hide(event)
    response = client.get(url(event))
    assert response.url == f"/orga/event/{event.slug}/login/?next={url(event)}"
    data = {"login_email": speaker.email, "login_password": PASSWORD}
    response = client.post(response.url, data, follow=True)
    assert response.redirect_chain == [(url(event), 302)]
    assert "You have not accepted it yet." in response.content.decode()


def test_plugin_switched_off_there_is_no_page(login):
    event = factories.make_event(plugin=False)
    speaker = factories.make_user()
    factories.make_talk(event, speaker)
    assert login(speaker).get(url(event)).status_code == 404


def test_post_without_csrf_token_is_refused(event, speaker, talk, version):
    client = Client(enforce_csrf_checks=True)
    client.force_login(speaker)
    for address in (url(event), link(event, speaker)):
        response = client.post(address, {"shown": "1:en:x", "accept": "on"})
        assert response.status_code == 403
    assert acceptances(event) == []


def test_page_is_not_kept_by_others_and_its_address_not_passed_on(own):
    client, address = own
    response = client.get(address)
    assert response["Referrer-Policy"] == "same-origin"
    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex"


def seen_by(client, address):
    """The bytes and headers of an answer without its tokens, and its queries."""
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    content = re.sub(rb'csrf\w+" value="\w+"|nonce[-="\w]+', b"", response.content)
    headers = {
        name: value
        for name, value in response.items()
        if name not in ("Expires", "Content-Security-Policy")
    }
    return content, headers, [query["sql"].split("WHERE")[0] for query in queries]


def test_flags_and_findings_about_somebody_change_nothing_they_see(
    login, event, speaker, talk, version, reviewer, member
):
    client = login(speaker)
    addresses = (url(event), url(event, "export"), f"/{event.slug}/me/submissions/")
    before = [seen_by(client, address) for address in addresses]
    with scope(event=event):
        flag = raise_flag(submission=talk, by=reviewer, reason="other", text="Hidden")
        give(item=flag, by=member, verdict="concerns", revision=0)
        talk.abstract = "Hot naked girls on every slide."
        talk.save()
        check_subject(event=event, kind="talk", pk=talk.pk)
        assert Finding.objects.exists()
    assert [seen_by(client, address) for address in addresses] == before


def test_link_answers_head_and_options_and_nothing_else(client, event, speaker, talk):
    factories.publish_policy(event)
    address = link(event, speaker)
    assert client.head(address).content == b""
    for method in ("head", "options", "put", "delete"):
        response = getattr(client, method)(address)
        assert response.status_code == (405 if method in ("put", "delete") else 200)
        assert response["Referrer-Policy"] == "same-origin"
        assert "no-store" in response["Cache-Control"]
    assert acceptances(event) == []


def test_link_stands_in_no_title_and_goes_to_nobody_else(client, event, speaker, talk):
    factories.publish_policy(event)
    token = personal_token(event, speaker)
    content = client.get(url(event, token)).content.decode()
    assert token not in content.split("</title>")[0]
    for address in re.findall(r'(?:href|src|action)="([^"]*)"', content):
        assert token not in address or address.startswith(f"/{event.slug}/")


def test_number_of_queries_does_not_grow(login, event, speaker, version):
    configure(event, ask_each_proposal=True)
    client = login(speaker)
    counts = []
    for rows in (1, 2):
        for _number in range(rows):
            factories.make_talk(event, speaker)
            talk = factories.make_talk(event, speaker)
            factories.accept(event, speaker, version, submission=talk)
        client.get(url(event))
        with CaptureQueriesContext(connection) as queries:
            content = client.get(url(event)).content.decode()
        assert content.count("Receipt for version 1") == 2 * rows - 1
        counts.append(len(queries))
    assert counts[0] == counts[1]


# The personal link


def test_link_logs_nobody_in_and_opens_nothing_else(client, event, speaker, talk):
    factories.publish_policy(event)
    response = client.get(link(event, speaker))
    assert response.status_code == 200
    assert "This is the personal page of Ada Speaker." in response.content.decode()
    assert "_auth_user_id" not in client.session
    token = personal_token(event, speaker)
    assert client.get(f"/{event.slug}/me/").status_code == 302
    assert client.get(f"/{event.slug}/me/submissions/").status_code == 302
    assert client.get(url(event, token, "export")).status_code == 404
    assert client.get(url(event, "export")).status_code == 302


def test_link_of_who_is_logged_in_leads_to_the_address_without_it(
    login, event, speaker, talk, version
):
    assert login(speaker).get(link(event, speaker)).url == url(event)


def test_link_stands_for_its_person_whoever_is_logged_in(
    login, event, speaker, talk, version
):
    other = factories.make_user(name="Somebody Else")
    factories.make_talk(event, other)
    accept(login(other), link(event, speaker))
    assert [each.user_code for each in acceptances(event)] == [speaker.code]


def dead(response):
    content = response.content.decode()
    assert response.status_code == 410
    assert "This link does not work" in content
    assert "Please log in, or ask the organisers for a new link." in content
    assert "Be kind" not in content
    assert "no-store" in response["Cache-Control"]
    return True


def test_link_expires_after_sixty_days(client, event, speaker, talk, version):
    address = link(event, speaker)
    with freeze_time(now() + dt.timedelta(days=59)):
        assert client.get(address).status_code == 200
    with freeze_time(now() + dt.timedelta(days=61)):
        assert dead(client.get(address))
        assert dead(client.post(address, {"shown": "1:en:x", "accept": "on"}))


def test_link_of_another_event_is_dead(client, event, speaker, talk, version):
    other = factories.make_event()
    factories.publish_policy(other)
    factories.make_talk(other, speaker)
    assert dead(client.get(link(event, speaker).replace(event.slug, other.slug)))


def tampered(token):
    value, stamp, signature = token.split(":")
    number, code, mailbox = value.split("-")
    return (
        token[:-1],
        token + "A",
        token.replace(code, "AAAAAA"),
        f"{number}-{code}-{mailbox}:{stamp}0:{signature}",
        "x",
        "::",
        "a:b:c",
        "%0A",
        "💥",
    )


@pytest.mark.parametrize("number", range(9))
def test_link_that_was_tampered_with_is_dead(
    client, event, speaker, talk, version, number
):
    token = tampered(personal_token(event, speaker))[number]
    assert dead(client.get(url(event, token)))


def test_signature_made_for_another_purpose_is_dead(client, event, speaker, version):
    value = personal_token(event, speaker).rsplit(":", 2)[0]
    for signer in (
        signing.TimestampSigner(),
        signing.TimestampSigner(salt="safe-redirect"),
        signing.Signer(salt=links.SALT),
    ):
        assert dead(client.get(url(event, signer.sign(value))))


def test_link_of_a_deactivated_account_is_dead(client, event, speaker, talk, version):
    address = link(event, speaker)
    with scopes_disabled():
        deactivate_user(speaker)
    assert dead(client.get(address))


def test_link_sent_to_an_address_that_was_given_up_is_dead(
    client, event, speaker, talk, version
):
    address = link(event, speaker)
    speaker.email = "new@example.org"
    speaker.save()
    assert dead(client.get(address))
    assert client.get(link(event, speaker)).status_code == 200


def test_link_outlives_a_new_password_and_a_new_name(client, event, speaker, talk):
    factories.publish_policy(event)
    address = link(event, speaker)
    with scopes_disabled():
        change_password(speaker, "another-Long-passw0rd!")
    assert client.get(address).status_code == 200


def test_dead_link_at_an_event_that_is_not_public(client, event, speaker, version):
    """Made here, it says so; made up, it does not even tell that there is an event."""
    factories.make_talk(event, speaker)
    address = link(event, speaker)
    hide(event)
    with freeze_time(now() + dt.timedelta(days=61)):
        assert dead(client.get(address))
    assert client.get(url(event, "made:up:x")).status_code == 404


# The strip on pretalx's own page


def test_strip_on_the_proposals_leads_to_the_page_until_accepted(
    login, event, speaker, talk, version
):
    client = login(speaker)
    page = f"/{event.slug}/me/submissions/"
    assert f'href="{url(event)}"' in client.get(page).content.decode()
    factories.accept(event, speaker, version)
    assert url(event) not in client.get(page).content.decode()


def test_strip_is_not_there_for_others(login, event, speaker, talk, version):
    other = factories.make_user()
    factories.make_talk(event, other, state="rejected")
    page = f"/{event.slug}/me/submissions/"
    assert url(event) not in login(other).get(page).content.decode()


@pytest.mark.parametrize("talks", (1, 3))
def test_strip_costs_one_query(login, event, speaker, version, talks):
    for _number in range(talks):
        factories.make_talk(event, speaker)
    client = login(speaker)
    page = f"/{event.slug}/me/submissions/"
    counts = []
    for plugins in ("pretalx_coc", ""):
        with scopes_disabled():
            Event.objects.filter(pk=event.pk).update(plugins=plugins)
        client.get(page)
        with CaptureQueriesContext(connection) as queries:
            client.get(page)
        counts.append(len(queries))
    assert counts[0] - counts[1] <= 1

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What a speaker can take along: receipts, and everything stored about them."""

import datetime as dt
import hashlib
import io
import time

import pytest
from django.db import connection
from django.test import Client
from django.utils.timezone import now
from django_scopes import scope, scopes_disabled
from freezegun import freeze_time
from pypdf import PdfReader

from pretalx_coc.domain import guards
from pretalx_coc.domain.acceptances import decline, record
from pretalx_coc.domain.flags import raise_flag
from pretalx_coc.domain.gate import let_through
from pretalx_coc.domain.links import personal_token
from pretalx_coc.enums import AcceptanceWay
from pretalx_coc.interfaces.receipt import Receipt, as_pdf, blocks_of
from pretalx_coc.models import Ask, PolicyText
from tests import factories

pytestmark = pytest.mark.django_db

MOMENT = dt.datetime(2026, 3, 29, 10, 30, 15, tzinfo=dt.UTC)


def url(event, *parts):
    return "/".join((f"/{event.slug}/code-of-conduct/me", *map(str, parts), ""))


@scopes_disabled()
def accept(event, user, version, language="en", **kwargs):
    with freeze_time(MOMENT):
        return record(
            event=event,
            user=user,
            profile=user.get_speaker(event),
            version=version,
            language=language,
            way=kwargs.pop("way", AcceptanceWay.PAGE),
            **kwargs,
        )


def pdf_of(response):
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    return PdfReader(io.BytesIO(response.content))


def text_of(reader):
    """The text of a PDF, without its line breaks."""
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


@scopes_disabled()
def rename(event, **fields):
    for name, value in fields.items():
        setattr(event, name, value)
    event.save()


@pytest.mark.parametrize("way_in", ("login", "link"))
def test_receipt_says_it_all(event, speaker, talk, version, way_in):
    rename(event, name="Conférence <b>Łódź</b> & Co", timezone="Europe/Berlin")
    acceptance = accept(event, speaker, version, material=True, submission=talk)
    client = Client()
    if way_in == "login":
        client.force_login(speaker)
        address = url(event, "receipt", acceptance.pk)
    else:
        address = url(event, personal_token(event, speaker), "receipt", acceptance.pk)
    response = client.get(address)
    name = f"code-of-conduct-{event.slug}-1.pdf"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert "no-store" in response["Cache-Control"]
    text = text_of(pdf_of(response))
    for part in (
        "Conférence <b>Łódź</b> & Co",
        "Ada Speaker",
        "Version 1",
        "2026-03-29 12:30:15 Europe/Berlin (UTC+02:00)",
        "Language English",
        "On the page for speakers",
        "their material follows it",
        talk.code,
        "Be kind No sexualised material. No harassment.",
    ):
        assert part in text
    sha256 = hashlib.sha256(factories.TEXT_EN.encode()).hexdigest()
    assert sha256 in text.replace(" ", "")


def test_receipt_has_the_text_that_was_accepted_not_a_newer_one(
    login, event, speaker, talk, version
):
    acceptance = accept(event, speaker, version, language="de")
    factories.publish_policy(event, texts={"en": "# Other", "de": "# Anderes"})
    address = url(event, "receipt", acceptance.pk)
    text = text_of(pdf_of(login(speaker).get(address)))
    assert "Seid nett Kein sexualisiertes Material. Keine Belästigung." in text
    assert "Language Deutsch" in text
    assert "Anderes" not in text


def test_receipt_of_a_long_text_has_several_pages(login, event, speaker, talk):
    words = "Nobody harasses anybody here, and everybody is kind to one another. "
    paragraphs = [f"Rule {number}. {words * 5}" for number in range(60)]
    wall = "x" * 3000 + " " + words * 200
    version = factories.publish_policy(
        event, texts={"en": "\n\n".join([*paragraphs, wall, "The very end."])}
    )
    acceptance = accept(event, speaker, version)
    reader = pdf_of(login(speaker).get(url(event, "receipt", acceptance.pk)))
    assert len(reader.pages) > 4
    text = text_of(reader)
    assert all(f"Rule {number}." in text for number in range(60))
    assert "The very end." in text


@pytest.mark.parametrize(
    ("name", "policy"),
    (
        ("Ада Лавлейс", "# Be kind"),
        ("Ada Speaker", "# Будьте добрі"),
        ("Ada Speaker", "# 優しく"),
        ("Ada Speaker", "# Be kind 🌈"),
    ),
)
def test_letters_that_the_font_lacks_make_a_text_file_that_says_so(
    login, event, name, policy
):
    speaker = factories.make_user(name=name)
    factories.make_talk(event, speaker)
    version = factories.publish_policy(event, texts={"en": f"{policy}\n\n* One\n* Two"})
    acceptance = accept(event, speaker, version)
    response = login(speaker).get(url(event, "receipt", acceptance.pk))
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    name_of_file = f"code-of-conduct-{event.slug}-1.txt"
    assert response["Content-Disposition"] == f'attachment; filename="{name_of_file}"'
    text = response.content.decode()
    assert f"Name: {name}\n" in text
    assert f"\n{policy.removeprefix('# ')}\n\n•\u00a0One\n•\u00a0Two\n" in text
    assert acceptance.sha256 in text
    assert "the font for PDF files lacks" in text


def receipt_of_text(client, event, speaker, text):
    """The receipt of somebody who accepted a text."""
    acceptance = accept(event, speaker, factories.publish_policy(event, {"en": text}))
    return pdf_of(client.get(url(event, "receipt", acceptance.pk)))


def test_french_spaces_and_hyphens_fit_a_pdf(login, event, speaker, talk):
    text = "Attention\u202f: «\u202foui\u202f», rendez\u2011vous à 10\u2007h"
    reader = receipt_of_text(login(speaker), event, speaker, text)
    assert "Attention : « oui », rendez-vous à 10 h" in text_of(reader)


def test_what_was_struck_out_does_not_read_as_if_it_held(login, event, speaker, talk):
    text = "You ~~may~~ must not. <del>Never</del> ask."
    reader = receipt_of_text(login(speaker), event, speaker, text)
    assert "You ~~may~~ must not. ~~Never~~ ask." in text_of(reader)


def test_cells_of_a_table_stay_in_their_columns(login, event, speaker, talk):
    text = "| do | do not |\n| --- | --- |\n|  | shout |\n| rest |  |\n"
    assert blocks_of(text)[1:] == [("text", "| shout"), ("text", "rest |")]
    reader = receipt_of_text(login(speaker), event, speaker, text)
    assert "do | do not | shout rest |" in text_of(reader)


def test_indented_lines_keep_their_indent(login, event, speaker, talk):
    text = "```\nif rude:\n    leave()\n        now\n```"
    reader = receipt_of_text(login(speaker), event, speaker, text)
    page = reader.pages[0].extract_text().replace("\u00a0", " ")
    assert "if rude:\n    leave()\n        now" in page


@pytest.mark.parametrize(
    ("kind", "text"),
    (
        ("heading", "y " * 10_000),
        ("heading", "x" * 20_000),
        ("text", "x" * 50_000),
        ("text", "word " * 10_000),
        ("item", "z\n" * 20_000),
    ),
)
def test_receipt_of_a_wall_of_text_is_quick(kind, text):
    receipt = Receipt("Receipt", [("Name", "x" * 200)], [(kind, text)], "en")
    start = time.process_time()
    reader = PdfReader(io.BytesIO(as_pdf(receipt)))
    assert time.process_time() - start < 10
    printed = "".join(page.extract_text() for page in reader.pages)
    letter = text[0]
    assert printed.count(letter) >= text.count(letter)


def test_heading_is_not_left_alone_at_the_end_of_a_page(login, event, speaker, talk):
    parts = [f"# Heading{number}\n\nText{number}" for number in range(100)]
    reader = receipt_of_text(login(speaker), event, speaker, "\n\n".join(parts))
    for page in reader.pages:
        assert page.extract_text().split()[-1].startswith("Text")


def test_receipt_of_a_text_that_was_tampered_with_says_so(
    login, event, speaker, talk, version
):
    acceptance = accept(event, speaker, version)
    client, address = login(speaker), url(event, "receipt", acceptance.pk)
    warning = "The text below is not the one with this SHA-256"
    assert warning not in text_of(pdf_of(client.get(address)))
    guards.remove()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pretalx_coc_policytext SET text = 'Be rude'")
    guards.install()
    assert warning in text_of(pdf_of(client.get(address)))


def test_receipt_in_the_readers_language(login, event, speaker, talk, version):
    acceptance = accept(event, speaker, version)
    client = login(speaker)
    client.cookies["pretalx_language"] = "de"
    address = url(event, "receipt", acceptance.pk)
    assert pdf_of(client.get(address))
    # The text stays in the language in which it was accepted.
    assert "Be kind" in text_of(pdf_of(client.get(address)))


def test_somebody_elses_receipt_is_not_found(login, event, speaker, talk, version):
    other = factories.make_user()
    factories.make_talk(event, other)
    theirs = accept(event, other, version)
    assert login(speaker).get(url(event, "receipt", theirs.pk)).status_code == 404
    token = personal_token(event, speaker)
    assert Client().get(url(event, token, "receipt", theirs.pk)).status_code == 404
    assert Client().get(url(event, "receipt", theirs.pk)).status_code == 302
    organiser = factories.make_organiser(event)
    assert login(organiser).get(url(event, "receipt", theirs.pk)).status_code == 404


def test_ones_own_receipt_of_another_event_is_not_found_here(
    login, event, speaker, talk, version
):
    other = factories.make_event()
    factories.make_talk(other, speaker)
    elsewhere = accept(other, speaker, factories.publish_policy(other))
    client = login(speaker)
    assert client.get(url(event, "receipt", elsewhere.pk)).status_code == 404
    assert client.get(url(other, "receipt", elsewhere.pk)).status_code == 200


def test_page_lists_what_was_accepted_with_its_receipts(
    login, event, speaker, talk, version
):
    rename(event, timezone="Europe/Berlin")
    first = accept(event, speaker, version, language="de")
    second = accept(event, speaker, factories.publish_policy(event, {"en": "# New"}))
    content = login(speaker).get(url(event)).content.decode()
    listed = content.split("What you accepted")[1]
    for acceptance in (first, second):
        assert f'href="{url(event, "receipt", acceptance.pk)}"' in listed
    assert "Deutsch" in listed
    assert "12:30" in listed
    assert "CEST" in listed
    assert "or text files where" in listed


def test_markup_becomes_readable_text():
    markdown = (
        "# Be *kind*\n\nSee [the list](https://example.org/list), **all** of it:\n\n"
        "* no `<script>`\n* no a & b\n\n1. first\n2. second\n\n"
        "<b>bold</b> <script>alert(1)</script>\n\n"
        "| who | what |\n| --- | --- |\n| you | rest |\n\n> Quoted\n"
    )
    assert blocks_of(markdown) == [
        ("heading", "Be kind"),
        ("text", "See the list (https://example.org/list), all of it:"),
        ("item", "•\u00a0no <script>"),
        ("item", "•\u00a0no a & b"),
        ("item", "1.\u00a0first"),
        ("item", "2.\u00a0second"),
        ("text", "bold <script>alert(1)</script>"),
        ("text", "who | what"),
        ("text", "you | rest"),
        ("text", "Quoted"),
    ]


# The export


@pytest.fixture
def story(event, speaker, talk, version, organiser):
    """A speaker about whom everything is stored that there is."""
    other = factories.make_user(name="Zora Secret")
    elsewhere = factories.make_talk(event, other)
    with scope(event=event):
        accept(
            event,
            speaker,
            version,
            way=AcceptanceWay.PAPER,
            by=organiser,
            note="Zora Secret keeps the paper",
        )
        newer = factories.publish_policy(event, texts={"en": "# Be kinder"})
        decline(event=event, user=speaker, version=newer, reason="My own reason")
        decline(event=event, user=other, version=newer, reason="Zora Secret said")
        Ask.objects.create(
            event=event,
            user_code=speaker.code,
            profile_code=factories.profile_of(speaker, event).code,
            number=1,
            asked=MOMENT,
        )
        let_through(submission=talk, by=organiser, reason="Zora Secret asked me to")
        factories.make_team(event, speaker, is_reviewer=True)
        raise_flag(
            submission=elsewhere, by=speaker, reason="other", text="What I wrote"
        )
        raise_flag(
            submission=talk, by=organiser, reason="sexualised", text="Hidden concern"
        )
    return {"other": other, "elsewhere": elsewhere}


def test_export_has_everything_about_the_person_and_nothing_about_others(
    login, event, speaker, talk, organiser, story
):
    response = login(speaker).get(url(event, "export"))
    name = f"code-of-conduct-{event.slug}.json"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    data = response.json()
    (acceptance,) = data["acceptances"]
    assert acceptance == {
        "version": 1,
        "language": "en",
        "sha256": hashlib.sha256(factories.TEXT_EN.encode()).hexdigest(),
        "accepted": "2026-03-29T10:30:15Z",
        "way": "paper",
        "material": False,
        "proposal": "",
        "account": speaker.code,
        "profile": factories.profile_of(speaker, event).code,
        "written_down_by_somebody_else": True,
        "text": factories.TEXT_EN,
    }
    assert [each["reason"] for each in data["declines"]] == ["My own reason"]
    assert [each["asked"] for each in data["mails"]] == ["2026-03-29T10:30:15Z"]
    assert [each["proposal"] for each in data["talks_let_through"]] == [talk.code]
    (flag,) = data["flags_you_raised"]
    assert (flag["about"], flag["text"]) == (story["elsewhere"].code, "What I wrote")
    done = [each["action"] for each in data["what_you_did"]]
    assert sorted(done) == ["acceptance.declined", "flag.raised"]
    content = response.content.decode()
    for secret in ("Zora", "Hidden concern", "sexualised", "Olga", organiser.name):
        assert secret not in content.replace(factories.TEXT_EN, "").replace(
            "No sexualised material", ""
        )
    for person in (organiser, story["other"]):
        assert person.code not in content
        assert person.email not in content


def test_export_of_somebody_about_whom_nothing_is_stored(login, event, version):
    data = login(factories.make_user()).get(url(event, "export")).json()
    assert data["profile"] == ""
    assert [key for key, value in data.items() if value] == ["event", "account"]


def test_export_needs_a_login_and_is_of_this_event_only(
    client, event, speaker, talk, version
):
    assert client.get(url(event, "export")).status_code == 302
    token = personal_token(event, speaker)
    assert client.get(url(event, token, "export")).status_code == 404
    other = factories.make_event()
    factories.make_talk(other, speaker)
    accept(event, speaker, version)
    client.force_login(speaker)
    assert client.get(url(other, "export")).json()["acceptances"] == []


def test_export_holds_the_text_that_the_hash_is_of(
    login, event, speaker, talk, version
):
    accept(event, speaker, version)
    (row,) = login(speaker).get(url(event, "export")).json()["acceptances"]
    assert hashlib.sha256(row["text"].encode()).hexdigest() == row["sha256"]
    with scope(event=event):
        text = PolicyText.objects.get(number=1, language="en")
    assert row["sha256"] == text.sha256
    assert row["accepted"] < now().isoformat()

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What nobody would send who means well, sent to the pages of cases."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django_scopes import scope, scopes_disabled

from pretalx_coc.domain import case_members, cases
from pretalx_coc.domain.access import case_rights
from pretalx_coc.models import Case, CaseEntry, CaseFile, CasePerson
from pretalx_coc.routes_cases import PLACES
from tests import factories

pytestmark = pytest.mark.django_db

EVIL = (
    '<script>alert(1)</script><img src=x onerror="x()">[a](javascript:x) \u202egnp.exe'
)


@pytest.fixture
def team(event):
    return factories.make_members(event, "Mona Member", "Carl Colleague")


@pytest.fixture
def case(event, team):
    with scope(event=event):
        subject = cases.subject_in_words("person", f"Red hat {EVIL}")
        case = cases.open_case(
            event=event, by=team[0], subject=subject, text=EVIL, place=EVIL
        )
        case_members.declare(case=case, by=team[1], conflict=False)
        return case


def url_of(case, *rest):
    return "/".join((case.get_absolute_url().rstrip("/"), *rest, ""))


def entries(case):
    with scopes_disabled():
        return CaseEntry.objects.filter(case_code=case.code).count()


def test_what_people_write_is_text_wherever_it_is_shown(login, case, team):
    client = login(team[0])
    client.post(url_of(case, "note"), {"text": EVIL})
    client.post(url_of(case, "person"), {"role": "witness", "name": EVIL})
    client.post(
        url_of(case, "report"),
        {"text": EVIL, "reporter": EVIL, "affected": EVIL, "wishes": EVIL},
    )
    client.post(
        url_of(case, "describe"),
        {
            "severity": 4,
            "category": "other",
            "place": EVIL,
            "next_step": EVIL,
            "may_be_told": EVIL,
            "revision": case.revision + 3,
        },
    )
    upload = SimpleUploadedFile(f"{EVIL}.svg", b"<svg onload='x()'/>", "image/svg+xml")
    client.post(url_of(case, "file"), {"file": upload})
    base = case.get_absolute_url().split("case/")[0]
    pages = (
        case.get_absolute_url(),
        f"{base}cases/",
        base,
        url_of(case, "split"),
        url_of(case, "decide"),
        url_of(case, "describe"),
        f"{base}retention/",
    )
    shown = ""
    for page in pages:
        response = client.get(page)
        assert response.status_code == 200, page
        content = response.content.decode()
        assert "<script>alert(1)" not in content, page
        assert "<img src=x" not in content, page
        assert 'href="javascript:' not in content, page
        shown += content
    assert "&lt;script&gt;alert(1)" in shown


@pytest.mark.parametrize(
    ("name", "kept"),
    (
        ("slides.pdf.html", "slides.pdf.html"),
        ("../../etc/passwd", "passwd"),
        ("\u202efdp.exe", "fdp.exe"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
    ),
)
def test_a_file_is_saved_and_never_shown(login, case, team, name, kept):
    client = login(team[0])
    html = b"<html><script>alert(1)</script>"
    upload = SimpleUploadedFile("x", html, "text/html")
    upload._name = name
    assert client.post(url_of(case, "file"), {"file": upload}).status_code == 302
    with scopes_disabled():
        file = CaseFile.objects.get()
    assert file.name == kept
    response = client.get(url_of(case, "file", file.code))
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert "no-store" in response["Cache-Control"]
    assert "\n" not in response["Content-Disposition"]
    assert b"".join(response.streaming_content) == html


@pytest.mark.parametrize("text", ("a\x00b", "x" * 1_000_000))
def test_a_text_that_nobody_can_store_is_refused(login, case, team, text):
    client = login(team[0])
    before = entries(case)
    for page, field in (("note", "text"), ("hearing/skip", "text"), ("report", "text")):
        data = {field: text, "revision": case.revision}
        assert client.post(url_of(case, page), data).status_code == 200, page
    assert entries(case) == before


@pytest.mark.parametrize("revision", ("9" * 5_000, "-1", "x", "", "²", "\x00"))
def test_a_revision_that_is_none_changes_nothing(login, case, team, revision):
    client = login(team[0])
    before = entries(case)
    data = {"text": "Why", "revision": revision}
    response = client.post(url_of(case, "hearing/skip"), data)
    assert response.status_code == 200
    assert entries(case) == before


def test_what_names_something_with_zeros_or_at_length_names_nothing(
    login, event, case, team
):
    client = login(team[0])
    before = entries(case)
    for bad in ("%00", "A%00B", "x" * 2_000, "%E2%80%AE", "..%2f"):
        for name, __ in PLACES.values():
            codes = {
                part: "CODE"
                for part in ("code", "kind", "report", "decision", "file")
                if f"<{part}>" in next(p for p in PLACES if PLACES[p][0] == name)
            }
            if not codes:
                continue
            kwargs = {"event": event.slug, **codes}
            url = reverse(f"plugins:pretalx_coc:{name}", kwargs=kwargs)
            url = url.replace("CODE", bad)
            # A part of Django or pretalx may have refused it as it is.
            assert client.get(url).status_code in (400, 404), (name, bad)
    for bad in ("\x00", "x" * 2_000):
        client.post(url_of(case, "detach"), {"kind": bad, "ref": bad})
        client.post(url_of(case, "claim"), {"action": "take over", "holder": bad})
    assert entries(case) <= before + 2


def test_no_form_of_a_case_works_from_another_site(event, case, team):
    client = Client(enforce_csrf_checks=True)
    client.force_login(team[0])
    before = entries(case)
    for page in ("note", "close", "claim", "declare", "step-back", "export", "detach"):
        response = client.post(url_of(case, page), {"text": "x", "action": "claim"})
        assert response.status_code == 403, page
    assert entries(case) == before
    with scope(event=event):
        assert case_rights(team[0], case).write


def test_pages_of_cases_are_kept_in_no_cache_and_in_no_error_mail(login, case, team):
    client = login(team[0])
    base = case.get_absolute_url().split("case/")[0]
    for page in (
        base,
        f"{base}cases/",
        f"{base}cases/new/",
        case.get_absolute_url(),
        url_of(case, "note"),
        url_of(case, "decide"),
    ):
        response = client.get(page)
        assert "no-store" in response["Cache-Control"], page
        assert "private" in response["Cache-Control"], page
    response = client.post(url_of(case, "note"), {"text": "Said in confidence"})
    # Django leaves these out of what it mails to those who run the server.
    assert response.wsgi_request.sensitive_post_parameters == "__ALL__"


def test_an_account_is_found_by_the_address_they_can_be_reached_at(
    login, event, case, team
):
    """Who was affected does not see the case, wherever their address was written."""
    client = login(team[0])
    data = {"role": "affected", "name": "Carl", "contact": f"mail: {team[1].email}"}
    client.post(url_of(case, "person"), data)
    with scope(event=event):
        assert CasePerson.objects.get().user_code == team[1].code
        assert not case_rights(team[1], case).knows
        assert case_rights(team[0], case).knows


def test_the_preview_warns_of_names_in_what_is_asked_of_them_too(login, case, team):
    client = login(team[0])
    client.post(url_of(case, "person"), {"role": "affected", "name": "Rita Reporter"})
    with scopes_disabled():
        revision = Case.objects.get(pk=case.pk).revision
    data = {
        "measure": "warning",
        "reason": "Part 2.",
        "statement": "Please do not.",
        "statement_language": "en",
        "revision": revision,
    }
    page = client.post(url_of(case, "decide"), data)
    assert page.context["preview"]["warnings"] == []
    data["conditions"] = "Keep away from Rita Reporter."
    page = client.post(url_of(case, "decide"), data)
    assert "Rita" in str(page.context["preview"]["warnings"])

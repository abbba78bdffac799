# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The public pages of all versions, and what each one changed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_scopes import scopes_disabled

from pretalx_coc.domain.policy import publish, save_draft
from tests import factories

pytestmark = pytest.mark.django_db


@scopes_disabled()
def publish_again(event, summary="", **texts):
    by = factories.make_user()
    save_draft(event=event, texts=texts, by=by)
    return publish(event=event, by=by, summary=summary)


def page(client, event, number=""):
    suffix = f"{number}/" if number else ""
    return client.get(f"/{event.slug}/code-of-conduct/{suffix}")


def test_every_version_is_listed_with_date_and_summary(client, event):
    publish_again(event, en="# One")
    publish_again(event, en="# Two", summary="Now <b>shorter</b>")
    for number in ("", 1, 2):
        content = page(client, event, number).content.decode()
        assert f'href="/{event.slug}/code-of-conduct/1/"' in content
        assert f'href="/{event.slug}/code-of-conduct/2/"' in content
        assert "Now &lt;b&gt;shorter&lt;/b&gt;" in content
        assert content.count("(in force)") == 1
        assert content.count('aria-current="page"') == 1


def test_only_version_has_no_list_and_no_difference(client, event):
    publish_again(event, en="# One")
    content = page(client, event).content.decode()
    assert "All versions" not in content
    assert "Compare with" not in content


def test_page_shows_the_difference_to_the_version_before(client, event):
    publish_again(event, en="Be kind to all.")
    publish_again(event, en="Be friendly to all.")
    publish_again(event, en="Be friendly to everybody.")
    content = page(client, event, 2).content.decode()
    assert "Compare with version 1" in content
    assert '<del><span class="sr-only">[Removed:] </span>kind</del>' in content
    assert '<ins><span class="sr-only">[Added:] </span>friendly</ins>' in content
    content = page(client, event).content.decode()
    assert "Compare with version 2" in content
    assert "</span>all</del>" in content
    assert "</span>everybody</ins>" in content
    assert "Compare with" not in page(client, event, 1).content.decode()


def test_difference_keeps_the_lines_of_the_text(client, event):
    """pretalx sends its pages without line breaks: what has lines needs tags."""
    publish_again(event, en="# Rules\n\nBe kind.")
    publish_again(event, en="# Rules\n\nBe kind.\n\nBe on time.")
    changes = page(client, event).content.decode().split("coc-diff")[1]
    assert "# Rules<br><br>Be kind." in changes
    assert "<br><br>Be on time" in changes


def test_difference_is_in_the_readers_language(client, event):
    publish_again(event, en="Be kind.", de="Seid nett.")
    publish_again(event, en="Be good.", de="Seid gut.")
    client.cookies["pretalx_language"] = "de"
    content = page(client, event).content.decode()
    assert "</span>nett</del>" in content
    assert "kind" not in content.split("coc-diff")[1].split("</details>")[0]


def test_language_that_the_version_before_does_not_have_is_not_compared(client, event):
    publish_again(event, de="Seid nett.")
    publish_again(event, en="Be kind.", de="Seid nett.")
    content = page(client, event).content.decode()
    assert "The version before has no text in this language." in content
    assert "<ins>" not in content


def test_difference_is_escaped(client, event):
    publish_again(event, en="Be <i>kind</i>")
    publish_again(event, en="Be <script>alert(1)</script>")
    changes = page(client, event).content.decode().split("coc-diff")[1]
    changes = changes.split("</details>")[0]
    assert "<script" not in changes
    assert "&lt;" in changes
    assert "script" in changes


def test_difference_is_worked_out_once(client, event, monkeypatch):
    publish_again(event, en="Be kind.")
    publish_again(event, en="Be good.")
    first = page(client, event).content
    with CaptureQueriesContext(connection) as captured:
        from pretalx_coc.domain import policy_changes  # noqa: PLC0415

        monkeypatch.delattr(policy_changes, "changes")
        second = page(client, event).content
    assert captured
    assert first.split(b"coc-diff")[1] == second.split(b"coc-diff")[1]


def test_list_costs_no_query_for_each_version(client, event):
    counts = []
    for number in range(1, 6):
        publish_again(event, en=f"# Version {number}")
        if number in (2, 5):
            page(client, event)
            with CaptureQueriesContext(connection) as captured:
                page(client, event)
            counts.append(len(captured))
    assert counts[0] == counts[1]

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The panel, the record, and verdicts."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_scopes import scope, scopes_disabled

from pretalx_coc.domain import verdicts
from pretalx_coc.domain.checks import check_subject
from pretalx_coc.domain.flags import raise_flag, retract
from pretalx_coc.models import AuditEntry, Finding, Flag
from tests import factories

pytestmark = pytest.mark.django_db

BAD = "Before the demo we show hot naked girls on every slide."


def panel_url(event, page=""):
    return f"/orga/event/{event.slug}/p/coc/{page}"


def rows(response):
    """The panel's rows as texts, in their order."""
    body = response.content.decode().split("<tbody")[1].split("</tbody>")[0]
    cells = [
        re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in body.split("<tr")
    ]
    return [
        [re.sub(r"<[^>]+>|\s+", " ", cell).strip() for cell in row]
        for row in cells
        if row
    ]


def kinds(response):
    return sorted({row[0] for row in rows(response)})


@scopes_disabled()
def bad_talk(event, *speakers, **kwargs):
    talk = factories.make_talk(event, *speakers, abstract=BAD, **kwargs)
    with scope(event=event):
        check_subject(event=event, kind="talk", pk=talk.pk)
    return talk


@scopes_disabled()
def findings_of(talk):
    return list(Finding.objects.filter(subject_code=talk.code).order_by("pk"))


@scopes_disabled()
def dismiss_all(talk, by):
    for item in findings_of(talk):
        verdicts.give(
            item=item, by=by, verdict="dismissed", reason="Quoted", revision=0
        )


@pytest.fixture
def bad(event, speaker):
    return bad_talk(event, speaker)


@pytest.fixture
def flag(talk, reviewer):
    with scopes_disabled():
        return raise_flag(
            submission=talk, by=reviewer, reason="sexualised", text="Slide 3"
        )


def test_panel_lists_findings_flags_and_outstanding_acceptances(
    login, event, member, bad, flag, version, speaker
):
    response = login(member).get(panel_url(event))
    assert kinds(response) == ["Acceptance outstanding", "Flag", "Passage"]
    outstanding = [row for row in rows(response) if "outstanding" in row[0]]
    assert [row[3] for row in outstanding] == [speaker.name]


def test_row_shows_the_passage_that_can_be_dismissed_with_it(login, event, member, bad):
    client = login(member)
    shown = rows(client.get(panel_url(event, "?kind=finding")))
    assert sorted(" ".join(row[1].split()) for row in shown) == [
        "Innuendo hot",
        "People shown as sexual objects naked girls",
    ]
    with scopes_disabled():
        Finding.objects.update(passage=f"<b>{'long ' * 50}", level="hint")
    assert rows(client.get(panel_url(event, "?kind=finding"))) == [["Nothing here."]]
    content = client.get(panel_url(event, "?kind=finding&hints=yes")).content.decode()
    assert content.count(f"&lt;b&gt;{'long ' * 23}lo …") == 2
    assert content.count('<span class="badge color-info">hint</span>') == 2


def test_panel_filters_by_kind_state_and_words(login, event, member, bad, flag, talk):
    client = login(member)
    assert kinds(client.get(panel_url(event, "?kind=flag"))) == ["Flag"]
    assert kinds(client.get(panel_url(event, "?kind=finding"))) == ["Passage"]
    assert rows(client.get(panel_url(event, "?verdict=dismissed"))) == [
        ["Nothing here."]
    ]
    by_words = rows(client.get(panel_url(event, f"?q={talk.title}")))
    assert [row[0] for row in by_words] == ["Flag"]


@pytest.mark.parametrize(
    "query",
    (
        "?kind=nosuchkind",
        "?verdict=x",
        "?sort=nosuchcolumn",
        "?page=99999",
        "?page=x",
        "?q=%01%7F%E2%80%AE",
        "?q=%25_%27",
        "?page_size=x",
        "?kind=outstanding&verdict=dismissed",
    ),
)
def test_panel_takes_any_query(login, event, member, flag, query):
    assert login(member).get(panel_url(event, query)).status_code == 200


@pytest.mark.parametrize("query", ("", "?hints=yes"))
def test_panel_asks_the_database_no_more_for_more_rows(
    login, event, member, reviewer, version, query
):
    client, counts = login(member), []
    for number in (1, 2):
        for index in range(number):
            user = factories.make_user(name=f"Speaker {number}.{index}")
            bad_talk(event, user)
            fine = factories.make_talk(event, user)
            with scopes_disabled():
                raise_flag(submission=fine, by=reviewer, reason="sexualised", text="?")
        client.get(panel_url(event, query))
        with CaptureQueriesContext(connection) as queries:
            shown = rows(client.get(panel_url(event, query)))
        said = [row[0] for row in shown]
        assert said.count("Flag") == said.count("Acceptance outstanding")
        assert said.count("Flag") == number * (number + 1) // 2
        assert said.count("Passage") >= said.count("Flag")
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("column", ("kind", "detail", "title", "speaker", "since"))
@pytest.mark.parametrize("sign", ("", "-"))
def test_panel_sorts_by_every_column(
    login, event, member, bad, flag, version, column, sign
):
    response = login(member).get(panel_url(event, f"?sort={sign}{column}"))
    assert response.status_code == 200
    keys = [row[column] for row in response.context["table"].data.data]
    assert keys == sorted(keys, reverse=bool(sign))


def test_number_in_the_navigation_counts_what_waits(
    login, event, member, bad, flag, version
):
    waiting = len(findings_of(bad)) + 1 + 1
    content = login(member).get(panel_url(event)).content.decode()
    badge = re.search(r'class="badge[^"]*">(\d+)<', content)
    assert int(badge.group(1)) == waiting


def test_number_is_gone_when_nothing_waits(login, event, member):
    content = login(member).get(panel_url(event)).content.decode()
    assert not re.search(r'class="badge[^"]*">\d', content)


def record_url(profile):
    return panel_url(profile.event, f"speaker/{profile.code}/")


@pytest.fixture
def profile(event, speaker):
    return factories.profile_of(speaker, event)


def test_record_shows_acceptances_talks_findings_and_flags(
    login, event, member, bad, flag, talk, version, speaker, profile
):
    factories.accept(event, speaker, version, submission=talk)
    content = login(member).get(record_url(profile)).content.decode()
    assert "Accepted version 1 (English)" in content
    assert talk.title in content
    assert bad.title in content
    for finding in findings_of(bad):
        assert f"<mark>{finding.passage}</mark>" in content
    assert "Slide 3" in content
    assert talk.abstract in content


def test_record_says_that_the_version_in_force_is_not_accepted(
    login, event, member, talk, version, profile, speaker
):
    client = login(member)
    said = "Has not yet accepted version 1"
    assert said in client.get(record_url(profile)).content.decode()
    factories.accept(event, speaker, version)
    assert said not in client.get(record_url(profile)).content.decode()


def test_pretalx_speaker_page_leads_members_to_the_record(
    login, event, talk, profile, organiser
):
    content = login(organiser).get(profile.orga_urls.base).content.decode()
    assert record_url(profile) in content


def test_pretalx_speaker_page_shows_no_strip_to_others(
    login, event, talk, profile, organiser, member, flag
):
    """The member fixture chose a team that the organiser is not on."""
    content = login(organiser).get(profile.orga_urls.base).content.decode()
    assert record_url(profile) not in content
    assert "code of conduct record" not in content


def verdict_url(item):
    kind = "flag" if isinstance(item, Flag) else "finding"
    return panel_url(item.event, f"{kind}/{item.code}/")


def reload(item):
    with scopes_disabled():
        return type(item).objects.get(pk=item.pk)


@pytest.fixture(params=("finding", "flag"))
def item(request, bad, flag):
    with scopes_disabled():
        return flag if request.param == "flag" else findings_of(bad)[0]


def test_verdict_is_noted_with_who_when_and_why(login, event, member, item):
    login(member).post(
        verdict_url(item), {"verdict": "concerns", "reason": "See §2", "revision": 0}
    )
    item = reload(item)
    assert (item.verdict, item.verdict_reason) == ("concerns", "See §2")
    assert item.verdict_by == member.code
    assert item.verdict_at is not None


def test_dismissing_takes_it_off_record_and_counts(login, event, member, item, profile):
    client = login(member)
    before = len(rows(client.get(panel_url(event))))
    client.post(
        verdict_url(item), {"verdict": "dismissed", "reason": "Quoted", "revision": 0}
    )
    assert len(rows(client.get(panel_url(event)))) == before - 1
    assert f'id="{item.code}"' not in client.get(record_url(profile)).content.decode()
    dismissed = client.get(panel_url(event, "?verdict=dismissed"))
    assert len(rows(dismissed)) == 1


def test_what_concerns_the_policy_stays_on_the_record(
    login, event, member, item, profile
):
    client = login(member)
    client.post(verdict_url(item), {"verdict": "concerns", "revision": 0})
    assert f'id="{item.code}"' in client.get(record_url(profile)).content.decode()


def test_dismissing_needs_a_reason(login, member, item):
    client = login(member)
    response = client.post(
        verdict_url(item), {"verdict": "dismissed", "revision": 0}, follow=True
    )
    assert "Please say in a few words" in response.content.decode()
    assert reload(item).verdict == ""


@pytest.mark.parametrize(
    "data",
    (
        {},
        {"verdict": "guilty", "revision": 0},
        {"verdict": "concerns"},
        {"verdict": "concerns", "revision": "x"},
        {"verdict": "concerns", "revision": -1},
        {"verdict": "concerns", "revision": 7},
        {"verdict": "dismissed", "revision": 0, "reason": "x" * 2001},
        {"verdict": "dismissed", "revision": 0, "reason": "null \x00"},
        {"action": "undo"},
        {"action": "undo", "revision": 99},
    ),
)
def test_forged_verdict_is_refused_with_a_message(login, member, item, data):
    response = login(member).post(verdict_url(item), data, follow=True)
    assert response.status_code == 200
    assert [message.level_tag for message in response.context["messages"]] == ["danger"]
    assert reload(item).verdict == ""


def test_second_of_two_members_is_told_and_nothing_changes(login, member, item):
    client = login(member)
    client.post(verdict_url(item), {"verdict": "concerns", "revision": 0})
    response = client.post(
        verdict_url(item),
        {"verdict": "dismissed", "reason": "x", "revision": 0},
        follow=True,
    )
    assert "Somebody else has given or taken back" in response.content.decode()
    assert reload(item).verdict == "concerns"


def test_verdict_can_be_taken_back(login, member, item):
    client = login(member)
    client.post(
        verdict_url(item), {"verdict": "dismissed", "reason": "x", "revision": 0}
    )
    client.post(verdict_url(item), {"action": "undo", "revision": 1})
    item = reload(item)
    assert (item.verdict, item.verdict_reason, item.verdict_by) == ("", "", "")


def test_verdict_leads_back_only_within_the_site(login, member, item):
    response = login(member).post(
        verdict_url(item) + "?next=https://example.com/",
        {"verdict": "concerns", "revision": 0},
    )
    assert response.url == verdict_url(item)


def test_verdicts_are_in_the_audit_log_without_their_reasons(login, member, item):
    login(member).post(
        verdict_url(item),
        {"verdict": "dismissed", "reason": "Quoted words", "revision": 0},
    )
    with scopes_disabled():
        entry = AuditEntry.objects.get(event=item.event, action="verdict.given")
    assert (entry.actor_code, entry.subject) == (member.code, item.code)
    assert "Quoted words" not in str(entry.data)


def test_retracted_flag_is_off_panel_and_record(
    login, event, member, flag, reviewer, profile
):
    with scopes_disabled():
        retract(flag=flag, by=reviewer)
    client = login(member)
    assert rows(client.get(panel_url(event))) == [["Nothing here."]]
    assert "Slide 3" not in client.get(record_url(profile)).content.decode()
    assert client.get(verdict_url(flag)).status_code == 404


def test_deleted_talk_keeps_its_finding_on_the_record(
    login, event, member, bad, profile
):
    codes = [finding.code for finding in findings_of(bad)]
    with scopes_disabled():
        bad.delete()
    client = login(member)
    content = client.get(record_url(profile)).content.decode()
    assert f"A talk that was deleted ({bad.code})" in content
    assert all(f'id="{code}"' in content for code in codes)
    assert client.get(panel_url(event, f"finding/{codes[0]}/")).status_code == 200


def test_talk_without_speakers_can_be_looked_at(login, event, member):
    talk = bad_talk(event)
    client = login(member)
    (finding, *_) = findings_of(talk)
    assert verdict_url(finding) in client.get(panel_url(event)).content.decode()
    assert client.get(verdict_url(finding)).status_code == 200


def test_html_and_direction_marks_in_titles_and_names_do_no_harm(
    login, event, member, version
):
    user = factories.make_user(name="<b>Bold</b>\u202e")
    talk = bad_talk(event, user, title="<script>alert(1)</script>\u202e")
    client = login(member)
    profile = factories.profile_of(user, event)
    (finding, *_) = findings_of(talk)
    for url in (panel_url(event), record_url(profile), verdict_url(finding)):
        content = client.get(url).content.decode()
        assert "<script>alert(1)" not in content
        assert "<b>Bold" not in content
        assert '<bdi dir="auto">' in content


def test_invisible_characters_in_a_passage_are_made_visible(
    login, event, member, speaker
):
    text = "We show hot na\u200bked girls on every slide.\u202e"
    with scopes_disabled():
        talk = factories.make_talk(event, speaker, abstract=text)
    with scope(event=event):
        check_subject(event=event, kind="talk", pk=talk.pk)
    content = login(member).get(verdict_url(findings_of(talk)[0])).content.decode()
    main = content.split('class="coc-passage"')[1].split("</blockquote>")[0]
    assert "\u202e" not in main
    assert "\u200b" not in main
    assert "na␣ked" in main


def test_finding_leads_to_what_the_policy_says_of_it(
    client, login, event, member, speaker
):
    text = "# Rules\n\n## Be kind\n\nPlease.\n\n## No sexualised material\n\nNone."
    with scope(event=event):
        factories.publish_policy(event, {"en": text})
    talk = bad_talk(event, speaker)
    page = login(member).get(panel_url(event, f"finding/{findings_of(talk)[0].code}/"))
    link = re.search(r'href="([^"]*)#(part-\d)"', page.content.decode())
    policy = client.get(link[1]).content.decode()
    assert f'id="{link[2]}">No sexualised material<' in policy

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Who is outstanding: the list, its CSV, the tile, the strips, paper, let through."""

import csv
import datetime as dt
import io
import re

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now
from django_scopes import scope, scopes_disabled

from pretalx.common.exceptions import SubmissionError
from pretalx.submission.domain.submission import set_submission_state
from pretalx.submission.models import Submission

from pretalx_coc.domain import asking
from pretalx_coc.domain.acceptances import decline
from pretalx_coc.domain.gate import let_through
from pretalx_coc.enums import AcceptanceWay
from pretalx_coc.interfaces.navigation import dashboard_tiles
from pretalx_coc.models import Acceptance, Ask, AuditEntry, LetThrough
from tests import factories
from tests.integration.test_asking import add_profile_without_account, configure

pytestmark = pytest.mark.django_db


def url(event, page=""):
    return f"/orga/event/{event.slug}/p/coc/acceptance/{page}"


def body(response):
    return response.content.decode()


def rows(response):
    """The table's rows as texts."""
    table = body(response).split("<tbody")[1].split("</tbody>")[0]
    return [
        re.sub(r"<[^>]+>|\s+", " ", f"<tr{row}").strip()
        for row in table.split("<tr")[1:]
        if "<td" in row
    ]


def names(response):
    return sorted(
        name for name in ("Ada", "Grace", "Lin") if name in " ".join(rows(response))
    )


@pytest.fixture
def three(event, version):
    """Ada has declined, Grace was reminded and is confirmed, Lin is neither."""
    with scopes_disabled():
        users = {
            name: factories.make_user(name=f"{name} X")
            for name in ("Ada", "Grace", "Lin")
        }
        talks = {
            name: factories.make_talk(event, user, title=f"On {name}")
            for name, user in users.items()
        }
        talks["Grace"].state = "confirmed"
        talks["Grace"].save()
        decline(event=event, user=users["Ada"], version=version, reason="Too strict")
        Ask.objects.create(
            event=event,
            profile_code=users["Grace"].get_speaker(event).code,
            number=1,
            asked=now() - dt.timedelta(days=9),
            reminders=2,
            last_reminder=now(),
        )
        Ask.objects.create(
            event=event,
            profile_code=users["Ada"].get_speaker(event).code,
            number=1,
            asked=now(),
        )
    return users, talks


def test_list_shows_speakers_with_their_talks_mails_and_reason(
    login, event, organiser, three
):
    found = rows(login(organiser).get(url(event)))

    assert len(found) == 3
    ada = next(row for row in found if "Ada X" in row)
    assert "On Ada" in ada
    assert "submitted" in ada
    assert "Too strict" in ada
    grace = next(row for row in found if "Grace X" in row)
    assert "confirmed" in grace
    assert "reminded 2 times" in grace
    assert "not asked yet" in next(row for row in found if "Lin X" in row)


def test_list_by_talk_shows_state_and_who_is_missing(login, event, organiser, three):
    found = rows(login(organiser).get(url(event, "?by=talk")))

    assert len(found) == 3
    ada = next(row for row in found if "On Ada" in row)
    assert "Ada X" in ada
    assert "Too strict" in ada
    assert "Allow confirming" in ada


def test_whoever_accepted_is_not_on_the_list(login, event, organiser, three, version):
    users, __ = three
    with scopes_disabled():
        factories.accept(event, users["Ada"], version)
    client = login(organiser)

    assert names(client.get(url(event))) == ["Grace", "Lin"]
    assert names(client.get(url(event, "?by=talk"))) == ["Grace", "Lin"]


def test_talk_that_was_confirmed_before_is_listed_and_stays_confirmed(
    login, event, organiser, three
):
    __, talks = three
    response = login(organiser).get(url(event, "?by=talk&state=confirmed"))

    assert names(response) == ["Grace"]
    with scopes_disabled():
        assert Submission.objects.get(pk=talks["Grace"].pk).state == "confirmed"


@pytest.mark.parametrize("by", ("by=speaker", "by=talk"))
@pytest.mark.parametrize(
    ("query", "expected"),
    (
        ("state=confirmed", ["Grace"]),
        ("state=accepted", []),
        ("declined=yes", ["Ada"]),
        ("declined=no", ["Grace", "Lin"]),
        ("reminded=reminded", ["Grace"]),
        ("reminded=not_reminded", ["Ada"]),
        ("reminded=not_asked", ["Lin"]),
        ("q=grace", ["Grace"]),
        ("q=on+lin", ["Lin"]),
        ("q=nobody", []),
        ("declined=yes&state=submitted&q=ada", ["Ada"]),
    ),
)
def test_list_filters_and_searches(login, event, organiser, three, by, query, expected):
    response = login(organiser).get(url(event, f"?{by}&{query}"))

    assert names(response) == expected


@pytest.mark.parametrize("page", ("", "csv/"))
@pytest.mark.parametrize(
    "wrong", ("state=nosuch", "declined=x", "reminded=x", "sort=nosuch", "by=nosuch")
)
def test_what_the_filter_does_not_know_leaves_the_rest_of_it_alone(
    login, event, organiser, three, wrong, page
):
    response = body(login(organiser).get(url(event, f"{page}?{wrong}&q=grace")))

    assert "Grace X" in response
    assert "Lin X" not in response


@pytest.mark.parametrize("by", ("", "talk"))
@pytest.mark.parametrize(
    "query",
    (
        "state=nosuch",
        "declined=x",
        "sort=nosuch",
        "page=99999",
        "page_size=x",
        "q=%01%25_%27%E2%80%AE",
        "sort=-speaker",
        "sort=speaker",
        "sort=-title",
        "sort=state",
    ),
)
def test_list_takes_any_query(login, event, organiser, three, by, query):
    client = login(organiser)

    assert client.get(url(event, f"?by={by}&{query}")).status_code == 200
    assert client.get(url(event, f"csv/?by={by}&{query}")).status_code == 200


def test_list_sorts_by_name(login, event, organiser, three):
    client = login(organiser)
    down = rows(client.get(url(event, "?sort=-speaker")))

    assert [row[:3] for row in down] == ["Lin", "Gra", "Ada"]


def test_speaker_with_an_empty_name_goes_by_that_of_the_account(
    login, event, organiser, three
):
    users, talks = three
    with scopes_disabled():
        profile = users["Lin"].get_speaker(event)
        profile.name = ""
        profile.save()
    client = login(organiser)

    assert names(client.get(url(event))) == ["Ada", "Grace", "Lin"]
    content = body(client.get(talks["Lin"].orga_urls.base))
    assert "Lin X has not accepted" in content


def test_share_accepted_is_a_bar(login, event, organiser, three, version):
    users, __ = three
    with scopes_disabled():
        factories.accept(event, users["Ada"], version)
    content = body(login(organiser).get(url(event)))

    assert "1 of 3 speakers have accepted (33 %)." in content
    assert '<progress id="coc-share" value="1" max="3">' in content


def test_speaker_without_an_account_is_to_be_recorded_on_paper(
    login, event, organiser, talk, version
):
    with scopes_disabled():
        add_profile_without_account(event, talk)
    found = rows(login(organiser).get(url(event, "?q=No+Account")))

    assert "no account: record on paper" in found[0]


def test_list_says_that_there_is_no_version(login, event, organiser, talk):
    content = body(login(organiser).get(url(event)))

    assert "No code of conduct is published yet" in content


def parsed(response):
    return list(csv.reader(io.StringIO(body(response))))


def test_csv_has_what_the_list_has(login, event, organiser, three):
    client = login(organiser)
    by_speaker = parsed(client.get(url(event, "csv/")))
    by_talk = parsed(client.get(url(event, "csv/?by=talk&declined=yes")))

    assert len(by_speaker) == 4
    ada = by_speaker[1]
    assert ada[0] == "Ada X"
    assert ada[7:] == ["Too strict", "On Ada", "submitted"]
    assert [row[0] for row in by_talk[1:]] == ["On Ada"]


@pytest.mark.parametrize("start", ("=", "+", "-", "@"))
def test_csv_holds_no_formula(login, event, organiser, version, start):
    formula = f"{start}HYPERLINK(1)"
    with scopes_disabled():
        user = factories.make_user(name=formula)
        factories.make_talk(event, user, title=formula)
        decline(event=event, user=user, version=version, reason=formula)
    client = login(organiser)
    for page in ("csv/", "csv/?by=talk"):
        cells = [cell for row in parsed(client.get(url(event, page))) for cell in row]
        assert not [cell for cell in cells if cell.startswith(start)]
        assert len([cell for cell in cells if "HYPERLINK" in cell]) == 3


def test_csv_that_is_cut_at_semicolons_holds_no_formula(
    login, event, organiser, version
):
    with scopes_disabled():
        user = factories.make_user(name="Ada;=1+1")
        factories.make_talk(event, user, title='On Ada";=HYPERLINK(1)')
    for page in ("csv/", "csv/?by=talk"):
        content = body(login(organiser).get(url(event, page)))
        lines = csv.reader(io.StringIO(content), delimiter=";")
        assert not [cell for row in lines for cell in row if cell.startswith("=")]


def test_list_shows_what_people_wrote_as_text(login, event, organiser, version):
    with scopes_disabled():
        user = factories.make_user(name="<script>a</script>")
        factories.make_talk(event, user, title="<script>b</script>")
        decline(event=event, user=user, version=version, reason="<script>c</script>")
    for page in ("", "?by=talk"):
        assert (
            "<script>"
            not in "".join(
                body(login(organiser).get(url(event, page))).split("<tbody")[1:]
            ).split("</tbody>")[0]
        )


def test_other_events_speakers_are_not_on_the_list(login, organiser, three):
    other = factories.make_event()
    with scopes_disabled():
        factories.publish_policy(other)
    response = login(factories.make_organiser(other)).get(url(other))

    assert names(response) == []


# Who may


def test_response_team_sees_the_list_and_can_change_nothing(
    login, event, member, three
):
    __, talks = three
    client = login(member)
    content = body(client.get(url(event)))

    assert "Too strict" in content
    assert "Record on paper" not in content
    assert "/remind/" not in content
    assert client.get(url(event, "csv/")).status_code == 200
    assert client.post(url(event, "remind/")).status_code == 404
    talk = url(event, f"talk/{talks['Ada'].code}/")
    assert client.get(talk).status_code == 404
    assert client.post(talk, {"reason": "x"}).status_code == 404


def test_reviewers_and_speakers_do_not_see_the_list(
    client, event, reviewer, three, speaker
):
    users, __ = three
    for user in (reviewer, users["Ada"], factories.make_user()):
        client.force_login(user)
        for page in ("", "csv/"):
            assert client.get(url(event, page)).status_code == 404


def test_blind_member_does_not_see_the_list(login, event, three):
    with scopes_disabled():
        member = factories.make_member(event)
        factories.make_team(event, member, is_reviewer=True)
        event.review_phases.update(can_see_speaker_names=False)
    client = login(member)

    for page in ("", "csv/"):
        response = client.get(url(event, page))
        assert response.status_code == 404
        assert "Ada" not in body(response)


# Remind all


def test_organiser_reminds_everybody(login, event, organiser, three):
    client = login(organiser)
    assert "Remind all 3 speakers" in body(client.get(url(event)))
    response = client.post(url(event, "remind/"), follow=True)

    assert response.status_code == 200
    assert len(mail.outbox) == 1  # Lin: the others got a mail within the hour.
    assert client.get(url(event, "remind/")).status_code == 405


def test_nobody_is_reminded_once_the_event_is_over(login, event, organiser, three):
    with scopes_disabled():
        Ask.objects.update(
            asked=now() - dt.timedelta(days=9),
            last_reminder=now() - dt.timedelta(days=9),
        )
    event.date_from -= dt.timedelta(days=90)
    event.date_to -= dt.timedelta(days=90)
    event.save()
    client = login(organiser)
    assert "nobody is asked or reminded any more" in body(client.get(url(event)))
    client.post(url(event, "remind/"))

    assert mail.outbox == []


# On paper


def paper_url(user, event):
    with scopes_disabled():
        return url(event, f"speaker/{user.get_speaker(event).code}/paper/")


def paper(signed, /, **values):
    with scopes_disabled():
        return {"version": signed.pk, "language": "de", "note": "Folder 3", **values}


def test_acceptance_on_paper_is_recorded_and_told(
    login, event, organiser, three, version, django_capture_on_commit_callbacks
):
    users, __ = three
    client = login(organiser)
    page = paper_url(users["Ada"], event)
    assert client.get(page).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        client.post(page, paper(version))

    with scopes_disabled():
        acceptance = Acceptance.objects.get(user_code=users["Ada"].code)
        entry = AuditEntry.objects.filter(action="acceptance.recorded").last()
    assert acceptance.way == AcceptanceWay.PAPER
    assert acceptance.language == "de"
    assert acceptance.recorded_by == organiser.code
    assert acceptance.note == "Folder 3"
    assert entry.actor_code == organiser.code
    (sent,) = mail.outbox
    assert sent.to == [users["Ada"].email]
    assert "on paper" in sent.body
    assert "Folder 3" not in sent.body


def test_acceptance_on_paper_needs_no_account(login, event, organiser, talk, version):
    with scopes_disabled():
        profile = add_profile_without_account(event, talk)
    client = login(organiser)
    client.post(url(event, f"speaker/{profile.code}/paper/"), paper(version))

    assert rows(client.get(url(event, "?q=No+Account"))) == [
        "Nobody here still has to accept."
    ]
    assert mail.outbox == []


@pytest.mark.parametrize(
    "values",
    ({"note": " "}, {"note": ""}, {"language": "fr"}, {"version": 0}, {"version": "x"}),
)
def test_incomplete_paper_records_nothing(
    login, event, organiser, three, version, values
):
    users, __ = three
    response = login(organiser).post(
        paper_url(users["Ada"], event), paper(version, **values)
    )

    assert response.status_code == 200
    with scopes_disabled():
        assert not Acceptance.objects.exists()


def test_version_of_another_event_cannot_be_recorded(
    login, event, organiser, three, version
):
    users, __ = three
    other = factories.publish_policy(factories.make_event())
    login(organiser).post(paper_url(users["Ada"], event), paper(other))

    with scopes_disabled():
        assert not Acceptance.objects.exists()


def test_paper_twice_is_recorded_once(login, event, organiser, three, version):
    users, __ = three
    client = login(organiser)
    page = paper_url(users["Ada"], event)
    client.post(page, paper(version))
    response = client.post(page, paper(version))

    assert "already accepted" in body(response)
    with scopes_disabled():
        assert Acceptance.objects.count() == 1


def test_nothing_is_recorded_for_an_account_that_is_deactivated(
    login, event, organiser, three, version, django_capture_on_commit_callbacks
):
    users, __ = three
    users["Ada"].is_active = False
    users["Ada"].save()
    with django_capture_on_commit_callbacks(execute=True):
        response = login(organiser).post(paper_url(users["Ada"], event), paper(version))

    assert "deactivated" in body(response)
    assert mail.outbox == []
    with scopes_disabled():
        assert not Acceptance.objects.exists()


def test_paper_page_costs_no_query_for_each_version(login, event, organiser, three):
    users, __ = three
    client = login(organiser)
    counts = set()
    for number in range(2, 5):
        client.get(paper_url(users["Ada"], event))
        with CaptureQueriesContext(connection) as queries:
            client.get(paper_url(users["Ada"], event))
        counts.add(len(queries))
        factories.publish_policy(event, texts={"en": f"# Version {number}"})

    assert len(counts) == 1


def test_nobody_records_their_own_paper(login, event, organiser, version):
    with scopes_disabled():
        factories.make_talk(event, organiser)
    response = login(organiser).post(paper_url(organiser, event), paper(version))

    assert "on your own page" in body(response)
    with scopes_disabled():
        assert not Acceptance.objects.exists()


@pytest.mark.parametrize("page", ("speaker/{}/paper/", "talk/{}/"))
def test_unknown_codes_and_those_of_other_events_are_not_found(
    login, event, organiser, version, page
):
    other = factories.make_event()
    with scopes_disabled():
        user = factories.make_user()
        talk = factories.make_talk(other, user)
        codes = ("XXXXXX", talk.code, user.get_speaker(other).code)
    client = login(organiser)
    for code in codes:
        assert client.get(url(event, page.format(code))).status_code == 404
        answer = client.post(url(event, page.format(code)), {"reason": "x"})
        assert answer.status_code == 404


# Let through


@pytest.fixture
def accepted_talk(event, three):
    __, talks = three
    with scopes_disabled():
        talks["Lin"].state = "accepted"
        talks["Lin"].save()
    return talks["Lin"]


def confirm(talk, by):
    with scope(event=talk.event):
        talk = Submission.objects.get(pk=talk.pk)
        set_submission_state(talk, "confirmed", person=by, orga=True)


def test_allowing_is_not_offered_for_a_talk_that_is_confirmed_already(
    login, event, organiser, three
):
    listed = body(login(organiser).get(url(event, "?by=talk")))
    assert "Allow confirming: On Ada" in listed
    assert "On Grace" in listed
    assert "Allow confirming: On Grace" not in listed


def test_one_talk_is_let_through_with_a_reason_and_listed(
    login, event, organiser, accepted_talk
):
    client = login(organiser)
    page = url(event, f"talk/{accepted_talk.code}/")
    assert "Lin X" in body(client.get(page))
    with pytest.raises(SubmissionError):
        confirm(accepted_talk, organiser)
    client.post(page, {"reason": "Signs on site.\nIngrid knows."})

    listed = body(client.get(url(event))).split('id="coc-let-through"')[1]
    assert "Signs on site.<br>Ingrid knows." in listed
    assert accepted_talk.title in listed
    assert organiser.name in listed
    confirm(accepted_talk, organiser)


def test_second_who_lets_a_talk_through_is_told_that_the_first_reason_stays(
    login, event, organiser, accepted_talk
):
    client = login(organiser)
    page = url(event, f"talk/{accepted_talk.code}/")
    client.post(page, {"reason": "Signs on site"})
    response = client.post(page, {"reason": "Another reason"})

    assert "allowed this talk to be confirmed already" in body(response)
    assert "Signs on site" in body(response)
    with scopes_disabled():
        assert LetThrough.objects.get().reason == "Signs on site"


def test_talk_whose_speakers_have_all_accepted_is_not_let_through(
    login, event, organiser, three, version
):
    users, talks = three
    factories.accept(event, users["Ada"], version)
    page = url(event, f"talk/{talks['Ada'].code}/")
    response = login(organiser).post(page, {"reason": "Signs on site"})

    assert "All speakers of this talk have accepted" in body(response)
    with scopes_disabled():
        assert not LetThrough.objects.exists()


def test_letting_through_is_undone(login, event, organiser, accepted_talk):
    client = login(organiser)
    page = url(event, f"talk/{accepted_talk.code}/")
    client.post(page, {"reason": "Signs on site"})
    client.post(page, {"action": "undo"})

    assert "coc-let-through" not in body(client.get(url(event)))
    with pytest.raises(SubmissionError):
        confirm(accepted_talk, organiser)
    with scopes_disabled():
        actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"talk.let_through", "talk.let_through_undone"} <= actions


@pytest.mark.parametrize("reason", ("", "  ", "x" * 2001))
def test_letting_through_needs_a_reason(login, event, organiser, three, reason):
    __, talks = three
    page = url(event, f"talk/{talks['Ada'].code}/")
    response = login(organiser).post(page, {"reason": reason})

    assert response.status_code == 200
    with scopes_disabled():
        assert not LetThrough.objects.exists()


def test_gate_that_only_warns_lets_every_talk_be_confirmed(
    event, organiser, accepted_talk
):
    configure(event, gate_holds=False)
    confirm(accepted_talk, organiser)

    with scopes_disabled():
        assert Submission.objects.get(pk=accepted_talk.pk).state == "confirmed"


# Menu, tile and strips


def test_menu_leads_to_panel_and_list(login, event, member, organiser, three):
    content = body(login(member).get(url(event)))
    assert f'href="/orga/event/{event.slug}/p/coc/"' in content
    assert f'href="{url(event)}"' in content
    content = body(login(organiser).get(f"/orga/event/{event.slug}/submissions/"))
    assert f'href="/orga/event/{event.slug}/p/coc/"' not in content
    assert f'href="{url(event)}"' in content


def test_tile_counts_the_outstanding(login, event, organiser, three):
    content = body(login(organiser).get(f"/orga/event/{event.slug}/"))
    tile = content.split("speakers have not accepted the code of conduct")[0]

    assert re.findall(r"<h1>(.*?)</h1>", tile)[-1] == "3"


def test_there_is_no_tile_without_a_version(in_event):
    assert dashboard_tiles(in_event) == []


def proposal_pages(event, talk):
    base = f"/orga/event/{event.slug}/submissions/{talk.code}/"
    return base, f"{base}reviews/"


def test_proposal_and_review_say_who_has_not_accepted(
    login, event, organiser, three, version
):
    users, talks = three
    client = login(organiser)
    said = "Ada X has not accepted the code of conduct."
    for page in proposal_pages(event, talks["Ada"]):
        assert said in body(client.get(page))
    with scopes_disabled():
        talks["Ada"].speakers.add(users["Lin"].get_speaker(event))
    for page in proposal_pages(event, talks["Ada"]):
        assert "and one more speaker of this talk" in body(client.get(page))
    with scopes_disabled():
        factories.accept(event, users["Ada"], version)
        factories.accept(event, users["Lin"], version)
    for page in proposal_pages(event, talks["Ada"]):
        assert "has not accepted" not in body(client.get(page))


@pytest.mark.parametrize("sees_names", (True, False))
def test_reviewer_learns_it_only_if_they_may_see_names(
    login, event, reviewer, three, sees_names
):
    __, talks = three
    with scopes_disabled():
        event.review_phases.update(can_see_speaker_names=sees_names)
    __, page = proposal_pages(event, talks["Ada"])
    content = body(login(reviewer).get(page))

    assert ("has not accepted the code of conduct" in content) == sees_names
    assert url(event) not in content


def test_schedule_release_counts_confirmed_talks(login, event, organiser, three):
    page = f"/orga/event/{event.slug}/schedule/release"
    content = body(login(organiser).get(page))

    assert "1 confirmed talk has a speaker who has not accepted" in content
    assert f"{url(event)}?by=talk&amp;state=confirmed" in content


# As many queries for three as for one


def queries(client, page):
    client.get(page)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(page).status_code == 200
    return len(captured)


def test_list_csv_and_strips_cost_as_much_for_three_as_for_one(client):
    counts = []
    for number in (1, 3):
        event = factories.make_event()
        organiser = factories.make_organiser(event)
        version = factories.publish_policy(event)
        with scope(event=event):
            speakers = [factories.make_user() for __ in range(number)]
            for user in speakers:
                talk = factories.make_talk(event, user, *speakers[:1])
                decline(event=event, user=user, version=version, reason="No")
                let_through(submission=talk, by=organiser, reason="x")
            asking.ask_newly_outstanding(event)
        client.force_login(organiser)
        pages = (
            url(event),
            url(event, "?by=talk"),
            url(event, "csv/"),
            url(event, "csv/?by=talk"),
            url(event, f"talk/{talk.code}/"),
            f"/orga/event/{event.slug}/submissions/{talk.code}/",
            f"/orga/event/{event.slug}/schedule/release",
        )
        counts.append([queries(client, page) for page in pages])

    assert counts[0] == counts[1]

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What a team of four and more has besides: mentions, filters that are kept, keys."""

import re
from functools import partial

import pytest
from django.core import mail
from django_scopes import scope, scopes_disabled

from pretalx_coc.domain import case_members, case_mentions, cases
from pretalx_coc.domain.case_steps import CaseState
from pretalx_coc.domain.erasure import forget_user
from pretalx_coc.enums import CaseSubject, EntryKind
from pretalx_coc.models import CaseEntry, SavedFilter
from pretalx_coc.tasks_team import task_case_note
from tests import factories

pytestmark = pytest.mark.django_db

SECRET = "Quillfeather was seen at the bar"
NAMES = ("Ada", "Ben", "Cleo", "Dora", "Emil")


@pytest.fixture
def team(event):
    people = factories.make_members(event, *NAMES)
    with scopes_disabled():
        for person in people:
            # pretalx sends nothing to example.org.
            person.email = f"{person.name.lower()}@pretalx.test"
            person.save()
    return people


@pytest.fixture
def case(event, team):
    ada, ben, cleo, dora, _ = team
    with scope(event=event):
        subject = cases.subject_in_words(CaseSubject.PERSON, "Somebody")
        case = cases.open_case(event=event, by=ada, subject=subject)
        case_members.declare(case=case, by=ben, conflict=False)
        case_members.declare(case=case, by=cleo, conflict=False)
        case_members.declare(case=case, by=dora, conflict=True)
    return case


@pytest.fixture
def on_commit(django_capture_on_commit_callbacks):
    return partial(django_capture_on_commit_callbacks, execute=True)


def queue_url(event, query=""):
    return f"/orga/event/{event.slug}/p/coc/cases/{query}"


def note_url(event, case):
    return f"/orga/event/{event.slug}/p/coc/case/{case.code}/note/"


def chosen(event, user):
    with scopes_disabled():
        mine = SavedFilter.objects.filter(event=event, user_code=user.code)
        return list(mine.values_list("chosen", flat=True))


def test_a_note_sends_word_without_its_text_to_whom_it_is_for(
    login, event, team, case, on_commit
):
    ada, ben, *_ = team
    mail.outbox = []
    with on_commit():
        login(ada).post(note_url(event, case), {"text": SECRET, "tell": [ben.code]})
    assert [sent.to for sent in mail.outbox] == [[ben.email]]
    assert f"{case.code} ({case.code_name}): a note for you" in mail.outbox[0].subject
    assert f"/p/coc/case/{case.code}/" in mail.outbox[0].body
    assert "Quillfeather" not in mail.outbox[0].message().as_string()
    with scopes_disabled():
        entry = CaseEntry.objects.get(kind=EntryKind.NOTE)
    assert (entry.text, entry.data["word_to"]) == (SECRET, [ben.code])
    content = login(ben).get(note_url(event, case)[: -len("note/")]).content.decode()
    assert "word was sent to Ben" in content


def test_a_note_for_nobody_sends_nothing(login, event, team, case, on_commit):
    mail.outbox = []
    with on_commit():
        login(team[0]).post(note_url(event, case), {"text": SECRET})
    assert mail.outbox == []


def test_only_those_who_may_work_on_the_case_can_be_told(login, event, team, case):
    ada, ben, cleo, dora, emil = team
    content = login(ada).get(note_url(event, case)).content.decode()
    offered = re.findall(r'name="tell"[^>]*value="?(\w+)', content)
    assert set(offered) == {ben.code, cleo.code}
    for other in (dora, emil):
        data = {"text": SECRET, "tell": [other.code]}
        assert login(ada).post(note_url(event, case), data).status_code == 200
        with scope(event=event), pytest.raises(cases.CocError):
            cases.add_note(case=case, by=ada, text=SECRET, tell=[other])
    with scopes_disabled():
        assert not CaseEntry.objects.filter(kind=EntryKind.NOTE).exists()


def test_who_stepped_back_before_the_mail_went_gets_none(event, team, case):
    ada, ben, *_ = team
    with scope(event=event):
        cases.add_note(case=case, by=ada, text=SECRET, tell=[ben])
        case_members.step_back(case=case, by=ben)
        entry = CaseEntry.objects.get(kind=EntryKind.NOTE)
    mail.outbox = []
    task_case_note(event_id=event.pk, pk=entry.pk)
    assert mail.outbox == []


def test_a_mail_server_that_is_away_is_tried_again(event, team, case, settings):
    with scope(event=event):
        cases.add_note(case=case, by=team[0], text=SECRET, tell=[team[1]])
        entry = CaseEntry.objects.get(kind=EntryKind.NOTE)
        settings.EMAIL_BACKEND = "tests.nowhere.Backend"
        with pytest.raises(ConnectionError):
            case_mentions.send_now(event, entry.pk)
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        mail.outbox = []
        case_mentions.send_now(event, entry.pk)
    assert [sent.to for sent in mail.outbox] == [[team[1].email]]


def test_a_filter_is_kept_found_and_let_go(login, event, team, case):
    ada = team[0]
    client = login(ada)
    url = queue_url(event, "filter/")
    response = client.post(url, {"chosen": "severity=3&category=other&q=Quillfeather"})
    assert response.url == queue_url(event, "?severity=3&category=other")
    # What somebody searched for can be a name: it is not kept.
    assert chosen(event, ada) == ["severity=3&category=other"]
    content = client.get(queue_url(event)).content.decode()
    assert "?severity=3&amp;category=other" in content
    with scopes_disabled():
        pk = SavedFilter.objects.get().pk
    client.post(url, {"let_go": pk})
    assert chosen(event, ada) == []


def test_the_same_filter_is_kept_once_and_no_more_than_a_dozen(login, event, team):
    client = login(team[0])
    url = queue_url(event, "filter/")
    for _ in range(2):
        client.post(url, {"chosen": "state=in_work"})
    assert chosen(event, team[0]) == ["state=in_work"]
    choices = [f"state={state}&severity={n}" for state in CaseState for n in (1, 2)]
    for one in choices:
        client.post(url, {"chosen": one})
    assert len(choices) > 12
    assert len(chosen(event, team[0])) == 12


@pytest.mark.parametrize(
    "sent", ("", "q=Somebody", "severity=99", "state=nonsense", "assignee=NOBODY1")
)
def test_what_is_no_filter_is_not_kept(login, event, team, sent):
    response = login(team[0]).post(queue_url(event, "filter/"), {"chosen": sent})
    assert response.url == queue_url(event)
    assert chosen(event, team[0]) == []


def test_filters_are_nobody_else_s_and_go_with_the_account(login, event, team):
    ada, ben, *_ = team
    login(ada).post(queue_url(event, "filter/"), {"chosen": "severity=3"})
    with scopes_disabled():
        pk = SavedFilter.objects.get().pk
    ben_s = login(ben)
    assert "?severity=3" not in ben_s.get(queue_url(event)).content.decode()
    for number in (pk, "9" * 5_000, "²", "x"):
        answer = ben_s.post(queue_url(event, "filter/"), {"let_go": number})
        assert answer.url == queue_url(event)
    assert chosen(event, ada) == ["severity=3"]
    forget_user(ada)
    assert chosen(event, ada) == []


def test_keys_are_written_down_where_they_work(login, event, team, case):
    client = login(team[0])
    content = client.get(f"/orga/event/{event.slug}/p/coc/case/{case.code}/")
    keys = re.findall(r"accesskey=\"?(\w)", content.content.decode())
    said = re.findall(r"<kbd>(\w)</kbd>", content.content.decode())
    assert sorted(keys) == sorted(one.lower() for one in said) == ["c", "n", "q"]
    content = client.get(queue_url(event)).content.decode()
    assert re.findall(r"accesskey=\"?(\w)", content) == ["s"]
    assert re.findall(r"<kbd>(\w)</kbd>", content) == ["S"]


def test_a_team_of_three_sees_nothing_of_all_this(login, event):
    three = factories.make_members(event, *NAMES[:3])
    with scope(event=event):
        subject = cases.subject_in_words(CaseSubject.PERSON, "Somebody")
        case = cases.open_case(event=event, by=three[0], subject=subject)
        case_members.declare(case=case, by=three[1], conflict=False)
    client = login(three[0])
    for url in (
        queue_url(event, "?state=in_work"),
        note_url(event, case),
        note_url(event, case)[: -len("note/")],
    ):
        content = client.get(url).content.decode()
        for sign in ("accesskey", "<kbd>", 'name="tell"', "Keep this filter"):
            assert sign not in content, (url, sign)

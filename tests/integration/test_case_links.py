# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Two cases that were linked by mistake: the link is undone, and that stays known."""

import pytest
from django.utils.timezone import now
from django_scopes import scope

from pretalx_coc.domain import audit, case_links, case_merging, cases
from pretalx_coc.domain.case_erasure import erase_case
from pretalx_coc.domain.case_log import chain_of
from pretalx_coc.domain.queries.case_page import read_case
from pretalx_coc.domain.queries.proposals import CASE, proposals
from pretalx_coc.enums import CaseSubject, EntryKind, Standing
from pretalx_coc.models import Case, CaseEntry, CaseLink, CaseMember
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_event")]

WRONG = "Another red hat"


@pytest.fixture
def team(event):
    return factories.make_members(event, "Mona Member", "Carl Colleague")


@pytest.fixture
def pair(event, team):
    """Two cases that the first member has linked; the second one sees but one."""
    subject = cases.subject_in_words(CaseSubject.PERSON, "Red hat")
    pair = [
        cases.open_case(event=event, by=team[0], subject=subject) for __ in range(2)
    ]
    CaseMember.objects.filter(user_code=team[1].code).update(standing=Standing.CLEAR)
    stand(pair[1], team[1], Standing.CONFLICT)
    case_links.link(case=pair[0], other=pair[1], by=team[0], reason="Retaliation")
    return pair


def stand(case, user, standing):
    CaseMember.objects.filter(case=case, user_code=user.code).update(standing=standing)


def url_of(case, *rest):
    path = "/".join((case.code, *rest, ""))
    return f"/orga/event/{case.event.slug}/p/coc/case/{path}"


def unlink(client, case, other, text=WRONG, **data):
    case.refresh_from_db()
    data = {"other": other.code, "text": text, "revision": case.revision, **data}
    return client.post(url_of(case, "unlink"), data)


def lines(case, user):
    """What is on the timeline of links, as far as somebody sees it."""
    page = read_case(case=Case.objects.get(pk=case.pk), user=user)
    return [
        (line.entry.kind, line.other, line.entry.text)
        for line in page.timeline
        if line.entry.kind in (EntryKind.LINKED, EntryKind.UNLINKED)
    ]


def test_a_link_is_undone_on_both_with_a_reason(login, event, pair, team):
    client = login(team[0])
    page = client.get(f"{url_of(pair[0], 'unlink')}?other={pair[1].code}")
    assert pair[1].code in page.content.decode()
    assert unlink(client, *pair).url == url_of(pair[0])
    for case, other in (pair, pair[::-1]):
        assert read_case(case=case, user=team[0]).links == []
        assert lines(case, team[0]) == [
            (EntryKind.LINKED, other.code, ""),
            (EntryKind.UNLINKED, other.code, WRONG),
        ]
        assert audit.first_broken_link(event, chain_of(case)) is None
        logged = audit.AuditEntry.objects.filter(chain=chain_of(case)).last()
        assert (logged.actor_code, logged.data["kind"]) == (team[0].code, "unlinked")
    assert WRONG in client.get(url_of(pair[0])).content.decode()


@pytest.mark.parametrize("text", ("", "x" * 301))
def test_without_a_reason_it_stays(login, pair, team, text):
    response = unlink(login(team[0]), *pair, text=text)
    assert response.context["form"].errors["text"]
    assert not CaseLink.objects.exclude(undone=None).exists()


def test_a_form_of_an_older_revision_shows_what_changed(login, pair, team):
    old = Case.objects.get(pk=pair[0].pk).revision
    cases.add_note(case=pair[0], by=team[1], text="They are siblings.")
    response = unlink(login(team[0]), *pair, revision=old)
    page = response.content.decode()
    assert ("They are siblings." in page, WRONG in page) == (True, True)
    assert not CaseLink.objects.exclude(undone=None).exists()


def test_who_sees_only_one_of_them_sees_nothing_of_it(login, pair, team):
    before = read_case(case=Case.objects.get(pk=pair[0].pk), user=team[1])
    unlink(login(team[0]), *pair)
    assert len(lines(pair[0], team[0])) == 2
    after = read_case(case=Case.objects.get(pk=pair[0].pk), user=team[1])
    assert (before.links, after.links) == ([], [])
    assert [line.entry for line in after.timeline] == [
        line.entry for line in before.timeline
    ]
    assert (after.case.revision, after.case.changed) == (
        before.case.revision,
        before.case.changed,
    )
    log = audit.AuditEntry.objects.filter(chain=chain_of(pair[0]))
    texts = audit.AuditText.objects.filter(chain=chain_of(pair[0]))
    written = repr([*log.values(), *texts.values()])
    assert [word for word in (pair[1].code, WRONG) if word in written] == []


def test_nobody_undoes_a_link_with_what_they_must_not_know_of(login, pair, team):
    page = login(team[1]).get(url_of(pair[0], "unlink")).content.decode()
    assert pair[1].code not in page
    response = unlink(login(team[1]), *pair)
    assert response.context["form"].errors["other"]
    assert not CaseLink.objects.exclude(undone=None).exists()


def test_it_is_undone_once_and_can_be_linked_again(login, pair, team):
    client = login(team[0])
    unlink(client, *pair)
    assert unlink(client, *pair).context["form"].errors
    case_links.link(case=pair[0], other=pair[1], by=team[0], reason="After all")
    assert lines(pair[0], team[0]) == [
        (EntryKind.LINKED, pair[1].code, ""),
        (EntryKind.UNLINKED, pair[1].code, ""),
        (EntryKind.LINKED, pair[1].code, ""),
    ]
    (link,) = read_case(case=pair[0], user=team[0]).links
    assert (link.other, link.reason) == (pair[1], "After all")


def test_what_was_undone_is_not_proposed_again(login, event, team, speaker):
    factories.make_talk(event, speaker)
    subject = cases.subject_of_profile(speaker.get_speaker(event))
    one, two = (
        cases.open_case(event=event, by=team[0], subject=subject) for __ in range(2)
    )

    def proposed():
        found = proposals(case=one, user=team[0])
        return [each.ref for each in found if each.kind == CASE]

    assert proposed() == [two.code]
    case_links.link(case=one, other=two, by=team[0])
    unlink(login(team[0]), one, two)
    assert proposed() == []


@pytest.mark.parametrize("undone", (True, False))
def test_of_cases_that_are_merged_what_one_is_linked_with_stays_linked(
    login, event, pair, team, undone
):
    subject = cases.subject_in_words(CaseSubject.PERSON, "Red hat")
    third = cases.open_case(event=event, by=team[0], subject=subject)
    case_links.link(case=third, other=pair[1], by=team[0], reason="Retaliation")
    unlink(login(team[0]), pair[0], pair[1])
    if undone:
        unlink(login(team[0]), third, pair[1])
    third.refresh_from_db()
    case_merging.merge(case=third, into=pair[0], by=team[0], revision=third.revision)
    expected = [] if undone else [pair[1]]
    page = read_case(case=Case.objects.get(pk=pair[0].pk), user=team[0])
    assert [link.other for link in page.links] == expected


def test_the_reason_goes_when_the_time_of_a_case_is_over(login, event, pair, team):
    unlink(login(team[0]), *pair)
    assert set(CaseLink.objects.values_list("undone_because", flat=True)) == {WRONG}
    with scope(event=event):
        erase_case(Case.objects.get(pk=pair[0].pk), at=now())
    assert set(CaseLink.objects.values_list("undone_because", flat=True)) == {""}
    assert WRONG not in repr(list(CaseEntry.objects.values()))

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Who reviews without seeing names, and asks for one, reviews that talk no more."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_scopes import scope, scopes_disabled

from pretalx.event.domain.plugins import disable_plugin
from pretalx.person.models.auth_token import ENDPOINTS, PERMISSION_CHOICES, UserApiToken
from pretalx.submission.domain.review import (
    create_or_update_review,
    recalculate_event_scores,
)
from pretalx.submission.models import Review, ReviewScore

from pretalx_coc.domain import case_items, case_members, case_merging, cases
from pretalx_coc.domain.flags import raise_flag
from pretalx_coc.enums import FlagReason, ItemRef
from pretalx_coc.models import CaseMember
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_event")]

BEFORE, LATER = "A good talk.", "A better talk."


@pytest.fixture
def both(event):
    """A member who reviews without seeing names, and one who sees them."""
    both = factories.make_members(event, "Blind", "Member")
    factories.make_team(event, both[0], is_reviewer=True, name="Reviewers")
    event.review_phases.update(can_see_speaker_names=False)
    return both


@pytest.fixture
def blind(both):
    return both[0]


@pytest.fixture
def case(event, both, talk):
    return open_case(event, both, talk)


def open_case(event, both, talk):
    """A case about the talk's speaker, with the talk, which both may open."""
    blind, member = both
    subject = cases.subject_of_profile(talk.speakers.get())
    case = cases.open_case(event=event, by=member, subject=subject)
    case_items.attach(case=case, by=member, kind=ItemRef.TALK, ref=talk.code)
    case_members.declare(case=case, by=blind, conflict=False)
    return case


def ask(login, case, user):
    url = f"/orga/event/{case.event.slug}/p/coc/case/{case.code}/name/"
    assert login(user).post(url).status_code == 302
    return CaseMember.objects.get(case=case, user_code=user.code)


def page_of(talk):
    return f"/orga/event/{talk.event.slug}/submissions/{talk.code}/reviews/"


def review_on_page(client, talk, user, text):
    client.post(page_of(talk), {"text": text, "review_submit": "save"})
    return text_of(talk, user)


def review_together(client, talk, user, text):
    data = {"_submission": talk.code, f"{talk.code}-text": text}
    client.post(f"/orga/event/{talk.event.slug}/reviews/bulk/", data)
    return text_of(talk, user)


def review_through_the_api(client, talk, user, text):
    # A token is of use to reviewers only while they see names.
    talk.event.review_phases.update(can_see_speaker_names=True)
    token, __ = UserApiToken.objects.get_or_create(
        name="All of it",
        user=user,
        endpoints={name: [one for one, __ in PERMISSION_CHOICES] for name in ENDPOINTS},
    )
    token.limit_events.add(talk.event)
    url = f"/api/events/{talk.event.slug}/reviews/"
    options = {
        "content_type": "application/json",
        "headers": {"Authorization": f"Token {token.token}", "Pretalx-Version": "v1"},
    }
    there = Review.objects.filter(submission=talk, user=user).first()
    if there:
        client.patch(f"{url}{there.pk}/", {"text": text}, **options)
    else:
        score = ReviewScore.objects.filter(category__event=talk.event).first()
        data = {"submission": talk.code, "text": text, "scores": [score.pk]}
        response = client.post(url, data, **options)
        assert response.status_code == 201 or response.json() == {
            "detail": "You do not have permission to perform this action."
        }
    talk.event.review_phases.update(can_see_speaker_names=False)
    return text_of(talk, user)


DOORS = (review_on_page, review_together, review_through_the_api)


def text_of(talk, user):
    there = Review.objects.filter(submission=talk, user=user)
    return there.values_list("text", flat=True).first()


@pytest.mark.parametrize("review", DOORS)
def test_asking_for_the_name_ends_a_review_at_every_door(
    login, event, case, blind, talk, reviewer, review
):
    other_talk = factories.make_talk(event, factories.make_user())
    for each in (talk, other_talk):
        assert review(login(blind), each, blind, BEFORE) == BEFORE
        assert review(login(reviewer), each, reviewer, BEFORE) == BEFORE
    assert ask(login, case, blind).named
    assert review(login(blind), talk, blind, LATER) == BEFORE
    assert review(login(blind), other_talk, blind, LATER) == LATER
    for each in (talk, other_talk):
        assert review(login(reviewer), each, reviewer, LATER) == LATER


@pytest.mark.parametrize("review", DOORS)
def test_no_review_is_begun_after_the_name(login, case, blind, talk, reviewer, review):
    ask(login, case, blind)
    assert review(login(blind), talk, blind, LATER) is None
    assert not Review.objects.filter(user=blind).exists()
    assert review(login(reviewer), talk, reviewer, LATER) == LATER


def test_scores_change_no_more_either(login, event, case, blind, talk, reviewer):
    low, high = ReviewScore.objects.filter(category__event=event).order_by("value")[:2]
    url = f"/orga/event/{event.slug}/reviews/bulk/"

    def score(user, value):
        field = f"{talk.code}-score_{value.category_id}"
        data = {"_submission": talk.code, f"{talk.code}-text": "", field: value.pk}
        login(user).post(url, data)
        there = Review.objects.filter(submission=talk, user=user).first()
        return there and list(there.scores.all())

    assert score(blind, low) == [low]
    ask(login, case, blind)
    assert score(blind, high) == [low]
    assert score(reviewer, high) == [high]


def test_the_page_says_no_more_than_that_it_is_to_be_read(
    login, event, case, blind, talk
):
    review_on_page(login(blind), talk, blind, BEFORE)
    submits = 'name="review_submit"'
    assert submits in login(blind).get(page_of(talk)).content.decode()
    ask(login, case, blind)
    page = login(blind).get(page_of(talk)).content.decode()
    assert (BEFORE in page, submits in page) == (True, False)
    assert case.code not in page
    assert case.code_name not in page
    assert talk.speakers.get().name not in page


def test_a_review_that_is_over_stays_where_it_is(login, case, blind, talk, reviewer):
    for user in (blind, reviewer):
        review_on_page(login(user), talk, user, BEFORE)
    ask(login, case, blind)
    for user, stays in ((blind, True), (reviewer, False)):
        review = Review.objects.get(submission=talk, user=user)
        login(user).post(f"{page_of(talk)}{review.pk}/delete")
        assert Review.objects.filter(pk=review.pk).exists() == stays


def test_to_abstain_is_possible_still(login, case, blind, talk):
    ask(login, case, blind)
    login(blind).post(page_of(talk), {"review_submit": "abstain"})
    review = Review.objects.get(submission=talk, user=blind)
    assert (review.text, review.score) == (None, None)


def test_organisers_may_go_on_counting_a_review_that_is_over(
    login, event, case, blind, talk
):
    score = ReviewScore.objects.filter(category__event=event, value__gt=0).first()
    review = create_or_update_review(
        submission=talk, user=blind, text=BEFORE, scores=[score]
    )
    ask(login, case, blind)
    event.score_categories.update(weight=3)
    recalculate_event_scores(event)
    review.refresh_from_db()
    assert review.score == score.value * 3


def test_other_talks_of_the_same_speaker_are_not_given_away(
    login, event, case, blind, talk, speaker
):
    second = factories.make_talk(event, speaker)
    ask(login, case, blind)
    assert review_on_page(login(blind), second, blind, BEFORE) == BEFORE


def test_the_talk_of_a_flag_on_the_case_counts_as_well(
    login, event, case, both, blind, reviewer
):
    flagged = factories.make_talk(event, factories.make_user())
    flag = raise_flag(submission=flagged, by=reviewer, reason=FlagReason.OTHER)
    case_items.attach(case=case, by=both[1], kind=ItemRef.FLAG, ref=flag.code)
    ask(login, case, blind)
    assert review_on_page(login(blind), flagged, blind, BEFORE) is None


def test_it_stays_over_when_the_talk_is_taken_off(login, case, both, blind, talk):
    ask(login, case, blind)
    case_items.detach(case=case, by=both[1], kind=ItemRef.TALK, ref=talk.code)
    assert review_on_page(login(blind), talk, blind, BEFORE) is None


@pytest.mark.parametrize("asked", (0, 1))
@pytest.mark.parametrize("knows_other", (True, False))
def test_it_stays_over_when_cases_are_merged(
    login, event, case, both, blind, talk, speaker, asked, knows_other
):
    second = factories.make_talk(event, speaker)
    pair = [case, open_case(event, both, second)]
    ask(login, pair[asked], blind)
    if not knows_other:
        CaseMember.objects.filter(case=pair[1 - asked], user_code=blind.code).delete()
    pair[0].refresh_from_db()
    case_merging.merge(
        case=pair[0], into=pair[1], by=both[1], revision=pair[0].revision
    )
    named = (talk, second)[asked]
    assert review_on_page(login(blind), named, blind, BEFORE) is None


def test_where_the_plugin_is_switched_off_it_ends_nothing(
    login, event, case, blind, talk
):
    ask(login, case, blind)
    disable_plugin(event, "pretalx_coc")
    event.save()
    assert review_on_page(login(blind), talk, blind, BEFORE) == BEFORE


@pytest.mark.parametrize("named", (True, False))
def test_the_page_of_a_review_makes_at_most_one_query_more(
    login, event, case, blind, talk, named
):
    if named:
        ask(login, case, blind)
    counts = []
    for plugin in (True, False):
        if not plugin:
            with scopes_disabled():
                disable_plugin(event, "pretalx_coc")
                event.save()
        client = login(blind)
        client.get(page_of(talk))
        with scope(event=event), CaptureQueriesContext(connection) as captured:
            assert client.get(page_of(talk)).status_code == 200
        counts.append(len(captured))
    # To be read only, the page asks for less.
    assert counts[0] - counts[1] <= 1

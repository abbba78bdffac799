# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Flagging a talk, and what the flagger sees of it."""

import pytest
from django_scopes import scopes_disabled

from pretalx.submission.models import Review

from pretalx_coc.domain import verdicts
from pretalx_coc.domain.flags import raise_flag
from pretalx_coc.models import AuditEntry, Flag
from tests import factories

pytestmark = pytest.mark.django_db


def flag_url(talk):
    return f"/orga/event/{talk.event.slug}/p/coc/talk/{talk.code}/flag/"


def retract_url(flag):
    return (
        f"/orga/event/{flag.event.slug}/p/coc/talk/{flag.subject_code}"
        f"/flag/{flag.code}/retract/"
    )


@scopes_disabled()
def flags(event):
    return list(Flag.objects.filter(event=event).order_by("pk"))


@pytest.fixture
def flag(talk, reviewer):
    with scopes_disabled():
        return raise_flag(
            submission=talk, by=reviewer, reason="sexualised", text="Slide 3"
        )


@scopes_disabled()
def dismiss(flag, by, reason="A quotation"):
    return verdicts.give(
        item=flag, by=by, verdict="dismissed", reason=reason, revision=flag.revision
    )


def test_reviewer_raises_a_flag(login, talk, reviewer, event):
    response = login(reviewer).post(
        flag_url(talk), {"reason": "sexualised", "text": "Slide 3"}
    )
    assert response.url == flag_url(talk)
    (flag,) = flags(event)
    assert (flag.reason, flag.text, flag.state) == ("sexualised", "Slide 3", "open")
    assert (flag.raised_by, flag.subject_code) == (reviewer.code, talk.code)


def test_organiser_raises_a_flag(login, talk, organiser, event):
    login(organiser).post(flag_url(talk), {"reason": "other"})
    assert [flag.raised_by for flag in flags(event)] == [organiser.code]


def test_what_is_flagged_is_copied_as_it_was(talk, flag, event):
    abstract = talk.abstract
    with scopes_disabled():
        talk.abstract = "Something harmless"
        talk.save()
        talk.delete()
    (stored,) = flags(event)
    assert stored.snapshot == {"title": talk.title, "abstract": abstract}


def test_flag_touches_neither_review_nor_score(login, talk, reviewer, event):
    login(reviewer).post(flag_url(talk), {"reason": "other", "text": "x"})
    with scopes_disabled():
        assert not Review.objects.filter(submission=talk).exists()


def test_reason_is_required(login, talk, reviewer, event):
    response = login(reviewer).post(flag_url(talk), {"text": "Slide 3"})
    assert response.context["form"].errors["reason"] == [
        "Please choose what it is about."
    ]
    assert "Slide 3" in response.content.decode()
    assert flags(event) == []


def test_sent_twice_is_one_flag(login, talk, reviewer, event):
    client = login(reviewer)
    for __ in range(2):
        client.post(flag_url(talk), {"reason": "other", "text": "x"})
    assert len(flags(event)) == 1


def test_flagger_sees_that_it_was_looked_at_and_no_outcome(
    login, talk, reviewer, flag, member
):
    client = login(reviewer)
    assert "waiting to be looked at" in client.get(flag_url(talk)).content.decode()
    dismiss(flag, member)
    content = client.get(flag_url(talk)).content.decode()
    assert "looked at" in content
    assert "Dismissed" not in content
    assert "A quotation" not in content


@pytest.mark.parametrize("verdict", ("concerns", "dismissed"))
def test_flagger_sees_the_same_page_whatever_the_outcome(
    login, talk, reviewer, member, verdict
):
    with scopes_disabled():
        flag = raise_flag(submission=talk, by=reviewer, reason="other")
        verdicts.give(
            item=flag, by=member, verdict=verdict, reason="Because", revision=0
        )
    content = login(reviewer).get(flag_url(talk)).content.decode()
    (state,) = [
        entry for entry in ("looked at", "retracted") if f"· {entry}" in content
    ]
    assert state == "looked at"
    assert "Because" not in content


def test_flagger_retracts_an_open_flag(login, reviewer, flag, event):
    response = login(reviewer).post(retract_url(flag))
    assert response.status_code == 302
    assert [entry.state for entry in flags(event)] == ["retracted"]


def test_flag_that_was_looked_at_stays(login, reviewer, flag, member, event):
    dismiss(flag, member)
    login(reviewer).post(retract_url(flag))
    assert [entry.state for entry in flags(event)] == ["looked_at"]


def test_nobody_retracts_somebody_elses_flag(login, flag, organiser, event):
    assert login(organiser).post(retract_url(flag)).status_code == 404
    assert [entry.state for entry in flags(event)] == ["open"]


def test_reviewer_sees_own_flags_only(login, talk, flag, event):
    other = factories.make_reviewer(event)
    content = login(other).get(flag_url(talk)).content.decode()
    assert "Slide 3" not in content
    assert "Your flags on this talk" not in content


def test_speaker_cannot_flag_their_own_talk(login, talk, speaker, event):
    factories.make_team(event, speaker, is_reviewer=True)
    assert login(speaker).get(flag_url(talk)).status_code == 404
    assert login(speaker).post(flag_url(talk), {"reason": "other"}).status_code == 404
    assert flags(event) == []


def test_reviewer_of_another_track_cannot_flag(login, talk, event):
    with scopes_disabled():
        track = event.tracks.create(name="Other", color="#000000")
        reviewer = factories.make_user()
        team = factories.make_team(event, reviewer, is_reviewer=True)
        team.limit_tracks.add(track)
    assert login(reviewer).get(flag_url(talk)).status_code == 404


def test_another_events_talk_cannot_be_flagged(login, talk, reviewer):
    other = factories.make_event()
    organiser = factories.make_organiser(other)
    url = f"/orga/event/{other.slug}/p/coc/talk/{talk.code}/flag/"
    assert login(organiser).get(url).status_code == 404
    assert login(organiser).get(flag_url(talk)).status_code == 404


def test_draft_cannot_be_flagged(login, event, speaker, organiser):
    draft = factories.make_talk(event, speaker, state="draft")
    assert login(organiser).get(flag_url(draft)).status_code == 404


@pytest.mark.parametrize("url", ("ZZZZZZ", "%00", "..", "é", "x" * 300))
def test_unknown_talk_is_not_found(login, organiser, event, url):
    response = login(organiser).get(f"/orga/event/{event.slug}/p/coc/talk/{url}/flag/")
    assert response.status_code in (400, 404)


@pytest.mark.parametrize(
    "data",
    (
        {"reason": "nosuchreason"},
        {"reason": "other", "text": "x" * 5001},
        {"reason": "other", "text": "null \x00"},
        {},
    ),
)
def test_forged_flag_is_refused_with_a_message(login, talk, reviewer, event, data):
    response = login(reviewer).post(flag_url(talk), data)
    assert response.status_code == 200
    assert response.context["form"].errors
    assert flags(event) == []


def test_html_and_invisible_characters_are_shown_harmlessly(
    login, talk, reviewer, event
):
    client = login(reviewer)
    text = "<script>alert(1)</script> \u202e\u200b\u0007 end"
    client.post(flag_url(talk), {"reason": "other", "text": text})
    content = client.get(flag_url(talk)).content.decode()
    assert "<script>alert(1)" not in content
    assert "&lt;script&gt;alert(1)" in content


def test_review_page_and_proposal_page_lead_to_the_form(login, talk, reviewer):
    client = login(reviewer)
    for page in (talk.orga_urls.reviews, talk.orga_urls.base):
        assert flag_url(talk) in client.get(page).content.decode()


def test_own_talk_shows_no_way_to_flag(login, talk, speaker, event):
    factories.make_team(event, speaker, is_reviewer=True)
    content = login(speaker).get(talk.orga_urls.reviews).content.decode()
    assert flag_url(talk) not in content


def test_fragment_for_the_review_page_holds_the_form_alone(login, talk, reviewer):
    client = login(reviewer)
    fragment = client.get(flag_url(talk), headers={"HX-Request": "true"})
    content = fragment.content.decode()
    assert "<html" not in content
    assert 'name="reason"' in content
    sent = client.post(
        flag_url(talk), {"reason": "other"}, headers={"HX-Request": "true"}
    ).content.decode()
    assert "Thank you. The response team will look." in sent
    assert 'name="reason"' not in sent


def test_anonymous_phase_shows_no_name_and_the_anonymised_title(
    login, talk, reviewer, event, speaker
):
    with scopes_disabled():
        event.review_phases.update(can_see_speaker_names=False)
        talk.anonymised = {"_anonymised": True, "title": "A talk"}
        talk.save()
    client = login(reviewer)
    content = client.get(flag_url(talk)).content.decode()
    assert speaker.name not in content
    assert talk.title not in content
    assert "A talk" in content


def test_flag_is_in_the_audit_log_without_its_words(flag, event, reviewer):
    with scopes_disabled():
        entry = AuditEntry.objects.get(event=event, action="flag.raised")
    assert entry.actor_code == reviewer.code
    assert "Slide 3" not in str(entry.data)


def test_flag_of_ten_megabytes_is_refused_without_an_error(
    login, talk, reviewer, event
):
    data = {"reason": "other", "text": "x" * 10_000_000}
    assert login(reviewer).post(flag_url(talk), data).status_code == 400
    assert flags(event) == []

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Words and phrases of an event's own."""

import html

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_scopes import scope, scopes_disabled

from pretalx_coc.detection.learnt import NUMBER
from pretalx_coc.domain import audit, phrase_trials, verdicts
from pretalx_coc.domain.checks import check_subject
from pretalx_coc.domain.detectors import Detectors
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.phrase_changes import add_phrase, remove_phrase
from pretalx_coc.domain.queries.unchecked import stale_subjects
from pretalx_coc.models import AuditEntry, Check, CocSettings, Finding, Phrase
from tests import factories, materials

pytestmark = pytest.mark.django_db

OWN = "Afterwards there is a beach party for everybody."
BAD = "Before the demo we show naked girls on the slides."
#: No word of it is bad by itself.
TOGETHER = (
    "The VIP package includes a driver, a dinner and a companion who stays until "
    "breakfast."
)


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """Run what waits for the commit, as a real transaction would."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@scopes_disabled()
def checked_talk(event, *speakers, **fields):
    talk = factories.make_talk(event, *speakers, **fields)
    with scope(event=event):
        check_subject(event=event, kind="talk", pk=talk.pk)
    return talk


@scopes_disabled()
def waiting(event, **kwargs):
    findings = Finding.objects.filter(
        event=event, verdict="", check_run__is_current=True, **kwargs
    )
    return sorted(findings.values_list("subject_code", "passage"))


@scopes_disabled()
def finding_of(talk, passage="naked girls"):
    return Finding.objects.get(subject_code=talk.code, passage=passage)


@scopes_disabled()
def add(event, kind, text, by=None, category="innuendo", **kwargs):
    by = by or factories.make_user()
    return add_phrase(
        event=event, by=by, kind=kind, text=text, category=category, **kwargs
    )


@scopes_disabled()
def stale(event):
    with scope(event=event):
        return len(list(stale_subjects(event)))


@scopes_disabled()
def texts(event, kind):
    phrases = Phrase.objects.filter(event=event, kind=kind)
    return list(phrases.values_list("text", flat=True))


def words_url(event):
    return f"/orga/event/{event.slug}/settings/p/coc/words/"


def finding_url(finding):
    return f"/orga/event/{finding.event.slug}/p/coc/finding/{finding.code}/"


def dismissal(**more):
    return {"verdict": "dismissed", "reason": "Quoted", "revision": 0, **more}


# Dismissing, and never again


def test_dismissing_offers_the_phrase_and_takes_it_off_all_that_waits(
    login, event, member, speaker
):
    one = checked_talk(event, speaker, abstract=BAD)
    other = checked_talk(event, abstract=BAD, notes="And a penis pic.")
    before = waiting(event, subject_code=other.code)
    client = login(member)
    url = finding_url(finding_of(one))
    content = client.get(url).content.decode()
    assert "Never point at “naked girls” in this event again" in content
    client.post(url, dismissal(allow_phrase="on"))
    assert waiting(event, subject_code=one.code) == []
    assert waiting(event, subject_code=other.code) == [
        row for row in before if row[1] != "naked girls"
    ]
    assert texts(event, "allowed") == ["naked girls"]
    assert finding_of(one).verdict == "dismissed"


def test_without_the_tick_the_same_phrase_elsewhere_still_waits(login, event, member):
    one = checked_talk(event, abstract=BAD)
    other = checked_talk(event, abstract=BAD)
    login(member).post(finding_url(finding_of(one)), dismissal())
    assert texts(event, "allowed") == []
    assert (other.code, "naked girls") in waiting(event)


def test_verdicts_of_people_stay(event, member):
    one, other = (checked_talk(event, abstract=BAD) for _ in range(2))
    with scopes_disabled():
        verdicts.give(item=finding_of(other), by=member, verdict="concerns", revision=0)
        verdicts.give(item=finding_of(one), by=member, **dismissal(allow_phrase=True))
    assert finding_of(other).verdict == "concerns"
    assert finding_of(one).verdict == "dismissed"


def test_verdict_and_phrase_are_saved_together_or_not_at_all(event, member):
    talk = checked_talk(event, abstract=BAD)
    add(event, "watched", "naked girls")
    with scopes_disabled(), pytest.raises(CocError, match="on the other list"):
        verdicts.give(item=finding_of(talk), by=member, **dismissal(allow_phrase=True))
    assert finding_of(talk).verdict == ""
    with scopes_disabled():
        assert not AuditEntry.objects.filter(event=event, action="verdict.given")


def test_phrase_from_a_verdict_is_in_the_audit_log_without_its_words(event, member):
    talk = checked_talk(event, abstract=BAD)
    finding = finding_of(talk)
    with scopes_disabled():
        verdicts.give(item=finding, by=member, **dismissal(allow_phrase=True))
        entry = AuditEntry.objects.get(event=event, action="phrase.added")
        assert (entry.actor_code, entry.subject) == (member.code, finding.code)
        assert "naked" not in str(entry.data)
        for chain in (audit.POLICY_CHAIN, audit.CONCERN_CHAIN):
            assert audit.first_broken_link(event, chain) is None


def test_verdict_that_is_taken_back_takes_its_phrase_along(event, member, committed):
    one, other = (checked_talk(event, abstract=BAD) for _ in range(2))
    with scopes_disabled(), committed():
        finding = finding_of(one)
        verdicts.give(item=finding, by=member, **dismissal(allow_phrase=True))
        verdicts.undo(item=finding, by=member, revision=1)
    assert texts(event, "allowed") == []
    assert (other.code, "naked girls") in waiting(event)
    assert (one.code, "naked girls") in waiting(event)


def test_phrase_whose_finding_is_gone_can_still_be_removed(login, event, member):
    phrase = add(event, "allowed", "naked girls", finding_code="GONE1234")
    login(member).post(f"{words_url(event)}{phrase.pk}/remove/")
    assert texts(event, "allowed") == []


def test_allowing_checks_nothing_again_and_leaves_nothing_stale(event, committed):
    talk = checked_talk(event, abstract=BAD)
    with scopes_disabled():
        checks = set(Check.objects.values_list("pk", flat=True))
    with committed() as callbacks:
        add(event, "allowed", "naked girls")
    assert callbacks == []
    assert stale(event) == 0
    with scopes_disabled():
        assert set(Check.objects.values_list("pk", flat=True)) == checks
    with scope(event=event):
        assert check_subject(event=event, kind="talk", pk=talk.pk) == 0


def test_passage_that_many_words_make_is_never_pointed_at_again(
    login, event, member, committed
):
    one, other = (checked_talk(event, abstract=TOGETHER) for _ in range(2))
    with scopes_disabled():
        finding = Finding.objects.get(subject_code=one.code)
        assert finding.rule.endswith(f".{NUMBER}")
    url = finding_url(finding)
    with committed():
        login(member).post(url, dismissal(allow_phrase="on"))
    assert texts(event, "allowed") == [finding.passage]
    assert waiting(event) == []
    assert stale(event) == 0
    later = checked_talk(event, abstract=TOGETHER)
    assert waiting(event, subject_code__in=[one.code, other.code, later.code]) == []
    with scopes_disabled():
        finding.refresh_from_db()
        assert (finding.verdict, finding.check_run.is_current) == ("dismissed", True)


def test_allowing_a_word_checks_again_what_many_words_make(event, committed):
    talk = checked_talk(event, abstract=TOGETHER)
    checked_talk(event, abstract=BAD)
    with scopes_disabled():
        before = Finding.objects.get(subject_code=talk.code)
    with committed() as callbacks:
        add(event, "allowed", "breakfast")
    assert len(callbacks) == 1
    assert stale(event) == 0
    with scopes_disabled():
        after = Finding.objects.filter(
            subject_code=talk.code, check_run__is_current=True
        )
        assert [one for one in after if one.strength >= before.strength] == []


def test_what_is_allowed_is_not_found_in_what_comes_later(event):
    add(event, "allowed", "Naked  GIRLS")
    talk = checked_talk(event, abstract=BAD)
    assert waiting(event, subject_code=talk.code) == []


def test_passage_that_no_phrase_can_name_is_dismissed_alone(login, event, member):
    talk = checked_talk(event, abstract=BAD)
    finding = finding_of(talk)
    with scopes_disabled():
        Finding.objects.filter(pk=finding.pk).update(passage="a")
    client = login(member)
    assert "Never point at" not in client.get(finding_url(finding)).content.decode()
    client.post(finding_url(finding), dismissal(allow_phrase="on"))
    assert finding_of(talk, "a").verdict == ""
    client.post(finding_url(finding), dismissal())
    assert finding_of(talk, "a").verdict == "dismissed"


def test_phrase_that_quotes_a_profile_goes_with_the_account(event, member, speaker):
    from pretalx_coc.domain.erasure import forget_user  # noqa: PLC0415
    from pretalx_coc.models import AuditText  # noqa: PLC0415

    talk = checked_talk(event, speaker, abstract=BAD)
    profile = factories.profile_of(speaker, event)
    with scopes_disabled():
        profile.biography = "My talks have a penis pic in them."
        profile.save()
        with scope(event=event):
            check_subject(event=event, kind="profile", pk=profile.pk)
        add(event, "watched", "for money")
        finding = Finding.objects.filter(subject_kind="profile").first()
        for item in (finding, finding_of(talk)):
            verdicts.give(item=item, by=member, **dismissal(allow_phrase=True))
        assert len(texts(event, "allowed")) == 2
        forget_user(speaker)
        assert texts(event, "allowed") == ["naked girls"]
        kept = AuditText.objects.filter(event=event, name="phrase")
        assert sorted(kept.values_list("text", flat=True)) == [
            "for money",
            "naked girls",
        ]
        assert audit.first_broken_link(event, audit.CONCERN_CHAIN) is None


# Own words


def test_own_word_is_looked_for_everywhere_after_it_was_added(event, committed):
    talk = checked_talk(event, abstract=OWN)
    assert waiting(event) == []
    with committed():
        add(event, "watched", "beach part*", category="sexual_offer")
    assert waiting(event, category="sexual_offer") == [(talk.code, "beach party")]
    assert stale(event) == 0


def test_removed_word_is_found_no_more_and_the_rest_is_not_checked_again(
    event, committed
):
    talk = checked_talk(event, abstract=OWN)
    other = checked_talk(event, abstract=BAD)
    with committed():
        phrase = add(event, "watched", "beach party")
    before = waiting(event, subject_code=other.code)
    with scopes_disabled():
        checks = set(
            Check.objects.filter(subject_code=other.code).values_list("pk", flat=True)
        )
    with scopes_disabled(), committed():
        remove_phrase(phrase=phrase, by=factories.make_user())
    assert waiting(event, subject_code=talk.code) == []
    assert waiting(event, subject_code=other.code) == before
    assert stale(event) == 0
    with scopes_disabled():
        now = Check.objects.filter(subject_code=other.code)
        assert set(now.values_list("pk", flat=True)) == checks


def test_removed_permission_brings_the_finding_back(event, committed):
    talk = checked_talk(event, abstract=BAD)
    phrase = add(event, "allowed", "naked girls")
    assert waiting(event) == []
    with scopes_disabled(), committed():
        remove_phrase(phrase=phrase, by=factories.make_user())
    assert (talk.code, "naked girls") in waiting(event)


def test_sweep_finds_what_a_lost_message_left_behind(event):
    checked_talk(event, abstract=OWN)
    assert stale(event) == 0
    add(event, "watched", "beach party")
    assert stale(event) == 1


def test_own_words_show_their_reason(login, event, member, committed):
    talk = checked_talk(event, abstract=OWN)
    with committed():
        add(event, "watched", "beach part*")
    content = login(member).get(finding_url(finding_of(talk, "beach party")))
    reason = "“beach part*” is one of the words that this event always points at."
    assert reason in content.content.decode()


def test_words_of_one_event_are_none_of_another_events_business(event, committed):
    other = factories.make_event()
    add(event, "watched", "beach party")
    checked_talk(other, abstract=OWN)
    assert waiting(other) == []
    with scope(event=other):
        assert "+" not in Detectors(other).text_version


def test_same_phrase_written_otherwise_is_added_once(event):
    first = add(event, "watched", "Beach Party")
    assert add(event, "watched", "beach-party").pk == first.pk
    with pytest.raises(CocError, match="on the other list"):
        add(event, "allowed", "BEACH PARTY")
    with scopes_disabled():
        assert AuditEntry.objects.filter(action="phrase.added").count() == 1


def test_number_of_phrases_is_limited(event, monkeypatch):
    monkeypatch.setattr("pretalx_coc.domain.phrase_changes.MAX_PHRASES", 1)
    add(event, "watched", "beach party")
    with pytest.raises(CocError, match="too many"):
        add(event, "watched", "pool party")


# The page


def test_organiser_adds_and_removes_a_word(login, event, organiser):
    client = login(organiser)
    data = {"kind": "watched", "text": " beach   party ", "category": "innuendo"}
    client.post(words_url(event), {**data, "action": "add"})
    assert texts(event, "watched") == ["beach party"]
    content = client.get(words_url(event)).content.decode()
    assert "beach party" in content
    with scopes_disabled():
        phrase = Phrase.objects.get(event=event)
    client.post(f"{words_url(event)}{phrase.pk}/remove/")
    assert texts(event, "watched") == []
    with scopes_disabled():
        actions = AuditEntry.objects.filter(event=event, action__startswith="phrase.")
        assert list(actions.values_list("action", "actor_code")) == [
            ("phrase.added", organiser.code),
            ("phrase.removed", organiser.code),
        ]


@pytest.mark.parametrize(
    ("data", "field"),
    (
        ({}, "kind"),
        ({"kind": "x", "text": "beach"}, "kind"),
        ({"kind": "watched", "text": "beach"}, "category"),
        ({"kind": "watched", "text": "beach", "category": "x"}, "category"),
        ({"kind": "allowed", "text": "*"}, "text"),
        ({"kind": "allowed", "text": "a"}, "text"),
        ({"kind": "allowed", "text": "the"}, "text"),
        ({"kind": "allowed", "text": "One. Two"}, "text"),
        ({"kind": "allowed", "text": "x" * 201}, "text"),
        ({"kind": "allowed", "text": "null \x00"}, "text"),
        ({"kind": "allowed", "text": "beach", "sample": "x" * 50_001}, "sample"),
    ),
)
@pytest.mark.parametrize("action", ("try", "add"))
def test_bad_input_is_refused_with_a_message(
    login, event, organiser, data, field, action
):
    response = login(organiser).post(words_url(event), {**data, "action": action})
    assert response.status_code == 200
    assert response.context["form"].errors[field]
    assert texts(event, "allowed") == texts(event, "watched") == []


def tried(client, event, **data):
    data = {"kind": "watched", "text": "beach party", "category": "innuendo"} | data
    return client.post(words_url(event), {**data, "action": "try"})


def test_trying_shows_what_would_change_and_saves_nothing(login, event, organiser):
    talk = checked_talk(event, abstract=OWN, title="Logs & <b>more</b>")
    response = tried(login(organiser), event, sample=f"Oh, a Beach Party! {BAD}")
    content = html.unescape(response.content.decode())
    assert "<mark>Beach Party</mark>" in content
    assert "<mark>beach party</mark>" in content
    assert "1 passage would be pointed at." in content
    assert "In 1 proposal." in content
    assert talk.title in content
    assert "&lt;b&gt;more" in response.content.decode()
    assert texts(event, "watched") == []
    assert waiting(event) == []


def test_trying_to_allow_shows_what_would_no_longer_wait(login, event, member):
    talk = checked_talk(event, abstract=BAD)
    response = tried(login(member), event, kind="allowed", text="naked girls")
    content = response.content.decode()
    assert talk.title in content
    assert "1 passage would no longer wait." in content
    assert "<mark>naked girls</mark>" in content
    assert len(waiting(event)) == 1


def test_trial_names_the_file_and_the_words_around_are_whole(
    login, event, member, speaker
):
    talk = factories.make_talk(event, speaker)
    page = f"{'containers ' * 20}We show naked girls."
    materials.upload(talk, materials.pdf(page), name="my-slides.pdf")
    with scope(event=event):
        check_subject(event=event, kind="talk", pk=talk.pk)
    response = tried(login(member), event, kind="allowed", text="naked girls")
    content = html.unescape(response.content.decode())
    assert "in “File my-slides.pdf”" in content
    assert '<blockquote class="coc-passage" dir="auto">… containers ' in content


def test_wider_passage_that_an_own_word_is_a_part_of_is_not_lost(
    login, event, organiser
):
    response = tried(login(organiser), event, text="naked*", sample=BAD)
    content = response.content.decode()
    assert "Would be pointed at:" in content
    assert "Would no longer be pointed at:" not in content
    response = tried(
        login(organiser), event, kind="allowed", text="naked girls", sample=BAD
    )
    assert "Would no longer be pointed at:" in response.content.decode()


def test_only_the_first_passages_are_shown_and_all_are_counted(
    login, event, organiser, monkeypatch
):
    monkeypatch.setattr(phrase_trials, "MAX_PASSAGES", 2)
    for _ in range(3):
        checked_talk(event, abstract=f"{OWN} {OWN}")
    content = tried(login(organiser), event).content.decode()
    assert "6 passages would be pointed at." in content
    assert "In 3 proposals." in content
    assert content.count("<mark>") == 2


def test_number_of_queries_does_not_grow_with_the_proposals(login, event, organiser):
    client = login(organiser)

    def queries():
        tried(client, event)
        with CaptureQueriesContext(connection) as captured:
            tried(client, event)
        return len(captured)

    checked_talk(event, abstract=OWN)
    one = queries()
    for _ in range(3):
        checked_talk(event, factories.make_user(), abstract=OWN)
    assert queries() == one


def test_list_costs_as_many_queries_for_three_rows_as_for_one(login, event, member):
    client = login(member)

    def queries():
        client.get(words_url(event))
        with CaptureQueriesContext(connection) as captured:
            client.get(words_url(event))
        return len(captured)

    def one_more(number):
        add(event, "watched", f"beach{number}")
        talk = checked_talk(event, abstract=f"{BAD} Number {number}")
        finding = finding_of(talk)
        add(event, "allowed", f"naked{number}", finding_code=finding.code)

    one_more(1)
    one = queries()
    one_more(2)
    one_more(3)
    assert queries() == one


# Who sees what


def test_nobody_sees_their_own_talks_in_a_trial(login, event):
    speaking = factories.make_member(event, name="Speaking Member")
    checked_talk(event, speaking, abstract=f"{OWN} {BAD}", title="My own talk")
    client = login(speaking)
    for kind, text in (("watched", "beach party"), ("allowed", "naked girls")):
        content = tried(client, event, kind=kind, text=text).content.decode()
        assert "My own talk" not in content
        assert "<mark>" not in content


def test_organiser_who_is_no_member_sees_no_findings_in_a_trial(
    login, event, organiser, member
):
    checked_talk(event, abstract=BAD, title="Secret finding")
    response = tried(login(organiser), event, kind="allowed", text="naked girls")
    content = response.content.decode()
    assert "Secret finding" not in content
    assert "no longer wait" not in content
    assert "What waits in proposals is for the response team." in content


def test_organiser_without_a_right_to_proposals_sees_none_in_a_trial(
    login, event, member
):
    person = factories.make_user()
    factories.make_team(event, person, can_change_event_settings=True)
    checked_talk(event, abstract=OWN, title="A proposal")
    content = tried(login(person), event).content.decode()
    assert "A proposal" not in content
    assert "In the proposals" not in content


def test_phrase_from_a_verdict_is_for_the_team_and_not_for_whom_it_is_about(
    login, event, organiser, member
):
    speaking = factories.make_user()
    with scopes_disabled():
        CocSettings.objects.get(event=event).response_teams.get().members.add(speaking)
    talk = checked_talk(event, speaking, abstract=BAD)
    with scopes_disabled():
        verdicts.give(item=finding_of(talk), by=member, **dismissal(allow_phrase=True))
        phrase = Phrase.objects.get(event=event)
    add(event, "allowed", "typed phrase")
    assert "naked girls" in login(member).get(words_url(event)).content.decode()
    for person in (organiser, speaking):
        client = login(person)
        content = client.get(words_url(event)).content.decode()
        assert "typed phrase" in content
        assert "naked girls" not in content
        client.post(f"{words_url(event)}{phrase.pk}/remove/")
    assert texts(event, "allowed") == ["naked girls", "typed phrase"]


def test_member_without_other_rights_sees_no_tabs_that_lead_nowhere(
    login, event, member
):
    content = login(member).get(words_url(event)).content.decode()
    assert "coc-tabs" not in content
    assert f'href="/orga/event/{event.slug}/p/coc/"' in content


def test_phrase_of_another_event_cannot_be_removed(login, event, organiser):
    phrase = add(factories.make_event(), "watched", "beach party")
    login(organiser).post(f"{words_url(event)}{phrase.pk}/remove/")
    with scopes_disabled():
        assert Phrase.objects.filter(pk=phrase.pk).exists()


# Copies of the event


def test_copy_takes_along_what_was_typed_and_not_what_came_from_verdicts(event):
    from pretalx_coc.domain.cloning import copy_to_clone  # noqa: PLC0415

    talk = checked_talk(event, abstract=BAD)
    add(event, "watched", "beach party")
    add(event, "allowed", "typed phrase")
    add(event, "allowed", "naked girls", finding_code=finding_of(talk).code)
    clone = factories.make_event(organiser=event.organiser)
    copy_to_clone(event=clone, source_slug=event.slug)
    copy_to_clone(event=clone, source_slug=event.slug)
    assert texts(clone, "watched") == ["beach party"]
    assert texts(clone, "allowed") == ["typed phrase"]
    with scopes_disabled():
        assert (
            AuditEntry.objects.filter(event=clone, action="phrase.added").count() == 2
        )

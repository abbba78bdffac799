# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What is done with a case, through its forms."""

import datetime as dt

import pytest
from django.utils.timezone import now
from django_scopes import scope, scopes_disabled

from pretalx_coc.domain import case_items, case_members, cases, reports
from pretalx_coc.domain.checks import check_subject
from pretalx_coc.domain.flags import raise_flag
from pretalx_coc.domain.team import get_settings
from pretalx_coc.enums import CaseSubject, DecisionState, Measure, TwoPeople
from pretalx_coc.models import (
    Case,
    CaseEntry,
    CaseItem,
    CasePerson,
    Decision,
    Finding,
    Report,
)
from tests import factories

pytestmark = pytest.mark.django_db

BAD = "Before the demo we show hot naked girls on every slide."


@pytest.fixture
def team(event):
    return factories.make_members(event, "Mona Member", "Carl Colleague")


@pytest.fixture
def case(event, team, talk):
    with scope(event=event):
        subject = cases.subject_of_profile(talk.speakers.get())
        return cases.open_case(event=event, by=team[0], subject=subject)


@pytest.fixture
def flag(event, talk):
    reviewer = factories.make_reviewer(event, can_change_submissions=True)
    with scope(event=event):
        return raise_flag(submission=talk, by=reviewer, reason="other", text="Slide 3")


def panel(event, *rest):
    return "/".join((f"/orga/event/{event.slug}/p/coc", *rest, ""))


def url_of(case, *rest):
    return panel(case.event, "case", case.code, *rest)


def fresh(case):
    with scope(event=case.event):
        return Case.objects.get(pk=case.pk)


def said(case, kind):
    with scope(event=case.event):
        entries = CaseEntry.objects.filter(case_code=case.code, kind=kind)
        return [entry.text for entry in entries]


def test_a_note_is_on_the_timeline(login, case, team):
    client = login(team[0])
    page = client.post(url_of(case, "note"), {"text": "They called."}, follow=True)
    assert "They called." in page.content.decode()
    assert said(case, "note") == ["They called."]


def test_an_empty_note_is_none(login, case, team):
    response = login(team[0]).post(url_of(case, "note"), {"text": " "})
    assert response.status_code == 200
    assert said(case, "note") == []


def test_one_tap_acknowledges(login, case, team):
    data = {"state": "acknowledged", "revision": case.revision}
    login(team[0]).post(url_of(case, "move"), data)
    assert fresh(case).state == "acknowledged"


def test_a_form_without_its_revision_does_nothing(login, case, team):
    response = login(team[0]).post(url_of(case, "move"), {"state": "acknowledged"})
    assert "Please open this page again." in response.content.decode()
    assert fresh(case).state == "new"


def details(case, **changed):
    return {"severity": 2, "category": "other", "revision": case.revision, **changed}


def test_of_two_at_once_the_second_sees_what_changed_and_keeps_what_they_typed(
    login, case, team
):
    client = login(team[0])
    with scope(event=case.event):
        case_members.declare(case=case, by=team[1], conflict=False)
        cases.describe(
            case=Case.objects.get(pk=case.pk),
            by=team[1],
            revision=case.revision,
            place="Hall 9",
        )
    url = url_of(case, "describe")
    response = client.post(url, details(case, next_step="Ask the room angel"))
    content = response.content.decode()
    assert "Somebody else changed this case" in content
    assert "Carl Colleague" in content
    assert "Hall 9" in content
    assert 'value="Ask the room angel"' in content
    assert fresh(case).next_step == ""
    # Sent again, it is meant.
    revision = response.context["revision"]
    assert revision == fresh(case).revision
    sent = details(case, next_step="Ask the room angel", place="Hall 9")
    client.post(url, sent | {"revision": revision})
    assert fresh(case).next_step == "Ask the room angel"


def test_a_case_is_opened_about_somebody_in_words(login, event, team):
    data = {
        "kind": "person",
        "who": "Red hat",
        "severity": 4,
        "category": "other",
        "text": "At the bar.",
    }
    response = login(team[0]).post(panel(event, "cases", "new"), data, follow=True)
    assert "People are in danger now." in response.content.decode()
    with scope(event=event):
        case = Case.objects.get()
    assert (case.subject_text, case.severity) == ("Red hat", 4)
    assert said(case, "opened") == ["At the bar."]


@pytest.mark.parametrize("by", ("name", "address", "code"))
def test_a_speaker_is_found_by_name_address_and_code(login, event, team, talk, by):
    with scope(event=event):
        profile = talk.speakers.get()
    who = {
        "name": profile.get_display_name().lower(),
        "address": profile.user.email,
        "code": profile.code.lower(),
    }
    data = {"kind": "profile", "who": who[by], "severity": 2, "category": "other"}
    login(team[0]).post(panel(event, "cases", "new"), data)
    with scope(event=event):
        assert Case.objects.get().subject_code == profile.code


def test_a_name_that_two_speakers_have_is_not_enough(login, event, team, talk):
    with scopes_disabled():
        factories.make_talk(event, factories.make_user(name="Ada Speaker"))
    data = {"kind": "profile", "who": "Ada Speaker", "severity": 2, "category": "other"}
    response = login(team[0]).post(panel(event, "cases", "new"), data)
    assert "There are several speakers of that name." in response.content.decode()


def test_a_case_is_opened_from_a_flag_about_the_chosen_speaker(
    login, event, team, talk, flag
):
    with scopes_disabled():
        second = factories.make_user(name="Bob Second")
        talk.speakers.add(second.get_speaker(event))
    url = panel(event, "cases", "new", "flag", flag.code)
    client = login(team[0])
    assert "Bob Second" in client.get(url).content.decode()
    response = client.post(url, {"severity": 3})
    assert response.context["form"].errors["profile"]
    code = factories.profile_of(second, event).code
    client.post(url, {"severity": 3, "profile": code})
    with scope(event=event):
        case = Case.objects.get()
        items = set(CaseItem.objects.values_list("kind", "ref"))
    assert case.subject_code == code
    assert items == {("flag", flag.code), ("talk", talk.code)}


def test_a_flag_is_attached_to_a_case_that_the_member_may_open(
    login, event, team, case, flag
):
    url = panel(event, "cases", "attach", "flag", flag.code)
    response = login(team[1]).get(url)
    assert case.code not in response.content.decode()
    refused = login(team[1]).post(url, {"other": case.code})
    assert refused.status_code == 200
    login(team[0]).post(url, {"other": case.code})
    with scope(event=event):
        assert CaseItem.objects.get().ref == flag.code


def test_what_is_proposed_is_attached_by_hand_and_taken_off_again(
    login, event, team, case, flag
):
    client = login(team[0])
    assert "1 thing more may belong to it" in client.get(url_of(case)).content.decode()
    client.post(url_of(case, "attach"), {"what": f"flag:{flag.code}"})
    with scope(event=event):
        assert CaseItem.objects.filter(kind="flag").count() == 1
    client.post(url_of(case, "detach"), {"kind": "flag", "ref": flag.code})
    with scope(event=event):
        assert not CaseItem.objects.filter(kind="flag").exists()


def test_after_a_verdict_that_it_concerns_a_case_is_offered(login, event, team, flag):
    client = login(team[0])
    data = {"verdict": "concerns", "revision": flag.revision}
    response = client.post(panel(event, "flag", flag.code), data, follow=True)
    offer = panel(event, "cases", "new", "flag", flag.code)
    assert f'concerns the code of conduct. <a href="{offer}">' in (
        response.content.decode()
    )


def test_a_report_given_in_person_opens_a_case(login, event, team, talk):
    witness = factories.make_user(name="Wanda Witness")
    data = {
        "text": "He followed me.",
        "kind": "profile",
        "who": "Ada Speaker",
        "severity": 3,
        "category": "intimidation",
        "reporter": "Rita Reporter",
        "reporter_contact": "by phone",
        "affected": "Rita Reporter",
        "witnesses": f"Wanda Witness <{witness.email}>\nsomebody in green",
        "wishes": "He must not know.",
    }
    url = panel(event, "cases", "new", "report")
    page = login(team[0]).post(url, data, follow=True).content.decode()
    assert "He followed me." in page
    assert "He must not know." in page
    with scope(event=event):
        report = Report.objects.get()
        people = set(CasePerson.objects.values_list("role", "name", "user_code"))
    assert report.reporter.contact == "by phone"
    assert people == {
        ("reporter", "Rita Reporter", ""),
        ("affected", "Rita Reporter", ""),
        ("witness", "Wanda Witness", witness.code),
        ("witness", "somebody in green", ""),
    }


def test_who_writes_down_that_they_saw_it_is_out_of_the_case(login, event, team, talk):
    data = {
        "text": "I was there, too.",
        "kind": "profile",
        "who": "Ada Speaker",
        "severity": 2,
        "category": "other",
        "witnesses": team[0].email,
    }
    client = login(team[0])
    response = client.post(panel(event, "cases", "new", "report"), data, follow=True)
    content = response.content.decode()
    assert "The others see to it now." in content
    with scope(event=event):
        case = Case.objects.get()
    assert case.code not in content
    assert client.get(url_of(case)).status_code == 404


def test_whoever_reported_is_answered_and_asks_again_once(login, case, team):
    with scope(event=case.event):
        report = reports.write_down(
            event=case.event,
            by=team[0],
            case=case,
            text="Said.",
            reporter=reports.Somebody(name="Rita"),
        )
    client = login(team[0])
    answer = url_of(case, "report", report.code, "answer")
    assert "Not yet:" in client.get(url_of(case)).content.decode()
    client.post(answer, {"text": "We looked into it.", "final": "on"})
    assert "Not yet:" not in client.get(url_of(case)).content.decode()
    again = url_of(case, "report", report.code, "again")
    client.post(again, {"text": "Please look again."})
    assert said(case, "second_look") == ["Please look again."]
    assert "asked for another look before" in client.post(again).content.decode()


def test_the_subject_is_asked_for_their_side(login, case, team):
    due = (now() + dt.timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    data = {"text": "What happened?", "due": due, "revision": case.revision}
    login(team[0]).post(url_of(case, "hearing"), data)
    assert fresh(case).hearing == "asked"
    assert said(case, "hearing_asked") == ["What happened?"]


def decision(case, **changed):
    return {
        "measure": Measure.WARNING,
        "reason": "It is against the code of conduct.",
        "statement": "Please do not do that again.",
        "statement_language": "en",
        "revision": case.revision,
        "action": "preview",
        **changed,
    }


def test_a_decision_is_previewed_before_it_is_made(login, case, team, speaker):
    client, url = login(team[0]), url_of(case, "decide")
    response = client.post(url, decision(case))
    assert "only that there is something to read" in response.content.decode()
    with scope(event=case.event):
        assert not Decision.objects.exists()
    digest = response.context["preview"]["digest"]
    changed = decision(case, action="decide", digest=digest, reason="Another one.")
    response = client.post(url, changed)
    assert response.context["preview"]["digest"] != digest
    with scope(event=case.event):
        assert not Decision.objects.exists()
    client.post(url, decision(case, action="decide", digest=digest))
    with scope(event=case.event):
        assert Decision.objects.get().state == DecisionState.IN_FORCE


def test_a_text_to_start_from_is_written(login, case, team, speaker):
    data = decision(case, action="template", statement="", reason="")
    response = login(team[0]).post(url_of(case, "decide"), data)
    assert f"Hello {speaker.name}," in response.content.decode()


def test_what_is_wrong_with_a_decision_is_said_in_its_preview(login, case, team):
    response = login(team[0]).post(
        url_of(case, "decide"), decision(case, measure=Measure.CHANGE_REQUESTED)
    )
    content = response.content.decode()
    assert "Please say until when something is to be changed." in content
    assert "preview" not in response.context


def test_a_statement_that_names_who_reported_is_pointed_at(login, case, team):
    with scope(event=case.event):
        reports.write_down(
            event=case.event,
            by=team[0],
            case=case,
            text="Said.",
            reporter=reports.Somebody(name="Rita Reporter"),
        )
    data = decision(fresh(case), statement="Rita Reporter told us.")
    content = login(team[0]).post(url_of(case, "decide"), data).content.decode()
    assert "Please look at what they read once more" in content


def test_a_second_person_approves_and_who_proposed_cannot(login, event, case, team):
    with scope(event=event):
        case_members.declare(case=case, by=team[1], conflict=False)
        settings = get_settings(event)
        settings.two_people = TwoPeople.ALL
        settings.save()
    client, url = login(team[0]), url_of(case, "decide")
    digest = client.post(url, decision(case)).context["preview"]["digest"]
    client.post(url, decision(case, action="decide", digest=digest))
    with scope(event=event):
        proposed = Decision.objects.get()
    assert proposed.state == DecisionState.PROPOSED
    approve = url_of(case, "decision", proposed.code, "approve")
    data = {"text": "Yes.", "revision": fresh(case).revision}
    client.post(approve, data)
    proposed.refresh_from_db()
    assert proposed.state == DecisionState.PROPOSED
    login(team[1]).post(approve, data)
    proposed.refresh_from_db()
    assert proposed.state == DecisionState.IN_FORCE
    lift = url_of(case, "decision", proposed.code, "lift")
    states = []
    # Who asks to lift it, who cannot agree to that themselves, and the other.
    for member in (team[1], team[1], team[0]):
        login(member).post(lift, {"text": "No.", "revision": fresh(case).revision})
        proposed.refresh_from_db()
        states.append(proposed.state)
    assert states == [
        DecisionState.IN_FORCE,
        DecisionState.IN_FORCE,
        DecisionState.LIFTED,
    ]


def test_two_cases_become_one_and_a_part_becomes_a_case(login, event, case, team, flag):
    with scope(event=event):
        other = cases.open_case(
            event=event,
            by=team[0],
            subject=cases.subject_in_words(CaseSubject.PERSON, "Somebody"),
        )
        case_items.attach(case=case, by=team[0], kind="flag", ref=flag.code)
        item = CaseItem.objects.get()
    client = login(team[0])
    data = {"parts": [f"item:{item.pk}"], "revision": fresh(case).revision}
    client.post(url_of(case, "split"), data)
    with scope(event=event):
        item.refresh_from_db()
    assert item.case_id not in (case.pk, other.pk)
    data = {"other": case.code, "revision": other.revision}
    client.post(url_of(other, "merge"), data)
    assert fresh(other).merged_into == case.code


def test_somebody_steps_back_and_nobody_asks_why(login, case, team):
    client = login(team[0])
    response = client.post(url_of(case, "step-back"), follow=True)
    assert "You have stepped back." in response.content.decode()
    assert client.get(url_of(case)).status_code == 404


def test_ticked_passages_are_dismissed_together_with_one_reason(login, event, team):
    with scopes_disabled():
        for number in range(3):
            talk = factories.make_talk(
                event, factories.make_user(name=f"Speaker {number}"), abstract=BAD
            )
            with scope(event=event):
                check_subject(event=event, kind="talk", pk=talk.pk)
        codes = list(Finding.objects.values_list("code", flat=True))
    client, url = login(team[0]), panel(event, "dismiss")
    assert len(codes) >= 3
    response = client.post(url, {"finding": codes[:2], "reason": ""}, follow=True)
    assert "Please say in a few words" in response.content.decode()
    client.post(url, {"finding": codes[:2], "reason": "A quotation."})
    with scope(event=event):
        dismissed = Finding.objects.filter(verdict="dismissed")
        assert set(dismissed.values_list("code", "verdict_reason")) == {
            (code, "A quotation.") for code in codes[:2]
        }

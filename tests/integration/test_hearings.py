# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Asking the subject of a case for their side, and their answer."""

import datetime as dt
import re

import pytest
from django.core import mail
from django.utils.timezone import now
from django_scopes import scopes_disabled
from freezegun import freeze_time

from pretalx.common.models import ActivityLog
from pretalx.mail.models import QueuedMail

from pretalx_coc.domain import audit, cases, deliveries, hearings
from pretalx_coc.domain.case_log import CaseChangedError, chain_of
from pretalx_coc.domain.contacts import save_contacts
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.links import matters_token, user_of_matters_token
from pretalx_coc.enums import CaseState, CaseSubject, EntryKind, HearingState
from pretalx_coc.models import CaseEntry, Delivery
from pretalx_coc.tasks import task_deliver_waiting
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_event")]

ASKED = "Please tell us what happened after your talk."


@pytest.fixture
def case(event, member, talk):
    subject = cases.subject_of_profile(talk.speakers.get())
    return cases.open_case(event=event, by=member, subject=subject, text="Secret note.")


@pytest.fixture
def ask(case, member, django_capture_on_commit_callbacks):
    def ask(text=ASKED, **kwargs):
        with django_capture_on_commit_callbacks(execute=True):
            return hearings.ask(
                case=case,
                by=member,
                revision=case.revision,
                text=text,
                **{"due": now() + dt.timedelta(days=7), **kwargs},
            )

    return ask


def page_of(event, user):
    token = matters_token(event, user)
    return f"/{event.slug}/code-of-conduct/me/messages/{token}/"


def answer(client, event, user, delivery, text="I was not there."):
    data = {"matter": delivery.code, "text": text}
    return client.post(page_of(event, user), data)


def kinds():
    return list(CaseEntry.objects.values_list("kind", flat=True))


def test_asking_sends_a_link_and_makes_the_case_wait(event, case, ask, speaker):
    ask()
    (sent,) = mail.outbox
    assert sent.to == [speaker.email]
    assert sent.subject.endswith("There is something for you to read")
    token = re.search(r"/me/messages/([^/\s]+)/", sent.body).group(1)
    assert user_of_matters_token(event, token) == speaker
    case.refresh_from_db()
    assert (case.hearing, case.state, case.waiting_for) == (
        HearingState.ASKED,
        CaseState.WAITING,
        "subject",
    )
    assert kinds() == [EntryKind.OPENED, EntryKind.HEARING_ASKED, EntryKind.DELIVERED]


def test_mail_says_nothing_and_pretalx_keeps_nothing(case, ask):
    before = QueuedMail.objects.count(), ActivityLog.objects.count()
    ask()
    (sent,) = mail.outbox
    said = sent.body + sent.subject + repr(sent.alternatives)
    for word in (ASKED, case.code, case.code_name, "conduct of", "Secret"):
        assert word not in said
    assert (QueuedMail.objects.count(), ActivityLog.objects.count()) == before


def test_answers_to_the_mail_go_to_the_contact(event, organiser, ask):
    contacts = {"contact_email": "care@example.org"}
    save_contacts(event=event, contacts=contacts, by=organiser)
    ask()
    assert mail.outbox[0].reply_to == ["care@example.org"]


def test_broker_or_mail_server_was_away_and_the_sweep_sends_it(
    event, case, member, settings, speaker
):
    # pretalx never sends to example.org, but for tests.
    speaker.email = "ada@pretalx.test"
    speaker.save()
    hearings.ask(
        case=case, by=member, revision=0, text=ASKED, due=now() + dt.timedelta(days=7)
    )
    assert list(Delivery.objects.filter(sent=None)) == list(Delivery.objects.all())
    settings.EMAIL_BACKEND = "tests.nowhere.Backend"
    task_deliver_waiting()
    assert case.deliveries.filter(sent=None).exists()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    task_deliver_waiting()
    task_deliver_waiting()
    assert [sent.to for sent in mail.outbox] == [[speaker.email]]
    assert not case.deliveries.filter(sent=None).exists()


def test_what_another_worker_is_sending_is_left_to_it(event, case, member, ask):
    ask()
    mail.outbox.clear()
    Delivery.objects.update(sent=None, taken=now())
    task_deliver_waiting()
    assert mail.outbox == []
    with freeze_time(now() + dt.timedelta(minutes=11)):
        task_deliver_waiting()
    assert len(mail.outbox) == 1


def test_subject_reads_the_question_and_answers_once(client, event, case, ask, speaker):
    delivery = ask()
    content = client.get(page_of(event, speaker)).content.decode()
    assert ASKED in content
    assert "Secret note." not in content
    response = answer(client, event, speaker, delivery, "  I was\nnot there.  ")
    assert response.url == response.request["PATH_INFO"]
    case.refresh_from_db()
    assert (case.hearing, case.state) == (HearingState.ANSWERED, CaseState.IN_WORK)
    entry = CaseEntry.objects.get(kind=EntryKind.HEARING_ANSWERED)
    assert (entry.text, entry.author_code) == ("I was\nnot there.", speaker.code)
    content = client.get(page_of(event, speaker)).content.decode()
    assert "I was<br>not there." in content
    assert 'name="text"' not in content


def test_second_answer_is_refused_and_what_was_typed_is_still_there(
    client, event, ask, speaker
):
    delivery = ask()
    answer(client, event, speaker, delivery)
    response = answer(client, event, speaker, delivery, "Another thought")
    content = response.content.decode()
    assert "You have answered already. Thank you." in content
    assert "Another thought" in content
    assert CaseEntry.objects.filter(kind=EntryKind.HEARING_ANSWERED).count() == 1


def test_empty_answer_is_refused(client, event, ask, speaker):
    response = answer(client, event, speaker, ask(), "  ")
    assert "Please write something." in response.content.decode()
    assert EntryKind.HEARING_ANSWERED not in kinds()


def test_late_answer_is_taken_while_the_case_waits_for_it(client, event, ask, speaker):
    delivery = ask()
    with freeze_time(now() + dt.timedelta(days=8)):
        content = client.get(page_of(event, speaker)).content.decode()
        assert "You still can, but it may go on without your answer." in content
        answer(client, event, speaker, delivery)
    assert EntryKind.HEARING_ANSWERED in kinds()


def test_nobody_else_answers(client, event, ask, speaker, member):
    delivery = ask()
    other = factories.make_user()
    with scopes_disabled():
        factories.make_talk(event, other)
    for user in (other, member):
        assert answer(client, event, user, delivery).status_code == 404
        with pytest.raises(CocError):
            hearings.answer(delivery=delivery, by=user, text="It was me.")
    assert EntryKind.HEARING_ANSWERED not in kinds()


def test_another_question_can_be_asked_after_the_answer(
    client, event, case, ask, speaker
):
    answer(client, event, speaker, ask())
    case.refresh_from_db()
    second = ask("And where were you then?")
    assert case.hearing == HearingState.ASKED
    answer(client, event, speaker, second, "At home.")
    content = client.get(page_of(event, speaker)).content.decode()
    assert content.index("And where were you then?") < content.index(ASKED)
    assert "At home." in content
    assert "I was not there." in content


def test_they_are_not_asked_twice_at_once(ask):
    ask()
    with pytest.raises(CocError):
        ask("Hello?")
    assert len(mail.outbox) == 1


def test_who_has_no_account_cannot_be_asked(event, member):
    subject = cases.subject_in_words(CaseSubject.PERSON, "Red hat")
    case = cases.open_case(event=event, by=member, subject=subject)
    assert not deliveries.deliverable(case)
    with pytest.raises(CocError):
        hearings.ask(
            case=case,
            by=member,
            revision=0,
            text=ASKED,
            due=now() + dt.timedelta(days=1),
        )


def test_profile_that_was_given_an_account_since_can_be_asked(event, case, speaker):
    assert deliveries.reader_of(case) == speaker
    case.subject_user = ""
    assert deliveries.reader_of(case) == speaker
    speaker.is_active = False
    speaker.save()
    assert not deliveries.deliverable(case)


@pytest.mark.parametrize(
    "wrong", ({"text": " "}, {"due": None}, {"due": now() - dt.timedelta(days=1)})
)
def test_question_without_words_or_time_is_refused(case, ask, wrong):
    with pytest.raises(CocError):
        ask(**wrong)
    assert kinds() == [EntryKind.OPENED]


def test_question_on_an_old_page_is_refused(case, member):
    cases.move(case=case, by=member, state=CaseState.ACKNOWLEDGED, revision=0)
    with pytest.raises(CaseChangedError):
        hearings.ask(
            case=case,
            by=member,
            revision=0,
            text=ASKED,
            due=now() + dt.timedelta(days=1),
        )


def test_skipping_needs_a_reason_and_lets_the_case_be_closed(case, member):
    with pytest.raises(CocError):
        hearings.skip(case=case, by=member, revision=0, reason=" ")
    assert cases.missing_for_closing(case)
    hearings.skip(case=case, by=member, revision=0, reason="They would be in danger.")
    assert case.hearing == HearingState.SKIPPED
    assert cases.missing_for_closing(case) == []
    assert CaseEntry.objects.last().text == "They would be in danger."


def test_who_was_asked_has_their_time(case, ask, member):
    ask()
    case.refresh_from_db()
    revision = case.revision
    with pytest.raises(CocError):
        hearings.skip(case=case, by=member, revision=revision, reason="Too slow.")
    assert cases.missing_for_closing(case)
    with freeze_time(now() + dt.timedelta(days=8)):
        assert cases.missing_for_closing(case) == []
        hearings.skip(case=case, by=member, revision=revision, reason="No answer.")
    assert (case.hearing, case.state) == (HearingState.SKIPPED, CaseState.IN_WORK)


def test_answer_after_it_went_on_without_is_refused(
    client, event, case, ask, member, speaker
):
    delivery = ask()
    case.refresh_from_db()
    with freeze_time(now() + dt.timedelta(days=8)):
        hearings.skip(case=case, by=member, revision=case.revision, reason="No answer.")
        response = answer(client, event, speaker, delivery, "Wait!")
    content = response.content.decode()
    assert "An answer is not needed any more." in content
    assert "Wait!" in content


def test_chain_holds_and_has_every_step(client, event, case, ask, speaker):
    answer(client, event, speaker, ask())
    assert audit.first_broken_link(event, chain_of(case)) is None
    entries = audit.AuditEntry.objects.filter(chain=chain_of(case))
    assert [entry.data.get("kind") for entry in entries][1:] == kinds()
    assert "I was not there" not in repr(list(entries.values()))

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Telling the subject of a case that there is something to read.

The mail says no more than that, and nobody keeps it: what is in pretalx's outbox
or among its sent mails is read by everybody with rights for mails. It is sent by
a task of our own, whose arguments are ids only; pretalx's task for mails that are
not kept gets the whole mail, with the link in it, and hands it to whoever reads
the server's error mails when sending fails.
"""

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now

from pretalx.person.models import SpeakerProfile, User

from pretalx_coc.domain.case_log import note
from pretalx_coc.domain.matter_mails import send_word
from pretalx_coc.domain.settings import read_settings
from pretalx_coc.enums import CaseSubject, DecisionState, EntryKind, Measure
from pretalx_coc.models import Case, CaseEntry, Decision, Delivery
from pretalx_coc.tasks import after_commit, task_deliver

#: After this time a worker that took a delivery is taken for dead.
TAKEN = dt.timedelta(minutes=10)
#: The decisions that the subject is told of.
TOLD = (DecisionState.IN_FORCE, DecisionState.ENDED, DecisionState.LIFTED)


def reader_of(case: Case) -> User | None:
    """The account on whose page the subject reads; None if there is none.

    A profile may have been given to an account after the case was opened.
    """
    code = case.subject_user
    if not code and case.subject_kind == CaseSubject.PROFILE:
        profile = SpeakerProfile.objects.filter(
            event=case.event, code=case.subject_code
        ).first()
        code = profile.user.code if profile and profile.user else ""
    return User.objects.filter(code=code, is_active=True).first() if code else None


def deliverable(case: Case) -> bool:
    """Whether the subject can be told anything through their own page.

    Where they cannot, the page of the case says so: somebody has to talk to them.
    """
    return bool(reader_of(case))


def case_of(delivery: Delivery) -> Case:
    """The case that something belongs to now, wherever it went."""
    case = delivery.decision.case if delivery.decision else delivery.case
    while case.merged_into:
        case = Case.objects.get(event=case.event, code=case.merged_into)
    return case


def _disclose(case: Case, **what) -> Delivery | None:
    reader = reader_of(case)
    if not reader:
        return None
    delivery = Delivery.objects.create(
        event=case.event, case=case, user_code=reader.code, created=now(), **what
    )
    after_commit(task_deliver, event_id=case.event_id, pk=delivery.pk)
    return delivery


@transaction.atomic
def disclose_question(case: Case, entry: CaseEntry) -> Delivery | None:
    """Put a question on the page of the subject, and send them word."""
    return _disclose(case, entry=entry.pk)


@transaction.atomic
def deliver(decision: Decision) -> Delivery | None:
    """Put a decision on the page of the subject, and send them word.

    Called when it comes into force, and again when there is something new about
    it: it was lifted, or their objection was answered.

    Returns:
        What is under way; None where the subject has no account.
    """
    if decision.state not in TOLD:
        return None
    under_way = decision.deliveries.filter(sent=None, taken=None).first()
    if under_way:
        return under_way
    return _disclose(decision.case, decision=decision)


def may_be_objected_to(decision: Decision) -> bool:
    """Whether a decision is one that somebody could object to."""
    return decision.measure != Measure.NO_ACTION or bool(decision.on_site)


def waiting_pks(event) -> list[int]:
    """What is not sent and in nobody's hand, for the sweep."""
    return list(_waiting(event).values_list("pk", flat=True))


def _waiting(event):
    lost = Q(taken=None) | Q(taken__lt=now() - TAKEN)
    return Delivery.objects.filter(lost, event=event, sent=None)


def _user_of(delivery: Delivery) -> User | None:
    return User.objects.filter(code=delivery.user_code, is_active=True).first()


def send_now(event, pk: int) -> bool:
    """Send the mail of one delivery, unless that was done or is being done.

    Nothing is locked while the mail server is talked to.

    Args:
        event: The event.
        pk: Of the delivery.

    Returns:
        Whether it was sent.

    Raises:
        Exception: The mail server refused it, in any of its ways.
    """
    if not _waiting(event).filter(pk=pk).update(taken=now()):
        return False
    delivery = Delivery.objects.select_related("decision").get(event=event, pk=pk)
    user = _user_of(delivery)
    if not user:
        return False
    try:
        send_word(event, user)
    except Exception:
        # Given back, so that the next try finds it.
        Delivery.objects.filter(event=event, pk=pk).update(taken=None)
        raise
    _mark_sent(delivery)
    return True


@transaction.atomic
def _mark_sent(delivery: Delivery) -> None:
    # Before anything else: whoever changes a case locks it first.
    case = Case.objects.select_for_update().get(pk=case_of(delivery).pk)
    if not Delivery.objects.filter(pk=delivery.pk, sent=None).update(sent=now()):
        return
    data = {"revision": case.revision}
    if delivery.decision_id:
        decision = Decision.objects.select_for_update().get(pk=delivery.decision_id)
        data["decision"] = decision.code
        if not decision.delivered:
            _start_the_time(decision)
    else:
        data["asked"] = delivery.entry
    note(case, EntryKind.DELIVERED, data=data)


def _start_the_time(decision: Decision) -> None:
    """From now on they may object, and for how long."""
    decision.delivered = now()
    if may_be_objected_to(decision):
        days = read_settings(decision.event).appeal_days
        decision.appeal_until = decision.delivered + dt.timedelta(days=days)
    decision.save(update_fields=["delivered", "appeal_until"])

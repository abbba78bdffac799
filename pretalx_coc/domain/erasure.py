# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What goes when an account goes, and what stays.

What stays is the fact: a version of this event was accepted, at this time, in
this language, by this way, with the talk of this code. Who it was, and what
anybody wrote about it, goes. ``docs/privacy.md`` says the same to people.
"""

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django_scopes import scopes_disabled

from pretalx.event.models import Event
from pretalx.person.models import SpeakerProfile
from pretalx.submission.models import Submission

from pretalx_coc.domain import audit, permit
from pretalx_coc.domain.case_erasure import forget_in_cases
from pretalx_coc.domain.copies import drop_unused
from pretalx_coc.domain.guards import ERASABLE
from pretalx_coc.enums import AuditAction, SubjectKind, Verdict
from pretalx_coc.models import (
    Acceptance,
    Ask,
    AuditEntry,
    AuditText,
    Check,
    Decline,
    Finding,
    LetThrough,
    Phrase,
    SavedFilter,
)


def _is_theirs(user, profiles, *, account: str, profile: str) -> Q:
    """Matches what carries the code of an account, or of one of its profiles.

    Args:
        user: The account.
        profiles: Its profiles, as ``(event_id, code)``; a code is unique in
            its event only.
        account: The field with the code of the account.
        profile: The field with the code of the profile.
    """
    theirs = Q(**{account: user.code}) if user.code else Q(pk__in=())
    for event_id, code in profiles:
        theirs |= Q(**{"event_id": event_id, profile: code})
    return theirs


def _erase_texts(user, profiles) -> None:
    """Delete the texts beside the audit log; its chains hold without them."""
    entries = AuditEntry._base_manager.filter(
        Q(action=AuditAction.DECLINED, actor_code=user.code)
        | _is_theirs(user, profiles, account="data__user", profile="data__profile"),
        event=OuterRef("event"),
        chain=audit.ACCEPTANCE_CHAIN,
        position=OuterRef("position"),
    )
    AuditText._base_manager.filter(
        Exists(entries), chain=audit.ACCEPTANCE_CHAIN
    ).delete()


def _erase_reasons(user) -> None:
    """Empty why talks of theirs were let through; that they were stays.

    A talk that is gone takes its reason along: nobody could tell whose it was.
    """

    def concerned(code: str) -> Q:
        talk = Submission.all_objects.filter(
            event=OuterRef("event"), code=OuterRef(code)
        )
        return Exists(talk.filter(speakers__user=user)) | ~Exists(talk)

    entries = AuditEntry._base_manager.filter(
        concerned("subject"),
        event=OuterRef("event"),
        chain=audit.ACCEPTANCE_CHAIN,
        position=OuterRef("position"),
        action=AuditAction.LET_THROUGH,
    )
    AuditText._base_manager.filter(
        Exists(entries), chain=audit.ACCEPTANCE_CHAIN
    ).delete()
    LetThrough._base_manager.filter(concerned("submission_code")).update(reason="")


def erase_phrases(findings) -> None:
    """Delete the phrases that quote these findings, and their words beside the log."""
    quoted = findings.filter(event=OuterRef("event"))
    Phrase._base_manager.filter(
        Exists(quoted.filter(code=OuterRef("finding_code")))
    ).delete()
    entries = AuditEntry._base_manager.filter(
        Exists(quoted.filter(code=OuterRef("subject"))),
        event=OuterRef("event"),
        chain=audit.CONCERN_CHAIN,
        position=OuterRef("position"),
        action__in=(AuditAction.PHRASE_ADDED, AuditAction.PHRASE_REMOVED),
    )
    AuditText._base_manager.filter(Exists(entries), chain=audit.CONCERN_CHAIN).delete()


def _erase_passages(profiles) -> None:
    """Delete copies of what the person wrote about themselves.

    pretalx empties the profile. What the response team has found to concern
    the code of conduct stays on the record.
    """
    theirs = Q(pk__in=())
    for event_id, code in profiles:
        theirs |= Q(event_id=event_id, subject_code=code)
    about = {"subject_kind": SubjectKind.PROFILE}
    gone = Finding._base_manager.filter(theirs, **about).exclude(
        verdict=Verdict.CONCERNS
    )
    erase_phrases(gone)
    gone.delete()
    # What a check found is not all there any more: nobody else goes by it.
    Check._base_manager.filter(theirs, **about).update(detector="", name="")
    for event in Event.objects.filter(pk__in={event_id for event_id, __ in profiles}):
        drop_unused(event)


@scopes_disabled()
@transaction.atomic
def forget_user(user) -> None:
    """Drop the personal data of an account that is deactivated or deleted.

    Acceptances and refusals lose the codes and texts, and stay; so do cases. Called
    while the account and its profiles are still there, in all events at once, and
    may be called again.

    Args:
        user: The account.
    """
    profiles = list(
        SpeakerProfile.objects.filter(user=user).values_list("event_id", "code")
    )
    _erase_texts(user, profiles)
    _erase_reasons(user)
    _erase_passages(profiles)
    theirs = _is_theirs(user, profiles, account="user_code", profile="profile_code")
    Ask._base_manager.filter(theirs).delete()
    SavedFilter._base_manager.filter(user_code=user.code).delete()
    with permit.erasing():
        for model in (Acceptance, Decline):
            emptied = dict.fromkeys(ERASABLE[model], "")
            model._base_manager.filter(theirs).update(**emptied)
    forget_in_cases(user, profiles)

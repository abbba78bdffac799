# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Whom a case is about, as pretalx knows them."""

from pretalx.person.models import SpeakerProfile, User
from pretalx.submission.models import Submission

from pretalx_coc.enums import CaseSubject, ItemRef
from pretalx_coc.models import Case, CaseItem


def account_of(case: Case) -> User | None:
    """The account behind the subject; None where there is none any more.

    A profile may have been given to an account after the case was opened.
    """
    if case.subject_user:
        return User.objects.filter(code=case.subject_user).first()
    profile = profile_of(case)
    return profile.user if profile else None


def profile_of(case: Case) -> SpeakerProfile | None:
    """The subject's profile in this event; None where they have none."""
    profiles = SpeakerProfile.objects.filter(event=case.event).select_related("user")
    if case.subject_kind == CaseSubject.PROFILE:
        return profiles.filter(code=case.subject_code).first()
    if case.subject_user:
        return profiles.filter(user__code=case.subject_user).first()
    return None


def talks_of(case: Case):
    """The talks that a decision in this case may be about.

    Those of the subject, and those that somebody attached to the case. Drafts
    are nobody's business but their writers'.
    """
    attached = CaseItem.objects.filter(case=case, kind=ItemRef.TALK).values("ref")
    talks = Submission.objects.filter(event=case.event)
    found = talks.filter(code__in=attached)
    if profile := profile_of(case):
        found |= talks.filter(pk__in=profile.submissions.values("pk"))
    return found.distinct().order_by("title", "code")

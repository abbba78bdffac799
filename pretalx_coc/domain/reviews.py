# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Where the review of a talk is over, because its reviewer asked for a name.

A member of the response team who reviews without seeing names, and asks who a case
is about, knows from then on who speaks on the talks of that case. What they have
written about these stays as it is; nothing is added to it, and nobody is told why.
"""

from django.db.models import CharField, Exists, OuterRef, Q
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django_scopes import scopes_disabled

from pretalx.person.models import User
from pretalx.submission.models import Review

from pretalx_coc.enums import EntryKind, ItemRef, SubjectKind
from pretalx_coc.models import CaseEntry, CaseItem, CaseMember, Finding, Flag


def asked_about(event, user_code, talk_code):
    """The rows by which somebody knows who speaks on a talk; none if they do not.

    A talk that was taken off a case, or is on one that went into another, is not
    unknown to them again. Talks of the same speaker that are on no such case are
    left alone: ending their review would say whose they are.

    Args:
        event: The event.
        user_code: The code of whoever reviews, or a query for it.
        talk_code: The code of the talk.
    """
    about = {
        kind: model.objects.filter(
            event=event, subject_kind=SubjectKind.TALK, subject_code=talk_code
        ).values("code")
        for kind, model in ((ItemRef.FLAG, Flag), (ItemRef.FINDING, Finding))
    }
    of_talk = Q(kind=ItemRef.TALK, ref=talk_code)
    put_there = Q(item_kind=ItemRef.TALK, item_ref=talk_code)
    for kind, codes in about.items():
        of_talk |= Q(kind=kind, ref__in=codes)
        put_there |= Q(item_kind=kind, item_ref__in=codes)
    items = CaseItem.objects.filter(of_talk, event=event)
    entries = CaseEntry.objects.annotate(
        item_kind=Cast(KT("data__kind"), CharField()),
        item_ref=Cast(KT("data__ref"), CharField()),
    ).filter(put_there, event=event, kind=EntryKind.ATTACHED)
    return CaseMember.objects.filter(
        Q(case__in=items.values("case"))
        | Q(case__merged_into__in=items.values("case__code"))
        | Exists(entries.filter(case_code=OuterRef("case__code")))
        | Exists(entries.filter(case_code=OuterRef("case__merged_into"))),
        event=event,
        user_code=user_code,
        named__isnull=False,
    )


def is_over(review: Review) -> bool:
    """Whether a review is one of those that are over."""
    reviewer = User.objects.filter(pk=review.user_id).values("code")
    talk = review.submission
    return asked_about(talk.event, reviewer[:1], talk.code).exists()


@scopes_disabled()
def changes_what_is_over(review: Review) -> bool:
    """Whether saving this would add to a review that is over, or change it.

    To abstain adds nothing, and the score is worked out anew whenever an organiser
    changes what scores are worth.
    """
    if not review.pk and not review.text:
        return False
    if not is_over(review):
        return False
    before = Review.objects.filter(pk=review.pk).values_list("text", flat=True)
    return (before.first() or "") != (review.text or "")

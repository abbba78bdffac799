# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Raising and retracting flags.

A flag never touches the review or its score, and whoever raised it learns that
it was looked at and nothing more.
"""

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from pretalx_coc.domain import audit
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.talks import note_speakers, talk_texts
from pretalx_coc.enums import AuditAction, FlagState, SubjectKind
from pretalx_coc.models import Flag

MAX_TEXT_LENGTH = 5_000  # code points


@transaction.atomic
def raise_flag(*, submission, by, reason: str, text: str = "") -> Flag:
    """Raise a flag on a talk.

    The same person flagging the same talk for the same reason again, while
    the first flag is open, gets the first one: a form that was sent twice.

    Args:
        submission: The talk; its texts are copied as they are now.
        by: The user who raises it.
        reason: A value of ``FlagReason``.
        text: What they noticed, at most ``MAX_TEXT_LENGTH`` code points.

    Raises:
        CocError: The text is too long.
    """
    text = text.strip()
    if len(text) > MAX_TEXT_LENGTH:
        raise CocError(_("This is too long. Please shorten it a little."))
    # The talk's row is the lock under which "already flagged" is decided.
    type(submission).all_objects.select_for_update().get(pk=submission.pk)
    same = {
        "event": submission.event,
        "subject_kind": SubjectKind.TALK,
        "subject_code": submission.code,
        "raised_by": by.code,
        "reason": reason,
    }
    if existing := Flag.objects.filter(**same, state=FlagState.OPEN).first():
        return existing
    note_speakers(submission)
    flag = Flag.objects.create(
        **same, text=text, snapshot=talk_texts(submission), created=now()
    )
    audit.write(
        event=submission.event,
        chain=audit.CONCERN_CHAIN,
        action=AuditAction.FLAG_RAISED,
        actor=by,
        subject=flag.code,
        data={"talk": submission.code, "reason": str(reason)},
        texts={"text": text},
    )
    return flag


@transaction.atomic
def retract(*, flag: Flag, by) -> Flag:
    """Take a flag back, as the person who raised it.

    Raises:
        CocError: It is somebody else's, or it has been looked at.
    """
    flag = Flag.objects.select_for_update().get(pk=flag.pk)
    if flag.raised_by != by.code:
        raise CocError(_("Only the person who raised a flag can retract it."))
    if flag.state == FlagState.RETRACTED:
        return flag
    if flag.state == FlagState.LOOKED_AT:
        raise CocError(
            _(
                "This flag has already been looked at, so it stays with the response "
                "team."
            )
        )
    flag.state = FlagState.RETRACTED
    flag.save(update_fields=["state"])
    audit.write(
        event=flag.event,
        chain=audit.CONCERN_CHAIN,
        action=AuditAction.FLAG_RETRACTED,
        actor=by,
        subject=flag.code,
    )
    return flag

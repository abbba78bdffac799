# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The gate: no talk becomes confirmed while one of its speakers is outstanding.

It asks only when a talk becomes confirmed, so that no action of pretalx's that
cannot handle a refusal ever gets one.
"""

import logging

from django.db import transaction
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pretalx.common.exceptions import SubmissionError
from pretalx.submission.domain.submission import set_submission_state
from pretalx.submission.models import SubmissionStates

from pretalx_coc.domain import audit
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.queries.outstanding import outstanding_of
from pretalx_coc.enums import AuditAction
from pretalx_coc.models import CocSettings, LetThrough

logger = logging.getLogger(__name__)

MAX_REASON_LENGTH = 2_000  # code points


def _is_open(submission) -> bool:
    """The gate does not hold in this event, or the talk was let through."""
    event = submission.event
    return (
        CocSettings.objects.filter(event=event, gate_holds=False)
        .values("pk")
        .union(
            LetThrough.objects.filter(
                event=event, submission_code=submission.code
            ).values("pk"),
            all=True,
        )
        .exists()
    )


def holding_back(submission) -> list:
    """The speakers for whom a talk is not confirmed; empty where it may be.

    At most two queries.
    """
    speakers = list(outstanding_of(submission))
    if not speakers or _is_open(submission):
        return []
    return speakers


def refusal(submission, speakers) -> str:
    """One line that says why a talk stays as it is, with a link to the list."""
    names = ", ".join(speaker.get_display_name() for speaker in speakers)
    sentence = ngettext(
        "“{title}” is not confirmed: {names} has not accepted the code of conduct.",
        "“{title}” is not confirmed: {names} have not accepted the code of conduct.",
        len(speakers),
    )
    url = reverse(
        "plugins:pretalx_coc:outstanding", kwargs={"event": submission.event.slug}
    )
    return format_html(
        '{} <a href="{}">{}</a>',
        sentence.format(title=submission.title, names=names),
        url,
        _("Who has not accepted?"),
    )


def refuse_if_held(submission) -> None:
    """Refuse to confirm a talk while one of its speakers is outstanding.

    A gate that breaks stays shut: pretalx lets every other exception pass and
    confirms the talk.

    Raises:
        SubmissionError: With one line for the person who tried.
    """
    try:
        speakers = holding_back(submission)
        reason = refusal(submission, speakers) if speakers else ""
    except Exception as error:
        logger.error("The gate failed: %s", type(error).__name__)  # noqa: TRY400
        raise SubmissionError(
            _(
                "This talk was not confirmed: it could not be checked whether its "
                "speakers have accepted the code of conduct. Please try again."
            )
        ) from None
    if reason:
        raise SubmissionError(reason)


def set_back(submission, *, by=None) -> bool:
    """Set a talk that was created as confirmed back to accepted, if it must be.

    Returns:
        Whether it was set back.
    """
    if submission.state != SubmissionStates.CONFIRMED or not holding_back(submission):
        return False
    set_submission_state(
        submission, SubmissionStates.ACCEPTED, person=by, orga=by is not None
    )
    return True


@transaction.atomic
def let_through(*, submission, by, reason: str) -> LetThrough:
    """Let one talk be confirmed although a speaker is outstanding.

    Args:
        submission: The talk.
        by: The organiser who decides.
        reason: Why; required.

    Raises:
        CocError: No reason, or one that is too long.
    """
    reason = reason.strip()
    if not reason:
        raise CocError(_("Please say why this talk is let through."))
    if len(reason) > MAX_REASON_LENGTH:
        raise CocError(_("Please say it in fewer words."))
    let, created = LetThrough.objects.get_or_create(
        event=submission.event,
        submission_code=submission.code,
        defaults={"reason": reason, "let_by": by.code, "created": now()},
    )
    if created:
        audit.write(
            event=submission.event,
            chain=audit.ACCEPTANCE_CHAIN,
            action=AuditAction.LET_THROUGH,
            actor=by,
            subject=submission.code,
            texts={"reason": reason},
        )
    return let


@transaction.atomic
def undo_let_through(*, submission, by) -> None:
    """Let the gate hold a talk again."""
    deleted, __ = LetThrough.objects.filter(
        event=submission.event, submission_code=submission.code
    ).delete()
    if deleted:
        audit.write(
            event=submission.event,
            chain=audit.ACCEPTANCE_CHAIN,
            action=AuditAction.LET_THROUGH_UNDONE,
            actor=by,
            subject=submission.code,
        )

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The gate: no talk becomes confirmed while one of its speakers is outstanding.

Nor while one of them is excluded, or a decision about the talk says so; that is
never let through.

It asks only when a talk becomes confirmed, so that no action of pretalx's that
cannot handle a refusal ever gets one.
"""

import logging

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pretalx.common.exceptions import SubmissionError
from pretalx.submission.domain.submission import set_pending_state, set_submission_state
from pretalx.submission.models import SubmissionStates

from pretalx_coc.domain import audit
from pretalx_coc.domain.effects.holds import refuse_decided
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.exclusion_doors import refuse_excluded
from pretalx_coc.domain.exclusions import held_of
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


def refusal(submission, speakers, user=None) -> str:
    """One short line that says why a talk is not confirmed.

    Plain text: pretalx puts it behind the talk's title, and into an API's
    answer. It names the speakers to those who may see all names; somebody who
    speaks themselves is not told who else has not accepted.

    Args:
        submission: The talk.
        speakers: Its outstanding speakers; at least one.
        user: Who wanted to confirm it, if that is known.
    """
    if not (
        user and user.has_perm("person.orga_list_speakerprofile", submission.event)
    ):
        return _(
            "This talk is not confirmed yet, because not all of its speakers have "
            "accepted the code of conduct."
        )
    return ngettext(
        "This talk is not confirmed yet, because {names} has not accepted the code of "
        "conduct.",
        "This talk is not confirmed yet, because {names} have not accepted the code of "
        "conduct.",
        len(speakers),
    ).format(names=", ".join(speaker.get_display_name() for speaker in speakers))


def refuse_if_held(submission, user=None) -> None:
    """Refuse to confirm a talk while one of its speakers is outstanding or excluded.

    A gate that breaks stays shut: pretalx lets every other exception pass and
    confirms the talk.

    Raises:
        SubmissionError: With one line for the person who tried.
    """
    try:
        reason = refuse_excluded(submission) or refuse_decided(submission)
        if not reason and (speakers := holding_back(submission)):
            reason = refusal(submission, speakers, user)
    except Exception as error:  # noqa: BLE001 -- see above
        logger.error("The gate failed: %s", type(error).__name__)  # noqa: TRY400
        raise SubmissionError(
            _(
                "This talk was not confirmed: it could not be checked whether its "
                "speakers have accepted the code of conduct. Please try again."
            )
        ) from None
    if reason:
        raise SubmissionError(reason)


def set_back(submission) -> bool:
    """Set a talk that was created as confirmed back to accepted, if it must be.

    pretalx asks the gate before such a talk has speakers; it is asked again
    when they come. Talks that had other speakers before stay as they are.

    That it is to be confirmed stays noted on it, as pretalx notes such things,
    so that the organiser sees it and need not choose again.

    Returns:
        Whether it was set back.
    """
    if submission.state != SubmissionStates.CONFIRMED:
        return False
    try:
        # A savepoint: what comes after an error needs a transaction that works.
        with transaction.atomic():
            if not (held_of(submission) or holding_back(submission)):
                return False
            set_submission_state(submission, SubmissionStates.ACCEPTED)
            set_pending_state(submission, SubmissionStates.CONFIRMED)
    except Exception as error:  # noqa: BLE001 -- a gate that breaks stays shut
        logger.error("Setting back failed: %s", type(error).__name__)  # noqa: TRY400
        type(submission).objects.filter(pk=submission.pk).update(
            state=SubmissionStates.ACCEPTED
        )
        submission.state = SubmissionStates.ACCEPTED
    return True


@transaction.atomic
def let_through(*, submission, by, reason: str) -> LetThrough:
    """Let one talk be confirmed although a speaker is outstanding.

    Args:
        submission: The talk.
        by: The organiser who decides.
        reason: Why; required.

    Raises:
        CocError: No reason, one that is too long, there is nobody who has not
            accepted, or the talk was let through already.
    """
    reason = reason.strip()
    if not reason:
        raise CocError(_("Please say why this talk may be confirmed."))
    if len(reason) > MAX_REASON_LENGTH:
        raise CocError(_("This is too long. Please shorten it a little."))
    if not outstanding_of(submission).exists():
        raise CocError(
            _("All speakers of this talk have accepted the code of conduct.")
        )
    let, created = LetThrough.objects.get_or_create(
        event=submission.event,
        submission_code=submission.code,
        defaults={"reason": reason, "let_by": by.code, "created": now()},
    )
    if not created:
        raise CocError(
            _(
                "Somebody has allowed this talk to be confirmed already. Their reason "
                "stays."
            )
        )
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

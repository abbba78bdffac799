# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""An acceptance that was given on paper."""

from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from pretalx.mail.domain.send import send_draft

from pretalx_coc.domain.acceptances import record
from pretalx_coc.domain.asking_mails import draft_paper
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.policy import lock_policy
from pretalx_coc.enums import AcceptanceWay
from pretalx_coc.models import Acceptance

MAX_NOTE_LENGTH = 2_000  # code points


def _has_accepted(event, profile, number: int) -> bool:
    accepted = Acceptance.objects.filter(event=event, number=number)
    if profile.user:
        return accepted.filter(user_code=profile.user.code).exists()
    return accepted.filter(profile_code=profile.code).exists()


@transaction.atomic
def record_on_paper(*, profile, version, language: str, by, note: str) -> Acceptance:
    """Write down that a speaker accepted on paper, and tell them.

    A speaker without an account has no address that they could be told at.

    Args:
        profile: The speaker's profile.
        version: The version that was signed.
        language: The language that was signed.
        by: The organiser who writes it down; not the speaker.
        note: Where the paper is, and what else is worth noting; required.

    Raises:
        CocError: No note, a note that is too long, an own acceptance, one that
            is there already, or the account is deactivated.
    """
    event = profile.event
    lock_policy(event)
    if profile.user and profile.user == by:
        raise CocError(_("Please accept on your own page: this one is for others."))
    if profile.user and not profile.user.is_active:
        # What was erased must not come back.
        raise CocError(_("This account is deactivated: nothing is recorded for it."))
    if not note.strip():
        raise CocError(_("Please note who signed it, and where the paper is kept."))
    if len(note) > MAX_NOTE_LENGTH:
        raise CocError(_("This is too long. Please shorten it a little."))
    if _has_accepted(event, profile, version.number):
        raise CocError(_("This version is already accepted."))
    acceptance = record(
        event=event,
        version=version,
        language=language,
        way=AcceptanceWay.PAPER,
        user=profile.user,
        profile=profile,
        by=by,
        note=note,
    )
    if profile.user:
        mail = draft_paper(event=event, profile=profile, number=version.number)
        transaction.on_commit(partial(send_draft, mail, requestor=by), robust=True)
    return acceptance

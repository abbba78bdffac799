# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What happens when somebody who is excluded comes to a door.

Only they themselves are told, logged in. What everybody else sees says nothing
about who, and the response team gets a note.
"""

import logging

from django.db import transaction
from django.utils.translation import gettext as _

from pretalx.person.models import SpeakerProfile
from pretalx.submission.models import SubmissionStates

from pretalx_coc.domain.exclusion_notes import note_held
from pretalx_coc.domain.exclusions import held_among, held_of, told_exclusions
from pretalx_coc.enums import ExclusionDoor

logger = logging.getLogger(__name__)


def _note(**kwargs) -> None:
    """Tell the team; that this fails opens no door and breaks no page."""
    try:
        note_held(**kwargs)
    except Exception as error:  # noqa: BLE001 -- see above
        logger.error("No note of an exclusion: %s", type(error).__name__)  # noqa: TRY400


def refuse_excluded(submission) -> str:
    """Why a talk is not confirmed, if one of its speakers is excluded.

    Empty if none is. The same words for everybody.
    """
    held = held_of(submission)
    for entry in held:
        _note(
            event=submission.event,
            exclusion=entry.exclusion,
            door=ExclusionDoor.CONFIRM,
            submission=submission,
        )
    if not held:
        return ""
    return _("This talk is not confirmed for now; the response team knows why.")


@transaction.atomic
def hold_new_speakers(submission, pks) -> None:
    """Look whether somebody who is excluded has become a speaker of a talk.

    pretalx cannot be kept from adding them. A talk that is not confirmed is held
    when it is to be. From one that is, they are taken off again: the others on
    it are not to lose their place.

    Args:
        submission: The talk.
        pks: The primary keys of the profiles that were added.
    """
    added = SpeakerProfile.objects.filter(pk__in=pks).select_related("user")
    held = held_among(submission.event, added.order_by("pk"))
    if submission.state == SubmissionStates.CONFIRMED:
        for entry in held:
            submission.speaker_roles.filter(speaker=entry.profile).delete()
    for entry in held:
        _note(
            event=submission.event,
            exclusion=entry.exclusion,
            door=ExclusionDoor.SPEAKER,
            submission=submission,
        )


def turn_away(event, *, user=None, user_id: int | None = None):
    """The exclusion that a person is told of in the CfP; the team gets a note.

    See ``exclusions.told_exclusions`` for the arguments.
    """
    exclusion = told_exclusions(event, user=user, user_id=user_id).first()
    if exclusion:
        _note(event=event, exclusion=exclusion, door=ExclusionDoor.CFP)
    return exclusion

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Taking one speaker off a talk that stays.

The others can invite them again, and they can accept. So who was taken off is
taken off again when they do.
"""

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext as _

from pretalx.common.models.log import ActivityLog
from pretalx.person.models import SpeakerProfile
from pretalx.submission.domain.submission import add_speaker, remove_speaker

from pretalx_coc.domain.case_log import change, note
from pretalx_coc.domain.effects.locking import locked_talk
from pretalx_coc.domain.subjects import profile_of
from pretalx_coc.domain.talks import note_speakers
from pretalx_coc.enums import DecisionState, EntryKind, Measure
from pretalx_coc.models import Decision

KIND = "speaker"
LOGGED_AS = "pretalx.submission.speakers.remove"


def apply(decision: Decision, codes) -> list[dict]:
    """Take the subject off talks; off those that they are not on, nothing."""
    profile = profile_of(decision.case)
    done = []
    for code in codes:
        talk = locked_talk(decision.event, code)
        roles = talk.speaker_roles.filter(speaker=profile) if talk and profile else []
        for role in roles:
            done.append(
                {
                    "kind": KIND,
                    "talk": code,
                    "profile": profile.code,
                    "position": role.position,
                }
            )
            # Who speaks with them must not see the case once they do not any more.
            note_speakers(talk)
            _remove(talk, profile)
    return done


def _remove(talk, profile) -> None:
    """Let pretalx take a speaker off, and its log name nobody who did it.

    Given no user, pretalx writes that the speaker did it themselves.
    """
    entries = ActivityLog.objects.filter(
        event=talk.event,
        action_type=LOGGED_AS,
        content_type=ContentType.objects.get_for_model(type(talk)),
        object_id=talk.pk,
    )
    before = set(entries.values_list("pk", flat=True))
    remove_speaker(talk, profile, orga=True)
    entries.exclude(pk__in=before).update(person=None)


def undo(decision: Decision, effect: dict, by) -> list[str]:
    """Put a speaker back on a talk, where they stood."""
    talk = locked_talk(decision.event, effect["talk"])
    if not talk:
        return [_("A talk is not there any more.")]
    profile = SpeakerProfile.objects.filter(
        event=decision.event, code=effect["profile"]
    ).first()
    if not profile:
        return [
            _("“{talk}”: the speaker’s profile is not there any more.").format(
                talk=talk.title
            )
        ]
    if not talk.speaker_roles.filter(speaker=profile).exists():
        add_speaker(talk, speaker=profile)
        roles = talk.speaker_roles.filter(speaker=profile)
        roles.update(position=effect["position"])
    return []


@transaction.atomic
def take_off_again(submission, pks) -> None:
    """Take speakers off a talk again that they were taken off by a decision.

    Args:
        submission: The talk.
        pks: The primary keys of the profiles that were added.
    """
    decisions = Decision.objects.filter(
        Q(ends=None) | Q(ends__gt=now()),
        event=submission.event,
        state=DecisionState.IN_FORCE,
        measure=Measure.TAKEN_OFF,
    )
    for decision in decisions.select_related("case"):
        codes = [
            effect["profile"]
            for effect in decision.effects
            if effect["kind"] == KIND and effect["talk"] == submission.code
        ]
        roles = submission.speaker_roles.filter(
            speaker__code__in=codes, speaker__in=pks
        )
        if codes and roles.exists():
            roles.delete()
            with change(decision.case, revision=None) as row:
                data = {"decision": decision.code, "talk": submission.code}
                note(row, EntryKind.APPLIED_AGAIN, data=data)

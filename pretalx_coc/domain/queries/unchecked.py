# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What was not, or not fully, checked: never to be shown as clean."""

from dataclasses import dataclass

from pretalx.person.models import SpeakerProfile
from pretalx.submission.models import Submission, SubmissionStates

from pretalx_coc.detection import DETECTOR_VERSION
from pretalx_coc.domain.talks import content_digest, subject_texts
from pretalx_coc.enums import CheckState, SubjectKind
from pretalx_coc.models import Check

PENDING = "pending"


@dataclass(frozen=True)
class Unchecked:
    """A material, and why it was not fully checked."""

    subject_kind: str
    material: str
    reasons: tuple[str, ...]


def unchecked_of(*, event, kind: str, instances) -> dict[str, list[Unchecked]]:
    """What is not fully checked of some talks or profiles, by their codes.

    One query, and a digest of each text: a text that was changed without a
    signal, or whose check was lost, is not checked.

    Args:
        event: The event.
        kind: A value of ``SubjectKind``; what ``instances`` are.
        instances: Submissions or speaker profiles.
    """
    checks = {
        (check.subject_code, check.material): check
        for check in Check.objects.filter(
            event=event,
            subject_kind=kind,
            subject_code__in=[instance.code for instance in instances],
            is_current=True,
        )
    }
    found = {}
    for instance in instances:
        for material, text in subject_texts(kind, instance).items():
            check = checks.get((instance.code, material))
            if not check or check.content_sha256 != content_digest(text):
                reasons = (PENDING,)
            elif check.state == CheckState.PARTIAL:
                reasons = tuple(check.unchecked.split("\n"))
            else:
                continue
            entry = Unchecked(kind, material, reasons)
            found.setdefault(instance.code, []).append(entry)
    return found


def _known(event, kind: str) -> set:
    return set(
        Check.objects.filter(
            event=event, subject_kind=kind, is_current=True, detector=DETECTOR_VERSION
        ).values_list("subject_code", "material", "content_sha256")
    )


def stale_subjects(event):
    """Yield what a check has missed, as pairs of a kind and a primary key.

    A text that was changed without a signal, a check that was lost, a plugin
    that was switched on late, detectors that are newer.

    Args:
        event: The event; its scope must be active.
    """
    talks = Submission.objects.filter(event=event).exclude(state=SubmissionStates.DRAFT)
    profiles = SpeakerProfile.objects.filter(event=event, submissions__isnull=False)
    for kind, queryset in (
        (SubjectKind.TALK.value, talks),
        (SubjectKind.PROFILE.value, profiles.distinct()),
    ):
        known = _known(event, kind)
        for instance in queryset.order_by("pk").iterator(chunk_size=500):
            texts = subject_texts(kind, instance)
            if any(
                (instance.code, material, content_digest(text)) not in known
                for material, text in texts.items()
            ):
                yield kind, instance.pk

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Running the detectors over talks and profiles.

A check changes nothing but the list of findings. It never decides.
"""

import logging

from django.db import transaction
from django.utils.timezone import now

from pretalx.person.models import SpeakerProfile
from pretalx.submission.models import Submission

from pretalx_coc.detection import DETECTOR_VERSION, check_text
from pretalx_coc.domain.talks import content_digest, note_speakers, subject_texts
from pretalx_coc.enums import CheckState, SubjectKind
from pretalx_coc.models import Check, Finding

logger = logging.getLogger(__name__)

CONTEXT_LENGTH = 120  # code points copied before and after a passage
ATTEMPTS = 3


def _load(kind: str, pk: int, *, lock: bool = False):
    manager = (
        Submission.all_objects if kind == SubjectKind.TALK else SpeakerProfile.objects
    )
    queryset = manager.filter(pk=pk)
    return (queryset.select_for_update() if lock else queryset).first()


def _language(kind: str, instance) -> str | None:
    if kind == SubjectKind.TALK:
        return instance.content_locale
    return instance.user.locale if instance.user else None


def _pending(event, kind: str, code: str, texts: dict[str, str]) -> dict[str, str]:
    """The texts whose content these detectors have not checked."""
    known = set(
        Check.objects.filter(
            event=event,
            subject_kind=kind,
            subject_code=code,
            is_current=True,
            detector=DETECTOR_VERSION,
        ).values_list("material", "content_sha256")
    )
    return {
        name: text
        for name, text in texts.items()
        if (name, content_digest(text)) not in known
    }


def _run(text: str, language: str | None):
    """One detector run that cannot fail.

    Returns:
        The findings, and what could not be checked, as reasons.
    """
    try:
        result = check_text(text, language=language)
        unchecked = tuple(entry.code for entry in result.unchecked)
    except Exception as error:  # noqa: BLE001 -- reported as not checked
        # No traceback: its lines could quote the text.
        logger.error("The text detector failed: %s", type(error).__name__)  # noqa: TRY400
        return (), ("error",)
    return result.findings, unchecked


def _kept(current: Check | None, content_sha256: str) -> dict:
    """The findings of an earlier check of this very content, by their place.

    They are locked: a verdict that somebody gives meanwhile waits, and finds
    its finding where it was.
    """
    if not current or current.content_sha256 != content_sha256:
        return {}
    return {
        (finding.start, finding.end): finding
        for finding in current.findings.select_for_update()
    }


def _store(event, kind: str, instance, material: str, text: str, outcome) -> None:
    """Replace what is known of a material by the outcome of a new check.

    For the same content a finding stays the row it is, with its code and its
    verdict, whatever the new detectors say of it: it moves to the new check.
    One that they do not make any more goes, unless somebody has judged it.
    """
    findings, unchecked = outcome
    digest = content_digest(text)
    subject = {
        "event": event,
        "subject_kind": kind,
        "subject_code": instance.code,
        "material": material,
    }
    current = Check.objects.filter(**subject, is_current=True).first()
    kept = _kept(current, digest)
    Check.objects.filter(**subject, is_current=True).update(is_current=False)
    check = Check.objects.create(
        **subject,
        content_sha256=digest,
        detector=DETECTOR_VERSION,
        state=CheckState.PARTIAL if unchecked else CheckState.COMPLETE,
        unchecked="\n".join(unchecked),
        created=now(),
    )
    for found in findings:
        place = (found.start, found.end)
        finding = kept.pop(place, None) or Finding(**subject, created=check.created)
        _fill(finding, check, found, text)
    for finding in kept.values():
        if finding.verdict:
            finding.check_run = check
            finding.save(update_fields=["check_run"])


def _fill(finding: Finding, check: Check, found, text: str) -> None:
    finding.check_run = check
    finding.start, finding.end = found.start, found.end
    finding.before = text[max(0, found.start - CONTEXT_LENGTH) : found.start]
    finding.passage = text[found.start : found.end]
    finding.after = text[found.end : found.end + CONTEXT_LENGTH]
    finding.rule = found.rule
    finding.category = found.category
    finding.level = found.level
    finding.strength = found.strength
    finding.steps = [list(step) for step in found.steps]
    finding.save()


def _drop_removed(event, kind: str, code: str, texts: dict[str, str]) -> None:
    """A material that was emptied has nothing left to look at."""
    Check.objects.filter(
        event=event, subject_kind=kind, subject_code=code, is_current=True
    ).exclude(material__in=texts).update(is_current=False)


def check_subject(*, event, kind: str, pk: int) -> int:
    """Check the texts of a talk or a profile that have changed.

    The detectors run outside of any transaction; what they found is stored
    only if the texts are still the same, and they run again if not.

    Args:
        event: The event; its scope must be active.
        kind: A value of ``SubjectKind``.
        pk: The primary key of the ``Submission`` or ``SpeakerProfile``.

    Returns:
        How many texts were checked.
    """
    for __ in range(ATTEMPTS):
        instance = _load(kind, pk)
        if not instance or getattr(instance, "state", None) == "draft":
            return 0
        texts = subject_texts(kind, instance)
        pending = _pending(event, kind, instance.code, texts)
        language = _language(kind, instance)
        outcomes = {name: _run(text, language) for name, text in pending.items()}
        with transaction.atomic():
            locked = _load(kind, pk, lock=True)
            if not locked:
                return 0
            if subject_texts(kind, locked) != texts:
                continue
            if kind == SubjectKind.TALK and any(
                found for found, _ in outcomes.values()
            ):
                note_speakers(locked)
            still_pending = _pending(event, kind, locked.code, texts)
            for name, outcome in outcomes.items():
                if name in still_pending:
                    _store(event, kind, locked, name, texts[name], outcome)
            _drop_removed(event, kind, locked.code, texts)
        return len(outcomes)
    return 0

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Storing what a check found, and keeping what people have said of it."""

import hashlib
import io
from dataclasses import dataclass, fields
from pathlib import Path

from django.utils.timezone import now

from pretalx_coc.domain import copies
from pretalx_coc.domain.detectors import Found, Outcome, place_of
from pretalx_coc.enums import CheckState
from pretalx_coc.models import Check, Finding

FOUND_FIELDS = tuple(
    entry.name for entry in fields(Found) if entry.name not in ("jpeg", "preview")
)


@dataclass(frozen=True)
class Subject:
    """The talk or the profile that is checked."""

    event: object
    kind: str
    code: str

    def current_checks(self):
        """The last check of each of its materials."""
        return Check.objects.filter(
            event=self.event,
            subject_kind=self.kind,
            subject_code=self.code,
            is_current=True,
        )


@dataclass(frozen=True)
class Run:
    """One run of the detectors over one material.

    Attributes:
        material: What was checked.
        sha256: The digest of its content.
        detector: The version of the detectors.
        outcome: What they say.
        path: Where the file lies that was checked; None for a text.
    """

    material: object
    sha256: str
    detector: str
    outcome: Outcome
    path: str | None = None


def is_known(check: Check | None, material, detector: str) -> bool:
    """Whether this check is of the material's content as it is now.

    Args:
        check: The last check of the material, if there is one.
        material: A text or a file; a file is not read.
        detector: The version of the detectors.
    """
    if not check or check.detector != detector:
        return False
    known = check.source if material.is_file else check.content_sha256
    return known == material.state


def same_file(check: Check | None, run_sha256: str, detector: str) -> bool:
    """Whether a file has another path or time, and the content that was checked."""
    return bool(
        check
        and check.source
        and check.content_sha256 == run_sha256
        and check.detector == detector
    )


def checked_elsewhere(event, sha256: str, detector: str) -> Outcome | None:
    """What the detectors said of the same file in another place of the event.

    Args:
        event: The event.
        sha256: The digest of the file.
        detector: The version of the detectors.
    """
    checks = Check.objects.filter(
        event=event, is_current=True, content_sha256=sha256, detector=detector
    ).exclude(source="")
    # A failure of that moment, which need not happen again.
    check = checks.exclude(unchecked__in=("error", "missing", "broken_off")).first()
    if not check:
        return None
    found = tuple(
        Found(
            **{name: getattr(finding, name) for name in FOUND_FIELDS},
            preview=finding.preview,
        )
        for finding in check.findings.select_related("preview")
    )
    unchecked = tuple(check.unchecked.split("\n")) if check.unchecked else ()
    return Outcome(found, unchecked, check.media)


def _kept(current: Check | None, sha256: str) -> dict:
    """The findings of an earlier check of this very content, by their place.

    They are locked: a verdict that somebody gives meanwhile waits, and finds
    its finding where it was.
    """
    if not current or current.content_sha256 != sha256:
        return {}
    return {
        place_of(finding): finding for finding in current.findings.select_for_update()
    }


def _new_check(subject: Subject, run: Run, current: Check | None) -> Check:
    material, unchecked = run.material, run.outcome.unchecked
    same = current and current.content_sha256 == run.sha256
    return Check.objects.create(
        event=subject.event,
        subject_kind=subject.kind,
        subject_code=subject.code,
        material=material.name,
        content_sha256=run.sha256,
        detector=run.detector,
        state=CheckState.PARTIAL if unchecked else CheckState.COMPLETE,
        unchecked="\n".join(unchecked),
        created=now(),
        name=material.title,
        source=material.state if material.is_file else "",
        media=run.outcome.media,
        looked_at=current.looked_at if same else None,
        looked_at_by=current.looked_at_by if same else "",
    )


def _copy(subject: Subject, run: Run):
    if not run.path or not run.outcome.findings:
        return None
    with Path(run.path).open("rb") as source:
        return copies.keep(
            event=subject.event,
            sha256=run.sha256,
            source=source,
            name=run.material.title or run.material.name,
            media=run.outcome.media,
        )


def _preview(subject: Subject, found: Found):
    if not found.jpeg:
        return found.preview
    return copies.keep(
        event=subject.event,
        sha256=hashlib.sha256(found.jpeg).hexdigest(),
        source=io.BytesIO(found.jpeg),
        name="preview.jpg",
        media="jpeg",
    )


def _judged(subject: Subject) -> list[Finding]:
    """What people have said of this talk's or profile's materials, newest first."""
    return list(
        Finding.objects.filter(
            event=subject.event, subject_kind=subject.kind, subject_code=subject.code
        )
        .exclude(verdict="")
        .order_by("-verdict_at", "-pk")
    )


def _earlier(judged: list[Finding], material: str, found: Found) -> Finding | None:
    """The finding whose verdict helps whoever judges this one.

    The same words first; then the same rule, or at least the same kind of
    thing, in an earlier content of the same material.
    """
    words = found.passage.casefold()
    here = [finding for finding in judged if finding.material == material]
    same_words = (
        lambda other: bool(words) and other.passage.casefold() == words,
        lambda other: other.rule == found.rule,
        lambda other: other.category == found.category,
    )
    for number, matches in enumerate(same_words):
        candidates = [*here, *judged] if number == 0 else here
        if match := next(filter(matches, candidates), None):
            return match
    return None


def store(subject: Subject, run: Run, current: Check | None) -> None:
    """Replace what is known of a material by the outcome of a new check.

    For the same content a finding stays the row it is, with its code and its
    verdict, whatever the new detectors say of it: it moves to the new check.
    One that they do not make any more goes, unless somebody has judged it. For
    another content the new finding names an earlier one that was judged.

    Args:
        subject: The talk or the profile; its row is locked in this transaction.
        run: What was checked, and what came out.
        current: The last check of the material, read under that lock.
    """
    kept = _kept(current, run.sha256)
    if current:
        Check.objects.filter(pk=current.pk).update(is_current=False)
    check = _new_check(subject, run, current)
    copy = _copy(subject, run)
    new, again = [], []
    for found in run.outcome.findings:
        finding = kept.pop(place_of(found), None)
        if finding:
            again.append(finding)
        else:
            finding = _new_finding(subject, check)
            new.append((finding, found))
        _fill(subject, finding, check, found, copy)
    _name_earlier(subject, new)
    for finding in (*again, *(finding for finding, __ in new)):
        finding.save()
    for finding in kept.values():
        if finding.verdict:
            finding.check_run = check
            finding.save(update_fields=["check_run"])


def _new_finding(subject: Subject, check: Check) -> Finding:
    return Finding(
        event=subject.event,
        subject_kind=subject.kind,
        subject_code=subject.code,
        material=check.material,
        created=check.created,
    )


def _name_earlier(subject: Subject, new: list) -> None:
    judged = _judged(subject) if new else []
    for finding, found in new:
        finding.earlier = _earlier(judged, finding.material, found)


def _fill(subject: Subject, finding: Finding, check: Check, found, copy) -> None:
    finding.check_run = check
    for name in FOUND_FIELDS:
        setattr(finding, name, getattr(found, name))
    finding.copy = copy or finding.copy
    if finding.box:
        finding.preview = _preview(subject, found) or finding.preview

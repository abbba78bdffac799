# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Checking an event from end to end, and what came out of it in numbers."""

import logging
import time
from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Count, Q

from pretalx_coc.domain.checks import AGAIN, check_subject
from pretalx_coc.domain.claims import TakenError
from pretalx_coc.domain.detectors import PICTURES, Detectors
from pretalx_coc.domain.queries.unchecked import all_subjects, stale_subjects
from pretalx_coc.enums import CheckState
from pretalx_coc.models import Check, Finding

logger = logging.getLogger(__name__)

# Failures of a moment, which need not happen again.
PASSING = r"(^|\n)(error|missing|extra)( |\n|$)"
TAKEN_ATTEMPTS = 6
TAKEN_SECONDS = 5


@dataclass
class Run:
    """One way through an event.

    Attributes:
        subjects: How many talks and profiles were looked at.
        materials: How many of their texts and files were checked just now.
        failed: How many talks and profiles could not be worked on.
        taken: How many another worker had in hand to the end.
        stopped: Whether somebody stopped it before the end.
    """

    subjects: int = 0
    materials: int = 0
    failed: int = 0
    taken: int = 0
    stopped: bool = False


@dataclass(frozen=True)
class Summary:
    """What is known of an event now.

    Attributes:
        materials: How many texts and files have been checked.
        findings: Rows of level, category, number, and how many of them wait.
        unchecked: Reason → how many materials were not fully checked for it and
            have not been looked at by a person either.
        pending: How many talks and profiles are not up to date.
        sees_pictures: Whether the event checks pictures.
    """

    materials: int
    findings: list[dict] = field(default_factory=list)
    unchecked: dict[str, int] = field(default_factory=dict)
    pending: int = 0
    sees_pictures: bool = False

    @property
    def is_complete(self) -> bool:
        """Whether all was read; pictures that nobody asked to check do not count."""
        expected = set() if self.sees_pictures else {PICTURES}
        return not self.pending and not (self.unchecked.keys() - expected)


def subjects_of(event, *, only_stale: bool) -> list[tuple[str, int]]:
    """The talks and profiles to go through.

    Args:
        event: The event; its scope must be active.
        only_stale: Only those that are not up to date. Otherwise all, and what
            failed for a reason that may have passed is checked again.
    """
    if only_stale:
        return list(stale_subjects(event))
    Check.objects.filter(event=event, is_current=True, unchecked__regex=PASSING).update(
        detector=AGAIN
    )
    return list(all_subjects(event))


def check_subjects(event, subjects, *, progress, is_stopped) -> Run:
    """Check talks and profiles one after the other.

    What is up to date is not checked again, so that a run which was stopped
    goes on where it was.

    Args:
        event: The event; its scope must be active.
        subjects: Pairs of a kind and a primary key.
        progress: Called with a number whenever so many more are done.
        is_stopped: Asked before each; True ends the run.
    """
    run, taken = Run(), []
    for subject in subjects:
        if is_stopped():
            run.stopped = True
            return run
        if not _check(event, subject, run):
            taken.append(subject)
        run.subjects += 1
        progress(1)
    run.taken = len(_wait_for(event, taken, run, is_stopped))
    run.stopped = bool(run.taken) and is_stopped()
    return run


def _check(event, subject: tuple[str, int], run: Run) -> bool:
    """Check one; False if another worker has some of it in hand."""
    kind, pk = subject
    try:
        run.materials += check_subject(event=event, kind=kind, pk=pk)
    except TakenError:
        return False
    except Exception as error:  # noqa: BLE001 -- the others go on
        # No traceback: its lines could quote a text.
        logger.error("A check failed: %s", type(error).__name__)  # noqa: TRY400
        run.failed += 1
    return True


def _wait_for(event, taken: list, run: Run, is_stopped) -> list:
    """Ask again for what other workers have in hand; what they still have then."""
    for __ in range(TAKEN_ATTEMPTS):
        if not taken or is_stopped():
            break
        time.sleep(TAKEN_SECONDS)
        taken = [subject for subject in taken if not _check(event, subject, run)]
    return taken


def summary_of(event) -> Summary:
    """What is known of an event, in numbers.

    Args:
        event: The event; its scope must be active.
    """
    checks = Check.objects.filter(event=event, is_current=True)
    partial = checks.filter(state=CheckState.PARTIAL, looked_at__isnull=True)
    reasons = Counter()
    for unchecked in partial.values_list("unchecked", flat=True).iterator():
        reasons.update({line.split(" ")[0] for line in unchecked.split("\n")})
    findings = (
        Finding.objects.filter(event=event, check_run__is_current=True)
        .order_by("-level", "category")
        .values("level", "category")
        .annotate(number=Count("pk"), waiting=Count("pk", filter=Q(verdict="")))
    )
    return Summary(
        materials=checks.count(),
        findings=list(findings),
        unchecked=dict(sorted(reasons.items())),
        pending=sum(1 for __ in stale_subjects(event)),
        sees_pictures=Detectors(event).sees_pictures,
    )

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What was not, or not fully, checked: never to be shown as clean."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from pretalx.submission.models import Submission, SubmissionStates

from pretalx_coc.domain.check_store import is_known
from pretalx_coc.domain.checks import AGAIN
from pretalx_coc.domain.detectors import PICTURES, Detectors
from pretalx_coc.domain.materials import materials_of, queryset, read_along
from pretalx_coc.domain.own_matters import without_own_matters
from pretalx_coc.enums import CheckState, SubjectKind
from pretalx_coc.models import Check

PENDING = "pending"
CHUNK = 500


@dataclass(frozen=True)
class Unchecked:
    """A material, and why it was not fully checked.

    Attributes:
        subject_kind: A value of ``SubjectKind``.
        material: The name of the material.
        title: What its owner called it.
        reasons: Lines as in ``detectors.Outcome.unchecked``, or ``PENDING``.
        check: The check that left something unread; None while it is pending.
    """

    subject_kind: str
    material: str
    title: str
    reasons: tuple[str, ...]
    check: Check | None = None

    @classmethod
    def of(cls, check: Check):
        """What this check left unread."""
        kind, name = check.subject_kind, check.material
        return cls(kind, name, check.name, unread(check), check)


def unread(check: Check) -> tuple[str, ...]:
    """The lines that say what a check has not read; ``PENDING`` if it is repeated."""
    if check.detector == AGAIN:
        return (PENDING,)
    return tuple(check.unchecked.split("\n")) if check.unchecked else ()


def _entry(kind: str, material, check: Check | None) -> Unchecked | None:
    # Newer detectors make no content unknown that was read by earlier ones.
    detector = check.detector if check else ""
    if not is_known(check, material, detector):
        return Unchecked(kind, material.name, material.title, (PENDING,))
    return Unchecked.of(check) if unread(check) else None


def unchecked_of(*, event, kind: str, instances) -> dict[str, list[Unchecked]]:
    """What is not fully checked of some talks or profiles, by their codes.

    The number of queries does not grow, and each text is digested: a content
    that was changed without a signal, or whose check was lost, is not checked.

    Args:
        event: The event.
        kind: A value of ``SubjectKind``; what ``instances`` are.
        instances: Submissions or speaker profiles.
    """
    read_along(kind, instances)
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
        for name, material in materials_of(kind, instance).items():
            entry = _entry(kind, material, checks.get((instance.code, name)))
            if entry:
                found.setdefault(instance.code, []).append(entry)
    return found


def partial_checks(event, user):
    """The checks that left something unread; none about the member themselves."""
    checks = Check.objects.filter(
        event=event, is_current=True, state=CheckState.PARTIAL
    )
    return without_own_matters(checks, user, event)


def material_of(check: Check):
    """The material of a check as it is now; None if it is gone."""
    subject = queryset(check.subject_kind).filter(
        event=check.event, code=check.subject_code
    )
    instance = subject.first()
    materials = materials_of(check.subject_kind, instance) if instance else {}
    return materials.get(check.material)


def visible_unchecked(event, user, *, reason: str = ""):
    """The checks that left something unread, and that nobody has looked at.

    Where the event does not check pictures, these are left out unless they are
    asked for: the page says so once. Where it does, there were too many of them,
    or one could not be drawn, and that is a thing of this very file.

    Args:
        event: The event.
        user: The member; what is about themselves is left out.
        reason: Only those with this code.
    """
    checks = Check.objects.filter(
        event=event, is_current=True, state=CheckState.PARTIAL, looked_at__isnull=True
    )
    if reason:
        checks = checks.filter(unchecked__regex=rf"(^|\n){reason}( |\n|$)")
    elif not Detectors(event).sees_pictures:
        line = rf"{PICTURES}[^\n]*"
        checks = checks.exclude(unchecked__regex=rf"^{line}(\n{line})*$")
    return without_own_matters(checks, user, event)


def _talks(event):
    return (
        queryset(SubjectKind.TALK.value)
        .filter(event=event)
        .exclude(state=SubmissionStates.DRAFT)
    )


def _profiles(event):
    found = queryset(SubjectKind.PROFILE.value)
    return found.filter(event=event, submissions__isnull=False).distinct()


def never_checked(event, user) -> int:
    """How many talks nothing was ever checked of; about others than this member.

    One query, for a page that is opened often: the sweep finds the rest.
    """
    checks = Check.objects.filter(
        event=event, subject_kind=SubjectKind.TALK, subject_code=OuterRef("code")
    )
    talks = Submission.objects.filter(event=event).exclude(speakers__user=user)
    return talks.filter(~Exists(checks)).count()


def _known(event, kind: str) -> dict:
    checks = Check.objects.filter(event=event, subject_kind=kind, is_current=True)
    known = {}
    for check in checks.only(
        "subject_code", "material", "content_sha256", "source", "detector"
    ).iterator():
        known.setdefault(check.subject_code, {})[check.material] = check
    return known


def all_subjects(event):
    """Yield every talk and profile that is checked, as a kind and a primary key.

    Args:
        event: The event; its scope must be active.
    """
    for kind, found in (
        (SubjectKind.TALK.value, _talks(event)),
        (SubjectKind.PROFILE.value, _profiles(event)),
    ):
        for pk in found.order_by("pk").values_list("pk", flat=True):
            yield kind, pk


def stale_subjects(event):
    """Yield what a check has missed, as pairs of a kind and a primary key.

    A content that was changed without a signal, a check that was lost, a
    plugin that was switched on late, detectors that are newer or set
    differently. No file is read.

    Args:
        event: The event; its scope must be active.
    """
    detectors = Detectors(event)
    for kind, found in (
        (SubjectKind.TALK.value, _talks(event)),
        (SubjectKind.PROFILE.value, _profiles(event)),
    ):
        known = _known(event, kind)
        for instance in found.order_by("pk").iterator(chunk_size=CHUNK):
            materials = materials_of(kind, instance)
            checks = known.get(instance.code, {})
            if checks.keys() - materials.keys() or any(
                not is_known(checks.get(name), entry, detectors.version_for(entry))
                for name, entry in materials.items()
            ):
                yield kind, instance.pk

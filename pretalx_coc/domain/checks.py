# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Running the detectors over talks and profiles.

A check changes nothing but the list of findings. It never decides.
"""

from django.db import transaction
from django.utils.functional import cached_property
from django.utils.timezone import now
from django.utils.translation import gettext as _

from pretalx_coc.domain import audit, claims
from pretalx_coc.domain.check_store import (
    Run,
    Subject,
    checked_elsewhere,
    is_known,
    same_file,
    store,
)
from pretalx_coc.domain.copies import working_copy
from pretalx_coc.domain.detectors import Detectors, Outcome
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.materials import materials_of, queryset
from pretalx_coc.domain.own_matters import OWN_MATTER, is_own_matter
from pretalx_coc.domain.phrases import phrases_about
from pretalx_coc.domain.talks import content_digest, note_speakers
from pretalx_coc.enums import AuditAction, CheckState, SubjectKind
from pretalx_coc.models import Check, Finding
from pretalx_coc.tasks import after_commit, task_check_subject

ATTEMPTS = 3
AGAIN = "again"  # the version of no detectors: the material is checked again


def _load(kind: str, pk: int, *, lock: bool = False):
    found = queryset(kind).filter(pk=pk)
    # Only the talk or the profile itself: its account is others' business, too.
    found = found.select_for_update(of=("self",)) if lock else found
    instance = found.first()
    return None if getattr(instance, "state", None) == "draft" else instance


def _language(kind: str, instance) -> str | None:
    if kind == SubjectKind.TALK:
        return instance.content_locale
    return instance.user.locale if instance.user else None


def _content(sha256: str, version: str) -> str:
    """What a claim is for."""
    return f"{sha256}:{version}"


class _Checking:
    """Checking one talk or profile: what is pending, and storing what came out."""

    def __init__(self, event, kind: str, pk: int):
        self.event, self.kind, self.pk = event, kind, pk
        self.detectors = Detectors(event)

    @cached_property
    def phrases(self):
        """What the event watches and allows, as it counts for this one."""
        return phrases_about(
            self.detectors.phrases, self.event, self.kind, self.subject.code
        )

    def read(self, *, lock: bool = False) -> bool:
        """Read it as it is now; False if there is nothing to check any more."""
        instance = self.instance = _load(self.kind, self.pk, lock=lock)
        if not instance:
            return False
        self.subject = Subject(self.event, self.kind, instance.code)
        self.language = _language(self.kind, instance)
        self.materials = materials_of(self.kind, instance)
        self.known = {check.material: check for check in self.subject.current_checks()}
        return True

    def pending(self, *, files: bool) -> list:
        """The materials of a kind whose content these detectors have not checked."""
        return [
            material
            for name, material in self.materials.items()
            if material.is_file == files and not self.is_known(material)
        ]

    def is_known(self, material) -> bool:
        version = self.detectors.version_for(material)
        return is_known(self.known.get(material.name), material, version)

    def run_text(self, material) -> Run:
        outcome = self.detectors.check_text(material.text, self.language, self.phrases)
        return Run(material, material.digest, self.detectors.text_version, outcome)

    @transaction.atomic
    def keep(self, runs: list[Run]) -> bool:
        """Store what was found in what is still the same; whether all of it was."""
        if not self.read(lock=True):
            return True
        same = [
            run
            for run in runs
            if (material := self.materials.get(run.material.name))
            and material.state == run.material.state
        ]
        found = any(run.outcome.findings for run in same)
        if found and self.kind == SubjectKind.TALK:
            note_speakers(self.instance)
        for run in same:
            # Another worker may have been faster.
            if not self.is_known(run.material):
                store(self.subject, run, self.known.get(run.material.name))
        if removed := self.known.keys() - self.materials.keys():
            # A material that was emptied has nothing left to look at.
            checks = self.subject.current_checks().filter(material__in=removed)
            checks.update(is_current=False)
        return len(same) == len(runs)

    def check_texts(self) -> int:
        """Check what is pending of the texts, all at once; how many were."""
        checked = 0
        for __ in range(ATTEMPTS):
            if not self.read():
                break
            runs = [self.run_text(material) for material in self.pending(files=False)]
            if not runs and not self.known.keys() - self.materials.keys():
                break
            checked += len(runs)
            if self.keep(runs):
                break
        return checked

    def check_files(self) -> int:
        """Check what is pending of the files, one after the other; how many were.

        Raises:
            TakenError: Another worker has one of them; the others are checked.
        """
        checked, taken = 0, None
        # As it was read for the texts: a file that came since has its own task.
        for material in self.pending(files=True) if self.instance else ():
            try:
                checked += self.check_file(material)
            except claims.TakenError as error:
                taken = error
        if taken:
            raise taken
        return checked

    def check_file(self, material) -> int:
        """Check a file; 0 if its content is known already."""
        version = self.detectors.file_version
        try:
            with working_copy(material.file) as copy:
                return self._check_copy(material, copy, version)
        except OSError as error:
            gone = isinstance(error, FileNotFoundError)
            outcome = Outcome(unchecked=("missing" if gone else "error",))
            digest = content_digest(material.state)
            self.keep([Run(material, digest, version, outcome)])
            return 1

    def _check_copy(self, material, copy, version: str) -> int:
        known = self.known.get(material.name)
        if same_file(known, copy.sha256, version):
            Check.objects.filter(pk=known.pk).update(
                source=material.state, name=material.title
            )
            return 0

        def keep(outcome):
            self.keep([Run(material, copy.sha256, version, outcome, copy.path)])

        wanted_again = known and known.detector == AGAIN
        try:
            with claims.claim(self.event, _content(copy.sha256, version)):
                # Asked, and kept, within the claim: whoever comes later finds it.
                elsewhere = checked_elsewhere(self.event, copy.sha256, version)
                # There, a phrase may have counted that does not count here.
                is_same = self.phrases == self.detectors.phrases
                if elsewhere and is_same and not wanted_again:
                    keep(elsewhere)
                else:
                    keep(
                        self.detectors.check_file(
                            copy.path, self.language, self.phrases
                        )
                    )
        except claims.BrokenOffError:
            keep(Outcome(unchecked=("broken_off",)))
        return 1


def check_subject(*, event, kind: str, pk: int, files: bool = True) -> int:
    """Check the materials of a talk or a profile that have changed.

    The detectors run outside of any transaction; what they found is stored
    only if the content is still the same, and they run again if not. Texts are
    stored together, and each file when it is done.

    Args:
        event: The event; its scope must be active.
        kind: A value of ``SubjectKind``.
        pk: The primary key of the ``Submission`` or ``SpeakerProfile``.
        files: Whether to check files, too, each of which may take a minute.

    Returns:
        How many materials were checked.

    Raises:
        TakenError: Another worker is checking one of the files right now.
    """
    checking = _Checking(event, kind, pk)
    checked = checking.check_texts()
    return checked + checking.check_files() if files else checked


@transaction.atomic
def look_at(*, check: Check, by) -> Check:
    """Note that a person looked at what the detectors could not read.

    It holds until the content changes.

    Args:
        check: The check that left something unread.
        by: The member who looked.

    Raises:
        CocError: The material has changed since, or was read in full; or it is
            the member's own.
    """
    check = Check.objects.select_for_update().get(pk=check.pk)
    if is_own_matter(check, by):
        raise CocError(OWN_MATTER)
    if not check.is_current or check.state != CheckState.PARTIAL:
        raise CocError(
            _("This has been checked again since you opened the page. Please look.")
        )
    if check.looked_at:
        return check
    check.looked_at, check.looked_at_by = now(), by.code
    check.save(update_fields=["looked_at", "looked_at_by"])
    audit.write(
        event=check.event,
        chain=audit.CONCERN_CHAIN,
        action=AuditAction.LOOKED_AT,
        actor=by,
        subject=check.subject_code,
        data={"material": check.material, "sha256": check.content_sha256},
    )
    return check


@transaction.atomic
def check_again(*, check: Check) -> None:
    """Check a material again as soon as possible, whatever is known of it.

    Args:
        check: Its last check.
    """
    instance = (
        queryset(check.subject_kind)
        .filter(event=check.event, code=check.subject_code)
        .first()
    )
    if not instance or not check.is_current:
        return
    version = Detectors(check.event).file_version
    claims.forget(check.event, _content(check.content_sha256, version))
    Check.objects.filter(pk=check.pk).update(detector=AGAIN)
    after_commit(
        task_check_subject,
        event_id=check.event_id,
        kind=check.subject_kind,
        pk=instance.pk,
    )


@transaction.atomic
def carry_findings_over(*, event, merged_code: str, survivor) -> None:
    """Move checks and findings of a merged profile to the one that stays.

    A material that both have stays that of the survivor; what was judged in
    the other one stands on the survivor's record.

    Args:
        event: The event.
        merged_code: The code of the profile that is gone.
        survivor: The profile that is left.
    """
    merged = {
        "event": event,
        "subject_kind": SubjectKind.PROFILE.value,
        "subject_code": merged_code,
    }
    subject = Subject(event, SubjectKind.PROFILE.value, survivor.code)
    own = set(subject.current_checks().values_list("material", flat=True))
    checks = Check.objects.filter(**merged)
    checks.filter(is_current=True, material__in=own).update(is_current=False)
    checks.update(subject_code=survivor.code)
    Finding.objects.filter(**merged).update(subject_code=survivor.code)

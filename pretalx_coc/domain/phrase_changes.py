# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Adding and removing the words and phrases of an event."""

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from pretalx_coc.detection import Phrases
from pretalx_coc.detection.learnt import NUMBER
from pretalx_coc.detection.phrases import covers
from pretalx_coc.domain import audit
from pretalx_coc.domain.detectors import Detectors
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.own_matters import without_own_matters
from pretalx_coc.domain.phrases import (
    checked_phrase,
    forget_cached,
    same_phrase,
    watches,
)
from pretalx_coc.enums import AuditAction
from pretalx_coc.models import Check, CocSettings, Finding, Phrase
from pretalx_coc.tasks import after_commit, task_check_event

MAX_PHRASES = 500  # of one event: nobody looks through more


@transaction.atomic
def add_phrase(
    *, event, by, kind: str, text: str, category: str = "", finding_code: str = ""
) -> Phrase:
    """Watch or allow a phrase from now on.

    What is allowed goes at once from what waits; verdicts stay. It does not count
    for the talks and the profile of whoever adds it. What is watched is looked
    for in the background, and so is what allowed words no longer suggest together
    with others.

    Args:
        event: The event.
        by: The user who adds it.
        kind: A value of ``PhraseKind``.
        text: The phrase as it was typed.
        category: A value of ``FindingCategory``, for a watched phrase.
        finding_code: The finding whose verdict allows the phrase.

    Raises:
        CocError: The phrase is refused, or on the other list, or there are too
            many.
    """
    text = checked_phrase(text)
    _lock(event)
    existing = same_phrase(event, text)
    if existing and existing.kind == kind:
        return existing
    if existing:
        raise CocError(
            _("“{phrase}” is on the other list. Remove it there first.").format(
                phrase=existing.text
            )
        )
    if Phrase.objects.filter(event=event).count() >= MAX_PHRASES:
        raise CocError(_("There are too many phrases. Please remove some first."))
    with _changing(event) as change:
        phrase = Phrase.objects.create(
            event=event,
            kind=kind,
            text=text,
            category=category if watches(kind) else "",
            finding_code=finding_code,
            created=now(),
            created_by=by.code if by else "",
        )
        if watches(kind):
            change.concerns_all()
        else:
            change.concerns(_checks_read_together(event))
            _take_away(event, text, by)
    _note(AuditAction.PHRASE_ADDED, phrase, by)
    return phrase


@transaction.atomic
def remove_phrase(*, phrase: Phrase, by) -> None:
    """Neither watch nor allow a phrase any more; what that changes is checked again.

    Args:
        phrase: The phrase.
        by: The user who removes it.

    Raises:
        CocError: It is watched, and found in a talk or the profile of this user.
    """
    event = phrase.event
    _lock(event)
    phrase = Phrase.objects.filter(pk=phrase.pk).first()
    if not phrase:
        return
    if watches(phrase.kind) and _is_found_in_own(event, phrase.text, by):
        raise CocError(
            _(
                "“{phrase}” is found in a talk or a profile of your own. Somebody "
                "else has to remove it."
            ).format(phrase=phrase.text)
        )
    _note(AuditAction.PHRASE_REMOVED, phrase, by)
    with _changing(event) as change:
        phrase.delete()
        if watches(phrase.kind):
            change.concerns(_checks_with(event, phrase.text))
        else:
            change.concerns_all()


def copy_phrases(source, event) -> None:
    """Give a copy of an event the words that people typed for its source.

    What was allowed with a verdict quotes a talk of the source, and stays there.
    An event that has phrases already keeps its own.

    Args:
        source: The event that was copied.
        event: The new event.
    """
    if Phrase.objects.filter(event=event).exists():
        return
    copied = [
        Phrase(
            event=event,
            kind=phrase.kind,
            text=phrase.text,
            category=phrase.category,
            created=now(),
            created_by=phrase.created_by,
        )
        for phrase in Phrase.objects.filter(event=source, finding_code="")
    ]
    for phrase in Phrase.objects.bulk_create(copied):
        _note(AuditAction.PHRASE_ADDED, phrase, None)


def _lock(event) -> None:
    # One after the other: each compares with what there is.
    CocSettings.objects.get_or_create(event=event)
    CocSettings.objects.select_for_update().get(event=event)


def _note(action: str, phrase: Phrase, by) -> None:
    audit.write(
        event=phrase.event,
        # What came with a verdict is a matter of the response team.
        chain=audit.CONCERN_CHAIN if phrase.finding_code else audit.POLICY_CHAIN,
        action=action,
        actor=by,
        subject=phrase.finding_code,
        data={"kind": phrase.kind, "category": phrase.category, "phrase": phrase.pk},
        texts={"phrase": phrase.text},
    )


def _current(event):
    return Finding.objects.filter(event=event, check_run__is_current=True)


def _take_away(event, text: str, by) -> None:
    """Remove the findings that wait and that a phrase covers.

    The detectors would do the same: what is allowed leaves every other finding
    of a rule as it is, and those in the talks of whoever allows it.
    """
    phrases = Phrases(allowed=(text,))
    others = _current(event).filter(verdict="")
    if by:
        others = without_own_matters(others, by, event)
    gone = [
        finding.pk
        for finding in others.iterator()
        if covers(finding.before, finding.passage, finding.after, phrases)
    ]
    Finding.objects.filter(pk__in=gone, verdict="").delete()


def _watched(findings, text: str) -> list[Finding]:
    """Those of some findings that are there by this watched phrase."""
    phrases = Phrases(allowed=(text,))
    return [
        finding
        for finding in findings.filter(rule__startswith="own.").iterator()
        if covers("", finding.passage, "", phrases)
    ]


def _checks_read_together(event) -> set[int]:
    """The current checks with a finding that many words make together.

    Words that are allowed no longer speak for one, wherever they stand in it.
    """
    found = _current(event).filter(rule__endswith=f".{NUMBER}")
    return set(found.values_list("check_run_id", flat=True))


def _checks_with(event, text: str) -> set[int]:
    """The current checks that have a finding by this watched phrase."""
    return {finding.check_run_id for finding in _watched(_current(event), text)}


def _is_found_in_own(event, text: str, by) -> bool:
    """Whether this watched phrase is found in what is this user's own matter.

    To say so tells them nothing: the phrase is always found where it stands.
    """
    others = without_own_matters(_current(event), by, event)
    own = _current(event).exclude(pk__in=others.values("pk"))
    return bool(_watched(own, text))


class _changing:  # noqa: N801 -- reads as a statement
    """Around a change of the phrases: which checks it makes stale.

    A check carries the version of what made it, with a digest of the phrases.
    Where the change cannot have altered the outcome, the check gets the new
    version and is not repeated.
    """

    def __init__(self, event):
        self.event = event
        self.stale = set()
        self.is_all = False

    def concerns(self, check_ids: set[int]) -> None:
        self.stale = check_ids

    def concerns_all(self) -> None:
        self.is_all = True

    def _versions(self) -> tuple[str, str]:
        detectors = Detectors(self.event)
        return detectors.text_version, detectors.file_version

    def __enter__(self):
        self.before = self._versions()
        return self

    def __exit__(self, kind, error, traceback):
        if kind:
            return
        forget_cached(self.event)
        if not self.is_all:
            for before, after in zip(self.before, self._versions(), strict=True):
                Check.objects.filter(
                    event=self.event, is_current=True, detector=before
                ).exclude(pk__in=self.stale).update(detector=after)
        if self.is_all or self.stale:
            self._check_later()

    def _check_later(self) -> None:
        after_commit(task_check_event, event_id=self.event.pk)

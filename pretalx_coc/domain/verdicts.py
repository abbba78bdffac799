# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What a member of the response team says of a finding or a flag."""

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from pretalx_coc.domain import audit
from pretalx_coc.domain.errors import CocError, StaleError
from pretalx_coc.domain.own_matters import OWN_MATTER, is_own_matter
from pretalx_coc.domain.phrase_changes import add_phrase, remove_phrase
from pretalx_coc.domain.phrases import phrase_for
from pretalx_coc.enums import AuditAction, FlagState, PhraseKind, Verdict
from pretalx_coc.models import Finding, Flag, Phrase

MAX_REASON_LENGTH = 2_000  # code points


def _locked(item, by, revision: int):
    """The row, locked, if it is still as the form showed it.

    Raises:
        CocError: It is about themselves or a talk of theirs.
        StaleError: Somebody else gave or took back a verdict in between.
    """
    current = type(item).objects.select_for_update().get(pk=item.pk)
    if is_own_matter(current, by):
        raise CocError(OWN_MATTER)
    if current.revision != revision:
        raise StaleError(
            _(
                "Somebody else has given or taken back a verdict since you opened "
                "this page. Nothing was changed; please look again."
            )
        )
    return current


def _save(item, *, verdict: str, reason: str, by):
    item.verdict = verdict
    item.verdict_reason = reason
    item.verdict_by = by.code if verdict else ""
    item.verdict_at = now() if verdict else None
    item.revision += 1
    if verdict and isinstance(item, Flag):
        item.state = FlagState.LOOKED_AT
    item.save()
    return item


@transaction.atomic
def give(
    *,
    item,
    by,
    verdict: str,
    reason: str = "",
    revision: int,
    allow_phrase: bool = False,
):
    """Give a verdict on a finding or a flag.

    Args:
        item: A ``Finding`` or a ``Flag``.
        by: The member who gives it.
        verdict: A value of ``Verdict``.
        reason: Why; required to dismiss.
        revision: The item's revision when the form was opened.
        allow_phrase: Whether a dismissed passage is never to be pointed at in
            this event again.

    Raises:
        StaleError: Somebody else was faster.
        CocError: A dismissal without a reason, a reason that is too long, a
            flag that was retracted, a passage that cannot be a phrase, or the
            member's own matter.
    """
    reason = reason.strip()
    if verdict == Verdict.DISMISSED and not reason:
        raise CocError(_("Please say in a few words why you dismiss this."))
    if len(reason) > MAX_REASON_LENGTH:
        raise CocError(_("This is too long. Please shorten it a little."))
    item = _locked(item, by, revision)
    if isinstance(item, Flag) and item.state == FlagState.RETRACTED:
        raise CocError(_("This flag was retracted by the person who raised it."))
    item = _save(item, verdict=verdict, reason=reason, by=by)
    audit.write(
        event=item.event,
        chain=audit.CONCERN_CHAIN,
        action=AuditAction.VERDICT_GIVEN,
        actor=by,
        subject=item.code,
        data={"verdict": str(verdict), "revision": item.revision},
        texts={"reason": reason},
    )
    if allow_phrase and verdict == Verdict.DISMISSED:
        _allow(item, by)
    return item


@transaction.atomic
def dismiss_together(*, findings, by, reason: str) -> int:
    """Dismiss several findings with one reason; how many there were.

    What somebody else gave a verdict on in between keeps that one.

    Args:
        findings: Findings that the member may see.
        by: The member.
        reason: Why; required, for all of them.

    Raises:
        CocError: There is no reason, it is too long, or nothing waits any more.
    """
    pks = [finding.pk for finding in findings]
    waiting = Finding.objects.select_for_update().filter(pk__in=pks, verdict="")
    rows = list(waiting.order_by("pk"))
    if not rows:
        raise CocError(_("Please tick what you want to dismiss."))
    for row in rows:
        give(
            item=row,
            by=by,
            verdict=Verdict.DISMISSED,
            reason=reason,
            revision=row.revision,
        )
    return len(rows)


def _allow(item, by) -> None:
    text = phrase_for(item) if isinstance(item, Finding) else ""
    if not text:
        raise CocError(_("This passage cannot be a phrase. Please dismiss it alone."))
    add_phrase(
        event=item.event,
        by=by,
        kind=PhraseKind.ALLOWED,
        text=text,
        finding_code=item.code,
    )


@transaction.atomic
def undo(*, item, by, revision: int):
    """Take a verdict back, with the phrase that it allowed: the item waits again.

    Raises:
        StaleError: Somebody else was faster.
        CocError: It is the member's own matter.
    """
    item = _locked(item, by, revision)
    if not item.verdict:
        return item
    item = _save(item, verdict="", reason="", by=by)
    audit.write(
        event=item.event,
        chain=audit.CONCERN_CHAIN,
        action=AuditAction.VERDICT_UNDONE,
        actor=by,
        subject=item.code,
        data={"revision": item.revision},
    )
    for phrase in Phrase.objects.filter(event=item.event, finding_code=item.code):
        remove_phrase(phrase=phrase, by=by)
    return item

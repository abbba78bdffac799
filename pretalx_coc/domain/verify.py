# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Whether a database holds what DESIGN.md promises, as far as a query can say.

Each check walks over one kind of row, yields None for a row that it looked at
and a text for a breach. Rows are streamed and the number of queries does not grow
with them, so that a large instance can be checked while it runs. (An audit chain
costs three queries.)
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from django.db import connection, transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.fields.json import KT
from django_scopes import scopes_disabled

from pretalx.event.models import Event
from pretalx.person.models import User
from pretalx.submission.models import Submission, SubmissionStates

from pretalx_coc.domain import audit, guards, permit, verify_cases, verify_policy
from pretalx_coc.domain.queries.outstanding import outstanding_profiles
from pretalx_coc.domain.verify_exclusions import exclusion_keys
from pretalx_coc.domain.verify_log import (
    ACCEPTANCES,
    DECLINES,
    UNREADABLE,
    chains,
    compare_with_log,
    log_texts,
)
from pretalx_coc.enums import AuditAction, FlagState, Verdict
from pretalx_coc.models import (
    Acceptance,
    AuditChain,
    AuditEntry,
    AuditText,
    Case,
    CaseEntry,
    CocSettings,
    Decline,
    Finding,
    Flag,
    HandOver,
    LetThrough,
    Policy,
    PolicyText,
    PolicyVersion,
)

EXAMPLES = 20  # breaches of one check that are named; all are counted
CHUNK = 1_000  # rows in memory at a time
MATERIAL_FIELDS = ("event_id", "subject_kind", "subject_code", "material")


class Scope:
    """What to look at: one event, or all of them."""

    def __init__(self, event=None):
        self.filter = {"event_id": event.pk} if event else {}
        self.slugs = dict(Event.objects.values_list("pk", "slug"))

    def rows(self, model):
        """The rows of a model, in every scope and past its own manager."""
        return model._base_manager.filter(**self.filter)

    def slug(self, event_id: int) -> str:
        return self.slugs.get(event_id, f"#{event_id}")


@dataclass(frozen=True)
class Check:
    """One thing to check.

    Attributes:
        rule: The number in DESIGN.md, "What always holds".
        title: What holds, in words.
        model: Whose rows it walks over; None where there are none to count.
        walk: The generator, see the module.
    """

    rule: int
    title: str
    model: type | None
    walk: Callable[[Scope], Iterator[str | None]]

    def total(self, scope: Scope) -> int:
        return scope.rows(self.model).count() if self.model else 0


@dataclass
class Result:
    """What a check came to: ``examples`` are the first of its breaches."""

    rule: int
    title: str
    rows: int = 0
    breaches: int = 0
    examples: list[str] = field(default_factory=list)


def _guards(scope: Scope):
    for name in guards.broken():
        yield f"{name} is missing or was changed; `migrate` creates it"
    if permit.is_left_open():
        yield "a permit to change evidence was left open for everybody"


def _acceptances(scope: Scope):
    text = PolicyText._base_manager.filter(
        event=OuterRef("event"),
        number=OuterRef("number"),
        language=OuterRef("language"),
        sha256=OuterRef("sha256"),
    )
    for row in scope.rows(Acceptance).filter(~Exists(text)).iterator(CHUNK):
        yield (
            f"{scope.slug(row.event_id)}, acceptance {row.pk}: no text of version "
            f"{row.number} in {row.language!r} has its SHA-256"
        )


def _declines(scope: Scope):
    version = PolicyVersion._base_manager.filter(
        event=OuterRef("event"), number=OuterRef("number")
    )
    for row in scope.rows(Decline).filter(~Exists(version)).iterator(CHUNK):
        yield f"{scope.slug(row.event_id)}, refusal {row.pk}: no version {row.number}"


def _let_through(scope: Scope):
    entries = AuditEntry._base_manager.filter(
        chain=audit.ACCEPTANCE_CHAIN, action=AuditAction.LET_THROUGH
    )
    texts = AuditText._base_manager.filter(
        event=OuterRef("event"),
        chain=audit.ACCEPTANCE_CHAIN,
        position__in=entries.filter(
            event=OuterRef(OuterRef("event")),
            subject=OuterRef(OuterRef("submission_code")),
        ).values("position"),
    )
    entry = entries.filter(
        event=OuterRef("event"),
        subject=OuterRef("submission_code"),
        actor_code=OuterRef("let_by"),
    )
    rows = scope.rows(LetThrough).annotate(
        is_logged=Exists(entry),
        has_text=Exists(texts),
        is_same=Exists(texts.filter(text=OuterRef("reason"))),
    )
    for row in rows.order_by("pk").iterator(CHUNK):
        where = f"{scope.slug(row.event_id)}, {row.submission_code}"
        # Without a reason, where the speaker's account is gone, and it with it.
        erased = row.is_logged and not row.has_text
        if not row.let_by or (not row.reason and not erased):
            yield f"{where}: no name or no reason"
        elif not row.is_logged:
            yield f"{where}: not in the audit log"
        elif row.reason and not row.is_same:
            yield f"{where}: another reason than in the audit log"
        yield None


def _verdicts_of(model):
    """The check that who gave a verdict, when and why belong together."""
    given = Q(verdict_at__isnull=False) & ~Q(verdict_by="")
    none = Q(verdict_at__isnull=True, verdict_by="", verdict_reason="")
    broken = (Q(verdict="") & ~none) | (~Q(verdict="") & ~given)
    broken |= Q(verdict=Verdict.DISMISSED, verdict_reason="")
    broken |= ~Q(verdict__in=["", *Verdict.values])
    if model is Flag:
        broken |= ~Q(verdict="") & ~Q(state=FlagState.LOOKED_AT)

    def walk(scope: Scope):
        for row in scope.rows(model).filter(broken).order_by("pk").iterator(CHUNK):
            yield f"{scope.slug(row.event_id)}, {row.code}: half a verdict"

    return walk


def _findings(scope: Scope):
    rows = scope.rows(Finding).select_related("check_run").order_by("pk")
    for row in rows.defer("before", "after", "steps").iterator(CHUNK):
        run, where = row.check_run, f"{scope.slug(row.event_id)}, {row.code}"
        if row.end - row.start != len(row.passage):
            yield f"{where}: the passage is not as long as its place"
        if any(getattr(row, name) != getattr(run, name) for name in MATERIAL_FIELDS):
            yield f"{where}: not of the material that was checked"
        yield None


def _concerns_in_log(model):
    """The check that flags and verdicts were written into the audit log."""
    entry = AuditEntry._base_manager.filter(
        event=OuterRef("event"), chain=audit.CONCERN_CHAIN, subject=OuterRef("code")
    )
    given = entry.annotate(said=KT("data__verdict")).filter(
        action=AuditAction.VERDICT_GIVEN,
        actor_code=OuterRef("verdict_by"),
        said=OuterRef("verdict"),
    )
    missing = ~Q(verdict="") & ~Exists(given)
    if model is Flag:
        raised = entry.filter(
            action=AuditAction.FLAG_RAISED, actor_code=OuterRef("raised_by")
        )
        missing |= ~Exists(raised)

    def walk(scope: Scope):
        for row in scope.rows(model).filter(missing).order_by("pk").iterator(CHUNK):
            yield f"{scope.slug(row.event_id)}, {row.code}: not in the audit log"

    return walk


def _with_team(scope: Scope):
    rows = scope.rows(CocSettings).filter(team_chosen=False)
    for row in rows.filter(response_teams__isnull=False).distinct():
        yield f"{scope.slug(row.event_id)}: a response team that nobody chose"


CHECKS = (
    Check(2, "Append-only tables refuse changes", None, _guards),
    Check(2, "Published texts match their SHA-256", PolicyText, verify_policy.texts),
    Check(
        2,
        "Published texts are those of the audit log",
        PolicyText,
        verify_policy.published,
    ),
    Check(2, "Versions are complete", PolicyVersion, verify_policy.versions),
    Check(
        9,
        "Versions are those of the audit log",
        PolicyVersion,
        verify_policy.versions_in_log,
    ),
    Check(1, "The version in force is the last one", Policy, verify_policy.in_force),
    Check(2, "Acceptances point to a published text", Acceptance, _acceptances),
    Check(2, "Refusals point to a version", Decline, _declines),
    Check(
        9,
        "Acceptances are those of the audit log",
        Acceptance,
        partial(compare_with_log, log=ACCEPTANCES),
    ),
    Check(
        9,
        "Refusals are those of the audit log",
        Decline,
        partial(compare_with_log, log=DECLINES),
    ),
    Check(9, "Audit chains hold", AuditChain, chains),
    Check(9, "Texts beside the audit log have an entry", AuditText, log_texts),
    Check(3, "Talks let through have a name and a reason", LetThrough, _let_through),
    Check(4, "Verdicts on findings are complete", Finding, _verdicts_of(Finding)),
    Check(4, "Verdicts on flags are complete", Flag, _verdicts_of(Flag)),
    Check(9, "Flags are in the audit log", Flag, _concerns_in_log(Flag)),
    Check(9, "Verdicts on findings are in it", Finding, _concerns_in_log(Finding)),
    Check(5, "Findings are where they say", Finding, _findings),
    Check(9, "Timelines of cases are in it", CaseEntry, verify_cases.timeline),
    Check(
        9,
        "Cases have their chain, and chains their case",
        Case,
        verify_cases.have_a_chain,
    ),
    Check(9, "Hand-overs are in both chains", HandOver, verify_cases.handed_over),
    Check(9, "Cases whose time is over are empty", Case, verify_cases.erased),
    Check(11, "Keys of exclusions are there", None, exclusion_keys),
    Check(13, "Response teams were chosen", CocSettings, _with_team),
)


@contextmanager
def _one_moment():
    """Read everything as it was at one moment, while others go on writing."""
    nested = connection.in_atomic_block
    with transaction.atomic():
        if connection.vendor == "postgresql" and not nested:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
                )
        yield


def _breaches(check: Check, scope: Scope):
    """Walk; what breaks one check is a breach, and the others still run.

    Only the kind of the error is said: its text can quote what it could not read.
    """
    try:
        with transaction.atomic():
            yield from check.walk(scope)
    except UNREADABLE as error:
        yield f"a row cannot be read ({type(error).__name__})"


def _run(check: Check, scope: Scope, progress) -> Result:
    result = Result(check.rule, check.title, rows=check.total(scope))
    seen = 0
    for breach in _breaches(check, scope):
        if breach is None:
            seen += 1
            progress(1)
            continue
        result.breaches += 1
        if len(result.examples) < EXAMPLES:
            result.examples.append(breach)
    progress(result.rows - seen)
    return result


def number_of_rows(event=None) -> int:
    """How many rows ``verify`` will report to ``progress``, about.

    Args:
        event: The event, or None for all.
    """
    scope = Scope(event)
    return sum(check.total(scope) for check in CHECKS)


@scopes_disabled()
def verify(event=None, progress=lambda rows: None) -> list[Result]:
    """Run all checks.

    Args:
        event: The event to look at, or None for all.
        progress: Called with a number of rows that are done.

    Returns:
        One result for each check, in the order of the rules.
    """
    with _one_moment():
        scope = Scope(event)
        results = [_run(check, scope, progress) for check in CHECKS]
    return sorted(results, key=lambda result: result.rule)


@scopes_disabled()
def notes(event=None) -> list[str]:
    """What is no breach, and worth knowing.

    What a talk's speakers had accepted when it was submitted or confirmed is
    history that the database does not keep; what holds today is.

    Args:
        event: The event to look at, or None for all.
    """
    scope = Scope(event)
    lines = []
    policies = scope.rows(Policy).filter(number_required__isnull=False)
    for policy in policies.defer("draft").select_related("event"):
        outstanding = outstanding_profiles(policy.event)
        talks = Submission.all_objects.filter(
            event=policy.event_id, state=SubmissionStates.CONFIRMED
        )
        held = talks.filter(speakers__in=outstanding).exclude(
            code__in=scope.rows(LetThrough)
            .filter(event=policy.event_id)
            .values("submission_code")
        )
        if number := outstanding.count():
            lines.append(
                f"{scope.slug(policy.event_id)}: {number} speakers have not accepted "
                f"version {policy.number_required} or a later one; "
                f"{held.distinct().count()} confirmed talks are theirs"
            )
    return lines + _accounts_gone(scope) + verify_cases.orphans(scope)


def _accounts_gone(scope: Scope) -> list[str]:
    """Events with acceptances of accounts that went without our being told."""
    there = User.objects.filter(is_active=True, code=OuterRef("user_code"))
    rows = scope.rows(Acceptance).exclude(user_code="").filter(~Exists(there))
    counted = rows.order_by().values("event_id").annotate(number=Count("pk"))
    return [
        f"{scope.slug(row['event_id'])}: {row['number']} acceptances still say whose "
        "they are, and the account is gone or deactivated"
        for row in counted.order_by("event_id")
    ]

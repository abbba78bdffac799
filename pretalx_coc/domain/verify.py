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
from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q
from django_scopes import scopes_disabled

from pretalx.event.models import Event
from pretalx.submission.models import Submission, SubmissionStates

from pretalx_coc.domain import audit, guards
from pretalx_coc.domain.policy import sha256
from pretalx_coc.domain.queries.outstanding import outstanding_profiles
from pretalx_coc.domain.verify_log import ACCEPTANCES, DECLINES, compare_with_log
from pretalx_coc.enums import AuditAction, FlagState, Verdict
from pretalx_coc.models import (
    Acceptance,
    AuditChain,
    AuditEntry,
    AuditText,
    CocSettings,
    Decline,
    Finding,
    Flag,
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


def _texts(scope: Scope):
    version = PolicyVersion._base_manager.filter(
        event=OuterRef("event"), number=OuterRef("number")
    )
    rows = scope.rows(PolicyText).annotate(has_version=Exists(version)).order_by("pk")
    for text in rows.iterator(CHUNK):
        where = f"{scope.slug(text.event_id)}, version {text.number}, {text.language}"
        if sha256(text.text) != text.sha256:
            yield f"{where}: the text does not match its SHA-256"
        if not text.has_version:
            yield f"{where}: there is no such version"
        yield None


def _logged_digests(entry: AuditEntry) -> dict:
    """What an entry says of the texts that it published: language → SHA-256."""
    digests = entry.data.get("sha256")
    return (
        digests
        if isinstance(digests, dict)
        else {entry.data.get("language", ""): digests}
    )


def _published(scope: Scope):
    """The texts are those, and only those, that the audit log says."""
    entries = scope.rows(AuditEntry).filter(
        chain=audit.POLICY_CHAIN,
        action__in=(AuditAction.POLICY_PUBLISHED, AuditAction.LANGUAGE_ADDED),
    )
    logged = {
        (entry.event_id, entry.subject, language): digest
        for entry in entries.iterator(CHUNK)
        for language, digest in _logged_digests(entry).items()
    }
    rows = scope.rows(PolicyText).order_by("pk")
    for text in rows.defer("text").iterator(CHUNK):
        where = f"{scope.slug(text.event_id)}, version {text.number}, {text.language}"
        if logged.pop((text.event_id, str(text.number), text.language), "") != (
            text.sha256
        ):
            yield f"{where}: not the text that the audit log says was published"
        yield None
    for event_id, number, language in logged:
        yield f"{scope.slug(event_id)}, version {number}, {language}: gone"


def _versions(scope: Scope):
    text = PolicyText._base_manager.filter(
        event=OuterRef("event"), number=OuterRef("number")
    )
    for version in scope.rows(PolicyVersion).filter(~Exists(text)).iterator(CHUNK):
        yield f"{scope.slug(version.event_id)}, version {version.number}: no text"
    counted = (
        scope.rows(PolicyVersion)
        .order_by()
        .values("event_id")
        .annotate(first=Min("number"), last=Max("number"), there=Count("pk"))
    )
    for row in counted.iterator(CHUNK):
        if row["first"] != 1 or row["last"] != row["there"]:
            yield f"{scope.slug(row['event_id'])}: the numbers of versions have gaps"


def _in_force(scope: Scope):
    same = PolicyVersion._base_manager.filter(event=OuterRef("event"))
    later = same.filter(number__gt=OuterRef("number_in_force"))
    broken = scope.rows(Policy).filter(
        Q(number_in_force=None) & Exists(same)
        | Exists(later)
        | Q(number_in_force__isnull=False)
        & ~Exists(same.filter(number=OuterRef("number_in_force")))
        | Q(number_required__isnull=False)
        & ~Exists(
            same.filter(number=OuterRef("number_required"), everyone_accepts=True)
        )
        | Q(number_required__gt=F("number_in_force"))
    )
    for policy in broken.defer("draft").iterator(CHUNK):
        yield f"{scope.slug(policy.event_id)}: not the last published version"
    orphans = scope.rows(PolicyVersion).filter(
        ~Exists(Policy._base_manager.filter(event=OuterRef("event")))
    )
    for version in orphans.iterator(CHUNK):
        yield f"{scope.slug(version.event_id)}: versions, and none in force"


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
    for row in scope.rows(LetThrough).filter(Q(reason="") | Q(let_by="")):
        yield f"{scope.slug(row.event_id)}, {row.submission_code}: no name or no reason"


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


def _chains(scope: Scope):
    entries = scope.rows(AuditEntry).order_by()
    chains = {
        *scope.rows(AuditChain).values_list("event_id", "name"),
        *entries.values_list("event_id", "chain").distinct(),
    }
    headless = entries.filter(
        ~Exists(
            AuditChain._base_manager.filter(
                event=OuterRef("event"), name=OuterRef("chain")
            )
        )
    )
    for event_id, name in sorted(chains):
        if position := audit.first_broken_link(event_id, name):
            yield f"{scope.slug(event_id)}, {name}: broken at entry {position}"
        yield None
    for event_id, name in headless.values_list("event_id", "chain").distinct():
        yield f"{scope.slug(event_id)}, {name}: the head of the chain is gone"


def _log_texts(scope: Scope):
    entry = AuditEntry._base_manager.filter(
        event=OuterRef("event"), chain=OuterRef("chain"), position=OuterRef("position")
    )
    rows = scope.rows(AuditText).filter(~Exists(entry)).defer("text")
    for row in rows.iterator(CHUNK):
        yield f"{scope.slug(row.event_id)}, {row.chain}/{row.position}: no such entry"


def _with_team(scope: Scope):
    rows = scope.rows(CocSettings).filter(team_chosen=False)
    for row in rows.filter(response_teams__isnull=False).distinct():
        yield f"{scope.slug(row.event_id)}: a response team that nobody chose"


CHECKS = (
    Check(2, "Append-only tables refuse changes", None, _guards),
    Check(2, "Published texts match their SHA-256", PolicyText, _texts),
    Check(2, "Published texts are those of the audit log", PolicyText, _published),
    Check(2, "Versions are complete", PolicyVersion, _versions),
    Check(1, "The version in force is the last one", Policy, _in_force),
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
    Check(9, "Audit chains hold", AuditChain, _chains),
    Check(9, "Texts beside the audit log have an entry", AuditText, _log_texts),
    Check(3, "Talks let through have a name and a reason", LetThrough, _let_through),
    Check(4, "Verdicts on findings are complete", Finding, _verdicts_of(Finding)),
    Check(4, "Verdicts on flags are complete", Flag, _verdicts_of(Flag)),
    Check(5, "Findings are where they say", Finding, _findings),
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


def _run(check: Check, scope: Scope, progress) -> Result:
    result = Result(check.rule, check.title, rows=check.total(scope))
    seen = 0
    for breach in check.walk(scope):
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
    return lines

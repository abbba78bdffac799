# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Checks the policy's versions and texts; see ``domain.verify``."""

from datetime import timedelta

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q

from pretalx_coc.domain import audit
from pretalx_coc.domain.policy import sha256
from pretalx_coc.enums import AuditAction
from pretalx_coc.models import AuditEntry, Policy, PolicyText, PolicyVersion

CHUNK = 1_000  # rows in memory at a time
TEXT_CHUNK = 20  # of those with a whole text
# Between a version and its entry lies the rest of one transaction.
LONGEST_WAIT = timedelta(hours=1)


def texts(scope):
    """Published texts match their hash, and belong to a version."""
    version = PolicyVersion._base_manager.filter(
        event=OuterRef("event"), number=OuterRef("number")
    )
    rows = scope.rows(PolicyText).annotate(has_version=Exists(version)).order_by("pk")
    for text in rows.iterator(TEXT_CHUNK):
        where = f"{scope.slug(text.event_id)}, version {text.number}, {text.language}"
        if sha256(text.text) != text.sha256:
            yield f"{where}: the text does not match its SHA-256"
        if not text.has_version:
            yield f"{where}: there is no such version"
        yield None


def _logged_digests(entry: AuditEntry) -> dict:
    """What an entry says of the texts that it published: language → SHA-256."""
    data = audit.data_of(entry)
    digests = data.get("sha256")
    return (
        digests
        if isinstance(digests, dict)
        else {str(data.get("language", "")): digests}
    )


def published(scope):
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


def _differs(version: PolicyVersion, entry: AuditEntry) -> str:
    """What of a version is not as its entry says; "" if nothing."""
    data = audit.data_of(entry)
    if not timedelta(0) <= entry.created - version.published <= LONGEST_WAIT:
        return "time"
    # Entries of the plugin's first release do not say these two.
    if data.get("time", version.published.isoformat()) != version.published.isoformat():
        return "time"
    summary = sha256(version.summary)
    if data.get("summary_sha256", summary) != summary:
        return "summary"
    if data.get("everyone_accepts") != version.everyone_accepts:
        return "choice of whom to ask"
    return "" if entry.actor_code == version.published_by else "publisher"


def versions_in_log(scope):
    """Versions say what the audit log says of them."""
    entries = scope.rows(AuditEntry).filter(
        chain=audit.POLICY_CHAIN, action=AuditAction.POLICY_PUBLISHED
    )
    logged = {(entry.event_id, entry.subject): entry for entry in entries}
    for version in scope.rows(PolicyVersion).order_by("pk").iterator(CHUNK):
        where = f"{scope.slug(version.event_id)}, version {version.number}"
        entry = logged.get((version.event_id, str(version.number)))
        if entry is None:
            yield f"{where}: not in the audit log"
        elif what := _differs(version, entry):
            yield f"{where}: another {what} than in the audit log"
        yield None


def versions(scope):
    """Versions are numbered without gaps, and each has a text."""
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


def in_force(scope):
    """The version in force is there, and is the last one."""
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

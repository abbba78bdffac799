# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Checks that cases are those of the audit log, and that somebody knows of them."""

from django.db.models import BigIntegerField, Exists, F, OuterRef, Subquery, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Concat

from pretalx.event.models import Event

from pretalx_coc.domain import audit
from pretalx_coc.enums import AuditAction, CaseState, EntryKind, Standing
from pretalx_coc.models import (
    AuditChain,
    AuditEntry,
    AuditText,
    Case,
    CaseEntry,
    CaseMember,
    HandOver,
)

CHUNK = 500
PREFIX = "case."


def _differs(row: CaseEntry, entry: AuditEntry, text: AuditText | None) -> str:
    """What of an entry of the timeline is not as the log says; "" if nothing."""
    said = dict(audit.data_of(entry))
    committed = said.pop("text_digest", "")
    if said != {"kind": row.kind, "entry": row.pk, **row.data}:
        return "other data"
    if row.author_code not in ("", entry.actor_code):
        return "another author"
    # What was emptied here was emptied beside the log, too.
    if not text or text.name != "text":
        return "a text" if row.text and not committed else ""
    same = committed == audit.commitment(text.salt, row.text)
    return "" if same else "another text"


def _keys(scope) -> list[tuple]:
    """The cases with a timeline or a chain, whether they are still there or not."""
    rows = scope.rows(CaseEntry).order_by().values_list("event_id", "case_code")
    chains = scope.rows(AuditEntry).order_by().filter(chain__startswith=PREFIX)
    chains = chains.values_list("event_id", "chain").distinct()
    return sorted(
        {
            *rows.distinct(),
            *((event_id, name.removeprefix(PREFIX)) for event_id, name in chains),
        }
    )


def timeline(scope):
    """A case's timeline and its chain have the same entries, which say the same."""
    for event_id, code in _keys(scope):
        chain = {"event": event_id, "chain": f"{PREFIX}{code}"}
        entries = AuditEntry._base_manager.filter(
            **chain, action=AuditAction.CASE_ENTRY
        )
        logged = {
            str(audit.data_of(entry).get("entry")): entry
            for entry in entries.iterator(CHUNK)
        }
        texts = AuditText._base_manager.filter(**chain, name="text")
        texts = {text.position: text for text in texts.iterator(CHUNK)}
        where = f"{scope.slug(event_id)}, {code}"
        rows = CaseEntry._base_manager.filter(event=event_id, case_code=code)
        for row in rows.order_by("pk").iterator(CHUNK):
            entry = logged.pop(str(row.pk), None)
            if not entry:
                yield f"{where}, entry {row.pk}: not in the audit log"
            elif what := _differs(row, entry, texts.get(entry.position)):
                yield f"{where}, entry {row.pk}: {what} than in the audit log"
            yield None
        for entry in logged.values():
            yield f"{where}: what entry {entry.position} of its log is about is gone"


def have_a_chain(scope):
    """Each case, also one that went into another, has the beginning of its chain."""
    opened = AuditEntry._base_manager.filter(
        event=OuterRef("event"),
        chain=Concat(Value("case."), OuterRef("code")),
        subject=OuterRef("code"),
        action=AuditAction.CASE_OPENED,
    )
    for row in scope.rows(Case).filter(~Exists(opened)).iterator(CHUNK):
        yield f"{scope.slug(row.event_id)}, {row.code}: not in the audit log"
    rows = scope.rows(AuditChain).filter(name__startswith="case.")
    case = Case._base_manager.annotate(of=Concat(Value("case."), F("code"))).filter(
        event=OuterRef("event"), of=OuterRef("name")
    )
    for row in rows.filter(~Exists(case)).iterator(CHUNK):
        yield f"{scope.slug(row.event_id)}, {row.name}: its case is gone"


def _of_hand_over(rows):
    """Entries with the key of the hand-over that they say was made."""
    return rows.annotate(of=Cast(KT("data__hand_over"), BigIntegerField()))


def handed_over(scope):
    """What was handed over is in both chains, as far as both events are there.

    Each names the head that the other one had then: it is still in that chain.
    """
    kinds = (EntryKind.HANDED_OVER, EntryKind.RECEIVED)
    said = _of_hand_over(
        AuditEntry._base_manager.filter(
            event=OuterRef("event"),
            chain=Concat(Value(PREFIX), OuterRef("case__code")),
            action=AuditAction.CASE_ENTRY,
            data__kind__in=kinds,
        )
    ).filter(of=OuterRef("pk"))
    other = AuditEntry._base_manager.filter(
        event=OuterRef("other_event"),
        chain=Concat(Value(PREFIX), OuterRef("other_code")),
        digest=OuterRef("head"),
    )
    rows = scope.rows(HandOver).select_related("case")
    rows = rows.annotate(
        head=Subquery(said.annotate(head=KT("data__head")).values("head")[:1]),
        is_there=Exists(Event.objects.filter(pk=OuterRef("other_event"))),
    ).annotate(is_same=Exists(other))
    for row in rows.order_by("pk").iterator(CHUNK):
        where = f"{scope.slug(row.event_id)}, {row.case.code}"
        if not row.head:
            yield f"{where}: that it was handed over is not in the audit log"
        elif row.is_there and not row.is_same:
            yield f"{where}: {row.other_slug}, {row.other_code} has another chain"
        yield None
    left = _of_hand_over(scope.rows(CaseEntry).filter(kind__in=kinds))
    for row in left.filter(~Exists(HandOver._base_manager.filter(pk=OuterRef("of")))):
        yield f"{scope.slug(row.event_id)}, {row.case_code}: its hand-over is gone"


def erased(scope):
    """Cases whose time is over have neither a name nor a text."""
    rows = scope.rows(Case).exclude(erased=None)
    left = AuditText._base_manager.filter(
        event=OuterRef("event"), chain=Concat(Value("case."), OuterRef("code"))
    )
    entries = CaseEntry._base_manager.filter(
        event=OuterRef("event"), case_code=OuterRef("code")
    ).exclude(text="")
    named = rows.exclude(subject_text="", subject_code="", subject_user="")
    for row in named | rows.filter(Exists(left)) | rows.filter(Exists(entries)):
        yield f"{scope.slug(row.event_id)}, {row.code}: names or texts are left"


def orphans(scope) -> list[str]:
    """The open cases that nobody on the team may work on, for what is to know."""
    able = CaseMember._base_manager.filter(
        case=OuterRef("pk"), standing__in=(Standing.ASKED, Standing.CLEAR)
    )
    rows = scope.rows(Case).filter(~Exists(able), merged_into="")
    rows = rows.exclude(state=CaseState.CLOSED).order_by("event_id", "code")
    return [
        f"{scope.slug(row.event_id)}: nobody on the team may know of the open case "
        f"{row.code}; it is for the outside contact"
        for row in rows
    ]

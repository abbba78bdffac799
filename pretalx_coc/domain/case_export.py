# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""A case on paper: its audit chain as JSON lines.

The first line says how long the chain is and what its head is. Each line after it
is one entry, with the texts it commits to and their salts, as far as they are still
there: whoever has the file can compute every digest again, without this software.
``docs/privacy.md`` says how.
"""

import json

from django.db import transaction
from django.utils.timezone import now

from pretalx_coc.domain import audit
from pretalx_coc.domain.case_log import chain_of, codes_of
from pretalx_coc.domain.queries.hand_overs import hand_overs
from pretalx_coc.enums import AuditAction, EntryKind
from pretalx_coc.models import AuditChain, AuditEntry, AuditText, Case, CaseEntry


def _line(content: dict) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True)


def _head(case: Case) -> dict:
    chain = AuditChain.objects.get(event=case.event, name=chain_of(case))
    return {"chain": chain.name, "length": chain.length, "head": chain.head}


def _merged_into(case: Case) -> list:
    """The cases that went into this one, and those that went into them."""
    found, codes = [], [case.code]
    while codes:
        rows = Case.objects.filter(event=case.event, merged_into__in=codes)
        rows = [row for row in rows.order_by("pk") if row not in found]
        found += rows
        codes = [row.code for row in rows]
    return found


def _entries(case: Case, shown: set[int]):
    texts = {}
    rows = AuditText.objects.filter(event=case.event, chain=chain_of(case))
    for row in rows:
        kept = {"salt": row.salt, "text": row.text}
        texts.setdefault(row.position, {})[row.name] = kept
    entries = AuditEntry.objects.filter(event=case.event, chain=chain_of(case))
    for entry in entries.order_by("position"):
        if _is_kept(entry, shown):
            texts.pop(entry.position, None)
        yield {
            "event": entry.event_id,
            "chain": entry.chain,
            "position": entry.position,
            "created": entry.created.isoformat(),
            "actor": entry.actor_code,
            "action": entry.action,
            "subject": entry.subject,
            "data": entry.data,
            "previous": entry.previous,
            "digest": entry.digest,
            "texts": texts.get(entry.position, {}),
        }


def _handed_over(case: Case, by) -> list:
    """From and to which other teams it was handed over, as far as they may know.

    The entry that says so has the head that the other chain had then.
    """
    entries = CaseEntry.objects.filter(event=case.event, case_code__in=codes_of(case))
    return [
        {
            "received": one.received,
            "event": one.event,
            "case": one.code,
            "entry": one.entry_pk,
        }
        for one in hand_overs(entries, by)
    ]


def _is_kept(entry: AuditEntry, shown: set[int]) -> bool:
    """Whether it tells of a hand-over that the reader must not know of.

    The chain does not hold without it, but it does without what was written.
    """
    data = audit.data_of(entry)
    is_one = data.get("kind") == EntryKind.HANDED_OVER
    return is_one and data.get("entry") not in shown


@transaction.atomic
def export_case(*, case: Case, by) -> list[str]:
    """A case as JSON lines. That it was exported is the last entry in it.

    What went into the case comes after it, each with a chain of its own.

    Args:
        case: The case.
        by: The member; whether they may read it is asked before.
    """
    audit.write(
        event=case.event,
        chain=chain_of(case),
        action=AuditAction.CASE_EXPORTED,
        actor=by,
        subject=case.code,
    )
    merged = _merged_into(case)
    handed = _handed_over(case, by)
    first = {
        "case": case.code,
        "code_name": case.code_name,
        "exported": now().isoformat(),
        **_head(case),
        "merged": [_head(row) for row in merged],
        "handed_over": handed,
    }
    lines = [_line(first)]
    shown = {one["entry"] for one in handed}
    for row in (case, *merged):
        lines += [_line(entry) for entry in _entries(row, shown)]
    return lines

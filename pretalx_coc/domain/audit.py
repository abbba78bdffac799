# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The audit log: append-only, hash-chained, without the texts.

One chain for each subject of responsibility. An entry commits to a text with a
salted digest; salt and text lie beside it and can be erased, and the chain
still holds.
"""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter

from django.utils.timezone import now

from pretalx_coc.models import AuditChain, AuditEntry, AuditText

POLICY_CHAIN = "policy"
ACCEPTANCE_CHAIN = "acceptance"
CONCERN_CHAIN = "concern"

# Rows that go into one statement.
AT_ONCE = 500
# Rows of a chain in memory at a time; a text may be long.
CHUNK = 100


def commitment(salt: str, text: str) -> str:
    """What an entry says of a text: a digest that nobody can guess the text of."""
    return hashlib.sha256(f"{salt}\x00{text}".encode()).hexdigest()


def _digest(entry: AuditEntry) -> str:
    """What an entry's ``digest`` must be, from its other fields."""
    content = [
        entry.event_id,
        entry.chain,
        entry.position,
        entry.created.isoformat(),
        entry.actor_code,
        entry.action,
        entry.subject,
        entry.data,
        entry.previous,
    ]
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _locked_chain(event, name: str) -> AuditChain:
    AuditChain.objects.get_or_create(event=event, name=name)
    return AuditChain.objects.select_for_update().get(event=event, name=name)


@dataclass(frozen=True)
class Note:
    """What one entry says.

    Attributes:
        action: A value of ``AuditAction``.
        actor: The user who did it; None for the software itself.
        subject: What it was done to, as a code.
        data: Identifiers and plain values; no text that a person wrote.
        texts: Texts to commit to, name → text.
    """

    action: str
    actor: object = None
    subject: str = ""
    data: dict = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)


def write(
    *,
    event,
    chain: str,
    action: str,
    actor=None,
    subject: str = "",
    data: dict | None = None,
    texts: dict[str, str] | None = None,
) -> AuditEntry:
    """Add one entry to a chain.

    Must be called in the transaction that makes the change, so that neither
    is there without the other. The chain's head is locked until that
    transaction ends, which is what gives the entries their order.

    Args:
        event: The event that the chain belongs to.
        chain: One of the ``*_CHAIN`` names.
        action: A value of ``AuditAction``.
        actor: The user who did it; None for the software itself.
        subject: What it was done to, as a code.
        data: Identifiers and plain values; no text that a person wrote.
        texts: Texts to commit to, name → text.

    Raises:
        TransactionManagementError: There is no transaction.
    """
    note = Note(action, actor, subject, data or {}, texts or {})
    return write_all(event=event, chain=chain, notes=[note])[0]


def write_all(*, event, chain: str, notes) -> list[AuditEntry]:
    """Add several entries to a chain, in their order; see ``write``.

    The database is asked once for ``AT_ONCE`` of them, not once for each.

    Args:
        event: The event that the chain belongs to.
        chain: One of the ``*_CHAIN`` names.
        notes: What the entries say.

    Raises:
        TransactionManagementError: There is no transaction.
    """
    head = _locked_chain(event, chain)
    entries, kept = [], []
    for note in notes:
        entry, texts = _entry_after(head, event, note)
        entries.append(entry)
        kept += texts
        head.length, head.head = entry.position, entry.digest
    AuditEntry.objects.bulk_create(entries, batch_size=AT_ONCE)
    AuditText.objects.bulk_create(kept, batch_size=AT_ONCE)
    head.save(update_fields=["length", "head"])
    return entries


def _entry_after(head: AuditChain, event, note: Note):
    """The entry that follows the chain's head, and the texts to keep beside it."""
    texts = {name: text for name, text in note.texts.items() if text}
    salts = {name: secrets.token_hex(16) for name in texts}
    digests = {
        f"{name}_digest": commitment(salts[name], text) for name, text in texts.items()
    }
    entry = AuditEntry(
        event=event,
        chain=head.name,
        position=head.length + 1,
        created=now(),
        actor_code=getattr(note.actor, "code", None) or "",
        action=note.action,
        subject=note.subject,
        data={**note.data, **digests},
        previous=head.head,
    )
    entry.digest = _digest(entry)
    return entry, [
        AuditText(
            event=event,
            chain=head.name,
            position=entry.position,
            name=name,
            salt=salts[name],
            text=text,
        )
        for name, text in texts.items()
    ]


def data_of(entry: AuditEntry) -> dict:
    """What an entry says; nothing where somebody made it another thing."""
    return entry.data if isinstance(entry.data, dict) else {}


def _with_texts(event, chain: str):
    """The entries of a chain in their order, each with its texts.

    Read side by side and in pieces: a chain may be longer than the memory.
    """
    rows = AuditText.objects.filter(event=event, chain=chain).order_by("position")
    texts = groupby(rows.iterator(CHUNK), key=attrgetter("position"))
    at, group = next(texts, (None, ()))
    entries = AuditEntry.objects.filter(event=event, chain=chain).order_by("position")
    for entry in entries.iterator(CHUNK):
        while at is not None and at < entry.position:
            at, group = next(texts, (None, ()))
        yield entry, group if at == entry.position else ()


def first_broken_link(event, chain: str) -> int | None:
    """Walk a chain and recompute it.

    Returns:
        The position of the first entry that is missing, altered or does not
        follow from the one before, or whose text does not match its digest;
        None if the chain holds.
    """
    previous, position = "", 0
    for position, (entry, texts) in enumerate(_with_texts(event, chain), start=1):
        follows = entry.position == position and entry.previous == previous
        if not follows or entry.digest != _digest(entry):
            return position
        for text in texts:
            committed = data_of(entry).get(f"{text.name}_digest")
            if committed != commitment(text.salt, text.text):
                return position
        previous = entry.digest
    head = AuditChain.objects.filter(event=event, name=chain).first()
    if head and (head.length != position or head.head != previous):
        return min(head.length, position) + 1
    return None

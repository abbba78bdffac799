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

from django.utils.timezone import now

from pretalx_coc.models import AuditChain, AuditEntry, AuditText

POLICY_CHAIN = "policy"
ACCEPTANCE_CHAIN = "acceptance"
CONCERN_CHAIN = "concern"


def _commitment(salt: str, text: str) -> str:
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
    texts = {name: text for name, text in (texts or {}).items() if text}
    salts = {name: secrets.token_hex(16) for name in texts}
    digests = {
        f"{name}_digest": _commitment(salts[name], text) for name, text in texts.items()
    }
    head = _locked_chain(event, chain)
    entry = AuditEntry(
        event=event,
        chain=chain,
        position=head.length + 1,
        created=now(),
        actor_code=getattr(actor, "code", None) or "",
        action=action,
        subject=subject,
        data={**(data or {}), **digests},
        previous=head.head,
    )
    entry.digest = _digest(entry)
    entry.save()
    _keep_texts(entry, texts, salts)
    head.length, head.head = entry.position, entry.digest
    head.save(update_fields=["length", "head"])
    return entry


def _keep_texts(entry: AuditEntry, texts: dict, salts: dict) -> None:
    AuditText.objects.bulk_create(
        AuditText(
            event=entry.event,
            chain=entry.chain,
            position=entry.position,
            name=name,
            salt=salts[name],
            text=text,
        )
        for name, text in texts.items()
    )


def first_broken_link(event, chain: str) -> int | None:
    """Walk a chain and recompute it.

    Returns:
        The position of the first entry that is missing, altered or does not
        follow from the one before, or whose text does not match its digest;
        None if the chain holds.
    """
    texts = {}
    for text in AuditText.objects.filter(event=event, chain=chain):
        texts.setdefault(text.position, []).append(text)
    previous, position = "", 0
    entries = AuditEntry.objects.filter(event=event, chain=chain).order_by("position")
    for position, entry in enumerate(entries.iterator(), start=1):
        follows = entry.position == position and entry.previous == previous
        if not follows or entry.digest != _digest(entry):
            return position
        for text in texts.get(position, ()):
            if entry.data.get(f"{text.name}_digest") != _commitment(
                text.salt, text.text
            ):
                return position
        previous = entry.digest
    head = AuditChain.objects.filter(event=event, name=chain).first()
    if head and (head.length != position or head.head != previous):
        return min(head.length, position) + 1
    return None

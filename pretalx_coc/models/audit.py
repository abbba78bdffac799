# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The audit log: chains of entries, and the texts that lie beside them."""

from django.db import models

from pretalx_coc.enums import AuditAction
from pretalx_coc.models.base import AppendOnlyModel, EventModel


class AuditChain(EventModel):
    """The head of one chain: the row that a new entry locks and moves on."""

    name = models.CharField(max_length=32)
    length = models.PositiveIntegerField(default=0)
    head = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("event", "name"), name="coc_chain_name")
        ]

    def __str__(self):
        return f"AuditChain({self.name}, {self.length})"


class AuditEntry(AppendOnlyModel):
    """Who did what when to what.

    ``data`` holds identifiers and, for each text, a salted digest; never a
    text. ``digest`` covers the entry and the digest of the one before.
    """

    chain = models.CharField(max_length=32)
    position = models.PositiveIntegerField()
    created = models.DateTimeField()
    actor_code = models.CharField(max_length=16, blank=True)
    action = models.CharField(max_length=32, choices=AuditAction.choices)
    subject = models.CharField(max_length=64, blank=True)
    data = models.JSONField(default=dict)
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ("chain", "position")
        constraints = [
            models.UniqueConstraint(
                fields=("event", "chain", "position"), name="coc_audit_position"
            )
        ]

    def __str__(self):
        return f"AuditEntry({self.chain}/{self.position}: {self.action})"


class AuditText(EventModel):
    """A text that an entry commits to, with the salt of the commitment.

    Erasing this row leaves a digest that nobody can match to a text any more,
    and a chain that still holds.
    """

    chain = models.CharField(max_length=32)
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=32)
    salt = models.CharField(max_length=64)
    text = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("event", "chain", "position", "name"), name="coc_audit_text"
            )
        ]

    def __str__(self):
        return f"AuditText({self.chain}/{self.position}: {self.name})"

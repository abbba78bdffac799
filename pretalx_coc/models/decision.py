# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What the response team resolves in a case, what it does, and objections to it."""

from django.db import models

from pretalx.common.models.mixins import GenerateCode

from pretalx_coc.enums import AppealState, DecisionState, Measure
from pretalx_coc.models.base import EventModel
from pretalx_coc.models.case import Case


class Decision(GenerateCode, EventModel):
    """A measure, with a reason, and a statement to whom it is about.

    ``on_site`` lists what is done by hand: dicts with ``what`` (a value of
    ``OnSite``), ``who`` (the code of a member), ``when`` (ISO 8601) and ``done``.
    ``evidence`` lists the primary keys of entries of the timeline. ``effects``
    says what was done to pretalx and what it was like before, for undoing it:
    a list of dicts with ``kind`` and the values that kind needs.
    """

    code_length = 8
    code_scope = ("event",)

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="decisions")
    code = models.CharField(max_length=16)
    state = models.CharField(
        max_length=16, choices=DecisionState.choices, default=DecisionState.PROPOSED
    )
    measure = models.CharField(max_length=32, choices=Measure.choices)
    on_site = models.JSONField(default=list, blank=True)
    #: In terms of the policy, for the response team.
    reason = models.TextField()
    evidence = models.JSONField(default=list, blank=True)
    #: What the subject reads, in their language.
    statement = models.TextField(blank=True)
    statement_language = models.CharField(max_length=32, blank=True)
    conditions = models.TextField(blank=True)
    #: Codes of the talks that the measure is about.
    talks = models.JSONField(default=list, blank=True)
    #: What becomes of them where they are withdrawn: a state of pretalx's; empty
    #: for the one that fits where they stand.
    talk_state = models.CharField(max_length=16, blank=True)
    #: Values of ``AlsoDone`` that hold for these talks as well.
    also = models.JSONField(default=list, blank=True)
    #: Primary keys of the resources of these talks that are withheld.
    resources = models.JSONField(default=list, blank=True)
    starts = models.DateTimeField()
    ends = models.DateTimeField(null=True, blank=True)
    review_date = models.DateField(null=True, blank=True)
    #: Until when the subject is asked to change something.
    change_due = models.DateTimeField(null=True, blank=True)

    proposed_by = models.CharField(max_length=16)
    proposed = models.DateTimeField()
    #: The second person; the outside contact has no account.
    approved_by = models.CharField(max_length=16, blank=True)
    approved_outside = models.BooleanField(default=False)
    approved = models.DateTimeField(null=True, blank=True)
    #: Why nobody else looked, where the settings ask for two.
    alone_because = models.TextField(blank=True)
    #: Acted at once; a second person looks until then.
    emergency = models.BooleanField(default=False)
    second_look_due = models.DateTimeField(null=True, blank=True)
    effects = models.JSONField(default=list, blank=True)

    #: When the mail with the link went out, and how long they may object.
    delivered = models.DateTimeField(null=True, blank=True)
    appeal_until = models.DateTimeField(null=True, blank=True)
    lifted = models.DateTimeField(null=True, blank=True)
    lifted_reason = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("proposed", "pk")
        constraints = [
            models.UniqueConstraint(fields=("event", "code"), name="coc_decision_code")
        ]

    def __str__(self):
        return f"Decision({self.code}: {self.measure}, {self.state})"


class Appeal(EventModel):
    """The subject's objection to a decision: once."""

    decision = models.OneToOneField(
        Decision, on_delete=models.CASCADE, related_name="appeal"
    )
    text = models.TextField()
    created = models.DateTimeField()
    state = models.CharField(
        max_length=16, choices=AppealState.choices, default=AppealState.OPEN
    )
    #: Somebody who did not decide; empty where it was the outside contact.
    handled_by = models.CharField(max_length=16, blank=True)
    handled_outside = models.BooleanField(default=False)
    handled = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)

    class Meta:
        ordering = ("created", "pk")

    def __str__(self):
        return f"Appeal({self.decision_id}: {self.state})"


class Delivery(GenerateCode, EventModel):
    """Something that the subject of a case is to read on their own page.

    Either a question (``entry`` is the primary key of its entry on the timeline)
    or a decision. What has no row here is not disclosed. The mail that goes with
    it says only that there is something to read.
    """

    code_length = 16
    code_scope = ("event",)

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="deliveries")
    code = models.CharField(max_length=32)
    entry = models.PositiveBigIntegerField(null=True, blank=True)
    decision = models.ForeignKey(
        Decision,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="deliveries",
    )
    #: To whom; the account that their page is for.
    user_code = models.CharField(max_length=16)
    created = models.DateTimeField()
    #: A worker is sending the mail.
    taken = models.DateTimeField(null=True, blank=True)
    sent = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("created", "pk")
        constraints = [
            models.UniqueConstraint(fields=("event", "code"), name="coc_delivery_code"),
            models.CheckConstraint(
                condition=models.Q(entry=None) ^ models.Q(decision=None),
                name="coc_delivery_of_one_thing",
            ),
        ]
        indexes = [
            models.Index(fields=("event", "user_code"), name="coc_delivery_user"),
            models.Index(fields=("event", "sent"), name="coc_delivery_sent"),
        ]

    def __str__(self):
        return f"Delivery({self.code}, case={self.case_id})"


class OutsideLink(EventModel):
    """A one-time link for the outside contact, about one thing.

    Only a digest of the secret is kept: whoever reads the table cannot use it.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    decision = models.ForeignKey(
        Decision, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    #: "approve" a decision, "appeal" to decide an objection, "advise" on a case
    #: that nobody inside may handle.
    purpose = models.CharField(max_length=16)
    digest = models.CharField(max_length=64, unique=True)
    created = models.DateTimeField()
    expires = models.DateTimeField()
    used = models.DateTimeField(null=True, blank=True)

    def __str__(self):
        return f"OutsideLink({self.purpose}, case={self.case_id})"

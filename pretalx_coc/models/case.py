# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Cases: one matter about one subject, and who may see it.

Like findings and flags they name talks, profiles and accounts by their codes,
so that no deletion in pretalx reaches into them.
"""

from django.db import models
from django.urls import reverse

from pretalx.common.models.mixins import GenerateCode

from pretalx_coc.enums import (
    CaseOutcome,
    CaseRole,
    CaseState,
    CaseSubject,
    EntryKind,
    FlagReason,
    HearingState,
    ItemRef,
    Severity,
    Standing,
    WaitingFor,
)
from pretalx_coc.models.base import AppendOnlyModel, EventModel
from pretalx_coc.models.storage import private_storage, random_path


class Case(GenerateCode, EventModel):
    """One matter about one subject.

    ``code`` and ``code_name`` say nothing about anybody: they are what subject
    lines and speech use. ``subject_code`` is the code of a profile or of an
    account, ``subject_text`` what people wrote where there is neither, or the
    name as it was when the case was opened.

    ``revision`` counts the changes: a form that was opened before the last one
    carries an older number.
    """

    code_length = 8
    code_scope = ("event",)

    code = models.CharField(max_length=16)
    code_name = models.CharField(max_length=64)
    subject_kind = models.CharField(max_length=16, choices=CaseSubject.choices)
    subject_code = models.CharField(max_length=16, blank=True)
    subject_text = models.CharField(max_length=500, blank=True)
    #: The account behind the subject, where there is one.
    subject_user = models.CharField(max_length=16, blank=True)

    state = models.CharField(
        max_length=16, choices=CaseState.choices, default=CaseState.NEW
    )
    severity = models.PositiveSmallIntegerField(
        choices=Severity.choices, default=Severity.MEDIUM
    )
    category = models.CharField(
        max_length=32, choices=FlagReason.choices, default=FlagReason.OTHER
    )
    place = models.CharField(max_length=200, blank=True)
    #: What may be told to whom, in the words of those who work on it.
    may_be_told = models.TextField(blank=True)

    created = models.DateTimeField()
    created_by = models.CharField(max_length=16, blank=True)
    #: The last change, for the order of the queue.
    changed = models.DateTimeField()
    acknowledge_due = models.DateTimeField()
    decide_due = models.DateTimeField()
    acknowledged = models.DateTimeField(null=True, blank=True)
    decided = models.DateTimeField(null=True, blank=True)
    closed = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(
        max_length=16, choices=CaseOutcome.choices, blank=True, default=""
    )

    assignee = models.CharField(max_length=16, blank=True)
    claimed_by = models.CharField(max_length=16, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    next_step = models.CharField(max_length=300, blank=True)
    next_due = models.DateTimeField(null=True, blank=True)
    waiting_for = models.CharField(
        max_length=16, choices=WaitingFor.choices, blank=True
    )
    waiting_until = models.DateTimeField(null=True, blank=True)

    hearing = models.CharField(
        max_length=16, choices=HearingState.choices, default=HearingState.OPEN
    )
    hearing_due = models.DateTimeField(null=True, blank=True)
    #: When the members were told that it is there.
    announced = models.DateTimeField(null=True, blank=True)
    #: When they were last told that something is overdue.
    chased = models.DateTimeField(null=True, blank=True)
    #: When its names and texts went, because their time was over.
    erased = models.DateTimeField(null=True, blank=True)
    #: Another case that this one went into.
    merged_into = models.CharField(max_length=16, blank=True)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("event", "code"), name="coc_case_code"),
            models.UniqueConstraint(
                fields=("event", "code_name"), name="coc_case_code_name"
            ),
        ]
        indexes = [
            models.Index(fields=("event", "state"), name="coc_case_state"),
            models.Index(
                fields=("event", "subject_kind", "subject_code"),
                name="coc_case_subject",
            ),
        ]

    def __str__(self):
        return f"Case({self.code})"

    def get_absolute_url(self) -> str:
        """The page of the case."""
        return reverse(
            "plugins:pretalx_coc:case",
            kwargs={"event": self.event.slug, "code": self.code},
        )


class CaseMember(EventModel):
    """A member of the response team who may know of a case, and their standing.

    Whoever is on the team when a case is opened gets a row, and whoever somebody
    on the case lets in later. Who has none does not see the case: new members
    see no older ones. Subject, co-speakers, affected people and witnesses are
    left out when it is read, whatever their row says.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="members")
    user_code = models.CharField(max_length=16)
    standing = models.CharField(
        max_length=16, choices=Standing.choices, default=Standing.ASKED
    )
    declared = models.DateTimeField(null=True, blank=True)
    #: A member who reviews without seeing names asked for the subject's name.
    named = models.DateTimeField(null=True, blank=True)
    let_in_by = models.CharField(max_length=16, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("case", "user_code"), name="coc_case_member"
            )
        ]
        indexes = [
            models.Index(fields=("event", "user_code"), name="coc_case_member_user")
        ]

    def __str__(self):
        return f"CaseMember({self.case_id}, {self.user_code}: {self.standing})"


class CaseItem(EventModel):
    """A flag, a finding or a talk that somebody attached to a case.

    A flag or a finding is on one case at most, as far as whoever attaches it may
    know: that it is on a case that they must not know of keeps it from nothing.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="items")
    kind = models.CharField(max_length=16, choices=ItemRef.choices)
    ref = models.CharField(max_length=16)
    attached = models.DateTimeField()
    attached_by = models.CharField(max_length=16)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("case", "kind", "ref"), name="coc_case_item"
            )
        ]
        indexes = [
            models.Index(fields=("event", "kind", "ref"), name="coc_case_item_ref")
        ]

    def __str__(self):
        return f"CaseItem({self.case_id}, {self.kind} {self.ref})"


class CasePerson(EventModel):
    """Somebody who was affected, saw it, or reported it.

    ``user_code`` is there where they have an account that a member named: then
    they do not see the case, unless all they did was report.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="people")
    role = models.CharField(max_length=16, choices=CaseRole.choices)
    user_code = models.CharField(max_length=16, blank=True)
    name = models.CharField(max_length=200, blank=True)
    contact = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=("event", "user_code"), name="coc_case_person_user")
        ]

    def __str__(self):
        return f"CasePerson({self.case_id}, {self.role})"


class Report(GenerateCode, EventModel):
    """A concern that somebody raised in person, as a member wrote it down.

    ``reporter`` says who on the case it was; nobody, where they gave no name.
    """

    code_length = 8
    code_scope = ("event",)

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="reports")
    code = models.CharField(max_length=16)
    text = models.TextField()
    happened = models.CharField(max_length=200, blank=True)
    reporter = models.ForeignKey(
        CasePerson, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    #: What they want to happen, and what nobody may do without asking them.
    wishes = models.TextField(blank=True)
    recorded_by = models.CharField(max_length=16)
    created = models.DateTimeField()
    answer_due = models.DateTimeField(null=True, blank=True)
    answered = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    second_look = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("created", "pk")
        constraints = [
            models.UniqueConstraint(fields=("event", "code"), name="coc_report_code")
        ]

    def __str__(self):
        return f"Report({self.code})"


class CaseEntry(AppendOnlyModel):
    """One thing that happened in a case: its timeline.

    ``text`` is what a person wrote; it and who it was are emptied when personal
    data are erased. ``data`` holds codes and plain values.
    """

    case_code = models.CharField(max_length=16)
    kind = models.CharField(max_length=32, choices=EntryKind.choices)
    created = models.DateTimeField()
    author_code = models.CharField(max_length=16, blank=True)
    text = models.TextField(blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ("created", "pk")
        indexes = [
            models.Index(fields=("event", "case_code"), name="coc_case_entry_case")
        ]

    def __str__(self):
        return f"CaseEntry({self.case_code}: {self.kind})"


class CaseFile(GenerateCode, EventModel):
    """A file that a member added to a case: never on a public path."""

    code_length = 16
    code_scope = ("event",)

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="files")
    code = models.CharField(max_length=32)
    name = models.CharField(max_length=200)
    file = models.FileField(storage=private_storage, upload_to=random_path)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    created = models.DateTimeField()
    added_by = models.CharField(max_length=16)

    class Meta:
        ordering = ("created", "pk")
        constraints = [
            models.UniqueConstraint(fields=("event", "code"), name="coc_case_file_code")
        ]

    def __str__(self):
        return f"CaseFile({self.code})"


class CaseLink(EventModel):
    """Two cases that have to do with each other, and stay two.

    What was undone stays with what was said of it: of a timeline, only those who
    may know of the other case read that the two were linked, and were not.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="links")
    other = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    undone = models.DateTimeField(null=True, blank=True)
    undone_because = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("case", "other"), name="coc_case_link")
        ]

    def __str__(self):
        return f"CaseLink({self.case_id}, {self.other_id})"


class HandOver(EventModel):
    """That a case was handed over between the teams of two events: its own half.

    There is a row in each of the two events, for its own case. It names the other
    one by codes only: either event can go, and the other half stays.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="hand_overs")
    #: It came from there; otherwise it went there.
    received = models.BooleanField()
    other_event = models.BigIntegerField()
    #: In words, also when that event is gone.
    other_slug = models.CharField(max_length=50)
    other_code = models.CharField(max_length=16)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("case", "received", "other_event"), name="coc_hand_over"
            )
        ]

    def __str__(self):
        return f"HandOver({self.case_id}, {self.other_slug} {self.other_code})"

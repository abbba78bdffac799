# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Who may not submit or confirm, and until when.

Exclusions belong to the organiser: they outlive the event they come from, and
the account they are about. So they name both by copied values only.
"""

from django.db import models
from django.db.models import Q


class Exclusion(models.Model):
    """A person is kept from submitting and confirming.

    They are found again by the code of their account, and by a keyed hash of
    their e-mail address (see ``domain.exclusion_keys``), also when the account
    is gone.
    """

    organiser = models.ForeignKey(
        to="event.Organiser", on_delete=models.CASCADE, related_name="+"
    )
    #: Where it was decided; the event may be gone.
    event_slug = models.CharField(max_length=50)
    #: Only this event, or every event of the organiser.
    only_event = models.BooleanField(default=True)
    case_code = models.CharField(max_length=16, blank=True)
    decision_code = models.CharField(max_length=16, blank=True)
    user_code = models.CharField(max_length=16, blank=True)
    key_id = models.CharField(max_length=16, blank=True)
    address_hash = models.CharField(max_length=64, blank=True)
    starts = models.DateTimeField()
    ends = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField()
    lifted = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=("organiser", "user_code"), name="coc_exclusion_account"
            ),
            models.Index(
                fields=("organiser", "address_hash"), name="coc_exclusion_address"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(user_code="") | ~Q(address_hash=""),
                name="coc_exclusion_of_somebody",
            )
        ]

    def __str__(self):
        return f"Exclusion({self.pk}, {self.event_slug})"

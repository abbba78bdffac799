# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What several of the plugin's models have in common."""

from django.db import models
from django_scopes import ScopedManager


class EventModel(models.Model):
    """Belongs to one event, and goes when the event goes.

    Not pretalx's ``PretalxModel``: that one writes to the activity log when it
    is deleted, and the activity log is read by more people than may know of a
    flag or a finding.
    """

    event = models.ForeignKey(
        to="event.Event", on_delete=models.CASCADE, related_name="+"
    )

    objects = ScopedManager(event="event")

    class Meta:
        abstract = True


class AppendOnlyError(TypeError):
    """Raised when code tries to change or delete what is evidence."""


class AppendOnlyQuerySet(models.QuerySet):
    """Refuses the ways in which rows are changed or deleted in bulk."""

    def _refuse(self, *args, **kwargs):
        raise AppendOnlyError(f"{self.model.__name__} is append-only.")

    update = delete = bulk_update = update_or_create = _refuse
    aupdate = adelete = abulk_update = aupdate_or_create = _refuse


class AppendOnlyModel(EventModel):
    """Evidence: written once, never changed, gone only with its event.

    It carries copied codes and a foreign key to the event and to nothing else,
    so that no deletion in pretalx reaches into it.
    """

    objects = ScopedManager(
        event="event", _manager_class=models.Manager.from_queryset(AppendOnlyQuerySet)
    )

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        """Insert the row.

        Raises:
            AppendOnlyError: The row exists already.
        """
        if not self._state.adding:
            raise AppendOnlyError(f"{type(self).__name__} is append-only.")
        return super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        """Refuse.

        Raises:
            AppendOnlyError: Always.
        """
        raise AppendOnlyError(f"{type(self).__name__} is append-only.")

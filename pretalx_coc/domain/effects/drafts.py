# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The mails that pretalx drafts when the state of a talk changes.

They say that a proposal was not chosen, or was: not what happened, and to all
of its speakers. What is to be said is said by the plugin's own mails.
"""

from contextlib import contextmanager

from pretalx.mail.enums import QueuedMailStates
from pretalx.mail.models import QueuedMail


@contextmanager
def none_left(submission):
    """Remove the drafts about a talk that are made in here; older ones stay."""
    drafts = QueuedMail.objects.filter(
        event=submission.event, submissions=submission, state=QueuedMailStates.DRAFT
    )
    before = set(drafts.values_list("pk", flat=True))
    yield
    drafts.exclude(pk__in=before).delete()

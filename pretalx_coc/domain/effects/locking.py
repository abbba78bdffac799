# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""A talk, held for as long as the transaction lasts."""

from pretalx.submission.models import Submission


def locked_talk(event, code: str) -> Submission | None:
    """A talk of the event as it is now; None if pretalx has deleted it."""
    talks = Submission.objects.select_for_update().filter(event=event, code=code)
    return talks.first()

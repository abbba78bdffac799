# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What a copy of an event takes along."""

from pretalx_coc.domain.policy import forget_published


def copy_to_clone(*, event, source_slug: str) -> None:
    """Give a cloned event its own settings and draft.

    Args:
        event: The new event.
        source_slug: The slug of the event that was copied.
    """
    forget_published(event)

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What goes when an account goes."""


def forget_user(user) -> None:
    """Drop the personal data of an account that is deactivated or deleted."""

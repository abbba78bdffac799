# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Asking speakers to accept, and reminding them."""


def ask_newly_outstanding(event) -> int:
    """Ask everybody who is outstanding and was not asked yet."""
    return 0

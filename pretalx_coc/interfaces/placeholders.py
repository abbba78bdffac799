# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What pretalx's mail templates can say about the code of conduct."""


def all_placeholders() -> list:
    """The placeholders of the plugin."""
    return []

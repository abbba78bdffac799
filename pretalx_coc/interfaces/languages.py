# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Languages, as readers know them."""

from django.conf import settings


def language_name(code: str) -> str:
    """How a language calls itself."""
    return settings.LANGUAGES_INFORMATION.get(code, {}).get("natural_name", code)


def other_language(text, wanted: str | None) -> str:
    """The name of a text's language, if it is not the one a reader wanted.

    Args:
        text: A ``PolicyText``.
        wanted: The reader's language, as a code.
    """
    if text.language.split("-")[0] == (wanted or "").split("-")[0]:
        return ""
    return language_name(text.language)

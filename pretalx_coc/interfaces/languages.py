# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Languages, as readers know them."""

from django.conf import settings


def language_name(code: str) -> str:
    """How a language calls itself."""
    return settings.LANGUAGES_INFORMATION.get(code, {}).get("natural_name", code)


def _spoken(code: str) -> str:
    """The language without its politeness: ``de-formal`` is German."""
    return code.lower().removesuffix("-formal").removesuffix("-informal")


def other_language(text, wanted: str | None) -> str:
    """The name of a text's language, if it is not the one a reader wanted.

    Args:
        text: A ``PolicyText``.
        wanted: The reader's language, as a code.
    """
    if _spoken(text.language) == _spoken(wanted or ""):
        return ""
    return language_name(text.language)

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What changed from one text to the next, by words."""

import re

from diff_match_patch import diff_match_patch
from django.core.cache import cache

# What looks for the shortest difference may do so for this long; then it takes
# a longer one.
SECONDS = 0.5
KEPT_SECONDS = 7 * 24 * 3600
# Of a longer passage that stayed the same only the ends are shown.
CONTEXT = 160
WORD = re.compile(r"\w+|\s+|[^\w\s]")
OPERATIONS = {-1: "removed", 0: "same", 1: "added"}
FIRST_SURROGATE, SURROGATES = 0xD800, 0x800


def _as_characters(text: str, known: dict[str, str]) -> str:
    """Each word as one character, for an algorithm that compares characters."""
    for word in WORD.findall(text):
        if word not in known:
            code = len(known) + 1
            known[word] = chr(code + SURROGATES * (code >= FIRST_SURROGATE))
    return "".join(known[word] for word in WORD.findall(text))


def _shortened(text: str) -> str:
    if len(text) <= 2 * CONTEXT + 40:
        return text
    head = text[:CONTEXT].rsplit(None, 1)[0]
    tail = text[-CONTEXT:].split(None, 1)[-1]
    return f"{head} […] {tail}"


def changes(before: str, after: str) -> list[tuple[str, str]]:
    """The passages that were removed, added or stayed the same, in their order.

    Bounded in time for texts of any content: after half a second the
    difference is still right, but no longer the shortest.

    Args:
        before: The earlier text.
        after: The later text.
    """
    known = {}
    old, new = _as_characters(before, known), _as_characters(after, known)
    words = {character: word for word, character in known.items()}
    engine = diff_match_patch()
    engine.Diff_Timeout = SECONDS
    result = []
    for operation, characters in engine.diff_main(old, new, False):
        text = "".join(words[character] for character in characters)
        result.append((OPERATIONS[operation], text))
    return _merged(result)


def _merged(passages: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Join changes with nothing but spaces between them, and shorten the rest."""
    result = []
    removed = added = ""
    for kind, text in [*passages, ("same", "")]:
        if kind == "removed":
            removed += text
        elif kind == "added":
            added += text
        elif text.isspace() and "\n" not in text and (removed or added):
            removed += text
            added += text
        else:
            result += [("removed", removed)] if removed.strip() else []
            result += [("added", added)] if added.strip() else []
            # Spaces alone are no change to show, and still keep words apart.
            same = text if added.strip() else added + text
            result += [("same", _shortened(same))] if same else []
            removed = added = ""
    return result


def changes_between(before, after) -> list[tuple[str, str]]:
    """The changes from one ``PolicyText`` to a later one; kept in the cache.

    Both never change, so neither does the answer.
    """
    key = f"pretalx_coc:changes:{before.sha256}:{after.sha256}"
    found = cache.get(key)
    if found is None:
        found = changes(before.text, after.text)
        cache.set(key, found, KEPT_SECONDS)
    return found

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What a data file can hold: rules, pairs, and helpers; each checked when read."""

from typing import NamedTuple

from pretalx_coc.detection.result import CATEGORIES

#: Kinds of entries that are no rules but change what happens to one.
SAFE, TOPIC, RAISE = "safe", "topic", "raise"
NEGATION, FORBID, QUOTE, NAME = "negation", "forbid", "quote", "name"
#: What a data file may list under ``[context]``.
HELPERS = (SAFE, TOPIC, RAISE, NEGATION, FORBID, QUOTE, NAME)

RULE_KEYS = {
    "id",
    "words",
    "category",
    "strength",
    "hit",
    "miss",
    "reason",
    "case",
    "anywhere",
    "firm",
    "disguised",
}
PAIR_KEYS = (RULE_KEYS - {"words"}) | {"first", "second", "within", "ordered"}


class LexiconError(ValueError):
    """A data file is not as it has to be; the message says where."""


class Entry(NamedTuple):
    """One rule, or one helper (safe phrase, topic, raising word)."""

    rule: str
    kind: str
    category: str = ""
    strength: float = 0.0
    hit: str = ""
    miss: str = ""
    reason: str = ""
    #: Only where the passage begins with a small letter ("dick", not "Dick").
    lower_only: bool = False
    #: Means the same in every language that uses these letters.
    anywhere: bool = False
    #: A protecting topic lowers it less: it would be out of place there too.
    firm: bool = False
    #: Only where somebody hid it: "c0ck" is no rooster.
    disguised: bool = False


def pair_phrases(raw):
    """The patterns of a pair: in one order, or in both."""
    gap = f" ~{raw['within']} " if raw.get("within") else " "
    yield f"{raw['first']}{gap}{raw['second']}"
    if not raw.get("ordered", True):
        yield f"{raw['second']}{gap}{raw['first']}"


def read_entry(language, raw, keys, seen):
    """Check an entry of a data file.

    Args:
        language: The file's language, for the messages.
        raw: The entry as it stands there.
        keys: What it may hold.
        seen: The ids that were there before; this one joins them.

    Raises:
        LexiconError: Something is missing, unknown or taken.
    """
    place = f"{language}: entry {raw.get('id', raw)!r}"
    if unknown := set(raw) - keys:
        raise LexiconError(f"{place}: unknown keys {sorted(unknown)}")
    if missing := {"id", "category", "strength", "hit", "miss"} - set(raw):
        raise LexiconError(f"{place}: missing {sorted(missing)}")
    if raw["category"] not in CATEGORIES:
        raise LexiconError(f"{place}: unknown category {raw['category']!r}")
    if not 0 < raw["strength"] <= 1:
        raise LexiconError(f"{place}: the strength is not between 0 and 1")
    if raw["id"] in seen:
        raise LexiconError(f"{place}: the id is taken")
    if raw.get("case", "lower") != "lower":
        raise LexiconError(f"{place}: the case can only be 'lower'")
    seen.add(raw["id"])
    return Entry(
        rule=f"{language}.{raw['category']}.{raw['id']}",
        kind="rule",
        category=raw["category"],
        strength=float(raw["strength"]),
        hit=raw["hit"],
        miss=raw["miss"],
        reason=raw.get("reason", ""),
        lower_only="case" in raw,
        anywhere=raw.get("anywhere", False),
        firm=raw.get("firm", False),
        disguised=raw.get("disguised", False),
    )

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The word lists: read once, checked once, turned into one tree a language.

A file under ``data/`` is a language; whoever adds one touches no code. The
parts of a pattern are separated by spaces:

========== ==================================================
``word``   this word
``word*``  words that begin so
``*word``  words that end so (compounds)
``*word*`` words that contain it
``@name``  any word of the class ``name``
``~3``     up to three words of any kind, in the same sentence
``a|b``    either of these
========== ==================================================

Words are written with or without accents: both sides are folded alike.
"""

from functools import cache
from itertools import product
from typing import NamedTuple

from pretalx_coc.detection.datafiles import PROFILES, names, read
from pretalx_coc.detection.normalise import normalise
from pretalx_coc.detection.result import CATEGORIES

#: Kinds of entries that are no rules but change what happens to one.
SAFE, TOPIC, RAISE = "safe", "topic", "raise"

_RULE_KEYS = {
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
}
_PAIR_KEYS = (_RULE_KEYS - {"words"}) | {"first", "second", "within", "ordered"}

#: Remembered words a language; then it starts over, so memory stays bounded.
_REMEMBERED = 50_000


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


class Node:
    """A step in the tree of phrases."""

    __slots__ = ("edges", "entries", "skips")

    def __init__(self):
        self.edges = {}
        self.entries = []
        self.skips = 0


class Lexicon:
    """All entries of one language in one tree, and the words that lead in."""

    def __init__(self, language):
        self.language = language
        self.entries = []
        self.root = Node()
        self._exact = {}
        self._parts = {"prefix": {}, "suffix": {}, "infix": {}}
        self._sizes = {}
        self._masked = {}
        #: Words looked up before: read it directly, fill it with ``symbols``.
        self.known = {}

    def symbols(self, form):
        """What a word stands for in the tree: itself, its classes, its parts.

        The answer has two parts: all that it stands for, and whether a phrase
        can begin with it.
        """
        if len(self.known) > _REMEMBERED:
            self.known.clear()
        symbols = self._look_up(form)
        begins = any(symbol in self.root.edges for symbol in symbols)
        known = self.known[form] = (symbols, begins)
        return known

    def _look_up(self, form):
        found = dict.fromkeys(self._exact.get(form, ()))
        length = len(form)
        prefixes, suffixes = self._parts["prefix"], self._parts["suffix"]
        for size in self._sizes["prefix"]:
            found.update(dict.fromkeys(prefixes.get(form[:size], ())))
        for size in self._sizes["suffix"]:
            if size <= length:
                found.update(dict.fromkeys(suffixes.get(form[-size:], ())))
        for size in self._sizes["infix"]:
            for first in range(min(length, 60) - size + 1):
                part = form[first : first + size]
                found.update(dict.fromkeys(self._parts["infix"].get(part, ())))
        if "*" in form or "#" in form:
            found.update(dict.fromkeys(self._look_up_masked(form)))
        return tuple(found)

    def _look_up_masked(self, form):
        for word in self._masked.get((len(form), form[0]), ()):
            if all(a == b or a in "*#" for a, b in zip(form, word, strict=True)):
                yield from self._exact[word]

    def learn(self, part, symbol, *, maskable=False):
        """Let the words that fit ``part`` lead to ``symbol``."""
        bare = part.strip("*")
        words = normalise(bare).words
        if len(words) != 1 or not bare:
            raise LexiconError(f"{self.language}: {part!r} is not one word")
        bare = words[0].form
        kind = {(False, True): "prefix", (True, False): "suffix"}.get(
            (part[0] == "*", part[-1] == "*"), "infix"
        )
        table = self._parts[kind] if "*" in part else self._exact
        symbols = table.setdefault(bare, [])
        if symbol not in symbols:
            symbols.append(symbol)
        if maskable and "*" not in part and len(bare) > 3:
            self._masked.setdefault((len(bare), bare[0]), []).append(bare)

    def add(self, phrase, entry, classes):
        """Grow the tree by a phrase."""
        if entry not in self.entries:
            self.entries.append(entry)
        parts = [part.split("|") for part in phrase.split()]
        maskable = len(parts) == 1 and entry.strength >= 0.6
        for choice in product(*parts):
            self._add_choice(choice, entry, classes, maskable)

    def _add_choice(self, choice, entry, classes, maskable):
        node = self.root
        for part in choice:
            if part.startswith("~"):
                node.skips = max(node.skips, int(part[1:]))
                continue
            if part.startswith("@"):
                if part[1:] not in classes:
                    raise LexiconError(f"{entry.rule}: no class {part!r}")
            else:
                self.learn(part, part, maskable=maskable)
            node = node.edges.setdefault(part, Node())
        if node is self.root:
            raise LexiconError(f"{entry.rule}: a pattern without words")
        node.entries.append(entry)

    def finish(self):
        """Note which lengths of parts occur, so that only these are tried."""
        for kind, table in self._parts.items():
            self._sizes[kind] = sorted({len(part) for part in table})
        return self


@cache
def available():
    """The languages that have a word list."""
    return tuple(name for name in names() if name != PROFILES)


@cache
def load(language):
    """The lexicon of a language; reads its file the first time only."""
    return build(language, read(language))


def build(language, data):
    """Check the content of a data file and make a lexicon of it."""
    lexicon = Lexicon(language)
    classes = data.get("classes", {})
    for name, words in classes.items():
        for word in words:
            lexicon.learn(word, f"@{name}")
    seen = set()
    for raw in data.get("entry", ()):
        entry = _entry(language, raw, _RULE_KEYS, seen)
        for phrase in raw["words"]:
            lexicon.add(phrase, entry, classes)
    for raw in data.get("pair", ()):
        entry = _entry(language, raw, _PAIR_KEYS, seen)
        for phrase in _pair_phrases(raw):
            lexicon.add(phrase, entry, classes)
    context = data.get("context", {})
    for kind in (SAFE, TOPIC, RAISE):
        for phrase in context.get(kind, ()):
            lexicon.add(phrase, Entry(f"{language}.{kind}: {phrase}", kind), classes)
    return lexicon.finish()


def _pair_phrases(raw):
    gap = f" ~{raw['within']} " if raw.get("within") else " "
    yield f"{raw['first']}{gap}{raw['second']}"
    if not raw.get("ordered", True):
        yield f"{raw['second']}{gap}{raw['first']}"


def _entry(language, raw, keys, seen):
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
    )

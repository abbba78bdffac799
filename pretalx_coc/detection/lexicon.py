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

Chinese and Japanese have no spaces. There each Han or Hiragana character is a
word and a run of Katakana is one; a part such as ``盗撮`` is taken apart in the
same way, ``~6`` skips up to six such words, and a star only means something
beside Katakana. In Korean, where particles stick to words, ``야동*`` is needed.

An entry with ``disguised = true`` only counts where somebody hid the word.

Under ``[context]`` a file lists phrases that change what a hit counts:

============ ================================================================
``safe``     excuses a hit that it touches ("sex ratio")
``topic``    lowers what stands within 150 characters ("harassment")
``raise``    raises what stands within 70 characters ("tonight")
``negation`` lowers what follows within a word ("no", "without"); only acts,
             pornography and offers, for "no bra" denies nothing
``forbid``   lowers the same where it stands before or after, in the sentence
             ("banned", "not allowed")
``quote``    near a quotation that holds the hit: somebody reports or criticises
             ("called", "comment", "inappropriate")
``name``     before a family name ("Dr", "Mrs")
============ ================================================================

The last four have the usual words of each language in ``languages.toml``.
"""

from functools import cache, lru_cache
from threading import Lock

from pretalx_coc.detection.datafiles import PROFILES, names, read
from pretalx_coc.detection.entries import (
    FORBID,
    HELPERS,
    NAME,
    NEGATION,
    PAIR_KEYS,
    QUOTE,
    RULE_KEYS,
    Entry,
    LexiconError,
    pair_phrases,
    read_entry,
)
from pretalx_coc.detection.normalise import is_single, is_unspaced, normalise

#: Remembered words a language; then it starts over, so memory stays bounded.
_REMEMBERED = 50_000

#: Weaker words are too ordinary to be looked for behind asterisks.
_WORTH_MASKING = 0.6


#: Entries that every language has are numbered from here.
_FIRST_SHARED = 9001
#: Their strength, before what a disguise adds.
_HIDDEN = 0.7

_loaded, _loading = {}, Lock()


class Node:
    """A step in the tree of phrases."""

    __slots__ = ("edges", "entries", "gaps", "ways")

    def __init__(self):
        self.edges = {}
        self.entries = []
        #: Where it goes on after up to so many words of any kind. Steps of
        #: their own: another phrase with this beginning must not skip any.
        self.gaps = {}
        #: This step and those after a gap, if anything follows, each with the
        #: number of words that may be skipped; made by ``finish``.
        self.ways = ()

    def finish(self):
        """Say once from where the phrases that begin so go on."""
        ways = ((self, 0), *((node, skips) for skips, node in self.gaps.items()))
        self.ways = tuple(way for way in ways if way[0].edges)
        return (*self.edges.values(), *self.gaps.values())


@lru_cache(maxsize=20_000)
def _forms(part):
    """The words of a part without stars; none if it is not one part."""
    words = normalise(part).words
    together = not any(word.gap for word in words[1:])
    if not together or (len(words) > 1 and not is_unspaced(part)):
        return ()
    return tuple(word.form for word in words)


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
        self._members, self._paths = {}, {}
        self._added = set()
        #: Words looked up before: read it directly, fill it with ``symbols``.
        self.known = {}

    def symbols(self, form):
        """What a word stands for in the tree: itself, its classes, its parts.

        The answer has two parts: all that it stands for, as a set (a dictionary,
        for the sake of the order), and what begins with it, as pairs of the entries that end there and the ways on.
        """
        if len(self.known) > _REMEMBERED:
            self.known.clear()
        symbols = self._look_up(form)
        steps = [self.root.edges[s] for s in symbols if s in self.root.edges]
        begun = tuple((step.entries, step.ways) for step in steps)
        known = self.known[form] = (symbols, begun)
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
        return found

    def _look_up_masked(self, form):
        for word in self._masked.get((len(form), form[0]), ()):
            if all(a == b or a in "*#" for a, b in zip(form, word, strict=True)):
                yield from self._exact[word]

    def learn(self, part, symbol, *, maskable=False):
        """Let the words that fit ``part``, one word, lead to ``symbol``."""
        bare = part.strip("*")
        kind = {(False, True): "prefix", (True, False): "suffix"}.get(
            (part[0] == "*", part[-1] == "*"), "infix"
        )
        table = self._parts[kind] if "*" in part else self._exact
        symbols = table.setdefault(bare, [])
        if symbol not in symbols:
            symbols.append(symbol)
        if maskable and "*" not in part and len(bare) > 3:
            self._masked.setdefault((len(bare), bare[0]), []).append(bare)

    def take_apart(self, part):
        """The words of a part of a pattern: one, but in scripts without spaces."""
        bare = part.strip("*")
        forms = list(_forms(bare))
        if not forms:
            raise LexiconError(f"{self.language}: {part!r} is not one word")
        if part[0] == "*" and not is_single(forms[0]):
            forms[0] = f"*{forms[0]}"
        if part[-1] == "*" and not is_single(forms[-1]):
            forms[-1] += "*"
        return forms

    def learn_class(self, name, words, *, maskable=False):
        """Let each of the words stand for the class.

        Those of several characters in a script without spaces are kept, for
        they have to become a path of their own wherever the class is used.
        """
        self._members[name], self._paths[name] = words, []
        for word in words:
            *before, last = self.take_apart(word)
            if before:
                self.learn(last, f"{last}@{name}")
                self._paths[name].append((before, f"{last}@{name}"))
            else:
                self.learn(last, f"@{name}", maskable=maskable)

    def add(self, phrase, entry):
        """Grow the tree by a phrase."""
        if entry not in self._added:
            self._added.add(entry)
            self.entries.append(entry)
        parts = phrase.split()
        if not parts or parts[0][0] == "~" or parts[-1][0] == "~":
            raise LexiconError(f"{entry.rule}: a pattern without words at its ends")
        maskable = len(parts) == 1 and entry.strength >= _WORTH_MASKING
        node = self.root
        for part in parts:
            if part.startswith("~"):
                node = node.gaps.setdefault(int(part[1:]), Node())
            elif "|" in part or part.startswith("@"):
                name = self._class_of(part, entry, maskable=maskable)
                node = self._add_class(node, name)
            else:
                for word in self.take_apart(part):
                    node = self._add_word(node, word, maskable=maskable)
        node.entries.append(entry)

    def _class_of(self, part, entry, *, maskable):
        """The class that a part names; alternatives are one without a name."""
        choices = part.split("|")
        for choice in choices:
            if choice.startswith("@") and choice[1:] not in self._members:
                raise LexiconError(f"{entry.rule}: no class {choice!r}")
        if len(choices) == 1:
            return part[1:]
        if maskable or part not in self._members:
            words = []
            for choice in choices:
                named = choice.startswith("@")
                words += self._members[choice[1:]] if named else [choice]
            self.learn_class(part, words, maskable=maskable)
        return part

    def _add_word(self, node, word, *, maskable=False):
        self.learn(word, word, maskable=maskable)
        return node.edges.setdefault(word, Node())

    def _add_class(self, node, name):
        behind = node.edges.setdefault(f"@{name}", Node())
        for before, last in self._paths[name]:
            step = node
            for word in before:
                step = self._add_word(step, word)
            step.edges[last] = behind
        return behind

    def finish(self):
        """Prepare for reading: nothing may be added after this."""
        ahead, seen = [self.root], set()
        while ahead:
            node = ahead.pop()
            # The words of a class lead to the same step.
            if id(node) not in seen:
                seen.add(id(node))
                ahead += node.finish()
        # Only lengths of parts that occur have to be tried.
        for kind, table in self._parts.items():
            self._sizes[kind] = sorted({len(part) for part in table})
        return self


@cache
def available():
    """The languages that have a word list."""
    return tuple(name for name in names() if name != PROFILES)


def load(language):
    """The lexicon of a language; reads its file once in a process."""
    lexicon = _loaded.get(language)
    if lexicon is None:
        # Threads that start together would all read the same file.
        with _loading:
            lexicon = _loaded.get(language) or build(language, _read(language))
            _loaded[language] = lexicon
    return lexicon


def _read(language):
    """A language's file, with what every language has in its context."""
    data, shared = read(language), read(PROFILES)
    context = data.setdefault("context", {})
    for kind in (NEGATION, FORBID, QUOTE, NAME):
        own = context.get(kind, [])
        context[kind] = [*own, *shared.get(kind, {}).get(language, ())]
    for number, (category, words) in enumerate(shared["disguised"].items()):
        if language in words:
            entry = _disguised(_FIRST_SHARED + number, category, words[language])
            data.setdefault("entry", []).append(entry)
    return data


def _disguised(number, category, words):
    """An entry for words that only count where they are hidden."""
    bare = words[0].strip("*")
    return {
        "id": str(number),
        "words": words,
        "category": category,
        "strength": _HIDDEN,
        "hit": " ".join(bare) if len(bare) > 2 else f"{bare[0]}\u200b{bare[1:]}",
        "miss": bare,
        "disguised": True,
    }


def build(language, data):
    """Check the content of a data file and make a lexicon of it."""
    lexicon = Lexicon(language)
    for name, words in data.get("classes", {}).items():
        lexicon.learn_class(name, words)
    seen = set()
    for raw in data.get("entry", ()):
        entry = read_entry(language, raw, RULE_KEYS, seen)
        for phrase in raw["words"]:
            lexicon.add(phrase, entry)
    for raw in data.get("pair", ()):
        entry = read_entry(language, raw, PAIR_KEYS, seen)
        for phrase in pair_phrases(raw):
            lexicon.add(phrase, entry)
    context = data.get("context", {})
    if unknown := set(context) - set(HELPERS):
        raise LexiconError(f"{language}: unknown context {sorted(unknown)}")
    for kind in HELPERS:
        for phrase in context.get(kind, ()):
            lexicon.add(phrase, Entry(f"{language}.{kind}: {phrase}", kind))
    return lexicon.finish()

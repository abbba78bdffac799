# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Hold ``written.jsonl`` to what its README says, and count what is in it.

Run it after each change: ``python bench/data/check_written.py``. It prints a table
and ends with an error if a sentence of the README is not true of the file.
"""

import json
import sys
import unicodedata
from collections import Counter
from pathlib import Path

WRITTEN = Path(__file__).with_name("written.jsonl")
LANGUAGES = [
    *("en", "de", "fr", "ru", "ja", "es", "it", "pt"),
    *("nl", "pl", "cs", "uk", "zh", "ko", "sv", "tr"),
]
PER_KIND = {"explicit": 10, "implicit": 12, "negative": 14}
TWICE = {"en"}
PARTS = ("open", "held")
CATEGORIES = {
    "explicit_act",
    "innuendo",
    "objectification",
    "pornography",
    "sexual_offer",
    "sexual_slur",
    "voyeurism",
    "vulgar_anatomy",
}
FIELDS = ["id", "text", "lang", "label", "category", "kind", "part"]
LONGEST = 90
# Where words are not set apart by spaces, so many characters count as one.
CHARACTERS_A_WORD = {"ja": 2, "zh": 1.7}


def words(row):
    """Roughly how many words the text has."""
    per_word = CHARACTERS_A_WORD.get(row["lang"])
    if per_word:
        return round(len(row["text"]) / per_word)
    return len(row["text"].split())


def bare(text):
    """The letters and digits alone, so that two copies of a text are seen as one."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())


def faults_of(row):
    """What is wrong with one row by itself."""
    if list(row) != FIELDS:
        yield f"fields are {list(row)}"
        return
    if row["lang"] not in LANGUAGES or row["kind"] not in PER_KIND:
        yield f"unknown language or kind: {row['lang']}, {row['kind']}"
    if row["part"] not in PARTS:
        yield f"unknown part {row['part']}"
    if row["label"] != (row["kind"] != "negative"):
        yield "label and kind contradict one another"
    if row["category"] not in (CATEGORIES if row["label"] else {""}):
        yield f"category {row['category']!r} for label {row['label']}"
    if not row["text"] or row["text"] != row["text"].strip():
        yield "text is empty or has white space around it"
    if words(row) > LONGEST:
        yield f"{words(row)} words"


def faults(rows):
    """What is wrong with the file, as sentences."""
    for row in rows:
        yield from (f"{row.get('id')}: {fault}" for fault in faults_of(row))
    for field, of in (("id", str), ("text", bare)):
        counted = Counter(of(row[field]) for row in rows)
        yield from (f"twice: {key}" for key, times in counted.items() if times > 1)
    counted = Counter((row["lang"], row["kind"], row["part"]) for row in rows)
    for lang in LANGUAGES:
        for kind, number in PER_KIND.items():
            for part in PARTS:
                wanted = number * (2 if lang in TWICE else 1) // 2
                found = counted[lang, kind, part]
                if found != wanted:
                    yield f"{lang} {kind} {part}: {found} instead of {wanted}"


def table(rows):
    """Texts by language, kind and part (open + held), and how long they are."""
    counted = Counter((row["lang"], row["kind"], row["part"]) for row in rows)
    yield " ".join(["lang", *(f"{kind:>9}" for kind in PER_KIND), "  all  words"])
    for lang in LANGUAGES:
        lengths = sorted(words(row) for row in rows if row["lang"] == lang)
        if not lengths:
            continue
        cells = (
            f"{counted[lang, kind, 'open']:>4} +{counted[lang, kind, 'held']:>3}"
            for kind in PER_KIND
        )
        middle = lengths[len(lengths) // 2]
        yield (
            f"{lang:<4} {' '.join(cells)}  {len(lengths):>3}"
            f"  {lengths[0]}–{lengths[-1]}, median {middle}"
        )
    categories = Counter(row["category"] for row in rows if row["label"])
    yield ", ".join(f"{name} {number}" for name, number in categories.most_common())
    yield f"{len(rows)} texts"


def main():
    """Print the table and the faults; the exit code says whether there are any."""
    lines = WRITTEN.read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    print("\n".join(table(rows)))
    found = list(faults(rows))
    print("\n".join(found), file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What the text detectors find and what they leave alone, beside others.

Measured on the texts in ``bench/data/written.jsonl``, the open part and the part
held back each for itself, and, where ``COC_BENCH_DATA`` names a folder with
them, on ``eval-dev.jsonl`` and on real talks (``talks-dev.jsonl.gz``), where next
to every flag is a false one.

    make bench
    python bench/accuracy.py --failures open
"""

import argparse
import gzip
import json
from pathlib import Path

from rivals import DATA, OURS, ROOT, ours, ours_with_hints, rivals

WRITTEN = ROOT / "bench" / "data" / "written.jsonl"
#: The talks have three letters for a language, and the lists two.
CODES = {
    "ces": "cs",
    "deu": "de",
    "eng": "en",
    "fra": "fr",
    "ita": "it",
    "jpn": "ja",
    "kor": "ko",
    "nld": "nl",
    "pol": "pl",
    "por": "pt",
    "rus": "ru",
    "spa": "es",
    "swe": "sv",
    "tur": "tr",
    "ukr": "uk",
    "zho": "zh",
}
#: Talks for better-profanity, which takes half a second for each.
SAMPLE = 200


def read(path):
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def ratio(part, whole):
    return part / whole if whole else float("nan")


class Counted:
    """How often a tool was right about texts with a label."""

    def __init__(self, rows, flagged):
        self.rows = [(row, flagged(row["text"], row["lang"])) for row in rows]

    def share(self, **wanted):
        """The flagged part of the texts with these values, and their number."""
        fits = [
            flag
            for row, flag in self.rows
            if all(row.get(key) == value for key, value in wanted.items())
        ]
        return ratio(sum(fits), len(fits)), len(fits)

    @property
    def precision(self):
        flagged = [row["label"] for row, flag in self.rows if flag]
        return ratio(sum(flagged), len(flagged))

    @property
    def recall(self):
        return self.share(label=1)[0]

    @property
    def false(self):
        return self.share(label=0)[0]

    def values(self, key):
        return sorted({row[key] for row, _ in self.rows if row.get(key)})


def compare(title, rows, tools):
    """Print one line a tool, and how many times as much ours finds."""
    counted = {name: Counted(rows, flagged) for name, flagged in tools.items()}
    own = counted[OURS]
    print(f"\n{title}: {len(rows)} texts")
    print(
        f"  {'tool':32}precision  recall  explicit  implicit  false flags"
        "  recall, ours to theirs"
    )
    for name, one in counted.items():
        explicit, implicit = (one.share(kind=k)[0] for k in ("explicit", "implicit"))
        times = ratio(own.recall, one.recall)
        print(
            f"  {name:32}{one.precision:9.2f}{one.recall:8.2f}{explicit:10.2f}"
            f"{implicit:10.2f}{one.false:13.2f}{times:15.1f}"
        )
    return own


def break_down(own):
    """Ours by language and by category."""
    print(f"  {'language':32}recall  explicit  implicit  false flags")
    for language in own.values("lang"):
        shares = [
            own.share(lang=language, **wanted)[0]
            for wanted in (
                {"label": 1},
                {"kind": "explicit"},
                {"kind": "implicit"},
                {"label": 0},
            )
        ]
        print("  {:30}{:8.2f}{:10.2f}{:10.2f}{:13.2f}".format(language, *shares))
    print(f"  {'category':32}recall  texts")
    for category in own.values("category"):
        found, number = own.share(category=category)
        print(f"  {category:30}{found:8.2f}{number:7}")


def talks(tools):
    """The share of real talks that each tool flags."""
    rows = read(Path(DATA) / "talks-dev.jsonl.gz")
    print(f"\nReal talks: {len(rows)}, in which nearly every flag is a false one")
    print(f"  {'tool':32}  flagged  times ours")
    own = None
    for name, flagged in tools.items():
        some = rows[:: len(rows) // SAMPLE] if name == "better-profanity" else rows
        count = sum(
            flagged(f"{row['title']}\n\n{row['text']}", CODES.get(row["lang"]))
            for row in some
        )
        share = ratio(count, len(some))
        own = share if own is None else own
        times = f"{share / own:10.0f}" if own else "none of ours"
        note = f"  (of {len(some)})" if some is not rows else ""
        print(f"  {name:32}{share:9.3%}  {times}{note}")


def show_failures(rows):
    """What ours gets wrong, to learn from: never of the part held back."""
    for row in rows:
        if ours(row["text"], row["lang"]) != bool(row["label"]):
            kind = "missed" if row["label"] else "false"
            hint = "hint" if ours_with_hints(row["text"], row["lang"]) else ""
            print(
                f"{kind:7}{row['lang']:3} {row.get('category', ''):16}{hint:5}", end=""
            )
            print(json.dumps(row["text"], ensure_ascii=False))


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--failures", choices=("open", "dev"), help="only list these")
    options = parser.parse_args()
    written = read(WRITTEN)
    parts = {
        "Written, open part": [row for row in written if row["part"] == "open"],
        "Written, held back": [row for row in written if row["part"] == "held"],
    }
    if DATA:
        parts["Development texts"] = read(Path(DATA) / "eval-dev.jsonl")
    if options.failures:
        chosen = {"open": "Written, open part", "dev": "Development texts"}
        show_failures(parts[chosen[options.failures]])
        return
    tools = {OURS: ours, f"{OURS}, with hints": ours_with_hints, **rivals()}
    for title, rows in parts.items():
        break_down(compare(title, rows, tools))
    if DATA:
        talks(tools)
    else:
        print("\nNo real talks were measured, for COC_BENCH_DATA names no folder.")


if __name__ == "__main__":
    main()

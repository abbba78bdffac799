# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""How long the text detectors take: a talk, a long text, a hostile one, an import.

Talks are those in the folder that ``COC_BENCH_DATA`` names; without one, texts of
the same length put together from ``bench/data/written.jsonl``. Everything is
measured warm, in one process on one core, and the best of several runs counts.
Exits with 1 if a plain search for the LDNOOBW list is faster, or if a text of
twice the length takes much more than twice as long (four times, if the time grew
with its square).

    make bench
"""

import gzip
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rivals import DATA, LISTED, OURS, ROOT, ours, rivals

from pretalx_coc.detection import MAX_CHARACTERS, check_text
from pretalx_coc.detection.lexicon import available, load

TALKS = 2000
#: Texts for tools that take long, by name.
FEW = {"better-profanity": 20, "alt-profanity-check": 200}
#: Characters of an average talk among those of the data set.
AVERAGE = 690
#: Twice the length may take so many times as long.
TWICE = 3

HOSTILE = {
    "one word": "a",
    "single letters": "a ",
    "beginnings of phrases": "hot naked girl with big ",
    "hits": "fuck hot naked wet moan lick porn ",
    "combining marks": "\u0301",
    "hyphens": "p-",
    "open tags": "<b",
    "open comments": "<!-- ",
    "entities": "&#112;",
    "open brackets": "[a](",
    "quotation marks": '"porn ',
    "turned around": "\u202eporn",
    "emoji": "🍆💦",
    "mixed scripts": "p\u043er\u043d ",
    "leet": "p0rn1 ",
    "Han": "色情",
    "Cyrillic": "порно девушки ",
    "languages in turn": "This is the one. Das ist der andere. ",
}


def texts():
    if DATA:
        with gzip.open(Path(DATA) / "talks-dev.jsonl.gz", "rt", encoding="utf-8") as f:
            rows = [json.loads(line) for line in f]
        step = max(1, len(rows) // TALKS)
        return [f"{row['title']}\n\n{row['text']}" for row in rows[::step]]
    path = ROOT / "bench" / "data" / "written.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    joined, found = "", []
    for row in rows:
        joined += ("\n\n" if joined else "") + ("" if row["label"] else row["text"])
        if len(joined) >= AVERAGE:
            found.append(joined)
            joined = ""
    return found


def best(function, rounds=3):
    """Seconds of processor time: the least of several runs."""
    taken = []
    for _ in range(rounds):
        start = time.process_time()
        function()
        taken.append(time.process_time() - start)
    return min(taken)


def a_talk():
    """Print milliseconds for a text; True if no plain search is faster."""
    talks = texts()
    length = sum(map(len, talks)) / len(talks)
    print(f"\n{len(talks)} texts of {length:.0f} characters on average")
    print(f"  {'tool':32}ms a text  times ours")
    own, plain = None, None
    for name, flagged in {OURS: ours, **rivals()}.items():
        some = talks[:: len(talks) // FEW[name]] if name in FEW else talks
        for text in some[:200]:
            flagged(text, "en")
        rounds = 1 if name in FEW else 3
        taken = best(lambda f=flagged, s=some: [f(t, "en") for t in s], rounds)
        taken *= 1000 / len(some)
        own = own or taken
        plain = taken if name == LISTED else plain
        print(f"  {name:32}{taken:9.3f}{taken / own:10.1f}")
    return plain is None or own < plain


def long_texts():
    """Print what growing lengths take; True if time grows with the length."""
    print("\nTwice the length takes so many times as long (2 is linear)")
    talk = " ".join(texts())
    fine = True
    cases = {"talks": talk * (MAX_CHARACTERS // len(talk) + 1)}
    for name, piece in HOSTILE.items():
        cases[name] = piece * (400_000 // len(piece))
    for name, text in cases.items():
        whole = text[:MAX_CHARACTERS]
        part = whole[: len(whole) // 2]
        check_text(part)
        short = best(lambda p=part: check_text(p), 2)
        long = best(lambda w=whole: check_text(w), 2)
        grown = long / max(short, 1e-4)
        fine = fine and grown <= TWICE
        mark = "" if grown <= TWICE else "  too much"
        print(f"  {name:32}{len(whole):9,} characters {long:7.2f} s{grown:7.1f}{mark}")
    return fine


def beginnings():
    """Print what an import and the first text take."""
    code = (
        "import time; start = time.perf_counter(); "
        "import pretalx_coc.detection as d; imported = time.perf_counter(); "
        "d.check_text('Some text about the code'); checked = time.perf_counter(); "
        "print((imported - start) * 1000, (checked - imported) * 1000)"
    )
    with tempfile.TemporaryDirectory() as folder:
        # With compiled files, as installed packages have them.
        environment = {"PYTHONPYCACHEPREFIX": folder, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-c", code]
        runs = [
            subprocess.run(
                command, env=environment, capture_output=True, text=True, check=True
            )
            for _ in range(8)
        ]
    imported, checked = zip(*(map(float, r.stdout.split()) for r in runs), strict=True)
    start = time.perf_counter()
    for language in available():
        load(language)
    print(
        f"\nImport: {min(imported):.0f} ms; the first English text: {min(checked):.0f} ms"
    )
    print(
        f"All {len(available())} word lists: {time.perf_counter() - start:.2f} s, once"
    )


def main():
    beginnings()
    is_faster = a_talk()
    is_linear = long_texts()
    if not is_faster:
        print("A plain search for the LDNOOBW list is faster.")
    return 0 if is_faster and is_linear else 1


if __name__ == "__main__":
    sys.exit(main())

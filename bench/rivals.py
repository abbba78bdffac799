# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The detector and what others use instead, behind one function each.

Others are taken as they come out of their packages, and left out with a word
about it where a package is missing:

    pip install pretalx-coc[bench]
    npm install --prefix .venv/ldnoobw naughty-words
"""

import json
import os
import re
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from pretalx_coc.detection import check_text  # noqa: E402

#: Texts that are not in the repository: ``talks-dev.jsonl.gz``, ``eval-dev.jsonl``.
DATA = os.environ.get("COC_BENCH_DATA")
OURS = "pretalx-coc"
LISTED = "LDNOOBW, English list"


def ours(text, language):
    """Would organisers see this by default?"""
    findings = check_text(text, language).findings
    return any(finding.level == "review" for finding in findings)


def ours_with_hints(text, language):
    return bool(check_text(text, language).findings)


def _better_profanity():
    from better_profanity import profanity  # noqa: PLC0415

    profanity.load_censor_words()
    return lambda text, language: profanity.contains_profanity(text)


def _alt_profanity_check():
    from profanity_check import predict  # noqa: PLC0415

    return lambda text, language: bool(predict([text])[0])


def _word_lists():
    places = [Path(sys.prefix) / "ldnoobw", ROOT / "node_modules"]
    for place in places:
        for folder in (
            place / "node_modules" / "naughty-words",
            place / "naughty-words",
        ):
            if folder.is_dir():
                return folder
    raise ImportError("the npm package naughty-words, which carries the LDNOOBW lists")


@cache
def listed(language):
    """One regular expression of all words in a list of LDNOOBW; None without one."""
    path = _word_lists() / f"{language}.json"
    if not path.exists():
        return None
    words = json.loads(path.read_text(encoding="utf-8"))
    words = sorted(map(re.escape, words), key=len, reverse=True)
    # Scripts without spaces have no word boundaries.
    edge = "" if language in ("ja", "zh", "ko") else r"\b"
    return re.compile(f"{edge}(?:{'|'.join(words)}){edge}", re.IGNORECASE)


def _english_list():
    english = listed("en")
    return lambda text, language: bool(english.search(text))


def _lists_of_both():
    def flagged(text, language):
        own = listed(language) if language else None
        return bool(listed("en").search(text) or (own and own.search(text)))

    listed("en")
    return flagged


def rivals():
    """Those that are installed, by name; says which are not."""
    found = {}
    for name, load in (
        ("better-profanity", _better_profanity),
        ("alt-profanity-check", _alt_profanity_check),
        (LISTED, _english_list),
        ("LDNOOBW, English and own list", _lists_of_both),
    ):
        try:
            found[name] = load()
        except ImportError as error:
            print(f"Left out: {name}, for there is no {error.name or error}.")
    return found

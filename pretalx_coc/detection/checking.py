# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""One text through all layers: normalise, match, weigh, score."""

from pretalx_coc.detection.context import Context
from pretalx_coc.detection.languages import base_code, detect
from pretalx_coc.detection.lexicon import available, load
from pretalx_coc.detection.matching import match
from pretalx_coc.detection.normalise import normalise
from pretalx_coc.detection.result import Result, Unchecked
from pretalx_coc.detection.scoring import Hit, score

#: Longer texts are read up to here, and the result says so.
MAX_CHARACTERS = 2_000_000

#: Nobody reads more than this; the result says where the list was cut.
MAX_FINDINGS = 500

#: English is always looked for, if only for words that every language uses.
_EVERYWHERE = "en"

#: Strength an entry needs where nothing tells which language it is.
_UNMISTAKABLE = 0.8


def check_text(text, language=None):
    """Look for sexualised content in a text.

    ``language`` is a hint and nothing more: speakers choose a language once
    and then write in another one, so what counts is what the text looks like.
    """
    read = text[:MAX_CHARACTERS]
    words = normalise(read).words
    detected = detect(words, language)
    helpers, hits = [], []
    hint = base_code(language)
    for entry, start, end, steps in _matches(read, words, detected, hint):
        if entry.kind == "rule":
            hits.append((entry, start, end, steps))
        else:
            helpers.append((entry, start, end))
    context = Context(read, helpers)
    weighed = [
        _weigh(context, read, *hit) for hit in hits if not context.excused(*hit[1:3])
    ]
    findings = score(weighed)
    unchecked = _unchecked(text, read, detected, findings)
    return Result(findings[:MAX_FINDINGS], unchecked)


def _matches(text, words, detected, hint):
    """Every match with its place, from the lexicons that apply."""
    for code, applies in _lexicons(detected, hint):
        for entry, first, last, steps in match(words, load(code)):
            if entry.kind == "rule" and not applies(entry):
                continue
            start, end = words[first].start, words[last].end
            if entry.lower_only and not text[start].islower():
                continue
            yield entry, start, end, steps


def _lexicons(detected, hint):
    """Which word lists apply, and which of their entries."""
    written = available()
    if detected.languages or detected.foreign_script:
        full = [code for code in detected.languages if code in written]
        if _EVERYWHERE not in full:
            yield _EVERYWHERE, _is_anywhere
    else:
        # Too short to tell: English, the hint and the best guesses; without
        # any guess, of the others what cannot be mistaken for anything else.
        likely = (_EVERYWHERE, hint, *detected.guesses)
        full = [code for code in written if code in likely]
        if not detected.guesses:
            others = [code for code in written if code not in full]
            yield from ((code, _is_unmistakable) for code in others)
    for code in full:
        yield code, _any_entry


def _any_entry(entry):
    return True


def _is_anywhere(entry):
    return entry.anywhere


def _is_unmistakable(entry):
    return entry.strength >= _UNMISTAKABLE


def _weigh(context, text, entry, start, end, undone):
    passage = " ".join(text[start:end].split())
    steps = [("matched", passage[:80])]
    steps += [("unmasked", step) for step in dict.fromkeys(undone)]
    strength, more = context.weigh(entry, start, end)
    return Hit(entry, start, end, strength, (*steps, *more), passage.lower())


def _unchecked(text, read, detected, findings):
    unchecked = []
    if reason := _without_lexicon(detected):
        unchecked.append(Unchecked(0, len(read), "language", reason))
    if len(findings) > MAX_FINDINGS:
        reason = f"Only the first {MAX_FINDINGS} findings are listed."
        start = findings[MAX_FINDINGS].start
        unchecked.append(Unchecked(start, len(read), "number", reason))
    if len(text) > len(read):
        reason = (
            f"The text is longer than {MAX_CHARACTERS:,} characters; "
            "only the part before this was checked."
        )
        unchecked.append(Unchecked(len(read), len(text), "length", reason))
    return tuple(unchecked)


def _without_lexicon(detected):
    """Say so if the main language of a text has no word list."""
    main = detected.languages[0] if detected.languages else ""
    if detected.foreign_script:
        name = f"language ({detected.foreign_script} script)"
    elif main and main not in available():
        name = f"language ({main})"
    else:
        return ""
    return f"There is no word list for this {name}; only a few words were looked for."

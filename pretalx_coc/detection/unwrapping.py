# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Read markup as it is shown: entities, tags, links, text drawn backwards.

All of it can part a word for a program while readers see it whole. What comes
out knows for each character which part of the original it stands for.
"""

import re
from typing import NamedTuple

#: Tags that say nothing about where a word ends.
_INLINE = (
    "a|abbr|acronym|b|bdi|big|cite|code|del|dfn|em|font|i|ins|kbd|mark|q|s|samp|small"
    "|span|strike|strong|sub|sup|tt|u|var|wbr"
)
#: Tags that end a sentence, if nothing else does.
_BLOCK = (
    "address|article|aside|blockquote|body|br|center|dd|details|div|dl|dt|footer|form"
    "|h[1-6]|head|header|hr|html|img|li|main|nav|ol|p|pre|section|summary|table|tbody"
    "|td|tfoot|th|thead|title|tr|ul"
)
# Each alternative begins with a sign of its own, for which the text is skimmed,
# and ends within a fixed number of characters.
_MARKUP = (
    r"&(?P<entity>#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});"
    r"|<(?P<comment>!--[^<>]{0,300}--)>"
    rf"|<(?P<inline>/?(?:{_INLINE})(?:[\s/][^<>]{{0,300}})?)>"
    rf"|<(?P<block>/?(?:{_BLOCK})(?:[\s/][^<>]{{0,300}})?)>"
    r"|\[(?P<label>[^\[\]\n]{1,80})\]\([^()\s]{0,300}\)(?P<after>(?=\w))?"
)
_BACKWARDS = re.compile("\u202e([^\u202c\u202e\n\u2029]*)")


class _Change(NamedTuple):
    """A part of the view that stands for another part of the original."""

    first: int
    last: int
    start: int
    end: int
    #: Does it only serve to part a word, as "&#112;" does?
    seam: bool


class View(NamedTuple):
    """A text as it is shown, with what was changed, in order."""

    text: str
    changes: tuple[_Change, ...] = ()

    def place(self, words):
        """The words with the places that they have in the original."""
        if not self.changes:
            return words
        index, shift, placed = 0, 0, []
        for word in words:
            while index < len(self.changes) and self.changes[index].last <= word.start:
                shift = self.changes[index].end - self.changes[index].last
                index += 1
            if index < len(self.changes) and self.changes[index].first < word.end:
                placed.append(self._place_changed(word, index, shift))
            elif shift:
                start, end = word.start + shift, word.end + shift
                placed.append(word._replace(start=start, end=end))
            else:
                placed.append(word)
        return placed

    def _place_changed(self, word, index, shift):
        """A word with a change in it, of which ``index`` is the first."""
        first = self.changes[index]
        start = first.start if first.first <= word.start else word.start + shift
        seam = False
        while index < len(self.changes) and self.changes[index].first < word.end:
            change = self.changes[index]
            seam = seam or change.seam
            index += 1
        behind = change.end - change.last
        end = change.end if change.last >= word.end else word.end + behind
        steps = (*word.steps, "markup") if seam else word.steps
        return word._replace(start=start, end=end, steps=steps)

    def offsets(self):
        """For each character where the part it stands for begins and ends."""
        starts, ends, shift, last = [], [], 0, 0
        for change in self.changes:
            starts.extend(range(last + shift, change.first + shift))
            ends.extend(range(last + shift + 1, change.first + shift + 1))
            shown = change.last - change.first
            starts.extend([change.start] * shown)
            ends.extend([change.end] * shown)
            shift, last = change.end - change.last, change.last
        starts.extend(range(last + shift, len(self.text) + shift))
        ends.extend(range(last + shift + 1, len(self.text) + shift + 1))
        return starts, ends


class Turned(NamedTuple):
    """A text that is partly read backwards, with places for each character."""

    text: str
    starts: list[int]
    ends: list[int]

    def place(self, words):
        """The words with the places that they have in the original."""
        return [
            word._replace(
                start=min(self.starts[word.start : word.end]),
                end=max(self.ends[word.start : word.end]),
            )
            for word in words
        ]


def unwrap(text):
    """The text without the markup that readers do not see."""
    if not ("&" in text or "<" in text or "](" in text):
        return View(text)
    pieces, changes, last, length = [], [], 0, 0
    # Compiled, and kept by ``re``, where there is markup: not on import.
    for match in re.finditer(_MARKUP, text, re.IGNORECASE):
        for start, end, shown, seam in _replaced(text, match):
            pieces += [text[last:start], shown]
            first = length + start - last
            length = first + len(shown)
            changes.append(_Change(first, length, start, end, seam))
            last = end
    pieces.append(text[last:])
    return View("".join(pieces), tuple(changes))


def _replaced(text, match):
    """What is shown instead of which parts of a piece of markup."""
    start, end = match.span()
    if match["label"] is not None:
        # Only a link inside a word: elsewhere its address is worth reading.
        if match["after"] is not None or text[max(0, start - 1) : start].isalnum():
            yield start, match.start("label"), "", True
            yield match.end("label"), end, "", True
        return
    shown = _shown(match)
    if shown != match.group():
        seam = not match["block"] and (
            not shown or (shown.isascii() and shown.isalnum())
        )
        yield start, end, shown, seam


def _shown(match):
    """What readers see of an entity or a tag."""
    if match["block"]:
        return "\n\n"
    if not match["entity"]:
        return ""
    # Only a text with entities pays for their table.
    from html import unescape  # noqa: PLC0415

    return unescape(match.group())


def turned(view):
    """The view with what is drawn from right to left read as it looks, if any."""
    if "\u202e" not in view.text:
        return None
    text, order, last = [], [], 0
    for match in _BACKWARDS.finditer(view.text):
        start, end = match.span(1)
        order.extend(range(last, start))
        order.extend(range(end - 1, start - 1, -1))
        text += [view.text[last:start], view.text[start:end][::-1]]
        last = end
    order.extend(range(last, len(view.text)))
    text.append(view.text[last:])
    starts, ends = view.offsets()
    return Turned(
        "".join(text),
        [starts[place] for place in order],
        [ends[place] for place in order],
    )

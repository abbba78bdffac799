# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What a child tells, line by line, becomes a result.

A child that a file has taken over could write anything, so a line that is not as
it should be is left out, and nothing in it is trusted beyond being shown.
"""

import base64
import json
import re
from dataclasses import replace

from pretalx_coc.detection.checking import check_text
from pretalx_coc.detection.documents.result import (
    KINDS,
    PARTS,
    FileFinding,
    FileResult,
    FileUnchecked,
    Picture,
    Text,
)
from pretalx_coc.detection.phrases import NONE

#: Code points around a passage that are copied with it.
AROUND = 120

#: Between words in names of files, where prose has a space.
_JOINTS = str.maketrans("_+", "  ")

#: No database keeps these. One stands for one, so that offsets still count.
_NOT_STORABLE = re.compile("[\0\ud800-\udfff]")
_INSTEAD = "\ufffd"

_LONGEST_REASON = 500
_LARGEST_JPEG = 1 << 20


class Collected:
    """The result while it grows. ``is_complete`` once the child said so."""

    def __init__(self, limits, language=None, phrases=NONE):
        self._limits = limits
        self._language = language
        self._phrases = phrases
        self._kind = ""
        self._texts = []
        self._places = set()
        self._findings = []
        self._unchecked = {}
        self._pictures = []
        self.is_complete = False

    def add_output(self, output):
        """Take in all that a child wrote; the last line may be half a line."""
        takes = {
            "kind": self._take_kind,
            "text": self._take_text,
            "unchecked": self._take_unchecked,
            "picture": self._take_picture,
            "end": self._take_end,
        }
        for line in output.split(b"\n"):
            try:
                values = json.loads(line)
                takes[values.pop("is")](**values)
            except (AttributeError, LookupError, TypeError, ValueError):
                continue

    def add_text(self, text):
        """Check one text, and keep it with what was found."""
        text = self._apart(text)
        self._texts.append(text)
        read = text.text
        if text.part == "name":
            read = read.translate(_JOINTS)
        result = check_text(read, self._language, self._phrases)
        place = {
            "page": text.page,
            "slide": text.slide,
            "part": text.part,
            "member": text.member,
        }
        self._findings += [
            _located(found, text.text, place) for found in result.findings
        ]
        for left in result.unchecked:
            # Said once, with the first place: it is so of most pages, or of none.
            self.add_unchecked(
                left.code, left.reason, start=left.start, end=left.end, **place
            )

    def _apart(self, text):
        """Nothing else may have the same place, as two files of one name have."""
        number, member = 1, text.member
        while (
            place := (text.page, text.slide, text.part, text.member)
        ) in self._places:
            number += 1
            text = replace(text, member=f"{member} ({number})".lstrip())
        self._places.add(place)
        return text

    def add_unchecked(self, code, reason, *, start=0, end=0, **place):
        key = (code, reason)
        if code != "language":
            key = (*key, *place.values())
        self._unchecked.setdefault(
            key, FileUnchecked(start, end, code, reason, **place)
        )

    def result(self):
        """Everything so far, with no more findings than somebody can read."""
        most = self._limits.findings
        if len(self._findings) > most:
            self.add_unchecked(
                "number", f"Only the first {most:,} findings are listed."
            )
        return FileResult(
            self._kind or "unknown",
            tuple(self._findings[:most]),
            tuple(self._unchecked.values()),
            tuple(self._texts),
            tuple(self._pictures),
        )

    def _take_kind(self, kind):
        if not self._kind and kind in KINDS:
            self._kind = kind

    def _take_text(self, text, **place):
        self.add_text(Text(_storable(text), **_place(**place)))

    def _take_unchecked(self, code, reason, **place):
        self.add_unchecked(str(code), str(reason)[:_LONGEST_REASON], **_place(**place))

    def _take_picture(self, rows, jpeg, size, **place):
        place = _place(**place)
        width, height = map(int, size)
        data = base64.b64decode(jpeg, validate=True)
        found = [_seen(*row, place) for row in rows]
        if data and len(data) <= _LARGEST_JPEG:
            where = {name: place[name] for name in ("page", "slide", "member")}
            self._pictures.append(Picture(data, width, height, **where))
        self._findings += found

    def _take_end(self):
        self.is_complete = True


def _storable(value):
    return _NOT_STORABLE.sub(_INSTEAD, str(value))


def _place(page, slide, part, member):
    if part not in PARTS:
        raise ValueError(part)
    return {
        "page": None if page is None else int(page),
        "slide": None if slide is None else int(slide),
        "part": part,
        "member": _storable(member),
    }


def _located(finding, text, place):
    """A finding with its place, and with the text that it is about."""
    return FileFinding(
        start=finding.start,
        end=finding.end,
        rule=finding.rule,
        category=finding.category,
        strength=finding.strength,
        level=finding.level,
        reason=finding.reason,
        steps=finding.steps,
        before=text[max(0, finding.start - AROUND) : finding.start],
        passage=text[finding.start : finding.end],
        after=text[finding.end : finding.end + AROUND],
        **place,
    )


def _seen(name, score, box, place):
    """A finding in a picture: never more than a hint."""
    score = round(float(score), 2)
    x, y, width, height = (min(1.0, max(0.0, float(side))) for side in box)
    shown = str(name).replace("_", " ")
    return FileFinding(
        start=0,
        end=0,
        rule=f"picture.{name}",
        category="pornography",
        strength=score,
        level="hint",
        reason=f"This looks like exposed {shown} to the picture check.",
        steps=(("picture", shown), ("sure", f"{score:.0%}")),
        box=(x, y, width, height),
        **(place | {"part": "picture"}),
    )

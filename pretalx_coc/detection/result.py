# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What a check gives back: plain values that survive JSON and a database."""

from dataclasses import dataclass

#: What a finding can be about. The order is that of the documentation.
CATEGORIES = (
    "explicit_act",
    "pornography",
    "vulgar_anatomy",
    "objectification",
    "sexual_offer",
    "innuendo",
    "voyeurism",
    "sexual_slur",
)

#: "review" asks somebody to look; "hint" is there for who looks anyway.
LEVELS = ("review", "hint")

#: Why something could not be checked.
UNCHECKED = ("language", "number", "length")


@dataclass(frozen=True, slots=True)
class Finding:
    """A passage of the original text, the rule that points at it, and why.

    ``start`` and ``end`` count code points of the text as it was handed in, so
    that ``text[start:end]`` is the passage however it was disguised. In a
    document that is the text of a ``page`` or a ``slide``, counted from one; in
    a picture there is a ``box`` instead: x, y, width and height, as parts of
    the picture's width and height.
    """

    start: int
    end: int
    rule: str
    category: str
    strength: float
    level: str
    reason: str
    steps: tuple[tuple[str, str], ...]
    page: int | None = None
    slide: int | None = None
    box: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Unchecked:
    """A passage that was not, or not fully, read: never to be shown as clean.

    ``code`` is one of ``UNCHECKED``, for those who say it in other words.
    """

    start: int
    end: int
    code: str
    reason: str
    page: int | None = None
    slide: int | None = None


@dataclass(frozen=True, slots=True)
class Result:
    findings: tuple[Finding, ...] = ()
    unchecked: tuple[Unchecked, ...] = ()

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Detectors that other plugins bring along.

None is called unless an organiser has switched it on for the event. One that
raises, hangs or returns nonsense costs its own findings of that text and nothing
else, and the text is shown as not fully checked.
"""

import logging
import math
import re
import time
from dataclasses import dataclass
from itertools import islice

from pretalx_coc.detection import CATEGORIES, Finding, Phrases
from pretalx_coc.detection.phrases import covers
from pretalx_coc.detection.scoring import HINT, REVIEW
from pretalx_coc.domain.apart import TIMEOUT, ApartError, call_apart
from pretalx_coc.domain.phrases import MAX_LENGTH
from pretalx_coc.domain.settings import read_settings
from pretalx_coc.signals import text_detectors

logger = logging.getLogger(__name__)

MAX_SECONDS = 20
MAX_FILE_SECONDS = 60  # for one file; see ``claims.CLAIM_SECONDS``
MAX_FINDINGS = 200
MAX_NAME = 100
MAX_REASON = 500
IDENTIFIER = re.compile(r"[A-Za-z0-9._-]{1,64}")
FAILED = "extra"


@dataclass(frozen=True)
class ExtraDetector:
    """A detector of another plugin, read once and known to be well-formed.

    Attributes:
        identifier: What it is called in the database.
        name: What organisers read.
        version: What gives its answers; a text is checked again when it changes.
        leaves_server: What it sends to whom; empty if nothing.
        files: Whether it reads the text of files, too.
        check: Its ``check_text``.
    """

    identifier: str
    name: str
    version: str
    leaves_server: str
    files: bool
    check: object

    @property
    def failure(self) -> str:
        """The line that a check keeps where this detector failed."""
        return f"{FAILED} {self.name}"


@dataclass(frozen=True)
class Extra:
    """A finding of such a detector, and who made it."""

    finding: Finding
    detector: str


def _one_line(value, longest: int) -> str:
    return " ".join(str(value).split())[:longest]


def _read(thing) -> ExtraDetector | None:
    """What a plugin offers; None for what is no detector."""
    try:
        identifier = thing.identifier
        fits = isinstance(identifier, str) and IDENTIFIER.fullmatch(identifier)
        if not fits or not callable(thing.check_text):
            return None
        return ExtraDetector(
            identifier=identifier,
            name=_one_line(thing.name, MAX_NAME) or identifier,
            version=_one_line(thing.version, 64),
            leaves_server=_one_line(thing.leaves_server, 1000),
            files=getattr(thing, "files", False) is True,
            check=thing.check_text,
        )
    except Exception as error:  # noqa: BLE001 -- what is not ours may do anything
        logger.error("An extra detector failed: %s", type(error).__name__)  # noqa: TRY400
        return None


def offered_detectors(event) -> list[ExtraDetector]:
    """The detectors that the event's plugins bring along, switched on or not.

    Of two with the same identifier the first one counts.

    Args:
        event: The event.
    """
    offered = {}
    for __, response in text_detectors.send_robust(event):
        if isinstance(response, Exception):
            logger.error("Extra detectors failed: %s", type(response).__name__)
            continue
        things = response if isinstance(response, list | tuple) else [response]
        for thing in things:
            detector = _read(thing)
            if detector:
                offered.setdefault(detector.identifier, detector)
    return sorted(offered.values(), key=lambda detector: detector.identifier)


def chosen_detectors(event, settings=None) -> list[ExtraDetector]:
    """Those of the offered detectors that an organiser has switched on.

    Args:
        event: The event.
        settings: Its ``CocSettings``, where they are at hand.
    """
    chosen = (settings or read_settings(event)).extra_detectors
    if not chosen:
        return []
    return [entry for entry in offered_detectors(event) if entry.identifier in chosen]


def _ask(check, text: str, language: str | None) -> list[dict]:
    """What a detector answers, cut off where it becomes too much. In the child."""
    return [dict(entry) for entry in islice(check(text, language), MAX_FINDINGS + 1)]


def run(detector: ExtraDetector, text: str, language: str | None) -> list[Extra]:
    """Let one detector look at one text; what it found, in the order of the text.

    Args:
        detector: The detector.
        text: The text.
        language: A hint at its language.

    Raises:
        ApartError: It raised, or took too long, or said too much.
        ValueError: It said something else than agreed.
        OSError: There is no room for another process.
    """
    answer = call_apart(_ask, detector.check, text, language, seconds=MAX_SECONDS)
    return _understood(answer, text, detector)


def _understood(answer, text: str, detector: ExtraDetector) -> list[Extra]:
    """The findings of an answer.

    Raises:
        ValueError: Anything about it is not as agreed. What a detector gets
            wrong once, it may get wrong everywhere, so all of it is dropped.
    """
    if not isinstance(answer, list) or len(answer) > MAX_FINDINGS:
        raise ValueError("number")
    found = {}
    for entry in answer:
        finding = _finding(entry, text, detector)
        place = (finding.start, finding.end)
        if place not in found or finding.strength > found[place].strength:
            found[place] = finding
    return [
        Extra(finding, detector.identifier)
        for __, finding in sorted(found.items())
        if finding.strength >= HINT
    ]


def _number(value, lowest, highest):
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value) or not lowest <= value <= highest:
        raise ValueError("number")
    return value


def _offset(value, lowest: int, highest: int) -> int:
    if not isinstance(value, int):
        raise ValueError("offset")  # noqa: TRY004 -- one kind of error for nonsense
    return _number(value, lowest, highest)


def _finding(entry, text: str, detector: ExtraDetector) -> Finding:
    if not isinstance(entry, dict) or entry.get("category") not in CATEGORIES:
        raise ValueError("category")
    start = _offset(entry.get("start"), 0, len(text) - 1)
    end = _offset(entry.get("end"), start + 1, len(text))
    strength = round(float(_number(entry.get("strength"), 0, 1)), 2)
    reason = entry.get("reason", "")
    if not isinstance(reason, str):
        raise ValueError("reason")  # noqa: TRY004 -- see _offset
    reason = _one_line(reason, MAX_REASON)
    passage = " ".join(text[start:end].split())[:80]
    steps = [("matched", passage), ("detector", detector.name)]
    if reason:
        steps.append(("said", reason))
    return Finding(
        start=start,
        end=end,
        rule=detector.identifier,
        category=entry["category"],
        strength=strength,
        level="review" if strength >= REVIEW else "hint",
        reason=reason,
        steps=tuple(steps),
    )


class Extras:
    """The extra detectors of one event, at work on one talk or profile.

    One that took too long is not asked again here: it would take as long for
    every text.
    """

    def __init__(self, detectors: list[ExtraDetector]):
        self.detectors = detectors
        self.hung = set()

    @property
    def versions(self) -> list[tuple[str, str]]:
        """What changes whenever they would answer differently."""
        return [(entry.identifier, entry.version) for entry in self.detectors]

    @property
    def file_versions(self) -> list[tuple[str, str]]:
        """The same, of those that read files."""
        readers = [entry for entry in self.detectors if entry.files]
        return Extras(readers).versions

    def look(self, text: str, language: str | None, known, phrases):
        """Let all of them look at one text.

        Args:
            text: The text.
            language: A hint at its language.
            known: What our own detectors found in it.
            phrases: What the event allows is left out.

        Returns:
            What they found besides, and a line for each that failed.
        """
        found, failed = [], []
        for detector in self.detectors:
            answer = self._ask(detector, text, language)
            if answer is None:
                failed.append(detector.failure)
            else:
                found += _new(answer, text, known, phrases)
        return found, failed

    def look_through(self, texts, language: str | None, known, phrases):
        """Let those that read files look at what was read in one file.

        Where one fails, it is not asked about the rest of the file.

        Args:
            texts: The texts of its pages, slides and other parts.
            language: A hint at their language.
            known: What our own detectors found in the file.
            phrases: What the event allows is left out.

        Returns:
            What they found besides, each with its text, and a line for each that
            failed.
        """
        found, failed = [], []
        until = time.monotonic() + MAX_FILE_SECONDS
        texts = [text for text in texts if text.text.strip()]
        for detector in self.detectors if texts else ():
            if not detector.files:
                continue
            answers, is_whole = self._ask_about(detector, texts, language, until)
            if not is_whole:
                failed.append(detector.failure)
            for text, answer in answers:
                here = [entry for entry in known if _is_in(entry, text)]
                new = _new(answer, text.text, here, phrases)
                found += [(text, entry) for entry in new]
        return found, failed

    def _ask_about(self, detector: ExtraDetector, texts, language, until: float):
        """Its answers, each with its text, and whether it gave all of them."""
        answers, number = [], 0
        for text in texts:
            is_late = time.monotonic() > until
            answer = None if is_late else self._ask(detector, text.text, language)
            if answer is None:
                return answers, False
            number += len(answer)
            if number > MAX_FINDINGS:
                return [], False
            answers.append((text, answer))
        return answers, True

    def _ask(self, detector: ExtraDetector, text: str, language: str | None):
        if detector.identifier in self.hung:
            return None
        try:
            return run(detector, text, language)
        except (ApartError, OSError, ValueError) as error:
            # ApartError is one word of ours; other messages could quote the text.
            reason = str(error) if isinstance(error, ApartError) else "nonsense"
            logger.error("Detector %s: %s", detector.identifier, reason)  # noqa: TRY400
            if reason == TIMEOUT:
                self.hung.add(detector.identifier)
            return None


def _new(answer, text: str, known, phrases) -> list[Extra]:
    return [
        entry
        for entry in answer
        if not _is_known(entry, known) and not _is_allowed(entry.finding, text, phrases)
    ]


def _is_in(finding, text) -> bool:
    """Whether a finding in a file counts in this one of its texts."""
    return all(
        getattr(finding, name) == getattr(text, name)
        for name in ("page", "slide", "part", "member")
    )


def _is_known(extra: Extra, known) -> bool:
    """Whether our own detectors point at this passage, and no less strongly.

    One passage is one thing to look at, and the reader is asked for one verdict.
    """
    return any(
        entry.start < extra.finding.end
        and extra.finding.start < entry.end
        and (entry.level == "review" or extra.finding.level == "hint")
        for entry in known
    )


def _is_allowed(finding: Finding, text: str, phrases: Phrases) -> bool:
    around = MAX_LENGTH  # of a phrase
    before = text[max(0, finding.start - around) : finding.start]
    after = text[finding.end : finding.end + around]
    return covers(before, text[finding.start : finding.end], after, phrases)

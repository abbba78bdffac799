# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The detectors, as one event has set them.

They run outside of any transaction, and fail only by saying what they could
not read.
"""

import logging
from dataclasses import dataclass, field, replace
from functools import cached_property

from pretalx_coc.detection import check_text, detector_version
from pretalx_coc.detection.documents import (
    READER_VERSION,
    check_file,
    pictures_available,
)
from pretalx_coc.domain.extra_detectors import Extras, chosen_detectors
from pretalx_coc.domain.phrases import digest, read_phrases
from pretalx_coc.domain.settings import read_settings

logger = logging.getLogger(__name__)

CONTEXT_LENGTH = 120  # code points copied before and after a passage
MAX_UNCHECKED = 50  # lines that a check keeps of what was not read
MAX_MEMBER = 100  # characters kept of the path of a file within a file
PICTURES = "pictures"
WITHIN = ("member", "part")  # steps that say where in a file


@dataclass(frozen=True)
class Found:
    """What a detector points at, in the fields of ``models.Finding``."""

    start: int
    end: int
    before: str
    passage: str
    after: str
    rule: str
    category: str
    level: str
    strength: float
    steps: list
    page: int | None = None
    slide: int | None = None
    box: list | None = None
    detector: str = ""
    # A small JPEG of the page or picture it is in, or the one that is kept of it.
    jpeg: bytes | None = field(default=None, repr=False)
    preview: object = None


def place_of(finding) -> tuple:
    """Where a finding is: one content has one finding at a place.

    Args:
        finding: A ``Found``, or a stored ``Finding``.
    """
    box = tuple(finding.box) if finding.box else None
    within = tuple(detail for code, detail in finding.steps if code in WITHIN)
    where = (finding.page, finding.slide, within, finding.start, finding.end)
    return (*where, box, finding.detector)


@dataclass(frozen=True)
class Outcome:
    """What the detectors say of one material.

    Attributes:
        findings: What they point at.
        unchecked: What was not read, a line each: a code, and where, such as
            ``encrypted``, ``pictures p3`` for a page, ``scanned s4`` for a slide,
            or ``broken in talk.pdf`` for a file within the file.
        media: What a file really is.
    """

    findings: tuple[Found, ...] = ()
    unchecked: tuple[str, ...] = ()
    media: str = ""


def _member(entry) -> str:
    """The path of a file within the file, in one line."""
    return " ".join(getattr(entry, "member", "").split())[:MAX_MEMBER]


def _line(entry) -> str:
    line = entry.code
    if entry.page:
        line = f"{line} p{entry.page}"
    elif entry.slide:
        line = f"{line} s{entry.slide}"
    return f"{line} in {member}" if (member := _member(entry)) else line


def _lines(unchecked) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_line(entry) for entry in unchecked))[:MAX_UNCHECKED]


def _found(entry, before: str, passage: str, after: str, **more) -> Found:
    return Found(
        start=entry.start,
        end=entry.end,
        before=before[-CONTEXT_LENGTH:],
        passage=passage,
        after=after[:CONTEXT_LENGTH],
        rule=entry.rule,
        category=entry.category,
        level=entry.level,
        strength=entry.strength,
        steps=[list(step) for step in entry.steps],
        page=entry.page,
        slide=entry.slide,
        box=list(entry.box) if entry.box else None,
        **more,
    )


def _in_text(entry, text: str) -> Found:
    before = text[max(0, entry.start - CONTEXT_LENGTH) : entry.start]
    after = text[entry.end : entry.end + CONTEXT_LENGTH]
    return _found(entry, before, text[entry.start : entry.end], after)


def _in_file(entry, jpegs: dict) -> Found:
    place = (entry.page, entry.slide, entry.member)
    jpeg = jpegs.get(place) if entry.box else None
    found = _found(entry, entry.before, entry.passage, entry.after, jpeg=jpeg)
    return _within(found, entry)


def _within(found: Found, place) -> Found:
    """With the steps that say where in a file it is."""
    if place.part not in ("text", "picture"):
        found.steps.append(["part", place.part])
    if member := _member(place):
        found.steps.append(["member", member])
    return found


def _by_other(extra, text: str) -> Found:
    """What a detector of another plugin points at."""
    return replace(_in_text(extra.finding, text), detector=extra.detector)


def _in_part(extra, text) -> Found:
    """The same, in one of the texts of a file."""
    found = _by_other(extra, text.text)
    return _within(replace(found, page=text.page, slide=text.slide), text)


class Detectors:
    """The detectors of one event.

    ``text_version`` and ``file_version`` name what gives an answer: a material
    is checked again when it changes, because the detectors are newer or an
    organiser has set them differently.
    """

    def __init__(self, event):
        self.event = event

    @cached_property
    def settings(self):
        return read_settings(self.event)

    @cached_property
    def sees_pictures(self) -> bool:
        """Whether pictures are looked at: wanted, and the extra is installed."""
        return self.settings.check_pictures and pictures_available()

    @cached_property
    def phrases(self):
        """What the event watches and allows beside the word lists."""
        return read_phrases(self.event)

    @cached_property
    def extras(self) -> Extras:
        """The detectors of other plugins that are switched on."""
        return Extras(chosen_detectors(self.event, self.settings))

    def _version(self, extras) -> str:
        own = digest(self.phrases, extras)
        version = detector_version()
        return f"{version}+{own}" if own else version

    @cached_property
    def text_version(self) -> str:
        return self._version(self.extras.versions)

    @cached_property
    def file_version(self) -> str:
        pictures = self.settings.picture_threshold if self.sees_pictures else "no"
        version = self._version(self.extras.file_versions)
        return f"{version}+{READER_VERSION}+{pictures}"

    def version_for(self, material) -> str:
        return self.file_version if material.is_file else self.text_version

    def check_text(self, text: str, language: str | None, phrases=None) -> Outcome:
        """Look for passages in a text.

        Args:
            text: The text.
            language: A hint at its language.
            phrases: Those of the event's phrases that count here; None for all.
        """
        phrases = self.phrases if phrases is None else phrases
        try:
            result = check_text(text, language, phrases)
        except Exception as error:  # noqa: BLE001 -- reported as not checked
            return _failed("text", error)
        findings = [_in_text(entry, text) for entry in result.findings]
        extra, failed = self.extras.look(text, language, result.findings, phrases)
        findings += [_by_other(entry, text) for entry in extra]
        return Outcome(tuple(findings), (*failed, *_lines(result.unchecked)))

    def check_file(self, path, language: str | None, phrases=None) -> Outcome:
        """Look for passages and pictures in a file; takes up to two minutes.

        Args:
            path: Where it lies.
            language: A hint at its language.
            phrases: As in ``check_text``.
        """
        phrases = self.phrases if phrases is None else phrases
        try:
            result = check_file(
                path,
                "",  # a material of its own: the same file may have several
                language=language,
                phrases=phrases,
                pictures=self.sees_pictures,
                threshold=self.settings.picture_threshold,
            )
        except Exception as error:  # noqa: BLE001 -- reported as not checked
            return _failed("file", error)
        jpegs = {
            (picture.page, picture.slide, picture.member): picture.jpeg
            for picture in result.pictures
        }
        findings = [_in_file(entry, jpegs) for entry in result.findings]
        extra, failed = self.extras.look_through(
            result.texts, language, result.findings, phrases
        )
        findings += [_in_part(entry, text) for text, entry in extra]
        unchecked = (*failed, *_lines(result.unchecked))
        return Outcome(tuple(findings), unchecked, result.kind)


def _failed(what: str, error: Exception) -> Outcome:
    # No traceback: its lines could quote the text.
    logger.error("The %s detector failed: %s", what, type(error).__name__)
    return Outcome(unchecked=("error",))

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What a check of a file gives back: plain values, complete without the file."""

from dataclasses import dataclass

from pretalx_coc.detection.result import Finding, Unchecked

#: What a file can turn out to be, by its content and not by its name.
KINDS = (
    "pdf",
    "pptx",
    "docx",
    "xlsx",
    "odp",
    "odt",
    "ods",
    "odg",
    "keynote",
    "epub",
    "html",
    "svg",
    "text",
    "zip",
    "jpeg",
    "png",
    "gif",
    "webp",
    "bmp",
    "tiff",
    "video",
    "audio",
    "unknown",
)

#: Which part of a file, page or slide a text is. "notes" are the speaker's own.
PARTS = ("text", "notes", "name", "metadata", "link", "master", "picture")

#: Why a file, or a part of it, was not checked. ``check_text`` has more of them.
UNCHECKED_FILES = (
    "missing",  # gone, or not a file
    "empty",
    "unknown",  # a kind that cannot be read, video and audio among them
    "encrypted",
    "broken",
    "encoding",  # which characters its bytes stand for is a guess
    "scanned",  # pages without any text
    "linked",  # lies elsewhere, and nothing is fetched
    "pictures",  # nobody looked at the pictures
    "size",
    "time",
    "memory",
    "pages",
    "pixels",
    "unpacked",
    "nested",
    "members",
    "length",
    "number",
)


@dataclass(frozen=True, slots=True)
class FileFinding(Finding):
    """A finding that can be shown without opening the file again.

    ``start`` and ``end`` count in the text with the same ``page``, ``slide``,
    ``part`` and ``member``; ``before``, ``passage`` and ``after`` are copied from
    there. ``member`` is the path of a file inside this one, or empty. For a
    picture, ``part`` is "picture", the passage is empty and there is a ``box``.
    """

    before: str = ""
    passage: str = ""
    after: str = ""
    part: str = "text"
    member: str = ""


@dataclass(frozen=True, slots=True)
class FileUnchecked(Unchecked):
    """What was not read. ``code`` is one of UNCHECKED_FILES or UNCHECKED."""

    part: str = "text"
    member: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """What was read in one place; ``page`` and ``slide`` count from one."""

    text: str
    page: int | None = None
    slide: int | None = None
    part: str = "text"
    member: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A small JPEG of a page or picture in which something was found.

    It has the place of the findings that belong to it, and their boxes are
    parts of its width and height. It is at most 640 pixels wide and high.
    """

    jpeg: bytes
    width: int
    height: int
    page: int | None = None
    slide: int | None = None
    member: str = ""


@dataclass(frozen=True, slots=True)
class FileResult:
    """Everything about one file. It is fully checked if ``unchecked`` is empty."""

    kind: str
    findings: tuple[FileFinding, ...] = ()
    unchecked: tuple[FileUnchecked, ...] = ()
    texts: tuple[Text, ...] = ()
    pictures: tuple[Picture, ...] = ()

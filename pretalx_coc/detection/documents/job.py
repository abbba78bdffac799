# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The work on one file, in the child: what was read, what it cost, what failed."""

import base64
import contextlib
import json
import zipfile
import zlib
from dataclasses import asdict, dataclass, replace

_BYTES_AT_ONCE = 1 << 16


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is: which file inside the file, which page or slide."""

    page: int | None = None
    slide: int | None = None
    part: str = "text"
    member: str = ""

    def at(self, **changes):
        return replace(self, **changes)


class NotCheckedError(Exception):
    """Something cannot be read; ``code`` is one of ``result.UNCHECKED_FILES``."""

    def __init__(self, code, reason):
        super().__init__(reason)
        self.code = code
        self.reason = reason


class EnoughError(NotCheckedError):
    """A limit for the whole file: reading further would change nothing."""


class Job:
    """Passes on what is read at once, so that it counts even if the rest fails.

    ``write`` takes bytes, and gets one line of JSON for each thing. ``looker``
    looks at pictures; without one, ``no_pictures`` says why nobody does.
    """

    def __init__(self, write, limits, *, language="", looker=None, no_pictures=""):
        self.limits = limits
        self.language = language
        self.looker = looker
        self._no_pictures = no_pictures
        self._write = write
        self._told = set()
        self._characters = 0
        self._unpacked = 0
        self._members = 0

    def send(self, what, **values):
        line = json.dumps({"is": what, **values}, separators=(",", ":"))
        self._write(line.encode() + b"\n")

    def kind(self, kind):
        """Say what the file itself turned out to be; the first word holds."""
        self.send("kind", kind=kind)

    def text(self, text, place):
        """Hand over the text of one place, as far as there is room for it."""
        if not text or text.isspace():
            return
        room = self.limits.characters - self._characters
        self._characters += len(text)
        self.send("text", text=text[:room], **asdict(place))
        if len(text) > room:
            reason = f"Only the first {self.limits.characters:,} characters were read."
            raise EnoughError("length", reason)

    def unchecked(self, code, reason, place):
        """Note what was not read, once for each place and reason."""
        if (told := (code, reason, place)) not in self._told:
            self._told.add(told)
            self.send("unchecked", code=code, reason=reason, **asdict(place))

    def pictures_unseen(self, place):
        """Note, once for a file, that there are pictures and nobody looks."""
        if self._no_pictures:
            self.unchecked("pictures", self._no_pictures, Place(member=place.member))
            self._no_pictures = ""

    def is_new(self, digest):
        """Whether these bytes come up for the first time in this file."""
        is_new = digest not in self._told
        self._told.add(digest)
        return is_new

    def picture(self, rows, jpeg, size, place):
        """Hand over what was seen in one picture; ``rows`` as of ``looking``."""
        encoded = base64.b64encode(jpeg).decode()
        where = asdict(place)
        self.send("picture", rows=rows, jpeg=encoded, size=size, **where)

    def unpack(self, stream):
        """The bytes of something packed, counted while they come out."""
        while chunk := stream.read(_BYTES_AT_ONCE):
            self.unpacked(len(chunk))
            yield chunk

    def refuse_pixels(self, width, height):
        """Stop before a picture is unpacked that is larger than it may be."""
        if width * height > self.limits.pixels:
            megapixels = self.limits.pixels / 1_000_000
            reason = f"The picture has more than {megapixels:,.0f} million pixels."
            raise NotCheckedError("pixels", reason)

    def unpacked(self, count):
        self._unpacked += count
        if self._unpacked > self.limits.unpacked:
            megabytes = self.limits.unpacked >> 20
            reason = f"It unpacks to more than {megabytes:,} MB."
            raise EnoughError("unpacked", reason)

    def members(self, count):
        """Count the files in an archive before any of them is opened."""
        self._members += count
        if self._members > self.limits.members:
            reason = f"There are more than {self.limits.members:,} files in it."
            raise EnoughError("members", reason)

    @contextlib.contextmanager
    def guard(self, place):
        """What fails in here is noted, and the rest of the file goes on."""
        try:
            yield
        except EnoughError:
            raise
        except NotCheckedError as problem:
            self.unchecked(problem.code, problem.reason, place)
        except MemoryError:
            reason = "Reading this takes more memory than it may."
            self.unchecked("memory", reason, place)
        except NotImplementedError:
            reason = "It is packed in a way that cannot be read."
            self.unchecked("unknown", reason, place)
        except (EOFError, zipfile.BadZipFile, zlib.error):
            self.unchecked("broken", "It is cut off or damaged.", place)
        except Exception as problem:  # noqa: BLE001
            # The readers are many, and each has its own way to give up.
            reason = f"It could not be read ({type(problem).__name__})."
            self.unchecked("broken", reason, place)

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""ODP, ODT, ODS and ODG: one stream of content, in the order of the document."""

import base64
import re

from pretalx_coc.detection.documents import xml
from pretalx_coc.detection.documents.job import NotCheckedError
from pretalx_coc.detection.documents.packages import Shown, resolve

_MANIFEST = "META-INF/manifest.xml"
_LINKED = "It shows something that lies elsewhere, and nothing is fetched."
_FILES = ("Pictures", "Media")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:|//")


def read_open(package, read_nested):
    """Read everything in an OpenDocument file that somebody may see or read."""
    if _MANIFEST in package:
        manifest = _Manifest()
        xml.parse(package.chunks(_MANIFEST), manifest)
        if manifest.is_encrypted:
            raise NotCheckedError("encrypted", "It can only be opened with a password.")
    reading, place = _Reading(package, read_nested), package.place
    reading.read("content.xml", place)
    for name, part in (("styles.xml", "master"), ("meta.xml", "metadata")):
        if name in package:
            reading.read(name, place.at(part=part))
    reading.read_what_is_left()
    reading.shown.read()


class _Reading:
    """One OpenDocument file, stream by stream, each once."""

    def __init__(self, package, read_nested):
        self.shown = Shown(package, read_nested)
        self._package = package
        self._job = package.job
        self._read_nested = read_nested
        self._done = set()

    def read(self, name, place):
        """One stream, and the charts and formulas that are embedded in it."""
        waiting = [(name, place)]
        while waiting:
            name, place = waiting.pop(0)
            if name in self._done:
                continue
            self._done.add(name)
            reader = _Content(place, self._job)
            with self._job.guard(place):
                try:
                    xml.parse(self._package.chunks(name), reader)
                finally:
                    # What came before a mistake was read all the same.
                    reader.finish()
            for data, where in reader.pictures:
                self._read_inline(data, reader.numbered(where))
            for address, where in reader.references:
                inner = self._follow(address, name, reader.numbered(where))
                if inner:
                    here = self._inside(inner, reader.numbered(where))
                    waiting.append((inner, here))

    def read_what_is_left(self):
        """Objects and pictures that no stream refers to."""
        for name in self._package.names():
            folder, _, rest = name.partition("/")
            if name.endswith("/content.xml"):
                self.read(name, self._inside(name, self._package.place))
                continue
            is_object = folder.startswith("Object ") and not rest
            if (folder in _FILES or is_object) and name not in self.shown:
                self.shown.add(name, self._package.place)

    def _inside(self, name, place):
        return place.at(member=f"{self._package.place.member}/{name}".lstrip("/"))

    def _follow(self, address, name, place):
        """The stream that an address leads to, if it is one; notes what else it is."""
        if _SCHEME.match(address):
            self._job.unchecked("linked", _LINKED, place)
            self._job.text(address, place.at(part="link"))
            return ""
        target = resolve(address, name)
        inner = f"{target}/content.xml"
        if inner in self._package:
            return inner
        shown = place.at(part="text", member=self._package.place.member)
        self.shown.add(target, shown)
        return ""

    def _read_inline(self, data, place):
        """A picture that is written into the text, as flat documents have them."""
        with self._job.guard(place):
            decoded = base64.b64decode("".join(data.split()))
            self._job.unpacked(len(decoded))
            self._read_nested(decoded, place)


class _Manifest(xml.Reader):
    def __init__(self):
        self.is_encrypted = False

    def start(self, name, attributes):
        if name == "encryption-data":
            self.is_encrypted = True


class _Content(xml.Reader):
    """Text by slide or page; notes of a slide are apart.

    Pages of a text are known only where the program left its soft page breaks.
    """

    _TEXT = frozenset(
        [
            "p",
            "h",
            "title",
            "desc",
            "description",
            "subject",
            "keyword",
            "user-defined",
            "creator",
            "initial-creator",
        ]
    )
    _BREAKS = {"s": " ", "tab": "\t", "line-break": "\n"}
    _SHOWING = frozenset(
        [
            "image",
            "object",
            "object-ole",
            "plugin",
            "fill-image",
            "background-image",
            "applet",
            "floating-frame",
        ]
    )

    def __init__(self, place, job):
        self._job = job
        self._place = place
        self._pieces = {place: []}
        self._links = {}
        self._inside = 0
        self._binary = None
        self._pages = 0
        self._room = job.limits.characters
        self.references = []
        self.pictures = []

    def start(self, name, attributes):
        if name == "page" and "master-page-name" in attributes:
            self._turn("slide", 1)
        elif name == "soft-page-break":
            self._turn("page", 2)
        elif name == "notes" and self._place.part == "text":
            self._go_to(self._place.at(part="notes"))
        elif name == "binary-data":
            self._binary = []
        elif name in self._TEXT:
            self._inside += 1
        elif name in self._BREAKS:
            self.characters(self._BREAKS[name])
        address = attributes.get("href", "")
        if address and name in self._SHOWING:
            self.references.append((address, self._place))
        elif address and name == "a":
            self._links.setdefault(self._place, {})[address] = None

    def end(self, name):
        if name == "notes" and self._place.part == "notes":
            self._go_to(self._place.at(part="text"))
        elif name == "binary-data":
            self.pictures.append(("".join(self._binary), self._place))
            self._binary = None
        elif name in self._TEXT:
            self._inside -= 1
            self._pieces[self._place].append("\n")

    def characters(self, text):
        if self._binary is not None:
            self._binary.append(text)
        elif self._inside:
            self._pieces[self._place].append(text)
            self._room -= len(text)
            if self._room < 0:
                # The job has no more room than that, and says so.
                raise NotCheckedError("length", "There is too much text in it.")

    def _turn(self, what, first):
        """On to the next slide, or page: whose first one began without a break."""
        self._pages += 1
        number = self._pages + first - 1
        most = self._job.limits.pages
        if number > most:
            reason = f"Only the first {most:,} pages were read."
            raise NotCheckedError("pages", reason)
        self._go_to(self._place.at(part="text", **{what: number}))

    def _go_to(self, place):
        self._place = place
        self._pieces.setdefault(place, [])

    def finish(self):
        """Hand over what was read, also if there was a mistake further down."""
        for place, pieces in self._pieces.items():
            self._job.text("".join(pieces).strip(), self.numbered(place))
        for place, links in self._links.items():
            self._job.text("\n".join(links), self.numbered(place).at(part="link"))

    def numbered(self, place):
        """What came before the first page break is on page one."""
        is_first = self._pages and place.page is None and place.slide is None
        has_pages = self._place.page is not None
        return place.at(page=1) if is_first and has_pages else place

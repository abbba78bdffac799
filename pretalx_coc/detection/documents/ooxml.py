# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""PPTX, DOCX and XLSX: parts that refer to each other, from the main one on."""

from collections import deque

from pretalx_coc.detection.documents import xml
from pretalx_coc.detection.documents.job import NotCheckedError
from pretalx_coc.detection.documents.packages import Shown, resolve

_ROOT_RELATIONS = "_rels/.rels"
_PROPERTIES = ("docProps/core.xml", "docProps/custom.xml")

#: Parts by the relation that leads to them (the last word of its type).
_SLIDES = frozenset(("slide",))
_ELSEWHERE = frozenset(("slideLayout", "slideMaster", "notesMaster", "handoutMaster"))
_WITHOUT_TEXT = frozenset(
    [
        "theme",
        "themeOverride",
        "font",
        "tableStyles",
        "presProps",
        "viewProps",
        "settings",
        "webSettings",
        "fontTable",
        "styles",
        "stylesWithEffects",
        "numbering",
        "printerSettings",
        "calcChain",
        "tags",
        "diagramColors",
        "diagramLayout",
        "diagramQuickStyle",
        "diagramDrawing",
        "chartStyle",
        "chartColorStyle",
        "commentAuthors",
        "vbaProject",
        "thumbnail",
        "customXml",
        "customXmlProps",
        "core-properties",
        "metadata",
        "extended-properties",
        "custom-properties",
    ]
)
_SHOWN = frozenset(("image", "video", "audio", "media", "hdphoto", "model3d", "svg"))
_EMBEDDED = frozenset(("package", "oleObject", "aFChunk", "control"))
_PICTURES_AND_FILES = (*_SHOWN, *_EMBEDDED)
_LINKED = "It shows something that lies elsewhere, and nothing is fetched."


def read_office(kind, package, read_nested):
    """Read everything in an Office file that somebody may see or read."""
    reading = _Reading(kind, package, read_nested)
    for name in _PROPERTIES:
        if name in package:
            reading.read_properties(name)
    main = next(
        (
            relation.target
            for relation in reading.relations_of("")
            if relation.kind == "officeDocument"
        ),
        "",
    )
    with package.job.guard(package.place):
        if kind == "pptx":
            reading.read_slides(main)
        reading.read_from(main, package.place)
    reading.read_what_is_left()
    reading.shown.read()


class _Relation:
    """From one part to another, or to the world outside."""

    def __init__(self, attributes, base):
        self.id = attributes.get("Id", "")
        self.kind = attributes.get("Type", "").rpartition("/")[2]
        self.is_outside = attributes.get("TargetMode") == "External"
        target = attributes.get("Target", "")
        self.target = target if self.is_outside else resolve(target, base)


class _Reading:
    """One Office file, part by part, each once."""

    def __init__(self, kind, package, read_nested):
        self.package = package
        self.job = package.job
        self.shown = Shown(package, read_nested)
        self._has_pages = kind == "docx"
        self._done = set()

    def relations_of(self, name):
        """What a part refers to; "" is the package itself."""
        folder, _, last = name.rpartition("/")
        rels = f"{folder}/_rels/{last}.rels" if name else _ROOT_RELATIONS
        self._done.add(rels.lower())
        if rels not in self.package:
            return []
        reader = _Relations(name)
        with self.job.guard(self.package.place):
            xml.parse(self.package.chunks(rels), reader)
        return reader.relations

    def read_properties(self, name):
        reader = _Everything()
        self._done.add(name.lower())
        with self.job.guard(self.package.place):
            xml.parse(self.package.chunks(name), reader)
            place = self._inside(name, self.package.place)
            self.job.text(reader.text(), place.at(part="metadata"))

    def read_slides(self, main):
        """The slides in the order in which they are shown, each with its notes."""
        order = _SlideOrder()
        xml.parse(self.package.chunks(main), order)
        targets = {
            relation.id: relation.target
            for relation in self.relations_of(main)
            if relation.kind in _SLIDES
        }
        slides = [targets[id_] for id_ in order.ids if id_ in targets]
        most = self.job.limits.pages
        for number, name in enumerate(slides[:most], start=1):
            self.read_from(name, self.package.place.at(slide=number))
        if len(slides) > most:
            reason = f"Only the first {most:,} of {len(slides):,} slides were read."
            self.job.unchecked("pages", reason, self.package.place)
            self._done.update(name.lower() for name in slides[most:])

    def read_from(self, name, place):
        """A part, and all that belongs to it and to no other slide."""
        waiting = deque([(name, place)])
        while waiting:
            name, place = waiting.popleft()
            if name.lower() in self._done:
                continue
            self._done.add(name.lower())
            relations = self.relations_of(name)
            with self.job.guard(place):
                pages = self._read_part(name, place)
                self._note_files(relations, place, pages)
            for relation in relations:
                kind = relation.kind
                if relation.is_outside or kind in _PICTURES_AND_FILES:
                    continue
                if kind in _WITHOUT_TEXT:
                    self._done.add(relation.target.lower())
                elif kind not in _SLIDES | _ELSEWHERE and self._is_xml(relation.target):
                    waiting.append((relation.target, self._beside(relation, place)))

    def _beside(self, relation, place):
        """The place of what belongs to a part: of slides, notes have their own."""
        if relation.kind == "notesSlide":
            return place.at(part="notes")
        return self._inside(relation.target, place)

    def _inside(self, name, place):
        return place.at(member=f"{self.package.place.member}/{name}".lstrip("/"))

    def read_what_is_left(self):
        """Masters, layouts, slides that are in no list, pictures on none of them."""
        for name in self.package.names():
            lower = name.lower()
            if lower in self._done or name in self.shown:
                continue
            if self._is_xml(name) and not lower.startswith(("customxml/", "docprops/")):
                is_master = "master" in lower or "layout" in lower
                part = "master" if is_master else "text"
                place = self._inside(name, self.package.place)
                self.read_from(name, place.at(part=part))
        for name in self.package.names():
            folders = name.lower().split("/")[:-1]
            if name not in self.shown and {"media", "embeddings"} & set(folders):
                self.shown.add(name, self.package.place)

    def _is_xml(self, name):
        return name.lower().endswith((".xml", ".vml")) and name in self.package

    def _read_part(self, name, place):
        """Hand over the text of a part; gives the page of each reference in it."""
        reader = _Part(self.job.limits.characters)
        try:
            xml.parse(self.package.chunks(name), reader)
        finally:
            # What came before a mistake was read all the same.
            texts = reader.texts()
            with_pages = self._has_pages and len(texts) > 1
            most = self.job.limits.pages
            for number, text in enumerate(texts[:most], start=1):
                page = number if with_pages else place.page
                self.job.text(text, place.at(page=page))
        if len(texts) > most:
            reason = f"Only the first {most:,} of {len(texts):,} pages were read."
            self.job.unchecked("pages", reason, place)
        return reader.pages_of if with_pages else {}

    def _note_files(self, relations, place, pages):
        links = {}
        for relation in relations:
            here = place.at(page=pages.get(relation.id, place.page))
            if relation.is_outside:
                if relation.kind in {"hyperlink", *_PICTURES_AND_FILES}:
                    links[relation.target] = None
                if relation.kind in _PICTURES_AND_FILES:
                    self.job.unchecked("linked", _LINKED, here)
            elif relation.kind in _PICTURES_AND_FILES:
                shown = here.at(part="text", member=self.package.place.member)
                self.shown.add(relation.target, shown)
        self.job.text("\n".join(links), place.at(part="link"))


class _Relations(xml.Reader):
    def __init__(self, base):
        self._base = base
        self.relations = []

    def start(self, name, attributes):
        if name == "Relationship":
            self.relations.append(_Relation(attributes, self._base))


class _SlideOrder(xml.Reader):
    def __init__(self):
        self.ids = []

    def start(self, name, attributes):
        if name == "sldId":
            self.ids.append(attributes.get("id", ""))


class _Everything(xml.Reader):
    """All text of a small part, one element a line."""

    def __init__(self):
        self._pieces = []

    def characters(self, text):
        self._pieces.append(text)

    def end(self, name):
        self._pieces.append("\n")

    def text(self):
        lines = "".join(self._pieces).split("\n")
        return "\n".join(line for line in lines if line.strip())


class _Part(xml.Reader):
    """Text of a part, page by page where the program noted where they end.

    Descriptions of pictures come last on their page: in the middle they would
    part a sentence.
    """

    _TEXT = frozenset(("t", "delText", "text"))
    _LINE = frozenset(("p", "br", "cr", "si", "tr", "cm", "pt"))
    _REFERENCES = ("embed", "link", "id", "pict")

    def __init__(self, room):
        self._room = room
        self._pages = [([], [])]
        self._inside = 0
        self._in_strings = 0
        self._in_fallbacks = 0
        self.pages_of = {}

    def start(self, name, attributes):
        pieces, described = self._pages[-1]
        if name == "Fallback":
            # The same once more, for programs of long ago.
            self._in_fallbacks += 1
        if name in self._TEXT or (name == "v" and self._in_strings):
            self._inside += 1
        elif name == "strCache":
            self._in_strings += 1
        elif name == "tab":
            pieces.append("\t")
        elif name == "lastRenderedPageBreak":
            self._pages.append(([], []))
        elif not self._in_fallbacks and name in {
            "cNvPr",
            "docPr",
            "textpath",
            "shape",
            "sheet",
        }:
            for key in ("descr", "title", "string", "alt"):
                if attributes.get(key):
                    described.append(attributes[key])
            if name == "sheet" and attributes.get("name"):
                described.append(attributes["name"])
        for key in self._REFERENCES:
            if key in attributes:
                self.pages_of.setdefault(attributes[key], len(self._pages))

    def end(self, name):
        if name in self._TEXT or (name == "v" and self._in_strings):
            self._inside -= 1
        elif name == "strCache":
            self._in_strings -= 1
        elif name == "Fallback":
            self._in_fallbacks -= 1
        if name in self._LINE:
            self._pages[-1][0].append("\n")

    def characters(self, text):
        if self._inside and not self._in_fallbacks:
            self._pages[-1][0].append(text)
            self._room -= len(text)
            if self._room < 0:
                # The job has no more room than that, and says so.
                raise NotCheckedError("length", "There is too much text in it.")

    def texts(self):
        """The text of each page; there is at least one."""
        return [
            "\n".join(["".join(pieces).strip(), *described]).strip()
            for pieces, described in self._pages
        ]

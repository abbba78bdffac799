# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""ZIP archives: what kind of package one is, and plain ones file by file."""

import posixpath
import re
import zipfile

from pretalx_coc.detection.documents import kinds
from pretalx_coc.detection.documents.job import NotCheckedError

_ENCRYPTED = 0x1
_PASSWORD = "It can only be opened with a password."  # noqa: S105

#: What the main part of an Office file is declared as.
_OFFICE_MAIN = re.compile(
    rb"(presentationml|ms-powerpoint|wordprocessingml|ms-word|spreadsheetml|ms-excel)"
    rb"[\w.]*\.main\+xml"
)
_OFFICE_KINDS = {
    b"presentationml": "pptx",
    b"ms-powerpoint": "pptx",
    b"wordprocessingml": "docx",
    b"ms-word": "docx",
    b"spreadsheetml": "xlsx",
    b"ms-excel": "xlsx",
}
_OPEN_KINDS = {
    "presentation": "odp",
    "text": "odt",
    "spreadsheet": "ods",
    "graphics": "odg",
}
_MIMETYPE = re.compile(r"application/vnd\.oasis\.opendocument\.(\w+)")

_TYPES = "[Content_Types].xml"
_MOST_TYPES = 1 << 20
_MOST_MIMETYPE = 100

_KEYNOTE = ("Index.zip", "index.apxl", "index.apxl.gz")
_PREVIEW = re.compile(r"preview[\w-]*\.(pdf|jpe?g|png)", re.IGNORECASE)


class Package:
    """The files of an archive by name, each byte counted as it is unpacked.

    Names are keys and nothing else: nothing is ever written under one. As in
    Office, "/ppt/media/a.png" and "ppt/Media/A.png" are the same.
    """

    def __init__(self, archive, place, job):
        self.place = place
        self.job = job
        self._archive = archive
        self._infos = {}
        for info in archive.infolist():
            if not info.is_dir():
                self._infos.setdefault(_key(info.filename), []).append(info)

    def __contains__(self, name):
        return _key(name) in self._infos

    def names(self):
        return [infos[-1].filename for infos in self._infos.values()]

    def chunks(self, name):
        """The bytes of a file in pieces; of two with the same name, the last."""
        try:
            info = self._infos[_key(name)][-1]
        except KeyError:
            reason = "A part of it is missing."
            raise NotCheckedError("broken", reason) from None
        yield from self._chunks(info)

    def read(self, name):
        """All bytes of a file, or its first ones if nobody reads such files."""
        return self._read(self._infos[_key(name)][-1])

    def head(self, name):
        """The first bytes of a file, enough to tell what it is."""
        return self._head(self._infos[_key(name)][-1])

    def each(self):
        """Name and reader of all files, also of several with the same name."""
        for infos in self._infos.values():
            for info in infos:
                yield info.filename, lambda info=info: self._read(info)

    def has_doubles(self):
        return any(len(infos) > 1 for infos in self._infos.values())

    def _read(self, info):
        # A long video is not unpacked only to say that it is one.
        head = self._head(info)
        if kinds.kind_of(head) in kinds.NOT_READABLE:
            return head
        return b"".join(self._chunks(info))

    def _head(self, info):
        _refuse_encrypted(info)
        with self._archive.open(info) as stream:
            return stream.read(kinds.HEAD)

    def _chunks(self, info):
        _refuse_encrypted(info)
        with self._archive.open(info) as stream:
            yield from self.job.unpack(stream)


def resolve(name, base=""):
    """Where a reference in the file ``base`` leads, never above the top."""
    if not name.startswith("/"):
        name = posixpath.join(posixpath.dirname(base), name)
    return posixpath.normpath("/" + name).lstrip("/")


def _key(name):
    return posixpath.normpath("/" + name.replace("\\", "/")).lstrip("/").lower()


def _refuse_encrypted(info):
    if info.flag_bits & _ENCRYPTED:
        raise NotCheckedError("encrypted", _PASSWORD)


def read_package(stream, place, job, read_nested):
    """Read an archive as what it is: a document of some kind, or just files."""
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        job.kind("zip")
        raise NotCheckedError("broken", "The archive is damaged.") from None
    with archive:
        job.members(len(archive.filelist))
        package = Package(archive, place, job)
        kind = _kind_of(package)
        job.kind(kind)
        if package.has_doubles() and kind != "zip":
            reason = "Some of its parts are in it twice, and only one was read."
            job.unchecked("broken", reason, place)
        if kind in _OFFICE_KINDS.values():
            from pretalx_coc.detection.documents import ooxml  # noqa: PLC0415

            ooxml.read_office(kind, package, read_nested)
        elif kind in _OPEN_KINDS.values():
            from pretalx_coc.detection.documents import opendocument  # noqa: PLC0415

            opendocument.read_open(package, read_nested)
        elif kind == "keynote":
            _read_keynote(package, read_nested)
        else:
            _read_files(package, read_nested, with_names=kind == "zip")


def _kind_of(package):
    if _TYPES in package:
        found = _OFFICE_MAIN.search(_start_of(package, _TYPES, _MOST_TYPES))
        if found:
            return _OFFICE_KINDS[found[1]]
    if "mimetype" in package:
        start = _start_of(package, "mimetype", _MOST_MIMETYPE)
        mimetype = start.decode("ascii", "replace").strip()
        found = _MIMETYPE.match(mimetype)
        if found:
            return _OPEN_KINDS.get(found[1], "zip")
        if mimetype == "application/epub+zip":
            return "epub"
    return "keynote" if any(map(_is_keynote, package.names())) else "zip"


def _is_keynote(name):
    *folders, last = name.split("/")
    return last in _KEYNOTE or ("Index" in folders and last.endswith(".iwa"))


def _start_of(package, name, most):
    start = b""
    with package.job.guard(package.place):
        for chunk in package.chunks(name):
            start += chunk
            if len(start) >= most:
                break
    return start[:most]


def _read_files(package, read_nested, *, with_names):
    """Each file of its own; those of a plain archive have names to check, too."""
    job = package.job
    for name, read_bytes in package.each():
        inside = f"{package.place.member}/{name}".lstrip("/")
        place = package.place.at(member=inside)
        if with_names:
            job.text(name, place.at(part="name"))
        with job.guard(place):
            read_nested(read_bytes(), place)


def _read_keynote(package, read_nested):
    """The preview that Keynote saves; its own format is nobody else's."""
    job, has_pages = package.job, False
    for name in package.names():
        is_preview = _PREVIEW.fullmatch(name.rpartition("/")[2])
        if is_preview or _is_picture(package, name):
            inside = f"{package.place.member}/{name}".lstrip("/")
            has_pages = has_pages or name.lower().endswith("preview.pdf")
            with job.guard(package.place):
                read_nested(package.read(name), package.place.at(member=inside))
    if not has_pages:
        reason = (
            "The text of a Keynote file cannot be read, and there is no PDF as its "
            "preview. Exported as PDF, it can be checked."
        )
        job.unchecked("unknown", reason, package.place)


def _is_picture(package, name):
    if "Data" not in name.split("/")[:-1]:
        return False
    return kinds.kind_of(package.head(name)) in {"png", "jpeg", "gif", "webp"}


class Shown:
    """Which files of a package are shown where; each is unpacked once."""

    def __init__(self, package, read_nested):
        self._package = package
        self._read_nested = read_nested
        self._names = {}
        self._places = {}

    def add(self, name, place):
        """Note that a page or slide shows a file, a picture most likely."""
        self._names[_key(name)] = name
        self._places.setdefault(_key(name), {})[place] = None

    def __contains__(self, name):
        return _key(name) in self._names

    def read(self):
        """Hand each over once for each place; the same is not looked at twice."""
        for key, places in self._places.items():
            name = self._names[key]
            if name not in self._package:
                continue
            inside = f"{self._package.place.member}/{name}".lstrip("/")
            with self._package.job.guard(next(iter(places)).at(member=inside)):
                data = self._package.read(name)
                for place in places:
                    self._read_nested(data, place.at(member=inside))

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""From the bytes of a file to the reader of its kind."""

import io
import zipfile

from pretalx_coc.detection.documents import kinds
from pretalx_coc.detection.documents.job import NotCheckedError
from pretalx_coc.detection.documents.plain import decode

#: More markup than this is not read; plain text has its limit in characters.
_MOST_MARKUP = 32 << 20

_PICTURES = ("png", "jpeg", "gif", "webp", "bmp", "tiff")
#: How the stream of an encrypted office file is called in its container.
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")


def read(stream, place, job, depth=0):
    """Read a file of any kind from ``stream``, which can go back and forth.

    What is found goes to ``job``. ``depth`` counts the files that it lies in.
    Raises NotCheckedError, or whatever the readers raise, for what is not readable.
    """
    if depth > job.limits.depth:
        raise NotCheckedError("nested", "It lies too deep, in a file in a file in a …")
    head = stream.read(kinds.HEAD)
    stream.seek(0)
    kind = kinds.kind_of(head)
    if kind == "zip":
        _read_zip(stream, place, job, depth)
        return
    with job.guard(place):
        if kind:
            _read_binary(kind, stream, place, job, depth)
        else:
            _read_text(stream, place, job, depth)
    # Something else in front does not keep others from opening it as an archive.
    if zipfile.is_zipfile(stream):
        stream.seek(0)
        with job.guard(place):
            _read_zip(stream, place, job, depth)


def nested_reader(job, depth):
    """What readers of archives call for the files that they find."""

    def read_nested(data, place):
        with job.guard(place):
            read(io.BytesIO(data), place, job, depth + 1)

    return read_nested


def _read_zip(stream, place, job, depth):
    from pretalx_coc.detection.documents import packages  # noqa: PLC0415

    packages.read_package(stream, place, job, nested_reader(job, depth))


def _read_binary(kind, stream, place, job, depth):
    if kind == "pdf":
        from pretalx_coc.detection.documents import pdf  # noqa: PLC0415

        job.kind("pdf")
        pdf.read_pdf(stream, place, job, nested_reader(job, depth))
    elif kind in _PICTURES:
        from pretalx_coc.detection.documents import images  # noqa: PLC0415

        job.kind(kind)
        images.read_image(kind, stream, place, job)
    elif kind == "ole":
        job.kind("unknown")
        _refuse_old_office(stream)
    else:
        job.kind(kind if kind in {"video", "audio"} else "unknown")
        raise NotCheckedError("unknown", kinds.NOT_READABLE[kind])


def _refuse_old_office(stream):
    while chunk := stream.read(1 << 20):
        if _ENCRYPTED_PACKAGE in chunk:
            raise NotCheckedError("encrypted", "It can only be opened with a password.")
    reason = "Office files of before 2007, and objects like them, cannot be read."
    raise NotCheckedError("unknown", reason)


def _read_text(stream, place, job, depth):
    most = max(_MOST_MARKUP, 4 * job.limits.characters)
    data = stream.read(most)
    is_cut = bool(stream.read(1))
    text, is_guess = decode(data, job.language, is_cut=is_cut)
    if text is None:
        job.kind("unknown")
        raise NotCheckedError("unknown", kinds.NOT_READABLE["other"])
    kind = kinds.kind_of_text(text)
    job.kind(kind)
    if is_guess:
        reason = "It is not in Unicode; which letters it has is a guess."
        job.unchecked("encoding", reason, place)
    if is_cut:
        job.unchecked("length", f"Only the first {most >> 20} MB were read.", place)
    if kind == "text":
        job.text(text, place)
        return
    from pretalx_coc.detection.documents import markup  # noqa: PLC0415

    reader = markup.read_svg if kind == "svg" else markup.read_html
    reader(text, place, job, nested_reader(job, depth))

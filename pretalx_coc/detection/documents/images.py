# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Pictures: the words that are stored in them, and whether anybody looked at them."""

import hashlib
import struct

from pretalx_coc.detection.documents import wording
from pretalx_coc.detection.documents.job import NotCheckedError

#: Smaller ones show nothing that anybody could recognise.
SMALLEST = 24
_LOSSY, _LOSSLESS, _EXTENDED = b"VP8 ", b"VP8L", b"VP8X"
_SIDE_BITS = 14
_SIDE = (1 << _SIDE_BITS) - 1


def read_image(kind, stream, place, job):
    """Read the words in a picture, and look at it if that can be done.

    The same picture in several places is read once, and looked at once.
    """
    data = stream.read()
    digest = hashlib.sha256(data).digest()
    if job.is_new(digest):
        with job.guard(place):
            words = wording.words_in(kind, data)
            job.text("\n".join(words), place.at(part="metadata"))
    if job.looker is None:
        job.pictures_unseen(place)
        return
    if not data:
        raise NotCheckedError("empty", "The picture is empty.")
    if kind == "webp":
        # Its decoder takes memory for all pixels as soon as it is opened.
        job.refuse_pixels(*_size_of_webp(data))
    job.looker.look_at_file(data, digest, place, job)


def _size_of_webp(data):
    """Width and height as the first chunk has them; 0 for one of another kind."""
    kind, head = data[12:16], data[20:30].ljust(10, b"\0")
    if kind == _EXTENDED:
        width, height = head[4:7], head[7:10]
        return tuple(int.from_bytes(side, "little") + 1 for side in (width, height))
    if kind == _LOSSLESS:
        bits = int.from_bytes(head[1:5], "little")
        return (bits & _SIDE) + 1, (bits >> _SIDE_BITS & _SIDE) + 1
    if kind == _LOSSY:
        return tuple(value & _SIDE for value in struct.unpack_from("<HH", head, 6))
    return 0, 0

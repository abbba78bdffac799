# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Looks at pictures with NudeNet, on this machine, and gives hints.

NudeNet knows eighteen things, most of them harmless (faces, feet, covered
anything). Five count here. What it says is no more than a hint: nobody knows how
much it misses, and a person has to look in any case.
"""

import io
import warnings
from pathlib import Path

import cv2
import nudenet.nudenet
import numpy as np
import onnxruntime
from PIL import Image, ImageOps, UnidentifiedImageError

from pretalx_coc.detection.documents.images import SMALLEST
from pretalx_coc.detection.documents.job import NotCheckedError, Place

#: What counts, by the detector's name for it.
CLASSES = {
    "ANUS_EXPOSED": "anus",
    "BUTTOCKS_EXPOSED": "buttocks",
    "FEMALE_BREAST_EXPOSED": "female_breast",
    "FEMALE_GENITALIA_EXPOSED": "female_genitalia",
    "MALE_GENITALIA_EXPOSED": "male_genitalia",
}

#: Pixels of the longer side: the detector sees half of that, people see a preview.
LONGEST_SIDE = 640

#: Of a moving picture, as many frames are looked at, evenly spread.
_MOST_FRAMES = 8

_FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")
_INPUT = 320
_JPEG_QUALITY = 70


def relevant(rows, size, threshold):
    """Of the detector's raw rows those that count, the surest first.

    ``rows`` have "class", "score" and "box" (x, y, width, height in pixels of a
    picture of ``size``). Gives (our name, score, box as parts of width and height).
    """
    width, height = size
    found = [
        (
            CLASSES[row["class"]],
            round(float(row["score"]), 4),
            [
                round(float(side) / whole, 4)
                for side, whole in zip(
                    row["box"], (width, height, width, height), strict=True
                )
            ],
        )
        for row in rows
        if row["class"] in CLASSES and row["score"] >= threshold
    ]
    return sorted(found, key=lambda row: -row[1])


class _Detector(nudenet.nudenet.NudeDetector):
    """NudeNet's own, on one thread: each further one costs address space."""

    def __init__(self):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self.onnx_session = onnxruntime.InferenceSession(
            str(Path(nudenet.nudenet.__file__).parent / "320n.onnx"),
            sess_options=options,
            providers=["CPUExecutionProvider"],
        )
        self.input_width = self.input_height = _INPUT
        self.input_name = self.onnx_session.get_inputs()[0].name


class Looker:
    """Looks at pictures one by one, at the same one once; loads its model late."""

    def __init__(self, threshold):
        self._threshold = threshold
        self._detector = None
        self._known = {}
        self._looked_at = 0
        # We look at the size ourselves, before anything is unpacked.
        Image.MAX_IMAGE_PIXELS = None
        warnings.simplefilter("ignore")
        cv2.setNumThreads(1)

    def look_at_file(self, data, digest, place, job):
        """Look at a picture file, frame by frame if it moves.

        ``digest`` stands for the same bytes, wherever in the file they come up.
        """
        if digest not in self._known:
            self._known[digest] = self._see(data, job)
        for found, jpeg, size in self._known[digest]:
            job.picture(found, jpeg, size, place)

    def look_at(self, picture, place, job):
        """Look at a rendered page, a picture of Pillow's."""
        if self._may_look(job) and (seen := self._look(picture)):
            job.picture(*seen, place)

    def _see(self, data, job):
        try:
            opened = Image.open(io.BytesIO(data), formats=_FORMATS)
        except UnidentifiedImageError:
            raise NotCheckedError("broken", "The picture cannot be opened.") from None
        with opened as picture:
            job.refuse_pixels(*picture.size)
            if min(picture.size) < SMALLEST:
                return []
            frames = getattr(picture, "n_frames", 1)
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            seen = []
            for number in range(0, frames, -(-frames // _MOST_FRAMES)):
                if not self._may_look(job):
                    break
                if frames > 1:
                    picture.seek(number)
                seen.append(self._look(picture))
            # Of a moving picture, the frame with the surest finding stands for all.
            seen = [one for one in seen if one]
            return [max(seen, key=lambda one: one[0][0][1])] if seen else []

    def _may_look(self, job):
        self._looked_at += 1
        if self._looked_at <= job.limits.pictures:
            return True
        reason = f"Only the first {job.limits.pictures:,} pictures were looked at."
        job.unchecked("pictures", reason, Place())
        return False

    def _look(self, picture):
        """What is in a picture, a small JPEG of it and its size; or nothing."""
        small = _upright(picture)
        if self._detector is None:
            self._detector = _Detector()
        # It takes what OpenCV reads, which has blue first.
        pixels = np.ascontiguousarray(np.asarray(small)[:, :, ::-1])
        rows = self._detector.detect(pixels)
        found = relevant(rows, small.size, self._threshold)
        if not found:
            return None
        jpeg = io.BytesIO()
        small.save(jpeg, "JPEG", quality=_JPEG_QUALITY)
        return found, jpeg.getvalue(), small.size


def _upright(picture):
    """A small copy without transparency, turned as viewers turn it."""
    small = picture.copy() if picture.mode != "P" else picture.convert("RGBA")
    small.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    small = ImageOps.exif_transpose(small)
    if small.mode in {"RGBA", "LA", "PA"} or "transparency" in small.info:
        layer = small.convert("RGBA")
        small = Image.new("RGB", layer.size, "white")
        small.paste(layer, mask=layer.getchannel("A"))
    return small.convert("RGB")

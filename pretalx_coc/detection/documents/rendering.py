# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Renders the pages of a PDF, small, to look at each as people see it."""

import pypdfium2

from pretalx_coc.detection.documents.images import SMALLEST
from pretalx_coc.detection.documents.job import NotCheckedError
from pretalx_coc.detection.documents.looking import LONGEST_SIDE


def look_at_pages(stream, place, job, without=frozenset()):
    """Render page after page and have it looked at.

    Not each picture in the file: logos and textures are many, and what counts is
    what the audience gets to see. Pages ``without`` are left out.
    """
    try:
        document = pypdfium2.PdfDocument(stream)
    except pypdfium2.PdfiumError:
        reason = "Its pages could not be drawn, so nobody looked at the pictures."
        raise NotCheckedError("pictures", reason) from None
    try:
        for number in range(1, min(len(document), job.limits.pages) + 1):
            if number in without:
                continue
            here = place.at(page=number)
            with job.guard(here):
                picture = _render(document, number - 1)
                if picture is not None:
                    job.looker.look_at(picture, here, job)
    finally:
        document.close()


def _render(document, index):
    """A page as a picture, with its longer side as long as the looker needs it."""
    try:
        page = document[index]
    except pypdfium2.PdfiumError:
        reason = "This page could not be drawn, so nobody looked at it."
        raise NotCheckedError("pictures", reason) from None
    try:
        width, height = page.get_size()
        longest = max(width, height)
        if not 0 < longest < float("inf"):
            raise NotCheckedError("broken", "This page has no size.")
        scale = LONGEST_SIDE / longest
        if min(width, height) * scale < SMALLEST:
            return None
        bitmap = page.render(scale=scale)
        try:
            # A copy: the pixels belong to the bitmap, and go with it.
            return bitmap.to_pil().convert("RGB").copy()
        finally:
            bitmap.close()
    finally:
        page.close()

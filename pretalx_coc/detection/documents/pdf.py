# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""PDF: the text of each page, what is written around it, and pages as pictures."""

import pypdf
from pypdf.errors import (
    DependencyError,
    FileNotDecryptedError,
    LimitReachedError,
    WrongPasswordError,
)

from pretalx_coc.detection.documents.job import NotCheckedError

_PASSWORD = "It can only be opened with a password."  # noqa: S105

#: Keys of annotations and of form fields whose values somebody gets to see.
_WRITTEN = ("/Contents", "/TU", "/V", "/Subj")
_SAYS_NOTHING = {"/CreationDate", "/ModDate", "/Producer", "/Creator", "/Trapped"}
_MOST_ANNOTATIONS = 2_000


def read_pdf(stream, place, job, read_nested):
    """Read a PDF of any age: text first, then pictures, for those cost most."""
    too_large = set()
    with job.guard(place):
        try:
            _read_texts(stream, place, job, read_nested, too_large)
        except LimitReachedError:
            reason = "Something in it unpacks to more than is sensible."
            raise NotCheckedError("unpacked", reason) from None
        except (DependencyError, FileNotDecryptedError, WrongPasswordError):
            raise NotCheckedError("encrypted", _PASSWORD) from None
    if job.looker is None:
        job.pictures_unseen(place)
        return
    from pretalx_coc.detection.documents import rendering  # noqa: PLC0415

    stream.seek(0)
    rendering.look_at_pages(stream, place, job, too_large)


def _read_texts(stream, place, job, read_nested, too_large):
    reader = pypdf.PdfReader(stream, strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise NotCheckedError("encrypted", _PASSWORD)
    with job.guard(place):
        _read_properties(reader, place, job)
    count = len(reader.pages)
    if not count:
        raise NotCheckedError("broken", "There are no pages in it.")
    most = job.limits.pages
    has_text, is_whole = False, True
    for number in range(1, min(count, most) + 1):
        here = place.at(page=number)
        is_read = False
        with job.guard(here):
            has_text |= _read_page(reader.pages[number - 1], here, job)
            is_read = True
        is_whole &= is_read
        if job.looker:
            too_large.add(number)
            with job.guard(here):
                _refuse_pixels(reader.pages[number - 1], job)
                too_large.discard(number)
    if count > most:
        reason = f"Only the first {most:,} of {count:,} pages were read."
        job.unchecked("pages", reason, place)
    if is_whole and not has_text:
        reason = "No text could be read on any page; they may be scanned or drawn."
        job.unchecked("scanned", reason, place)
    with job.guard(place):
        _read_attachments(reader, place, job, read_nested)


def _read_properties(reader, place, job):
    """Title, subject and so on, and the bookmarks."""
    properties = reader.metadata or {}
    # Looked up one by one, for what a value refers to is only found that way.
    values = [str(properties[key]) for key in properties if key not in _SAYS_NOTHING]
    with job.guard(place):
        values += _titles(reader.outline)
    job.text("\n".join(values), place.at(part="metadata"))


def _titles(outline):
    """The titles of bookmarks, which come as lists in lists."""
    waiting, titles = [outline], []
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting += reversed(item)
        else:
            titles.append(str(item.title))
    return titles


def _read_page(page, place, job):
    """Hand over the text of a page; says whether there was any."""
    try:
        text = page.extract_text()
    except LimitReachedError:
        reason = "This page unpacks to more than is sensible."
        raise NotCheckedError("unpacked", reason) from None
    except RecursionError:
        raise NotCheckedError("broken", "This page refers to itself.") from None
    notes, links = _read_annotations(page, place, job)
    job.text("\n".join([text, *notes]), place)
    job.text("\n".join(dict.fromkeys(links)), place.at(part="link"))
    return bool(text.strip())


def _refuse_pixels(page, job):
    """Refuse a page with a picture that would be too large as a file, too."""
    resources = page.get("/Resources")
    objects = resources.get_object().get("/XObject") if resources is not None else None
    if objects is None:
        return
    for reference in objects.get_object().values():
        shown = reference.get_object()
        if isinstance(shown, dict) and shown.get("/Subtype") == "/Image":
            job.refuse_pixels(int(shown["/Width"]), int(shown["/Height"]))


def _read_annotations(page, place, job):
    """Comments, form fields and the addresses of links on a page."""
    notes, links = [], []
    with job.guard(place):
        found = page.get("/Annots")
        found = found.get_object() if found is not None else None
        for reference in (found or [])[:_MOST_ANNOTATIONS]:
            annotation = reference.get_object()
            if not isinstance(annotation, dict):
                continue
            for key in _WRITTEN:
                value = annotation.get(key)
                value = value.get_object() if value is not None else None
                if isinstance(value, str) and not value.startswith("/"):
                    notes.append(str(value))
            action = annotation.get("/A")
            action = action.get_object() if action is not None else None
            if isinstance(action, dict) and "/URI" in action:
                links.append(str(action["/URI"]))
    return notes, links


def _read_attachments(reader, place, job, read_nested):
    """Files that travel inside the PDF."""
    for number, attached in enumerate(reader.attachment_list, start=1):
        job.members(1)
        name = f"attachment {number}"
        with job.guard(place):
            name = attached.name or name
            inside = place.at(member=f"{place.member}/{name}".lstrip("/"))
            job.text(name, inside.at(part="name"))
            content = attached.content
            job.unpacked(len(content))
            read_nested(content, inside)

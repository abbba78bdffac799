# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What materials are called, and why one was not read, in the reader's language."""

import re
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pretalx.submission.models import Question

from pretalx_coc.domain.talks import PROFILE_FIELDS, TALK_FIELDS, field_label
from pretalx_coc.enums import SubjectKind

LINE = re.compile(r"(\S+)(?: ([ps])([0-9]+))?(?: in (.+))?")

#: Why something was not, or not fully, checked: code → words.
UNREAD = {
    "pending": gettext_lazy("waiting to be checked"),
    "encrypted": gettext_lazy("encrypted"),
    "broken": gettext_lazy("broken, or only partly readable"),
    "unknown": gettext_lazy("a kind of file that cannot be read"),
    "scanned": gettext_lazy("without any text, as after scanning"),
    "pictures": gettext_lazy("pictures were not checked"),
    "linked": gettext_lazy("lies elsewhere, and nothing is fetched"),
    "language": gettext_lazy("there is no word list for its language yet"),
    "encoding": gettext_lazy("its characters could only be guessed"),
    "empty": gettext_lazy("empty"),
    "missing": gettext_lazy("the file is not there any more"),
    "length": gettext_lazy("the text is very long, and its end was not read"),
    "number": gettext_lazy("there are more passages than are listed"),
    "pages": gettext_lazy("more pages or slides than are read"),
    "pixels": gettext_lazy("a picture is too large"),
    "size": gettext_lazy("the file is too large"),
    "unpacked": gettext_lazy("too large once it is unpacked"),
    "members": gettext_lazy("too many files in one"),
    "nested": gettext_lazy("files within files within files"),
    "time": gettext_lazy("checking it took too long"),
    "memory": gettext_lazy("checking it took too much memory"),
    "broken_off": gettext_lazy("the check was broken off several times"),
    "error": gettext_lazy("the check failed"),
    "extra": gettext_lazy("a detector of another plugin failed"),
}


class Labels:
    """What the materials of one event are called; one query for all custom fields."""

    def __init__(self, event):
        self.event = event

    @cached_property
    def _questions(self) -> dict:
        questions = Question.all_objects.filter(event=self.event)
        return {
            str(pk): str(text) for pk, text in questions.values_list("pk", "question")
        }

    def _question(self, number: str) -> str:
        return self._questions.get(number.partition(":")[0], _("Custom field"))

    def of(self, material: str, title: str = "") -> str:
        """What people call a material.

        Args:
            material: Its name.
            title: What its owner called it, if that is known.
        """
        if material in TALK_FIELDS:
            return field_label(SubjectKind.TALK, material)
        if material in PROFILE_FIELDS:
            return field_label(SubjectKind.PROFILE, material)
        what, __, number = material.partition(":")
        if what == "answer":
            return self._question(number)
        if what == "answer-file":
            question = self._question(number)
            return f"{question}: {title}" if title else question
        names = {
            "image": _("Session image"),
            "picture": _("Profile picture"),
            "resource": _("Description of a file or link"),
            "link": _("Address of a link"),
            "file-name": _("Name of a file"),
            "file": _("File {name}").format(name=title) if title else _("File"),
        }
        return names.get(what, material)


def part_label(*, page=None, slide=None) -> str:
    """Where in a document, in words; empty for all of it."""
    if page:
        return _("page {number}").format(number=page)
    return _("slide {number}").format(number=slide) if slide else ""


def unread_sentences(lines) -> list[str]:
    """Why a material was not fully checked, one part of a sentence for each line.

    Args:
        lines: A code each, and where, as in ``domain.detectors.Outcome``.
    """
    found = []
    for line in lines:
        if line.startswith("extra "):
            found.append(f"{UNREAD['extra']} ({line.removeprefix('extra ')})")
            continue
        code, part, number, member = LINE.fullmatch(line).groups()
        page, slide = (number if part == letter else None for letter in "ps")
        where = [member, part_label(page=page, slide=slide)]
        words = str(UNREAD.get(code, code))
        found.append(": ".join([*filter(None, where), words]))
    return found

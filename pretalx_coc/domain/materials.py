# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What a talk or a profile consists of: every text and file that a check reads.

Each has a name that stays the same while its content changes, such as
``abstract``, ``answer:12`` (the number is that of the custom field) or
``file:5`` (that of the resource), at most 64 characters.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from django.db.models import Prefetch, prefetch_related_objects

from pretalx.person.models import SpeakerProfile
from pretalx.submission.models import (
    Answer,
    QuestionTarget,
    QuestionVariant,
    Resource,
    Submission,
)

from pretalx_coc.domain.talks import PROFILE_FIELDS, TALK_FIELDS, content_digest
from pretalx_coc.enums import SubjectKind

MAX_TITLE_LENGTH = 255
TEXT_ANSWERS = (QuestionVariant.STRING, QuestionVariant.TEXT, QuestionVariant.URL)
# What people choose from was written by the organiser, and is not theirs.
READ_ANSWERS = (*TEXT_ANSWERS, QuestionVariant.FILE)
TARGETS = {
    SubjectKind.TALK.value: QuestionTarget.SUBMISSION,
    SubjectKind.PROFILE.value: QuestionTarget.SPEAKER,
}
# pretalx puts seven random characters behind the name of what is uploaded.
RANDOM_ENDING = re.compile(r"_[A-Za-z0-9]{7}$")


@dataclass(frozen=True)
class Text:
    """A text that is checked.

    Attributes:
        name: What the material is called in the database.
        text: The text, not empty.
        title: What its owner calls what it belongs to, where it has a name.
    """

    name: str
    text: str
    title: str = ""
    is_file = False

    @cached_property
    def digest(self) -> str:
        return content_digest(self.text)

    @property
    def state(self) -> str:
        """What changes whenever the content does."""
        return self.digest


@dataclass(frozen=True)
class Stored:
    """A file that is checked.

    Attributes:
        name: What the material is called in the database.
        file: Django's file, in pretalx's storage.
        title: What its owner called it.
    """

    name: str
    file: object
    title: str = ""
    is_file = True

    @cached_property
    def state(self) -> str:
        """What changes whenever the content does: path, size, and when modified.

        It is found without reading the file. A file that is not there has a
        state, too, which changes when it comes back.
        """
        storage, name = self.file.storage, self.file.name
        try:
            modified = storage.get_modified_time(name).timestamp()
            return f"{name}|{storage.size(name)}|{modified:.6f}"
        except (OSError, ValueError, NotImplementedError):
            return f"{name}|missing"


def file_title(name: str) -> str:
    """What an uploaded file was called, from the path where pretalx stored it."""
    path = Path(name)
    stem = RANDOM_ENDING.sub("", path.stem)
    return f"{stem}{path.suffix}".replace("\n", " ")[:MAX_TITLE_LENGTH]


def _fields(instance, names) -> list[Text]:
    return [Text(name, text) for name in names if (text := getattr(instance, name))]


def _answers(instance) -> list:
    seen, found = set(), []
    for answer in instance.coc_answers:
        number = str(answer.question_id)
        if number in seen:
            number = f"{number}:{answer.pk}"
        seen.add(number)
        if answer.question.variant != QuestionVariant.FILE:
            if answer.answer:
                found.append(Text(f"answer:{number}", answer.answer))
        elif answer.answer_file:
            title = file_title(answer.answer_file.name)
            found.append(Stored(f"answer-file:{number}", answer.answer_file, title))
    return found


def _resources(submission) -> list:
    found = []
    for resource in submission.coc_resources:
        title = file_title(resource.resource.name) if resource.resource else ""
        called = title or resource.description.replace("\n", " ")[:MAX_TITLE_LENGTH]
        if resource.description:
            text = resource.description
            found.append(Text(f"resource:{resource.pk}", text, called))
        if resource.link:
            found.append(Text(f"link:{resource.pk}", resource.link, called))
        if resource.resource:
            found.append(Text(f"file-name:{resource.pk}", title, title))
            found.append(Stored(f"file:{resource.pk}", resource.resource, title))
    return found


def _talk(submission) -> list:
    image = [Stored("image", submission.image)] if submission.image else []
    return [
        *_fields(submission, TALK_FIELDS),
        *_answers(submission),
        *_resources(submission),
        *image,
    ]


def _profile(profile) -> list:
    picture = profile.profile_picture
    has_picture = picture and picture.has_avatar
    texts = _fields(profile, PROFILE_FIELDS)
    if not profile.name and profile.user and profile.user.name:
        # pretalx shows the account's name for a profile without one.
        texts.append(Text("name", profile.user.name))
    pictures = [Stored("picture", picture.avatar)] if has_picture else []
    return [*texts, *_answers(profile), *pictures]


def prefetches(kind: str) -> list[Prefetch]:
    """What to read along with talks or profiles, so that nothing is read for each."""
    answers = Answer.objects.filter(
        question__active=True,
        question__target=TARGETS[kind],
        question__variant__in=READ_ANSWERS,
    )
    answers = answers.select_related("question").order_by("question_id", "pk")
    found = [Prefetch("answers", queryset=answers, to_attr="coc_answers")]
    if kind == SubjectKind.TALK:
        resources = Resource.objects.order_by("pk")
        found.append(Prefetch("resources", queryset=resources, to_attr="coc_resources"))
    return found


def queryset(kind: str):
    """Talks, drafts too, or profiles, with all that ``materials_of`` reads."""
    if kind == SubjectKind.TALK:
        found = Submission.all_objects.all()
    else:
        found = SpeakerProfile.objects.select_related("user", "profile_picture")
    return found.prefetch_related(*prefetches(kind))


def read_along(kind: str, instances) -> None:
    """Read what ``materials_of`` needs for talks or profiles that are here already."""
    prefetch_related_objects(list(instances), *prefetches(kind))


def materials_of(kind: str, instance) -> dict:
    """The materials of a talk or a profile by their names; none is empty.

    Args:
        kind: A value of ``SubjectKind``.
        instance: From ``queryset``, or after ``read_along``.
    """
    found = _talk(instance) if kind == SubjectKind.TALK else _profile(instance)
    return {material.name: material for material in found}

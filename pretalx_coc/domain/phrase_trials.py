# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What a phrase would change, before it is saved."""

from dataclasses import dataclass, field, replace

from django.db.models import Q

from pretalx.submission.domain.queries.submission import submissions_for_user
from pretalx.submission.models import Submission, SubmissionStates

from pretalx_coc.detection import Phrases, check_text
from pretalx_coc.detection.phrases import covers, occurs
from pretalx_coc.domain.detectors import CONTEXT_LENGTH
from pretalx_coc.domain.materials import materials_of, queryset
from pretalx_coc.domain.own_matters import own_talk_codes
from pretalx_coc.domain.phrases import read_phrases, watches
from pretalx_coc.domain.queries.items import visible_findings, waiting
from pretalx_coc.enums import SubjectKind

MAX_PASSAGES = 20  # shown; more are counted
MAX_TEXT = 50_000  # code points
CHUNK = 200


@dataclass(frozen=True)
class Passage:
    """A passage, with what stands around it, and where that is.

    ``title`` is that of the talk, ``name`` what a file is called.
    """

    before: str
    passage: str
    after: str
    material: str = ""
    name: str = ""
    title: str = ""
    code: str = ""
    label: str = ""


@dataclass
class TextTrial:
    """What a phrase changes about a pasted text.

    Attributes:
        new: What would be pointed at, and is not.
        gone: What is pointed at, and would not be, nor any part of it.
        stays: What is pointed at either way.
    """

    new: list[Passage] = field(default_factory=list)
    gone: list[Passage] = field(default_factory=list)
    stays: list[Passage] = field(default_factory=list)


@dataclass
class EventTrial:
    """What a phrase changes about an event's proposals.

    Attributes:
        passages: The first of the passages.
        number: How many there are.
        talks: In how many talks.
    """

    passages: list[Passage] = field(default_factory=list)
    number: int = 0
    talks: set[str] = field(default_factory=set)

    def add(self, passage: Passage) -> None:
        """Count a passage, and keep it if it is one of the first."""
        self.number += 1
        self.talks.add(passage.code)
        if len(self.passages) < MAX_PASSAGES:
            self.passages.append(passage)


def _with(phrases: Phrases, kind: str, text: str, category: str) -> Phrases:
    if watches(kind):
        return phrases._replace(watched=(*phrases.watched, (text, category)))
    return phrases._replace(allowed=(*phrases.allowed, text))


def _cut(text: str, start: int, end: int, **where) -> Passage:
    return Passage(
        before=text[max(0, start - CONTEXT_LENGTH) : start],
        passage=text[start:end],
        after=text[end : end + CONTEXT_LENGTH],
        **where,
    )


def _overlaps(place: tuple[int, int], places) -> bool:
    start, end = place
    return any(first < end and start < last for first, last in places)


def try_on_text(
    *, event, kind: str, phrase: str, category: str, text: str
) -> TextTrial:
    """What a phrase would change about a text. Nothing is saved.

    Args:
        event: The event, whose other phrases count as well.
        kind: A value of ``PhraseKind``.
        phrase: The phrase, from ``checked_phrase``.
        category: A value of ``FindingCategory``, for a watched phrase.
        text: The text; at most ``MAX_TEXT`` code points of it are looked at.
    """
    text = text[:MAX_TEXT]
    phrases = read_phrases(event)
    before, after = (
        {
            (entry.start, entry.end): entry
            for entry in check_text(text, None, each).findings
        }
        for each in (phrases, _with(phrases, kind, phrase, category))
    )
    trial = TextTrial()
    for place in sorted(before.keys() | after.keys()):
        if place not in after and _overlaps(place, after):
            continue
        found = after.get(place) or before[place]
        where = (
            trial.gone
            if place not in after
            else trial.stays
            if place in before
            else trial.new
        )
        where.append(_cut(text, *place, label=found.category))
    return trial


def try_on_event(
    *, event, user, is_member: bool, kind: str, phrase: str
) -> EventTrial | None:
    """What a phrase would change about an event's proposals. Nothing is saved.

    For a watched phrase the passages that it fits in the texts of the
    proposals; for an allowed one the findings that would no longer wait, which
    only the response team may see. Never anything of the user's own talks.
    Files are not read.

    Args:
        event: The event; its scope must be active.
        user: Who tries.
        is_member: Whether they are on the response team.
        kind: A value of ``PhraseKind``.
        phrase: The phrase, from ``checked_phrase``.

    Returns:
        None if this person may not see it.
    """
    if not watches(kind):
        return _waiting_findings(event, user, phrase) if is_member else None
    talks = queryset(SubjectKind.TALK.value).filter(event=event)
    if not is_member:
        if not user.has_perm("submission.orga_list_submission", event):
            return None
        talks = talks.filter(pk__in=submissions_for_user(event, user).values("pk"))
    return _proposals(event, user, talks, phrase)


def _waiting_findings(event, user, phrase: str) -> EventTrial:
    trial, phrases = EventTrial(), Phrases(allowed=(phrase,))
    findings = waiting(visible_findings(event, user)).select_related("check_run")
    for finding in findings.order_by("subject_code", "material", "start"):
        around = (finding.before, finding.passage, finding.after)
        if covers(*around, phrases):
            trial.add(
                Passage(
                    *around,
                    material=finding.material,
                    name=finding.check_run.name,
                    code=finding.subject_code,
                )
            )
    titles = dict(
        Submission.objects.filter(
            event=event, code__in=[entry.code for entry in trial.passages]
        ).values_list("code", "title")
    )
    trial.passages = [
        replace(entry, title=titles.get(entry.code, "")) for entry in trial.passages
    ]
    return trial


def _proposals(event, user, talks, phrase: str) -> EventTrial:
    trial = EventTrial()
    own = Q()
    for codes in own_talk_codes(user, event):
        own |= Q(code__in=codes)
    talks = talks.exclude(own).exclude(state=SubmissionStates.DRAFT)
    for talk in talks.order_by("code").iterator(chunk_size=CHUNK):
        for material in materials_of(SubjectKind.TALK.value, talk).values():
            if material.is_file:
                continue
            for start, end in occurs(material.text, phrase):
                where = {"material": material.name, "code": talk.code}
                trial.add(_cut(material.text, start, end, title=talk.title, **where))
    return trial

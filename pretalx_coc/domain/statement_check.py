# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What in a statement may give away who reported, who was affected, and who saw it.

    check_statement(case, text) -> list[Warned]
    names_in(case, text) -> list[str]

It compares with what is on the case, so it misses what is said in other words: it
points, and people read. What the subject knows already is no reason to warn: their
own name, the words of the code of conduct, and what they were asked.
"""

import re
import unicodedata
from dataclasses import dataclass

from django.utils.translation import gettext as _

from pretalx.person.models import User

from pretalx_coc.domain.case_log import codes_of
from pretalx_coc.domain.subjects import account_of, profile_of
from pretalx_coc.enums import EntryKind, ItemRef
from pretalx_coc.models import (
    Case,
    CaseEntry,
    CaseItem,
    CasePerson,
    Flag,
    PolicyText,
    Report,
)

#: So many words in a row are no coincidence.
RUN = 8
SHORTEST_NAME = 3  # letters
SHORTEST_PLACE = 4
FEWEST_DIGITS = 6
#: What the subject wrote or was sent themselves.
KNOWN_TO_SUBJECT = (
    EntryKind.HEARING_ASKED,
    EntryKind.HEARING_ANSWERED,
    EntryKind.APPEALED,
)

# A word; of scripts that do not part words, each sign.
WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+")
MAIL = re.compile(r"[^\s<>,;:()]+@[^\s<>,;:()]+\w")
HANDLE = re.compile(r"(?<![\w.])@\w[\w.-]+\w")
NUMBER = re.compile(r"\+?\d[\d\s()/.-]{4,}\d")
CLOCK = re.compile(
    r"\b(?P<hour>[01]?\d|2[0-4])"
    r"(?:[:.h](?P<minute>[0-5]\d)\b)?"
    r"\s?(?P<half>[ap]\.?m\b|uhr\b|h\b|heures?\b|o.clock\b)?",
    re.IGNORECASE,
)
DATE = re.compile(
    r"\b(?:\d{4}-\d{2}-\d{2}|\d{1,2}[./]\s?\d{1,2}[./](?:\s?\d{2,4})?)(?!\w)"
)
PARTS = re.compile(r"[,;/()\n]")
GAP = re.compile(r"\[[^\[\]]{1,200}\]")


@dataclass(frozen=True)
class Warned:
    """Something in a statement to look at again.

    Attributes:
        kind: "name", "contact", "place", "time", "phrase" or "gap".
        found: The passage.
        text: Why, in a sentence.
    """

    kind: str
    found: str
    text: str


def _fold(text: str) -> str:
    """A text without what does not matter when words are compared."""
    parts = unicodedata.normalize("NFKD", text)
    bare = "".join(sign for sign in parts if not unicodedata.combining(sign))
    return " ".join(bare.casefold().split())


def _stands_in(phrase: str, text: str) -> bool:
    """Whether a folded phrase stands in a folded text, as words of its own."""
    if not phrase:
        return False
    if WORD.fullmatch(phrase) and not phrase[0].isascii() and len(phrase) == 1:
        return phrase in text
    if any("\u3040" <= sign <= "\u9fff" for sign in phrase):
        return phrase in text
    return bool(re.search(rf"(?<!\w){re.escape(phrase)}(?:['’]?s)?(?!\w)", text))


@dataclass
class _People:
    """Who has to do with a case, and how they can be reached."""

    names: list
    contacts: list


def _people(case: Case) -> _People:
    people = CasePerson.objects.filter(case=case)
    flags = CaseItem.objects.filter(case=case, kind=ItemRef.FLAG).values("ref")
    raised = Flag.objects.filter(event=case.event, code__in=flags)
    codes = {
        *people.values_list("user_code", flat=True),
        *raised.values_list("raised_by", flat=True),
    } - {"", case.subject_user}
    users = list(User.objects.filter(code__in=codes))
    return _People(
        names=[
            *people.values_list("name", flat=True),
            *(user.get_display_name() for user in users),
        ],
        contacts=[
            *people.values_list("contact", flat=True),
            *(user.email for user in users),
        ],
    )


def _own_names(case: Case) -> set[str]:
    """The words of the subject's own names."""
    user, profile = account_of(case), profile_of(case)
    names = [case.subject_text] if case.subject_code else []
    names += [owner.get_display_name() for owner in (user, profile) if owner]
    return {word for name in names for word in _fold(name).split()}


def _name_parts(name: str) -> list[str]:
    """A name, and those of its words that are names: not "with" and "hat"."""
    words = [word for word in name.split() if not word[0].islower()]
    return [name, *(word.strip(".,;()") for word in words)]


def _names(people: _People, own: set[str], folded: str) -> list[str]:
    found = []
    for name in people.names:
        for part in _name_parts(name):
            phrase = _fold(part)
            is_own = set(phrase.split()) <= own
            if len(phrase) >= SHORTEST_NAME and not is_own:
                found += [part] if _stands_in(phrase, folded) else []
    return found


def _digits(text: str) -> dict[str, str]:
    """The long numbers in a text: their digits → as they stand there."""
    runs = {re.sub(r"\D", "", run).lstrip("0"): run for run in NUMBER.findall(text)}
    return {digits: run for digits, run in runs.items() if len(digits) >= FEWEST_DIGITS}


def _contacts(people: _People, text: str, folded: str) -> list[str]:
    found = []
    for contact in people.contacts:
        handles = MAIL.findall(contact) + HANDLE.findall(contact)
        found += [handle for handle in handles if _fold(handle) in folded]
        for digits in _digits(contact):
            # With or without the code of the country.
            found += [
                run
                for seen, run in _digits(text).items()
                if seen.endswith(digits) or digits.endswith(seen)
            ]
    return found


def _sources(case: Case) -> list[str]:
    """What others wrote about the case."""
    entries = CaseEntry.objects.filter(
        event=case.event, case_code__in=codes_of(case)
    ).exclude(kind__in=KNOWN_TO_SUBJECT)
    reports = Report.objects.filter(case=case)
    flags = CaseItem.objects.filter(case=case, kind=ItemRef.FLAG).values("ref")
    return [
        *entries.values_list("text", flat=True),
        *reports.values_list("text", flat=True),
        *reports.values_list("wishes", flat=True),
        *Flag.objects.filter(event=case.event, code__in=flags).values_list(
            "text", flat=True
        ),
    ]


def _places(case: Case, sources: list[str], folded: str) -> list[str]:
    parts = [part.strip() for part in PARTS.split(case.place)]
    told = _fold(" ".join([case.place, *sources]))
    rooms = [str(room.name) for room in case.event.rooms.all()]
    parts += [room for room in rooms if _stands_in(_fold(room), told)]
    return [
        part
        for part in parts
        if len(part) >= SHORTEST_PLACE and _stands_in(_fold(part), folded)
    ]


def _moments(text: str) -> dict:
    """The times of day and dates in a text, comparable → as they stand there."""
    found = {re.sub(r"\s", "", match[0]): match[0] for match in DATE.finditer(text)}
    for match in CLOCK.finditer(DATE.sub(" ", text)):
        half = (match["half"] or "").casefold()
        if not half and not match["minute"]:
            continue
        hour = int(match["hour"])
        if half.startswith(("a", "p")) and hour <= 12:
            hour = hour % 12 + (12 if half.startswith("p") else 0)
        found[hour, int(match["minute"] or 0)] = match[0].strip()
    return found


def _times(case: Case, sources: list[str], text: str, folded: str) -> list[str]:
    happened = Report.objects.filter(case=case).values_list("happened", flat=True)
    known = _moments("\n".join([*sources, *happened, case.place]))
    found = [seen for key, seen in _moments(text).items() if key in known]
    for words in happened:
        parts = [part.strip() for part in PARTS.split(words)]
        found += [
            part
            for part in parts
            if len(part) >= SHORTEST_PLACE and _stands_in(_fold(part), folded)
        ]
    return found


def _words(text: str) -> list[str]:
    return [_fold(word) for word in WORD.findall(text)]


def _runs(text: str) -> set[tuple]:
    words = _words(text)
    return {tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}


def _known_runs(case: Case) -> set[tuple]:
    """What is written where the subject reads it."""
    entries = CaseEntry.objects.filter(
        event=case.event, case_code__in=codes_of(case), kind__in=KNOWN_TO_SUBJECT
    )
    texts = [
        *PolicyText.objects.filter(event=case.event).values_list("text", flat=True),
        *entries.values_list("text", flat=True),
    ]
    return {run for text in texts for run in _runs(text)}


def _phrases(case: Case, sources: list[str], text: str) -> list[str]:
    """The passages of at least ``RUN`` words that stand in a source, too."""
    theirs = {run for source in sources for run in _runs(source)} - _known_runs(case)
    matches = list(WORD.finditer(text))
    words = [_fold(match[0]) for match in matches]
    found, start, end = [], None, 0
    for at in range(len(words) - RUN + 1):
        if tuple(words[at : at + RUN]) not in theirs:
            continue
        if start is None or at > end:
            if start is not None:
                found.append((start, end))
            start = at
        end = at + RUN - 1
    if start is not None:
        found.append((start, end))
    return [text[matches[a].start() : matches[b].end()] for a, b in found]


def _warnings(kind: str, found, text: str) -> list[Warned]:
    """One for each passage, once."""
    return [Warned(kind, passage, text) for passage in dict.fromkeys(found)]


def names_in(case: Case, text: str) -> list[str]:
    """The names and contacts in a text of those who have to do with a case.

    Those of whom it is about are none of them.

    Args:
        case: The case.
        text: What somebody else is to read.
    """
    folded, people = _fold(text), _people(case)
    found = _names(people, _own_names(case), folded)
    return list(dict.fromkeys([*found, *_contacts(people, text, folded)]))


def check_statement(case: Case, text: str) -> list[Warned]:
    """What to look at again before a statement goes to the subject.

    Args:
        case: The case.
        text: The statement.
    """
    folded, people, sources = _fold(text), _people(case), _sources(case)
    return [
        *_warnings(
            "name",
            _names(people, _own_names(case), folded),
            _("This is a name of somebody who has to do with the case."),
        ),
        *_warnings(
            "contact",
            _contacts(people, text, folded),
            _("This is how to reach somebody who has to do with the case."),
        ),
        *_warnings(
            "place",
            _places(case, sources, folded),
            _("Where it happened can tell who was there."),
        ),
        *_warnings(
            "time",
            _times(case, sources, text, folded),
            _("When it happened can tell who was there."),
        ),
        *_warnings(
            "phrase",
            _phrases(case, sources, text),
            _("These are the words of a report or a note; somebody may know them."),
        ),
        *_warnings("gap", GAP.findall(text), _("This is still to be filled in.")),
    ]

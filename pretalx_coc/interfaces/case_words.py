# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What happened in a case, in words for those who work on it."""

from dataclasses import dataclass

from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from pretalx.person.models import User

from pretalx_coc.domain.case_mentions import TOLD
from pretalx_coc.enums import (
    CaseOutcome,
    CaseRole,
    CaseState,
    EntryKind,
    FlagReason,
    ItemRef,
    Measure,
    OnSite,
    Severity,
    WaitingFor,
)

ICONS = {
    EntryKind.OPENED: "folder-open-o",
    EntryKind.NOTE: "sticky-note-o",
    EntryKind.REPORT: "bullhorn",
    EntryKind.REPORTER_ANSWERED: "reply",
    EntryKind.FILE: "paperclip",
    EntryKind.ATTACHED: "paperclip",
    EntryKind.DELIVERED: "envelope-o",
    EntryKind.OUTSIDE_ASKED: "envelope-o",
    EntryKind.HEARING_ASKED: "comments-o",
    EntryKind.HEARING_ANSWERED: "comments-o",
    EntryKind.HEARING_SKIPPED: "comments-o",
    EntryKind.PROPOSED: "gavel",
    EntryKind.APPROVED: "gavel",
    EntryKind.REFUSED: "gavel",
    EntryKind.IN_FORCE: "gavel",
    EntryKind.LIFTED: "gavel",
    EntryKind.ENDED: "gavel",
    EntryKind.APPEALED: "hand-paper-o",
    EntryKind.APPEAL_DECIDED: "hand-paper-o",
    EntryKind.LINKED: "link",
    EntryKind.UNLINKED: "unlink",
    EntryKind.HANDED_OVER: "share",
    EntryKind.RECEIVED: "share",
    EntryKind.PASSED_ON: "share",
}
#: What in the data of an entry is the code of an account.
ACCOUNTS = ("to", "from", "member", "user")
#: Who took a case over from whom, and who was given it; elsewhere these words
#: name cases.
OF_PEOPLE = (
    EntryKind.ASSIGNED,
    EntryKind.TAKEN_OVER,
    EntryKind.LET_IN,
    EntryKind.PERSON,
)


@dataclass(frozen=True)
class Line:
    """One line of the timeline.

    Attributes:
        entry: The entry.
        author: Who it was.
        title: What it was.
        detail: What of it stands in its data, in words.
        icon: Its icon.
        other: The code of another case that it leads to.
    """

    entry: object
    author: str
    title: str
    detail: str
    icon: str
    other: str = ""


def names_of(codes) -> dict[str, str]:
    """The names of accounts, by their codes."""
    users = User.objects.filter(code__in={code for code in codes if code})
    return {user.code: user.get_display_name() for user in users}


def _label(choices, value) -> str:
    try:
        return str(choices(value).label)
    except ValueError:
        return str(value)


def _state(data, names) -> str:
    words = _("{old} → {new}").format(
        old=_label(CaseState, data.get("old")), new=_label(CaseState, data.get("new"))
    )
    if data.get("for"):
        words = f"{words}: {_label(WaitingFor, data['for'])}"
    if data.get("outcome"):
        words = f"{words}: {_label(CaseOutcome, data['outcome'])}"
    return words


def _details(data, names) -> str:
    fields = {
        "severity": _("Severity"),
        "category": _("Category"),
        "place": _("Place"),
        "next_step": pgettext("of a case", "Next step"),
        "next_due": _("When the next step is due"),
        "may_be_told": _("What may be told to whom"),
    }
    said = []
    for name in data.get("fields", ()):
        label = str(fields.get(name, name))
        choices = {"severity": Severity, "category": FlagReason}.get(name)
        if choices and name in data:
            old, new = (_label(choices, value) for value in data[name])
            label = f"{label}: {old} → {new}"
        said.append(label)
    return "; ".join(said)


def _attached(data, names) -> str:
    return f"{_label(ItemRef, data.get('kind'))} {data.get('ref', '')}"


def _assigned(data, names) -> str:
    code = data.get("to", "")
    return names.get(code, code) or _("to nobody")


def _person(data, names) -> str:
    role = _label(CaseRole, data.get("role"))
    name = names.get(data.get("user", ""), "")
    return f"{name}: {role}" if name else role


def _decision(data, names) -> str:
    words = _label(Measure, data.get("measure"))
    if data.get("what"):
        words = f"{words}: {_label(OnSite, data['what'])}"
    if data.get("lifting"):
        words = _("lifting of: {decision}").format(decision=words)
    return words


def _told(data, names) -> str:
    people = ", ".join(names.get(code, code) for code in data.get(TOLD, ()))
    return _("word was sent to {names}").format(names=people) if people else ""


def _named(key: str):
    def words(data, names) -> str:
        code = data.get(key, "")
        return names.get(code, code)

    return words


def _final(data, names) -> str:
    return _("with the outcome") if data.get("final") else _("a first answer")


def _day(value: str) -> str:
    return date_format(localtime(parse_datetime(value)), "SHORT_DATE_FORMAT")


def _passed_on(data, names) -> str:
    if data.get("measure"):
        words = _label(Measure, data["measure"])
        if data.get("ends"):
            ends = _("until {date}").format(date=_day(data["ends"]))
            return f"{words}, {ends}"
        return words
    return f"{_label(EntryKind, data.get('what'))}, {_day(data['at'])}"


SAID = {
    EntryKind.NOTE: _told,
    EntryKind.STATE: _state,
    EntryKind.DETAILS: _details,
    EntryKind.ATTACHED: _attached,
    EntryKind.DETACHED: _attached,
    EntryKind.ASSIGNED: _assigned,
    EntryKind.TAKEN_OVER: _named("from"),
    EntryKind.LET_IN: _named("member"),
    EntryKind.PERSON: _person,
    EntryKind.REPORTER_ANSWERED: _final,
    EntryKind.PASSED_ON: _passed_on,
    **dict.fromkeys(
        (
            EntryKind.PROPOSED,
            EntryKind.APPROVED,
            EntryKind.REFUSED,
            EntryKind.IN_FORCE,
            EntryKind.LIFTED,
            EntryKind.ENDED,
            EntryKind.DONE,
            EntryKind.APPLIED_AGAIN,
        ),
        _decision,
    ),
}


def _codes_in(entries) -> set[str]:
    """The codes of all accounts that entries name."""
    codes = {entry.author_code for entry in entries}
    for entry in entries:
        if entry.kind in OF_PEOPLE:
            codes |= {entry.data.get(name, "") for name in ACCOUNTS}
        if entry.kind == EntryKind.NOTE:
            codes.update(entry.data.get(TOLD, ()))
    return codes


def in_words(
    entries, others: dict | None = None, details: dict | None = None
) -> list[Line]:
    """Entries of a timeline, in words: one query, however many there are.

    Args:
        entries: Rows of ``CaseEntry``.
        others: Primary key of an entry → code of another case that it leads to.
        details: Primary key of an entry → what it is about, in words, where its
            data says that in codes only.
    """
    if not entries:
        return []
    names = names_of(_codes_in(entries))
    return [
        Line(
            entry=entry,
            author=names.get(entry.author_code, entry.author_code),
            title=entry.get_kind_display(),
            detail=(details or {}).get(entry.pk) or _said_of(entry, names),
            icon=ICONS.get(entry.kind, "circle-o"),
            other=(others or {}).get(entry.pk, ""),
        )
        for entry in entries
    ]


def _said_of(entry, names) -> str:
    say = SAID.get(entry.kind)
    # What was erased, or is not for who looks, has no data left.
    bare = set(entry.data) <= {"revision"}
    return say(entry.data, names) if say and not bare else ""

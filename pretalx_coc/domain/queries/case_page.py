# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Everything that the page of a case shows, as far as who looks may see it."""

import copy
from dataclasses import dataclass, field

from django.db.models import Q

from pretalx.person.models import User
from pretalx.submission.models import Submission

from pretalx_coc.domain.access import CaseRights, Rights, case_rights, visible_cases
from pretalx_coc.domain.case_log import codes_of
from pretalx_coc.domain.queries.case_members import known_members
from pretalx_coc.domain.queries.cases import Outside, outside_of
from pretalx_coc.domain.queries.hand_overs import HandedOver, hand_overs
from pretalx_coc.enums import EntryKind, ItemRef, Standing
from pretalx_coc.models import Case, CaseEntry, CaseItem, CaseLink, Finding, Flag

#: What an entry may say to who reviews without seeing names.
PLAIN = ("revision", "old", "new", "for", "outcome", "fields", "severity", "category")
#: What of a case can name somebody.
NAMING = ("subject_code", "subject_text", "subject_user", "may_be_told", "next_step")


@dataclass(frozen=True)
class Entry:
    """One line of the timeline.

    Attributes:
        entry: The row, with what may be read of it.
        author: Who it was, by name; empty for the software and the outside.
        other: The code of the other case, where they may know of that one.
    """

    entry: CaseEntry
    author: str
    other: str = ""


@dataclass(frozen=True)
class Item:
    """Something that is attached to the case.

    Attributes:
        item: The row that says so.
        what: The flag, the finding or the talk; None where it is gone.
        talk: The talk that it is about, if it is about one that is there.
    """

    item: CaseItem
    what: object
    talk: Submission | None


@dataclass(frozen=True)
class Member:
    """A member who may know of the case.

    Attributes:
        user: Their account.
        declared: They have said that they have no conflict.
    """

    user: User
    declared: bool


@dataclass
class CasePage:
    """A case, as one person may see it.

    Attributes:
        rights: What they may do.
        outside: What they may know before anything else.
        case: The case, to be read only; None where they may not open it. The
            lists are empty then.
        held_back: They review without seeing names: what people wrote is left
            out until they ask for the name, for it can name somebody.
    """

    rights: CaseRights
    outside: Outside
    case: Case | None = None
    held_back: bool = False
    timeline: list[Entry] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    people: list = field(default_factory=list)
    reports: list = field(default_factory=list)
    files: list = field(default_factory=list)
    decisions: list = field(default_factory=list)
    links: list = field(default_factory=list)
    hand_overs: list[HandedOver] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)


def read_case(*, case: Case, user, rights: Rights | None = None) -> CasePage | None:
    """Read a case, as a person may see it.

    The number of queries does not grow with what is on it. That it was opened
    is for the page to note (``case_log.viewed``).

    Args:
        case: The case.
        user: The person who looks.
        rights: What ``rights_in`` said of them, where it was asked already.

    Returns:
        None where they may not know of it.
    """
    mine = case_rights(user, case, rights=rights)
    if not mine.knows:
        return None
    page = CasePage(rights=mine, outside=outside_of(case, names=mine.names))
    if not mine.open:
        return page
    page.case, page.held_back = case, not mine.names
    links = links_of(case, user, rights)
    page.links = [link for link in links if not link.undone]
    page.timeline = _timeline(case, user, rights, page, links)
    page.members = [
        Member(user=member, declared=standing == Standing.CLEAR)
        for member, standing in known_members(case)
    ]
    if page.held_back:
        page.case = _without_names(case)
        return page
    page.items = _items(case)
    page.people = list(case.people.order_by("pk"))
    page.reports = list(case.reports.select_related("reporter"))
    page.files = list(case.files.all())
    page.decisions = list(case.decisions.select_related("appeal"))
    return page


def _without_names(case: Case) -> Case:
    shown = copy.copy(case)
    for name in NAMING:
        setattr(shown, name, "")
    return shown


def links_of(case: Case, user, rights: Rights | None = None) -> list[CaseLink]:
    """The links of a case, also those that were undone.

    Args:
        case: The case.
        user: Who looks: only links with cases that they may know of.
        rights: What ``rights_in`` said of them, where it was asked already.
    """
    known = visible_cases(case.event, user, rights=rights)
    return list(
        CaseLink.objects.filter(case=case, other__in=known)
        .select_related("other", "other__event")
        .order_by("pk")
    )


def _other_code(entry: CaseEntry, codes: list[str]) -> str:
    """The other case that a split names; what was merged is a part of this one."""
    named = [entry.data.get(side, "") for side in ("from", "to")]
    return next((code for code in named if code and code not in codes), "")


def _timeline(case: Case, user, rights, page: CasePage, links) -> list[Entry]:
    """What happened, in this case and in those that went into it.

    Without what only those may know who may know of another case.
    """
    codes = codes_of(case)
    entries = list(CaseEntry.objects.filter(event=case.event, case_code__in=codes))
    links = {link.pk: link for link in links}
    splits = {
        entry.pk: other
        for entry in entries
        if entry.kind == EntryKind.SPLIT and (other := _other_code(entry, codes))
    }
    known = set(
        visible_cases(case.event, user, rights=rights)
        .filter(code__in=splits.values())
        .values_list("code", flat=True)
    )
    names = _names_of({entry.author_code for entry in entries})
    page.hand_overs = hand_overs(entries, user)
    handed = {one.entry_pk for one in page.hand_overs}
    timeline = []
    for entry in entries:
        if entry.kind == EntryKind.HANDED_OVER and entry.pk not in handed:
            continue
        other = splits.get(entry.pk, "")
        if entry.kind in (EntryKind.LINKED, EntryKind.UNLINKED):
            if not (link := links.get(entry.data.get("link"))):
                continue
            other = link.other.code
            if link.undone and entry.created >= link.undone:
                entry.text = link.undone_because
        elif other and other not in known:
            entry.data, other = {}, ""
        if page.held_back:
            entry.text = ""
            entry.data = {
                name: entry.data[name] for name in PLAIN if name in entry.data
            }
        author = names.get(entry.author_code, entry.author_code)
        timeline.append(Entry(entry=entry, author=author, other=other))
    return timeline


def _names_of(codes: set[str]) -> dict[str, str]:
    return {
        user.code: user.get_display_name()
        for user in User.objects.filter(code__in=codes)
    }


def _items(case: Case) -> list[Item]:
    rows = list(case.items.order_by("attached", "pk"))
    refs = {kind: [row.ref for row in rows if row.kind == kind] for kind in ItemRef}
    flags = Flag.objects.filter(event=case.event, code__in=refs[ItemRef.FLAG])
    findings = Finding.objects.filter(
        event=case.event, code__in=refs[ItemRef.FINDING]
    ).select_related("check_run", "earlier")
    found = {
        ItemRef.FLAG: {flag.code: flag for flag in flags.select_related("event")},
        ItemRef.FINDING: {one.code: one for one in findings.select_related("event")},
    }
    about = {one.subject_code for group in found.values() for one in group.values()}
    talks = Submission.objects.filter(
        Q(code__in=refs[ItemRef.TALK]) | Q(code__in=about), event=case.event
    ).select_related("event")
    found[ItemRef.TALK] = by_code = {talk.code: talk for talk in talks}
    items = []
    for row in rows:
        what = found[row.kind].get(row.ref)
        code = getattr(what, "subject_code", row.ref)
        items.append(Item(item=row, what=what, talk=by_code.get(code)))
    return items

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What is stored about one person in one event, in parts that can be left out.

Of cases, passages and flags there is only what the member who looks may see: what
they may not see is for another member, or the outside contact, to add. Who on the
team did or wrote something is in no part.
"""

from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.translation import gettext as _

from pretalx.person.models import SpeakerProfile

from pretalx_coc.domain.access import cases_of
from pretalx_coc.domain.case_log import codes_of
from pretalx_coc.domain.own_matters import own_talk_codes, without_own_matters
from pretalx_coc.domain.personal import everything_about
from pretalx_coc.domain.queries.exclusions import without_kept
from pretalx_coc.domain.queries.hand_overs import hand_overs
from pretalx_coc.enums import CaseSubject, EntryKind, Standing, SubjectKind
from pretalx_coc.models import (
    CaseEntry,
    CaseFile,
    CasePerson,
    Decision,
    Exclusion,
    Finding,
    Flag,
    Report,
)


@dataclass(frozen=True)
class Part:
    """A part of the package.

    Attributes:
        key: Tells it from the others, whoever looks.
        title: What it is, in words.
        content: What is stored, name → value.
        is_known: They can see it by themselves, on their own page.
        file: The file that it is, if it is one.
    """

    key: str
    title: str
    content: dict = field(default_factory=dict)
    is_known: bool = False
    file: CaseFile | None = None


def _profiles(event, user):
    return SpeakerProfile.objects.filter(event=event, user=user).values("code")


def _about(event, user) -> Q:
    """Matches passages and flags about a person or a talk of theirs."""
    about = Q(subject_kind=SubjectKind.PROFILE, subject_code__in=_profiles(event, user))
    for codes in own_talk_codes(user, event):
        about |= Q(subject_kind=SubjectKind.TALK, subject_code__in=codes)
    return about


def _findings(event, user, member):
    rows = Finding.objects.filter(_about(event, user), event=event)
    for row in without_own_matters(rows, member, event).order_by("pk"):
        yield Part(
            f"finding:{row.code}",
            _("Passage {code}").format(code=row.code),
            {
                "about": row.subject_code,
                "passage": row.passage,
                "category": row.category,
                "verdict": row.verdict,
                "verdict_reason": row.verdict_reason,
                "verdict_at": row.verdict_at,
            },
        )


def _flags(event, user, member):
    rows = Flag.objects.filter(_about(event, user), event=event)
    for row in without_own_matters(rows, member, event).order_by("pk"):
        yield Part(
            f"flag:{row.code}",
            _("Flag {code}").format(code=row.code),
            {
                "about": row.subject_code,
                "reason": row.reason,
                "text": row.text,
                "state": row.state,
                "created": row.created,
                "verdict": row.verdict,
                "verdict_reason": row.verdict_reason,
            },
        )


def _case(case, member):
    yield Part(
        f"case:{case.code}",
        _("Case {code}").format(code=case.code),
        {
            "about": case.subject_text,
            "category": case.category,
            "severity": case.severity,
            "place": case.place,
            "state": case.state,
            "outcome": case.outcome,
            "created": case.created,
            "closed": case.closed,
        },
    )
    codes = codes_of(case)
    entries = list(CaseEntry.objects.filter(event=case.event, case_code__in=codes))
    shown = {one.entry_pk for one in hand_overs(entries, member)}
    for row in entries:
        if row.text and (row.kind != EntryKind.HANDED_OVER or row.pk in shown):
            yield Part(
                f"entry:{row.pk}",
                _("Case {code}: {what}").format(
                    code=case.code, what=row.get_kind_display()
                ),
                {"created": row.created, "text": row.text},
            )
    for row in Report.objects.filter(case=case):
        yield _report(row)
    for row in CaseFile.objects.filter(case=case).select_related("case"):
        yield Part(
            f"file:{row.code}",
            _("Case {code}: file").format(code=case.code),
            {"name": row.name, "size": row.size, "created": row.created},
            file=row,
        )
    for row in Decision.objects.filter(case=case).select_related("case"):
        yield _decision(row)


def _decision(row: Decision) -> Part:
    return Part(
        f"decision:{row.code}",
        _("Case {code}: decision").format(code=row.case.code),
        {
            "measure": row.measure,
            "state": row.state,
            "reason": row.reason,
            "statement": row.statement,
            "conditions": row.conditions,
            "starts": row.starts,
            "ends": row.ends,
        },
    )


def _report(row: Report) -> Part:
    return Part(
        f"report:{row.code}",
        _("Case {code}: report").format(code=row.case.code),
        {
            "text": row.text,
            "happened": row.happened,
            "wishes": row.wishes,
            "created": row.created,
            "answer": row.answer,
            "answered": row.answered,
        },
    )


def _part_of(event, user, cases):
    """Where they reported something, were affected or saw it."""
    people = CasePerson.objects.filter(case__in=cases, user_code=user.code)
    for person in people.select_related("case").order_by("pk"):
        yield Part(
            f"person:{person.pk}",
            _("Case {code}: {role}").format(
                code=person.case.code, role=person.get_role_display()
            ),
            {"name": person.name, "contact": person.contact},
        )
        for row in Report.objects.filter(reporter=person).select_related("case"):
            yield _report(row)


def _exclusions(event, user, member):
    rows = Exclusion.objects.filter(organiser=event.organiser, user_code=user.code)
    for row in without_kept(rows, event, member).order_by("pk"):
        yield Part(
            f"exclusion:{row.pk}",
            _("Exclusion"),
            {
                "event": row.event_slug,
                "only_this_event": row.only_event,
                "starts": row.starts,
                "ends": row.ends,
                "lifted": row.lifted,
            },
        )


def parts_about(event, user, member) -> list[Part]:
    """The parts of a package about a person, as far as a member may see them.

    Args:
        event: The event.
        user: Whom it is about.
        member: Who looks; not the same person, and not one who must not learn
            names.
    """
    cases = cases_of(event, member, standings=(Standing.CLEAR,))
    subject = Q(subject_user=user.code)
    subject |= Q(subject_kind=CaseSubject.ACCOUNT, subject_code=user.code)
    subject |= Q(
        subject_kind=CaseSubject.PROFILE, subject_code__in=_profiles(event, user)
    )
    own = Part(
        "own", _("What they see themselves"), everything_about(event, user), True
    )
    parts = [own, *_findings(event, user, member), *_flags(event, user, member)]
    for case in cases.filter(subject).order_by("pk"):
        parts += _case(case, member)
    known = {part.key for part in parts}
    more = [*_part_of(event, user, cases), *_exclusions(event, user, member)]
    return parts + [part for part in more if part.key not in known]

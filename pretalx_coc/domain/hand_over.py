# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""A case is handed over to the response team of another event, case by case.

The other team gets a case of its own behind the same door of declaring: with its own
code, its own chain and its own time to be kept. On it are copies of what was chosen,
and nothing else: either event can go without the other. Nobody gains sight.
"""

from dataclasses import asdict, dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scope

from pretalx.person.models import SpeakerProfile

from pretalx_coc.domain.access import members_of, members_who_may
from pretalx_coc.domain.case_files import copy_file
from pretalx_coc.domain.case_log import chain_of, clean_text, codes_of, lock, note
from pretalx_coc.domain.case_steps import AT_REST
from pretalx_coc.domain.cases import (
    Subject,
    open_case,
    subject_of_account,
    subject_of_profile,
)
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.queries.case_members import accounts_in
from pretalx_coc.domain.queries.hand_overs import (
    decisions_to_pass_on,
    entries_to_pass_on,
    receiving_events,
)
from pretalx_coc.domain.statement_check import names_in
from pretalx_coc.domain.subjects import account_of
from pretalx_coc.enums import CaseRole, CaseSubject, EntryKind, Severity, Standing
from pretalx_coc.models import AuditChain, Case, CaseMember, CasePerson, HandOver

#: What an entry that is passed on says of where it comes from.
ORIGIN = ("what", "at", "measure", "starts", "ends")


@dataclass(frozen=True)
class Chosen:
    """What the other team gets beside whom the case is about.

    Attributes:
        entry_ids: Primary keys of entries of the timeline whose text goes along.
        decision_ids: Primary keys of decisions that still hold.
        file_ids: Primary keys of files, of which copies go along.
        told: What may be told to whom.
        names: The names of who reported it, was affected or saw it.
    """

    entry_ids: list[int] = field(default_factory=list)
    decision_ids: list[int] = field(default_factory=list)
    file_ids: list[int] = field(default_factory=list)
    told: bool = False
    names: bool = False


@transaction.atomic
def hand_over(
    *, case: Case, to, by, revision: int, text: str, chosen: Chosen | None = None
) -> Case:
    """Hand a case over to the team of another event of the same organiser.

    The first case goes on as it was, and does not count as changed: who must not
    know of the other one sees nothing of it.

    Args:
        case: The case.
        to: The event.
        by: The member.
        revision: Of the case, when the form was opened.
        text: What the other team is to know, and what for.
        chosen: What else it gets; nothing, if None.

    Returns:
        The case of the other team.

    Raises:
        CaseChangedError: Somebody else changed the case.
        CocError: That team cannot get it, or has it already; there is no text;
            something was chosen that is not on this case; a name would pass on
            that was not to.
    """
    text = clean_text(text, required=_("Please write what the other team is to know."))
    row = lock(case, revision=revision)
    _check_event(row, to, by)
    chosen = chosen or Chosen()
    things = _things(row, chosen)
    _check_names(row, text, things)
    opened = _opened_there(row, to, by, things)
    first = HandOver.objects.create(
        event=row.event, case=row, received=False, **_other(to, opened)
    )
    with scope(event=to):
        second = HandOver.objects.create(
            event=to, case=opened, received=True, **_other(row.event, row)
        )
    before = _head(row)
    with scope(event=to):
        said = {"revision": 0, "hand_over": second.pk, "head": before}
        note(opened, EntryKind.RECEIVED, by=by, text=text, data=said)
        _pass_on(opened, by, things)
        after = _head(opened)
    said = {"revision": 0, "hand_over": first.pk, "head": after, **asdict(chosen)}
    note(row, EntryKind.HANDED_OVER, by=by, text=text, data=said)
    return opened


def _check_event(row: Case, to, by) -> None:
    """Refuse an event that cannot get the case, and a second time."""
    if not receiving_events(row, by).filter(pk=to.pk).exists():
        raise CocError(_("There is no such event."))
    there = HandOver.objects.filter(case=row, other_event=to.pk)
    if there.filter(received=False).exists():
        raise CocError(_("This case was handed over to that team already."))
    if there.exists():
        raise CocError(_("This case came from that team."))


def _other(event, case: Case) -> dict:
    return {"other_event": event.pk, "other_slug": event.slug, "other_code": case.code}


def _head(case: Case) -> str:
    chain = AuditChain.objects.get(event=case.event, name=chain_of(case))
    return chain.head


@dataclass(frozen=True)
class _Things:
    """Copies of what was chosen, read in the first event."""

    texts: list
    files: list
    people: list
    told: str
    names: bool


def _things(row: Case, chosen: Chosen) -> _Things:
    entries = _these(entries_to_pass_on(row, codes_of(row)), chosen.entry_ids)
    decisions = _these(decisions_to_pass_on(row), chosen.decision_ids)
    part = (CaseRole.AFFECTED, CaseRole.WITNESS)
    people = row.people.order_by("pk")
    if not chosen.names:
        # Without a name, so that they do not see the other case either.
        people = people.filter(role__in=part).exclude(user_code="")
    return _Things(
        texts=[_of_entry(one) for one in entries]
        + [_of_decision(one) for one in decisions],
        files=_these(row.files.order_by("created", "pk"), chosen.file_ids),
        people=list(people),
        told=row.may_be_told if chosen.told else "",
        names=chosen.names,
    )


def _these(rows, pks) -> list:
    found = list(rows.filter(pk__in=list(pks)))
    if len(found) != len(set(pks)):
        raise CocError(_("This is not on this case."))
    return found


def _of_entry(entry) -> tuple[str, dict]:
    data = {name: entry.data[name] for name in ORIGIN if name in entry.data}
    return entry.text, {
        "what": entry.kind,
        "at": entry.created.isoformat(),
        **(data if entry.kind == EntryKind.PASSED_ON else {}),
    }


def _of_decision(decision) -> tuple[str, dict]:
    parts = (decision.reason, decision.conditions)
    return "\n\n".join(part for part in parts if part), {
        "measure": decision.measure,
        "starts": decision.starts.isoformat(),
        "ends": decision.ends.isoformat() if decision.ends else "",
    }


def _check_names(row: Case, text: str, things: _Things) -> None:
    """Refuse to pass on by the way whom nobody meant to name.

    Raises:
        CocError: A name or a contact stands in what goes along.
    """
    if things.names:
        return
    texts = [text, things.told, *(said for said, __ in things.texts)]
    if not account_of(row):
        texts.append(row.subject_text)
    files = (file.name for file in things.files)
    if found := names_in(row, "\n".join([*texts, *files])):
        raise CocError(
            _(
                "This would say who reported it, was affected or saw it: {names}. "
                "Leave it out, or choose to pass the names on."
            ).format(names=", ".join(found))
        )


def _subject_there(row: Case, to) -> Subject:
    """Whom the case is about, as the other event knows them.

    Their profile there, or their account; in words, where there is neither.
    """
    user = account_of(row)
    if not user:
        kind = row.subject_kind
        if kind in (CaseSubject.PROFILE, CaseSubject.ACCOUNT):
            kind = CaseSubject.PERSON
        return Subject(kind=kind, text=row.subject_text)
    with scope(event=to):
        profiles = SpeakerProfile.objects.filter(event=to, user=user)
        profile = profiles.select_related("user", "event").first()
    return subject_of_profile(profile) if profile else subject_of_account(user)


def _barred(row: Case) -> set[str]:
    """The codes of the accounts that must not see the other case either.

    Who is a part of this one, has a conflict with it or stepped back from it; and
    who reported it, unless they may know of it as a member.
    """
    standings = dict(row.members.values_list("user_code", "standing"))
    known = {
        code
        for code, standing in standings.items()
        if standing in (Standing.ASKED, Standing.CLEAR)
    }
    reporters = row.people.filter(role=CaseRole.REPORTER).exclude(user_code="")
    told = set(reporters.values_list("user_code", flat=True)) - known
    return accounts_in(row) | (set(standings) - known) | told


def _members_there(row: Case, to) -> list[CaseMember]:
    """How everybody stands to the other case: its team is asked, nobody is clear.

    Who came late to this team and was not let in is not on the other case either,
    until somebody there lets them in.
    """
    barred = _barred(row)
    on_it = set(row.members.values_list("user_code", flat=True))
    later = {user.code for user in members_of(row.event)} - on_it
    with scope(event=to):
        team = [user.code for user in members_of(to)]
    asked = [code for code in team if code not in barred | later]
    return [
        *(CaseMember(user_code=code, standing=Standing.ASKED) for code in asked),
        *(
            CaseMember(user_code=code, standing=Standing.CONFLICT)
            for code in sorted(barred)
        ),
    ]


def _severity_there(row: Case) -> int:
    """As bad as it is here; but what is over is no danger now."""
    if row.severity == Severity.DANGER and row.state in AT_REST:
        return Severity.HIGH
    return row.severity


def _opened_there(row: Case, to, by, things: _Things) -> Case:
    """The other case, with its people and before anything is said on it.

    Raises:
        CocError: Nobody on that team may know of it.
    """
    members, subject = _members_there(row, to), _subject_there(row, to)
    with scope(event=to):
        opened = open_case(
            event=to,
            by=by,
            subject=subject,
            severity=_severity_there(row),
            category=row.category,
            members=members,
        )
        CasePerson.objects.bulk_create(
            CasePerson(
                event=to,
                case=opened,
                role=person.role,
                user_code=person.user_code,
                name=person.name if things.names else "",
                contact=person.contact if things.names else "",
            )
            for person in things.people
        )
        if not members_who_may(opened, write=False):
            raise CocError(
                _(
                    "Nobody on that team may know of this case: they are a part of "
                    "it, have a conflict, or came too late to this one."
                )
            )
    return opened


def _pass_on(opened: Case, by, things: _Things) -> None:
    """Put the copies of what was chosen on the other case."""
    for text, data in things.texts:
        note(
            opened, EntryKind.PASSED_ON, by=by, text=text, data={"revision": 0, **data}
        )
    for file in things.files:
        copy_file(file=file, case=opened, by=by)
    if things.told:
        opened.may_be_told = things.told
        opened.save(update_fields=["may_be_told"])
        data = {"revision": 0, "fields": ["may_be_told"]}
        note(opened, EntryKind.DETAILS, by=by, text=things.told, data=data)

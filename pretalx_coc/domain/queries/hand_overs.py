# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""To whom a case can be handed over, what can go along, and to whom it went."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django_scopes import scopes_disabled

from pretalx.event.models import Event, Team

from pretalx_coc.domain.access import cases_kept_from
from pretalx_coc.enums import CaseState, DecisionState, EntryKind
from pretalx_coc.models import Case, CaseEntry, CocSettings, HandOver

#: Entries whose text says nothing that another team could work with.
NOT_PASSED_ON = (
    EntryKind.FILE,
    EntryKind.LINKED,
    EntryKind.MERGED,
    EntryKind.SPLIT,
    EntryKind.HANDED_OVER,
)


def _with_a_team(events):
    """Of these events those whose response team was chosen, and is somebody."""
    chosen = CocSettings._base_manager.filter(
        event=OuterRef(OuterRef("pk")), team_chosen=True
    )
    teams = Team.objects.filter(
        Q(all_events=True) | Q(limit_events=OuterRef("pk")),
        organiser=OuterRef("organiser"),
        members__is_active=True,
        pk__in=chosen.values("response_teams"),
    )
    return events.filter(Exists(teams))


def receiving_events(case: Case, user):
    """The events to whose team a member can hand a case over.

    Other events of the same organiser where the plugin is active and a response
    team was chosen. One that is not public yet is for those to choose who know
    of it anyway.

    Args:
        case: The case.
        user: The member.
    """
    events = Event.objects.filter(organiser=case.event.organiser_id)
    events = events.exclude(pk=case.event_id)
    known = user.get_events_with_any_permission().values("pk")
    with scopes_disabled():
        events = _with_a_team(events.filter(Q(is_public=True) | Q(pk__in=known)))
        active = [one.pk for one in events if "pretalx_coc" in one.plugin_list]
    return Event.objects.filter(pk__in=active).order_by("-date_from", "pk")


def is_anywhere_to_go(case: Case) -> bool:
    """Whether the organiser has another event with a response team: for a link.

    Asks no more than once; who may choose which is for ``receiving_events``.
    """
    events = Event.objects.filter(
        organiser=case.event.organiser_id, plugins__contains="pretalx_coc"
    )
    with scopes_disabled():
        return _with_a_team(events.exclude(pk=case.event_id)).exists()


def may_go_to(case: Case, user):
    """Of the events to whose team it can go those that it neither went to nor
    came from.
    """
    others = HandOver.objects.filter(case=case).values("other_event")
    return receiving_events(case, user).exclude(pk__in=others)


def entries_to_pass_on(case: Case, codes):
    """The entries of a case's timeline whose text can go along.

    Args:
        case: The case.
        codes: What ``case_log.codes_of`` said of it.
    """
    entries = CaseEntry.objects.filter(event=case.event, case_code__in=codes)
    return entries.exclude(Q(text="") | Q(kind__in=NOT_PASSED_ON))


def decisions_to_pass_on(case: Case):
    """The decisions of a case that still hold."""
    return case.decisions.filter(state=DecisionState.IN_FORCE)


@dataclass(frozen=True)
class HandedOver:
    """One hand-over of a case, as far as who works on it may know.

    Attributes:
        entry_pk: Primary key of the entry on the timeline that says so.
        event: The other event: its name, or the short form where it is gone.
        code: The other case's code.
        received: The case came from there.
        acknowledged: Somebody there has taken it on; False for what came.
    """

    entry_pk: int
    event: str
    code: str
    received: bool
    acknowledged: bool = False


@scopes_disabled()
def hand_overs(entries, user) -> list[HandedOver]:
    """The hand-overs that entries of a timeline tell of, in the order of these.

    Where a case went is not for those who must not know of the case there. The
    number of queries does not grow with the hand-overs.

    Args:
        entries: Rows of ``CaseEntry`` of one case.
        user: The person who looks.
    """
    kinds = (EntryKind.HANDED_OVER, EntryKind.RECEIVED)
    said = {
        entry.data["hand_over"]: entry.pk for entry in entries if entry.kind in kinds
    }
    if not said:
        return []
    rows = list(HandOver.objects.filter(pk__in=said))
    events = {
        event.pk: event
        for event in Event.objects.filter(pk__in=[row.other_event for row in rows])
    }
    there = _there(rows, events, user)
    found = []
    for row in sorted(rows, key=lambda row: list(said).index(row.pk)):
        event = events.get(row.other_event)
        other = there.get((row.other_event, row.other_code))
        if other and other.is_kept and not row.received:
            continue
        found.append(
            HandedOver(
                entry_pk=said[row.pk],
                event=str(event.name) if event else row.other_slug,
                code=row.other_code,
                received=row.received,
                acknowledged=bool(
                    other and not row.received and _is_acknowledged(other)
                ),
            )
        )
    return found


def _there(rows, events: dict, user) -> dict:
    """The other cases, each with whether the person must not know of it."""
    cases = Q(pk__in=())
    for row in rows:
        cases |= Q(event=row.other_event, code=row.other_code)
    kept = Case.objects.none()
    for event in events.values():
        kept |= cases_kept_from(event, user)
    found = Case.objects.filter(cases).annotate(
        is_kept=Exists(kept.filter(pk=OuterRef("pk")))
    )
    return {(case.event_id, case.code): case for case in found}


def _is_acknowledged(case: Case) -> bool:
    return bool(case.acknowledged or case.merged_into) or case.state != CaseState.NEW

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The page of a case: what one wants to know first, and what can be done next."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.timezone import now
from django.utils.translation import gettext as _

from pretalx.submission.models import Submission

from pretalx_coc.domain.access import may_approve, may_handle_appeal, may_second
from pretalx_coc.domain.case_claims import holder_of
from pretalx_coc.domain.case_members import not_yet_in
from pretalx_coc.domain.case_steps import AT_REST, WITH_DECISIONS, steps_from
from pretalx_coc.domain.cases import missing_for_closing
from pretalx_coc.domain.deliveries import deliverable
from pretalx_coc.domain.outside import can_be_asked
from pretalx_coc.domain.queries.hand_overs import is_anywhere_to_go
from pretalx_coc.domain.queries.liftings import liftings_in
from pretalx_coc.domain.queries.proposals import CASE, proposals
from pretalx_coc.enums import (
    AppealState,
    CaseState,
    DecisionState,
    EntryKind,
    HearingState,
    ItemRef,
    Measure,
)
from pretalx_coc.interfaces.case_words import in_words, names_of
from pretalx_coc.interfaces.decision_words import on_site_steps
from pretalx_coc.interfaces.passages import visible
from pretalx_coc.models import Finding, Flag

#: Of a passage, to tell it from the others.
MOST_QUOTED = 60
#: The entries that say what was attached, and what was taken off.
ON_AND_OFF = (EntryKind.ATTACHED, EntryKind.DETACHED)


@dataclass(frozen=True)
class Action:
    """A link to something that can be done.

    Attributes:
        url: Where.
        label: What.
        icon: Its icon.
        main: It is what usually comes next.
    """

    url: str
    label: str
    icon: str
    main: bool = False


def thing_in_words(what) -> str:
    """A flag, a finding or a talk, in a few words."""
    if isinstance(what, Flag):
        return _("Flag: {reason}").format(reason=what.get_reason_display())
    if isinstance(what, Finding):
        words = _("Passage: {category}").format(category=what.get_category_display())
        passage = Truncator(visible(what.passage)).chars(MOST_QUOTED)
        return f"{words}: “{passage}”" if passage else words
    if isinstance(what, Submission):
        return _("Talk: {title}").format(title=what.title)
    return _("Something that was deleted since")


def item_in_words(one) -> str:
    """Something on a case, in a few words."""
    words = thing_in_words(one.what)
    if one.talk and not isinstance(one.what, Submission):
        words = f"{words} (“{one.talk.title}”)"
    return words


def details_of(page) -> dict:
    """What entries of the timeline are about that name it by its code: pk → words."""
    things = {
        (one.item.kind, one.item.ref): item_in_words(one)
        for one in page.items
        if one.what
    }
    entries = [one.entry for one in page.timeline if one.entry.kind in ON_AND_OFF]
    found = {
        entry.pk: things.get((entry.data.get("kind"), entry.data.get("ref")), "")
        for entry in entries
    }
    return found | {one.entry_pk: one.event for one in page.hand_overs}


def _item(one, event) -> dict:
    url = ""
    if one.what and one.item.kind != ItemRef.TALK:
        url = one.what.get_verdict_url()
    return {
        "row": one.item,
        "words": item_in_words(one),
        "url": url,
        "icon": {ItemRef.FLAG: "flag-o", ItemRef.FINDING: "quote-left"}.get(
            one.item.kind, "file-text-o"
        ),
    }


def _decision(decision, user, own, lifting) -> dict:
    appeal = getattr(decision, "appeal", None)
    in_force = decision.state == DecisionState.IN_FORCE
    lifting = lifting if in_force else None
    mine = bool(lifting) and lifting.author_code == user.code
    return {
        "row": decision,
        "measure": Measure(decision.measure).label,
        "on_site": on_site_steps(decision),
        "may_approve": may_approve(user, decision, own=own),
        "may_take_back": decision.state == DecisionState.PROPOSED or lifting,
        "second_look": _due("look", decision.second_look_due),
        "is_own": decision.proposed_by == user.code,
        "may_second": may_second(user, decision, own=own),
        "in_force": in_force,
        "lifting": lifting,
        "may_lift": in_force and not mine,
        "may_agree": bool(lifting) and not mine,
        "appeal": appeal,
        "may_handle": bool(
            appeal
            and appeal.state == AppealState.OPEN
            and may_handle_appeal(user, decision, own=own)
        ),
    }


def _due(what: str, at) -> dict:
    return {"what": what, "at": at, "late": bool(at and at < now())}


def _open_decisions(decisions: list[dict]) -> list[str]:
    """What waits for a second person, or for an answer to an objection."""
    found = []
    for one in decisions:
        row, appeal = one["row"], one["appeal"]
        if row.state == DecisionState.PROPOSED:
            found.append(f"{one['measure']}: {row.get_state_display()}")
        elif one["lifting"]:
            found.append(_("Somebody asks to lift it: somebody else has to agree."))
        elif appeal and appeal.state == AppealState.OPEN:
            found.append(f"{EntryKind.APPEALED.label}: {appeal.get_state_display()}")
    return found


def _glance(page, decisions: list[dict]) -> dict:
    case = page.case
    waits = case.state == CaseState.WAITING
    due = [] if case.state in AT_REST else [("decide", case.decide_due)]
    if case.state == CaseState.NEW:
        due.insert(0, ("acknowledge", case.acknowledge_due))
    return {
        "state": case.get_state_display(),
        "outcome": case.get_outcome_display(),
        "waits_for": case.get_waiting_for_display() if waits else "",
        "waits_until": case.waiting_until if waits else None,
        "due": [_due(what, at) for what, at in due if at],
        "open_decisions": _open_decisions(decisions),
        "next_late": bool(case.next_due and case.next_due < now()),
        "waits_late": bool(waits and case.waiting_until < now()),
        "heard": case.get_hearing_display(),
        "hearing_due": case.hearing_due if case.hearing == HearingState.ASKED else None,
        "reporters": len([one for one in page.reports if one.reporter_id]),
        "unanswered": [
            _due("answer", one.answer_due)
            for one in page.reports
            if one.reporter_id and not one.answered
        ],
        "is_received": any(one.received for one in page.hand_overs),
        "anonymous": [one for one in page.reports if not one.reporter_id],
    }


def _url(name: str, case, **kwargs) -> str:
    kwargs |= {"event": case.event.slug, "code": case.code}
    return reverse(f"plugins:pretalx_coc:{name}", kwargs=kwargs)


def _hearing_actions(case) -> list[Action]:
    if case.hearing == HearingState.ASKED:
        if case.hearing_due > now():
            return []
        label = _("Go on without their side")
        return [Action(_url("case.hearing.skip", case), label, "comments-o", main=True)]
    actions = []
    if deliverable(case):
        again = case.hearing == HearingState.ANSWERED
        label = _("Ask for their side again") if again else _("Ask for their side")
        main = case.hearing == HearingState.OPEN
        actions.append(
            Action(_url("case.hearing", case), label, "comments-o", main=main)
        )
    if case.hearing == HearingState.OPEN:
        label = _("Go on without their side")
        actions.append(Action(_url("case.hearing.skip", case), label, "comments-o"))
    return actions


def _answers(case, found: list[dict]) -> list[Action]:
    """What others wait for: a second person, a second look, an answer."""
    steps = (
        ("may_approve", "case.approve", _("Approve the decision"), "gavel"),
        ("may_second", "case.second", _("Look at the decision again"), "gavel"),
        ("may_agree", "case.lift", _("Lift the decision"), "gavel"),
        ("may_handle", "case.appeal", _("Answer the objection"), "hand-paper-o"),
    )
    return [
        Action(_url(name, case, decision=one["row"].code), label, icon, main=True)
        for one in found
        for right, name, label, icon in steps
        if one[right]
    ]


def _open_actions(case, *, waits: bool) -> list[Action]:
    actions = []
    if CaseState.DECIDED in WITH_DECISIONS[CaseState(case.state)]:
        main = not waits and case.state != CaseState.DECIDED
        actions.append(
            Action(_url("case.decide", case), _("Decide"), "gavel", main=main)
        )
    links = (
        ("case.describe", _("Change details and next step"), "pencil"),
        ("case.attach", _("Attach a flag, passage or talk"), "paperclip"),
        ("case.report", _("Write down a report"), "bullhorn"),
        ("case.person", _("Add a person"), "user-plus"),
        ("case.file", _("Add a file"), "file-o"),
    )
    actions += [Action(_url(name, case), label, icon) for name, label, icon in links]
    return actions


def actions_for(
    case, *, decisions: list[dict], waits: bool, small: bool, is_new_member: bool
) -> list[Action]:
    """What can be done with a case now, what usually comes next first.

    Args:
        case: The case.
        decisions: Its decisions, with what this person may do with each.
        waits: One of them waits for somebody.
        small: The team is too small for assigning.
        is_new_member: There is somebody who could be let in.
    """
    actions = _answers(case, decisions)
    if case.state != CaseState.CLOSED:
        actions += _hearing_actions(case) + _open_actions(case, waits=waits)
    steps = steps_from(case.state)
    if CaseState.CLOSED in steps:
        close = _url("case.close", case)
        actions.append(Action(close, _("Close the case"), "check", main=True))
    if set(steps) - {CaseState.CLOSED}:
        label = _("Open it again")
        if case.state not in AT_REST:
            label = _("Let it wait, or move it on")
        actions.append(Action(_url("case.move", case), label, "arrow-right"))
    if case.state != CaseState.CLOSED:
        actions += [
            Action(_url("case.link", case), _("Link with another case"), "link"),
            Action(_url("case.merge", case), _("Merge with another case"), "compress"),
            Action(_url("case.split", case), _("Split off a case"), "expand"),
        ]
        if can_be_asked(case):
            label = _("Ask the outside contact")
            actions.append(Action(_url("case.outside", case), label, "envelope-o"))
        if not small:
            label = _("Give it to somebody")
            actions.append(Action(_url("case.assign", case), label, "user-o"))
            label = _("Write a note and send word to somebody")
            actions.append(Action(_url("case.note", case), label, "sticky-note-o"))
    if is_anywhere_to_go(case):
        label = _("Hand over to another event’s team")
        actions.append(Action(_url("case.hand_over", case), label, "share"))
    if is_new_member:
        actions.append(Action(_url("case.let_in", case), _("Let in"), "sign-in"))
    actions.append(Action(_url("case.step_back", case), _("Step back"), "sign-out"))
    return sorted(actions, key=lambda action: not action.main)


def present_case(page, *, user, small: bool) -> dict:
    """What the page of an open case shows.

    Args:
        page: What ``read_case`` said.
        user: The person who looks.
        small: The team is too small for claims and assigning.
    """
    case = page.case
    others = {one.entry.pk: one.other for one in page.timeline if one.other}
    liftings = liftings_in([one.entry for one in page.timeline])
    decisions = [
        _decision(one, user, page.rights, liftings.get(one.code))
        for one in page.decisions
    ]
    result = {
        "case": case,
        "glance": _glance(page, decisions),
        "lines": in_words(
            [one.entry for one in reversed(page.timeline)], others, details_of(page)
        ),
        "items": [_item(one, case.event) for one in page.items],
        "decisions": decisions,
        "small": small,
        "deliverable": deliverable(case),
        "can_write": page.rights.write and page.rights.names,
    }
    if not small:
        names = names_of([case.assignee, holder_of(case)])
        result["assignee"] = names.get(case.assignee, "")
        result["holder"] = holder_of(case)
        result["holder_name"] = names.get(holder_of(case), "")
    if result["can_write"]:
        result |= _to_do(case, user, result)
    return result


def _to_do(case, user, shown: dict) -> dict:
    """What this person can do with the case, and what it lacks."""
    found = proposals(case=case, user=user)
    return {
        "actions": actions_for(
            case,
            decisions=shown["decisions"],
            waits=bool(shown["glance"]["open_decisions"]),
            small=shown["small"],
            is_new_member=bool(not_yet_in(case)),
        ),
        "missing": missing_for_closing(case) if case.state == CaseState.DECIDED else [],
        "quick": [
            step
            for step in steps_from(case.state)
            if step in (CaseState.ACKNOWLEDGED, CaseState.IN_WORK)
            and case.state not in AT_REST
        ],
        "to_attach": [one for one in found if one.kind != CASE],
        "to_link": [one for one in found if one.kind == CASE],
    }

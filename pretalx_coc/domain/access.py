# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Who may do what, and who must not see what.

The response team is a choice of pretalx teams. Until one was ever chosen, it
is the teams that may change the event's settings. Administrators of the server
are no members unless they are in such a team: what is confidential here is
theirs no more than anybody else's.
"""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from pretalx.event.models import Team
from pretalx.person.models import SpeakerProfile, User
from pretalx.person.rules import is_only_reviewer
from pretalx.submission.domain.queries.submission import submissions_for_user

from pretalx_coc.domain.own_matters import own_cases
from pretalx_coc.enums import DecisionState, Standing
from pretalx_coc.models import Acceptance, Case, CaseMember, CocSettings, Delivery


@dataclass(frozen=True)
class Rights:
    """What one person may do in one event.

    Attributes:
        member: They are on the response team.
        blind: They review without knowing the speakers' names, and must not
            learn them here.
        see_panel: They may open the panel and the records, and give verdicts.
        edit_policy: They may write and publish the policy, and choose the
            response team.
        work_with_talks: They may work with the event's proposals.
        view_acceptance: They may see who is outstanding.
        looks_in: They administer the server, and the settings let those look
            into cases.
    """

    member: bool = False
    blind: bool = False
    edit_policy: bool = False
    work_with_talks: bool = False
    looks_in: bool = False

    @property
    def see_cases(self) -> bool:
        return self.member or self.looks_in

    @property
    def see_panel(self) -> bool:
        return self.member and not self.blind

    @property
    def change_phrases(self) -> bool:
        """What is watched and allowed: a setting, and a part of verdicts."""
        return (self.member or self.edit_policy) and not self.blind

    @property
    def view_acceptance(self) -> bool:
        return (self.member or self.work_with_talks) and not self.blind


def teams_of(event, **flags):
    """The teams whose rights reach an event, as a subquery-friendly queryset."""
    return Team.objects.filter(
        Q(all_events=True) | Q(limit_events=event.pk),
        organiser_id=event.organiser_id,
        **flags,
    )


def response_teams(event):
    """The teams that are the response team of an event now."""
    settings = CocSettings.objects.filter(event=event).first()
    if settings and settings.team_chosen:
        return teams_of(event).filter(pk__in=settings.response_teams.values("pk"))
    return teams_of(event, can_change_event_settings=True)


def is_blind(user, event) -> bool:
    """Whether a person reviews this event without seeing speakers' names."""
    return bool(is_only_reviewer(user, event)) and not user.has_perm(
        "person.orga_list_speakerprofile", event
    )


def rights_in(user, event) -> Rights:
    """What a person may do in an event."""
    if not user or user.is_anonymous or not user.is_active:
        return Rights()
    return Rights(
        member=response_teams(event).filter(members=user).exists(),
        blind=is_blind(user, event),
        edit_policy=user.has_perm("event.update_event", event),
        work_with_talks=user.has_perm("submission.orga_update_submission", event),
        looks_in=user.is_administrator
        and CocSettings.objects.filter(event=event, administrators_look=True).exists(),
    )


def may_open_own_page(user, event) -> bool:
    """Whether a person has a page of their own in an event.

    Whoever sees the event has one. Whoever speaks there, has accepted or was sent
    something to read has one also before the event is public.
    """
    if not user or user.is_anonymous or not user.is_active:
        return False
    return (
        user.has_perm("event.view_event", event)
        or SpeakerProfile.objects.filter(event=event, user=user).exists()
        or Acceptance.objects.filter(event=event, user_code=user.code).exists()
        or Delivery.objects.filter(event=event, user_code=user.code).exists()
    )


def may_flag(user, submission) -> bool:
    """Whether a person may raise a flag on a talk.

    Reviewers and organisers on the talks that pretalx lets them review or
    edit, and nobody on a talk of their own.
    """
    if not user or user.is_anonymous or not user.is_active:
        return False
    if not user.has_perm("submission.view_reviews_submission", submission):
        return False
    if submission.speakers.filter(user=user).exists():
        return False
    return (
        submissions_for_user(submission.event, user).filter(pk=submission.pk).exists()
    )


def cases_of(event, user, *, standings=(Standing.ASKED, Standing.CLEAR)):
    """The cases that a member of the response team may know of.

    Does not ask whether they are one: see ``visible_cases``.

    Args:
        event: The event.
        user: The member.
        standings: How they stand to them; ``(Standing.CLEAR,)`` for those that
            they may open.
    """
    # Asked for each case that is left: a member may know of thousands of others.
    mine = CaseMember.objects.filter(
        case=OuterRef("pk"), user_code=user.code, standing__in=standings
    )
    cases = Case.objects.filter(Exists(mine), event=event, merged_into="")
    return cases.exclude(own_cases(event, user))


def visible_cases(event, user, *, rights: Rights | None = None):
    """The cases that a person may know of: of some only the outside."""
    rights = rights or rights_in(user, event)
    if rights.member:
        return cases_of(event, user)
    if rights.looks_in:
        return Case.objects.filter(event=event, merged_into="").exclude(
            own_cases(event, user)
        )
    return Case.objects.none()


def cases_kept_from(event, user):
    """The cases whose very existence a person must not learn of.

    Not those that are only older than their membership: see ``visible_cases``.
    """
    stepped_out = CaseMember.objects.filter(
        case=OuterRef("pk"),
        user_code=user.code,
        standing__in=(Standing.CONFLICT, Standing.STEPPED_BACK),
    )
    return Case.objects.filter(
        own_cases(event, user) | Exists(stepped_out), event=event
    )


@dataclass(frozen=True)
class CaseRights:
    """What one person may do with one case.

    Attributes:
        knows: They may know that it is there, see its code, category, severity,
            place and danger, and, before anything else, its subject's name.
        declare: They are to say whether they have a conflict.
        open: They may read it.
        write: They may work on it.
        names: They may read who it is about; False for a member who reviews
            without seeing names and has not asked.
    """

    knows: bool = False
    declare: bool = False
    open: bool = False
    write: bool = False
    names: bool = False


def case_rights(user, case, *, rights: Rights | None = None) -> CaseRights:
    """What a person may do with a case.

    The one place that answers: asked by every page, list, count, export, mail
    and task. Who may not know of a case gets what they would get if there were
    none.

    Args:
        user: The person.
        case: The case.
        rights: What ``rights_in`` said of them, where it was asked already.
    """
    rights = rights or rights_in(user, case.event)
    known = visible_cases(case.event, user, rights=rights).filter(pk=case.pk)
    if not known.exists():
        return CaseRights()
    if not rights.member:
        return CaseRights(knows=True, open=True, names=True)
    own = CaseMember.objects.get(case=case, user_code=user.code)
    cleared = own.standing == Standing.CLEAR
    return CaseRights(
        knows=True,
        declare=not cleared,
        open=cleared,
        write=cleared,
        names=not rights.blind or bool(own.named),
    )


def may_approve(user, decision, *, own: CaseRights | None = None) -> bool:
    """Whether a person may be the second one for a decision: not who proposed it.

    Args:
        user: The person.
        decision: The decision.
        own: What ``case_rights`` said of them, where it was asked already.
    """
    own = own or case_rights(user, decision.case)
    return (
        own.write
        and decision.state == DecisionState.PROPOSED
        and decision.proposed_by != user.code
    )


def may_second(user, decision, *, own: CaseRights | None = None) -> bool:
    """Whether a person may look again at what somebody did at once."""
    own = own or case_rights(user, decision.case)
    return (
        own.write
        and decision.state == DecisionState.IN_FORCE
        and decision.emergency
        and not decision.approved
        and decision.proposed_by != user.code
    )


def may_handle_appeal(user, decision, *, own: CaseRights | None = None) -> bool:
    """Whether a person may decide an objection: nobody who decided."""
    own = own or case_rights(user, decision.case)
    return own.write and user.code not in (decision.proposed_by, decision.approved_by)


def members_of(event):
    """The accounts on the response team of an event that can log in."""
    return (
        User.objects.filter(teams__in=response_teams(event), is_active=True)
        .distinct()
        .order_by("pk")
    )


def members_who_may(case, *, write: bool = True) -> list:
    """The members who may work on a case, or, with ``write=False``, may know of it."""
    wanted = []
    for user in members_of(case.event):
        rights = case_rights(user, case)
        if rights.write if write else rights.knows:
            wanted.append(user)
    return wanted

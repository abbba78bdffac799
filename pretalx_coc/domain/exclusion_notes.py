# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The notes that the response team gets when an exclusion holds somebody back.

At most one a day for each exclusion, door and event: an entry in the audit log,
and a mail without content.
"""

import datetime as dt
from functools import partial

from django.db import transaction
from django.utils.safestring import mark_safe
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django_scopes import scope

from pretalx.common.urls import build_absolute_uri

from pretalx_coc.domain import audit
from pretalx_coc.domain.access import members_of, members_who_may
from pretalx_coc.domain.case_log import chain_of
from pretalx_coc.domain.exclusions import chain_of_exclusion
from pretalx_coc.domain.queries.exclusions import visible_exclusions
from pretalx_coc.domain.team_mails import reader_of, send_to_all
from pretalx_coc.enums import AuditAction
from pretalx_coc.models import AuditEntry, Case, Exclusion
from pretalx_coc.tasks import after_commit
from pretalx_coc.tasks_team import task_exclusion_held

ONCE_IN = dt.timedelta(days=1)


def case_of(exclusion: Exclusion) -> Case | None:
    """The case that an exclusion comes from, or the one that it went into."""
    code, seen = exclusion.case_code, set()
    while code and code not in seen:
        seen.add(code)
        case = (
            Case._base_manager.filter(
                event__organiser_id=exclusion.organiser_id,
                event__slug=exclusion.event_slug,
                code=code,
            )
            .select_related("event")
            .first()
        )
        if not case or not case.merged_into:
            return case
        code = case.merged_into
    return None


@transaction.atomic
def note_held(*, event, exclusion: Exclusion, door: str, submission=None) -> bool:
    """Note that an exclusion held somebody back, and tell the team.

    Args:
        event: Where it happened.
        exclusion: The exclusion.
        door: A value of ``ExclusionDoor``.
        submission: The talk, if there is one.

    Returns:
        Whether this was the first time within a day.
    """
    # One after another: two at once must not both be the first.
    Exclusion.objects.select_for_update().get(pk=exclusion.pk)
    chain = chain_of_exclusion(exclusion, event)
    before = AuditEntry.objects.filter(
        event=event,
        chain=chain,
        action=AuditAction.EXCLUSION_HELD,
        created__gt=now() - ONCE_IN,
        data__exclusion=exclusion.pk,
        data__door=str(door),
    )
    if before.exists():
        return False
    data = {"exclusion": exclusion.pk, "door": str(door)}
    talk = submission.code if submission else ""
    _write(event, chain, data, talk)
    case = case_of(exclusion)
    elsewhere = case and case.event_id != event.pk
    if elsewhere:
        # The other event's chain says where, but not which talk: it is not theirs.
        with scope(event=case.event):
            _write(case.event, chain_of(case), {**data, "event": event.slug}, "")
    after_commit(task_exclusion_held, event_id=event.pk, pk=exclusion.pk)
    return True


def _write(event, chain: str, data: dict, subject: str) -> None:
    audit.write(
        event=event,
        chain=chain,
        action=AuditAction.EXCLUSION_HELD,
        subject=subject,
        data=data,
    )


def tell_everybody(event, pk: int) -> None:
    """Mail those who may know: of the case, and on the team where it happened.

    Args:
        event: Where it happened; its scope is active.
        pk: The exclusion.

    Raises:
        ConnectionError: No mail went out.
    """
    exclusion = Exclusion.objects.filter(pk=pk).first()
    if not exclusion:
        return
    case, told, went_out = case_of(exclusion), set(), []
    if case:
        with scope(event=case.event):
            users = members_who_may(case, write=False)
            told = {user.pk for user in users}
            went_out.append(_tell(case.event, users, case))
    if not case or case.event_id != event.pk:
        others = [user for user in members_of(event) if user.pk not in told]
        users = [user for user in others if _may_know(event, user, exclusion)]
        went_out.append(_tell(event, users, None))
    if not any(went_out):
        raise ConnectionError("No mail about an exclusion went out")


def _may_know(event, user, exclusion: Exclusion) -> bool:
    return visible_exclusions(event, user).filter(pk=exclusion.pk).exists()


def _texts(case: Case | None, url: str) -> tuple[str, str, dict]:
    address = {"coc_url": mark_safe(url)}  # noqa: S308 -- our own
    if case:
        return (
            _("Case {case_code} ({case_name}): something new"),
            _(
                "Hi {name},\n\n"
                "there is something new about case {case_code} ({case_name}). "
                "Please have a look:\n\n"
                "{coc_url}\n\n"
                "{event_name}"
            ),
            {**address, "case_code": case.code, "case_name": case.code_name},
        )
    return (
        _("Something new for the response team of {event_name}"),
        _(
            "Hi {name},\n\n"
            "there is something new for the response team of {event_name}. Please "
            "have a look:\n\n"
            "{coc_url}\n\n"
            "{event_name}"
        ),
        address,
    )


def _tell(event, users, case: Case | None) -> bool:
    """Send each a mail that is kept nowhere; whether one went out, or none was due."""
    url = build_absolute_uri(
        "plugins:pretalx_coc:exclusions", event=event, kwargs={"event": event.slug}
    )
    readers = [reader_of(event, user) for user in users]
    return send_to_all(event, readers, partial(_texts, case, url))

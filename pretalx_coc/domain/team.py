# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Choosing the response team of an event."""

from django.db import transaction
from django.utils.translation import gettext as _

from pretalx_coc.domain import audit
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.team_changes import TELL, announce_later, note_members
from pretalx_coc.enums import AuditAction
from pretalx_coc.models import CocSettings


def get_settings(event) -> CocSettings | None:
    """What was set for an event, or None if nothing was."""
    return CocSettings.objects.filter(event=event).first()


@transaction.atomic
def choose_teams(*, event, teams, by) -> CocSettings:
    """Make these teams the response team, in place of those chosen before.

    Args:
        event: The event.
        teams: Teams of this event; at least one.
        by: The user who chooses.

    Raises:
        CocError: No team, or one that does not belong to the event.
    """
    wanted = {team.pk for team in teams}
    if not wanted:
        raise CocError(_("Please choose at least one team."))
    if wanted - set(event.teams.values_list("pk", flat=True)):
        raise CocError(_("Please choose among the teams of this event."))
    CocSettings.objects.get_or_create(event=event)
    settings = CocSettings.objects.select_for_update().get(event=event)
    before = set(settings.response_teams.values_list("pk", flat=True))
    if settings.team_chosen and before == wanted:
        return settings
    note_members(event)
    settings.refresh_from_db()
    settings.response_teams.set(wanted)
    settings.team_chosen = True
    settings.save(update_fields=["team_chosen"])
    audit.write(
        event=event,
        chain=audit.POLICY_CHAIN,
        action=AuditAction.TEAM_CHOSEN,
        actor=by,
        data={"before": sorted(before), "after": sorted(wanted), TELL: True},
    )
    note_members(event, by=by)
    announce_later(event)
    return settings

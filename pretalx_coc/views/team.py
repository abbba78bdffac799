# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Choosing the response team."""

from django.contrib import messages
from django.shortcuts import redirect
from django.views.generic import FormView

from pretalx.common.text.phrases import phrases

from pretalx_coc.domain.access import response_teams
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.team import choose_teams, get_settings
from pretalx_coc.interfaces.forms import ResponseTeamForm
from pretalx_coc.views.base import PermissionMixin


class TeamSettings(PermissionMixin, FormView):
    """Which teams see what was found and flagged."""

    permission = "pretalx_coc.choose_team"
    template_name = "pretalx_coc/settings/team.html"
    form_class = ResponseTeamForm

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "event": self.event}

    def get_initial(self):
        settings = get_settings(self.event)
        if not settings or not settings.team_chosen:
            return {}
        return {"teams": response_teams(self.event).distinct()}

    def get_context_data(self, **kwargs):
        result = super().get_context_data(**kwargs)
        settings = get_settings(self.event)
        result["is_chosen"] = bool(settings and settings.team_chosen)
        teams = response_teams(self.event).distinct()
        result["teams"] = teams
        result["has_members"] = teams.filter(members__is_active=True).exists()
        return result

    def form_valid(self, form):
        try:
            choose_teams(
                event=self.event, teams=form.cleaned_data["teams"], by=self.request.user
            )
        except CocError as error:
            form.add_error("teams", str(error))
            return self.form_invalid(form)
        messages.success(self.request, phrases.base.saved)
        return redirect("plugins:pretalx_coc:settings.team", event=self.event.slug)

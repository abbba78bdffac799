# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""A step of the CfP for whoever is excluded: it says so, politely, and ends there.

There is no such step for anybody else. It comes as soon as the wizard knows who
it is: after the first page for people who are logged in (pretalx's own first step
has to stay the first one), after the account for those who give it on the way.
"""

from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from pretalx.cfp.flow import TemplateFlowStep

from pretalx_coc.domain.contacts import contacts_of
from pretalx_coc.domain.exclusion_doors import turn_away
from pretalx_coc.domain.queries.acceptance import standing_in_cfp
from pretalx_coc.interfaces.cfp_person import cfp_standing, person_of


class ExcludedStep(TemplateFlowStep):
    """The step for people who are logged in."""

    identifier = "coc_note"
    icon = "info-circle"
    template_name = "pretalx_coc/cfp/excluded.html"
    priority = 1

    @property
    def label(self):
        return _("Please read")

    def knows(self, person: dict) -> bool:
        """Whether it is this step that is for such a person."""
        return person["user"] is not None

    def is_applicable(self, request):
        """Whether this person is excluded; no query of its own on a page read."""
        self.request = request
        person = person_of(request)
        if not self.knows(person):
            return False
        if request.method == "GET":
            return cfp_standing(request, self.event).is_excluded
        return standing_in_cfp(event=self.event, **person).is_excluded

    def is_completed(self, request):
        """Never, for whom it is for: their proposal does not go on, as a draft
        or not."""
        self.request = request
        return not self.is_applicable(request)

    def get_context_data(self, **kwargs):
        result = super().get_context_data(**kwargs)
        result["title"] = _("You cannot submit a proposal at the moment")
        result["exclusion"] = turn_away(self.event, **person_of(self.request))
        result["contacts"] = contacts_of(self.event)
        return result

    def post(self, request):
        return redirect(self.get_step_url(request))


class ExcludedAccountStep(ExcludedStep):
    """The step for people who gave their account within the wizard."""

    identifier = "coc_account_note"
    priority = 50

    def knows(self, person: dict) -> bool:
        """Whether it is this step that is for such a person."""
        return person["user"] is None and bool(person["user_id"])

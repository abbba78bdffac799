# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What an organiser sets about cases."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.generic import FormView

from pretalx.common.text.phrases import phrases

from pretalx_coc.domain.queries.setup import CONTACT, OUTSIDE, POLICY, TEAM, setup
from pretalx_coc.domain.settings import change_settings, read_settings
from pretalx_coc.interfaces.case_settings_forms import CaseSettingsForm
from pretalx_coc.views.base import PermissionMixin

# Where each part of the setup is done, and what it is called there.
PAGES = {
    POLICY: ("settings.policy", lambda: _("Publish a code of conduct")),
    CONTACT: ("settings.contacts", lambda: _("Name a contact")),
    OUTSIDE: ("settings.cases", lambda: _("Name an outside contact, below")),
    TEAM: ("settings.team", lambda: _("Put somebody on the response team")),
}


class CaseSettings(PermissionMixin, FormView):
    """What must be set, and what has a default."""

    permission = "pretalx_coc.edit_policy"
    template_name = "pretalx_coc/settings/cases.html"
    form_class = CaseSettingsForm

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "instance": read_settings(self.event)}

    def get_context_data(self, **kwargs):
        result = super().get_context_data(**kwargs)
        result["setup"] = [
            {"page": PAGES[part][0], "label": PAGES[part][1](), "is_done": is_done}
            for part, is_done in setup(self.event).items()
        ]
        return result

    def form_valid(self, form):
        change_settings(event=self.event, by=self.request.user, **form.cleaned_data)
        messages.success(self.request, phrases.base.saved)
        return redirect("plugins:pretalx_coc:settings.cases", event=self.event.slug)

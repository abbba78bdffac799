# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What the checks of an event look at."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.views.generic import FormView

from pretalx.common.text.phrases import phrases

from pretalx_coc.domain.detectors import pictures_available
from pretalx_coc.domain.extra_detectors import offered_detectors
from pretalx_coc.domain.settings import change_settings, read_settings
from pretalx_coc.interfaces.checks_forms import ChecksForm
from pretalx_coc.views.base import PermissionMixin


class ChecksSettings(PermissionMixin, FormView):
    """Pictures, and what speakers are told before they submit."""

    permission = "pretalx_coc.edit_policy"
    template_name = "pretalx_coc/settings/checks.html"
    form_class = ChecksForm

    @cached_property
    def has_pictures(self) -> bool:
        return pictures_available()

    def get_form_kwargs(self):
        return {
            **super().get_form_kwargs(),
            "instance": read_settings(self.event),
            "has_pictures": self.has_pictures,
            "offered": offered_detectors(self.event),
        }

    def get_context_data(self, **kwargs):
        return {**super().get_context_data(**kwargs), "has_pictures": self.has_pictures}

    def form_valid(self, form):
        change_settings(event=self.event, by=self.request.user, **form.cleaned_data)
        messages.success(self.request, phrases.base.saved)
        return redirect("plugins:pretalx_coc:settings.checks", event=self.event.slug)

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The page where team members read the policy and accept it."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from pretalx_coc.domain.policy import lock_policy, text_of, version_in_force
from pretalx_coc.domain.team_acceptance import accept_as_team, outstanding_member
from pretalx_coc.interfaces.languages import other_language
from pretalx_coc.interfaces.speaker_forms import AcceptForm
from pretalx_coc.views.base import PermissionMixin


class TeamAcceptance(PermissionMixin, FormView):
    """Read and accept, for those who organise."""

    permission = "pretalx_coc.accept_as_team"
    template_name = "pretalx_coc/acceptance/team.html"
    form_class = AcceptForm

    @cached_property
    def policy_text(self):
        version = version_in_force(self.event)
        if not version:
            raise Http404
        self.version = version
        return text_of(version, get_language())

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        self.policy_text.event = self.event
        return {**kwargs, "text": self.policy_text}

    def get_context_data(self, **kwargs):
        text = self.policy_text
        return super().get_context_data(
            must_accept=outstanding_member(self.event, self.request.user).exists(),
            version=self.version,
            policy_text=text,
            only_language=other_language(text, get_language()),
            boxed=True,
            **kwargs,
        )

    @transaction.atomic
    def post(self, request, *args, **kwargs):
        # From here on nobody publishes: what was read is what is in force.
        lock_policy(self.event)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form):
        written = accept_as_team(
            event=self.event,
            user=self.request.user,
            version=form.version,
            language=form.language,
        )
        if written:
            messages.success(self.request, _("Thank you. Your acceptance is noted."))
        return redirect("plugins:pretalx_coc:team.accept", event=self.event.slug)

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The policy for everyone: the version in force, earlier ones, and what changed."""

from django.http import Http404
from django.urls import reverse
from django.utils.translation import get_language
from django.views.generic import TemplateView

from pretalx.cfp.views.event import EventPageMixin

from pretalx_coc.domain.policy import text_of
from pretalx_coc.domain.policy_changes import changes_between
from pretalx_coc.interfaces.languages import other_language
from pretalx_coc.models import PolicyText, PolicyVersion


class PolicyPage(EventPageMixin, TemplateView):
    """One version, the list of all of them, and what this one changed."""

    template_name = "pretalx_coc/public/policy.html"

    def get_versions(self):
        """All versions, the one in force first."""
        return list(
            PolicyVersion.objects.filter(event=self.request.event).select_related(
                "event"
            )
        )

    def get_context_data(self, **kwargs):
        result = super().get_context_data(**kwargs)
        versions = self.get_versions()
        number = self.kwargs.get("number")
        version = next(
            (found for found in versions if number in (None, found.number)), None
        )
        if not version:
            raise Http404
        text = text_of(version, get_language())
        result.update(
            version=version,
            versions=versions,
            is_in_force=version == versions[0],
            policy_text=text,
            only_language=other_language(text, get_language()),
            current_url=reverse(
                "plugins:pretalx_coc:policy", kwargs={"event": self.request.event.slug}
            ),
            **self.get_changes(text),
        )
        return result

    def get_changes(self, text) -> dict:
        """The difference to the version before, in the language that is read."""
        if text.number == 1:
            return {}
        before = PolicyText.objects.filter(
            event=self.request.event, number=text.number - 1, language=text.language
        ).first()
        return {
            "previous_number": text.number - 1,
            "changes": before and changes_between(before, text),
        }

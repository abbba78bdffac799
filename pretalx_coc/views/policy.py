# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Writing, previewing and publishing the policy; and its public pages."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, TemplateView
from i18nfield.strings import LazyI18nString

from pretalx.cfp.views.event import EventPageMixin
from pretalx.common.text.phrases import phrases

from pretalx_coc.domain.errors import CocError, StaleError
from pretalx_coc.domain.policy import (
    draft_texts,
    get_policy,
    languages_of,
    publish,
    save_draft,
    text_of,
    version_in_force,
)
from pretalx_coc.interfaces.forms import PolicyForm, PublishForm
from pretalx_coc.interfaces.languages import language_name, other_language
from pretalx_coc.models import PolicyVersion
from pretalx_coc.views.base import PermissionMixin


class PolicySettings(PermissionMixin, FormView):
    """The editor: one draft, in every language of the event."""

    permission = "pretalx_coc.edit_policy"
    template_name = "pretalx_coc/settings/policy.html"
    form_class = PolicyForm

    def get_policy(self):
        return get_policy(self.event)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "locales": self.event.locales}

    def get_initial(self):
        policy = self.get_policy()
        return {
            "text": LazyI18nString(draft_texts(policy, self.event)),
            "revision": policy.revision if policy else 0,
        }

    def get_context_data(self, **kwargs):
        result = super().get_context_data(**kwargs)
        policy = self.get_policy()
        version = version_in_force(self.event)
        result["version"] = version
        result["languages"] = version and [
            language_name(code) for code in languages_of(version)
        ]
        result["has_draft"] = bool(draft_texts(policy, self.event))
        return result

    def form_valid(self, form):
        data = form.cleaned_data["text"].data
        texts = data if isinstance(data, dict) else {self.event.locale: data}
        try:
            save_draft(
                event=self.event,
                texts=texts,
                by=self.request.user,
                revision=form.cleaned_data["revision"],
            )
        except CocError as error:
            form.add_error(None, str(error))
            return self.form_invalid(form)
        if self.request.POST.get("action") == "preview":
            return redirect(
                "plugins:pretalx_coc:settings.preview", event=self.event.slug
            )
        messages.success(self.request, phrases.base.saved)
        return redirect("plugins:pretalx_coc:settings.policy", event=self.event.slug)


class PolicyPreview(PermissionMixin, FormView):
    """The draft as readers will see it, and the button that publishes it."""

    permission = "pretalx_coc.edit_policy"
    template_name = "pretalx_coc/settings/preview.html"
    form_class = PublishForm

    def get_initial(self):
        policy = get_policy(self.event)
        return {"revision": policy.revision if policy else 0}

    def get_context_data(self, **kwargs):
        result = super().get_context_data(**kwargs)
        policy = get_policy(self.event)
        texts = draft_texts(policy, self.event)
        result["texts"] = [
            (code, language_name(code), text) for code, text in texts.items()
        ]
        result["missing"] = [
            language_name(code) for code in self.event.locales if code not in texts
        ]
        result["version"] = version_in_force(self.event)
        result["next_number"] = ((policy and policy.number_in_force) or 0) + 1
        return result

    def form_valid(self, form):
        try:
            version = publish(
                event=self.event,
                by=self.request.user,
                summary=form.cleaned_data["summary"],
                revision=form.cleaned_data["revision"],
            )
        except StaleError as error:
            messages.error(self.request, str(error))
            return redirect(
                "plugins:pretalx_coc:settings.preview", event=self.event.slug
            )
        except CocError as error:
            form.add_error(None, str(error))
            return self.form_invalid(form)
        messages.success(
            self.request,
            _("Version {number} is published. Speakers accept it from now on.").format(
                number=version.number
            ),
        )
        return redirect("plugins:pretalx_coc:settings.policy", event=self.event.slug)


class PolicyPage(EventPageMixin, TemplateView):
    """The policy for everyone: the version in force, or an earlier one."""

    template_name = "pretalx_coc/public/policy.html"

    def get_version(self):
        in_force = version_in_force(self.request.event)
        number = self.kwargs.get("number")
        if not in_force or number is None or number == in_force.number:
            return in_force, True
        version = (
            PolicyVersion.objects.filter(event=self.request.event, number=number)
            .select_related("event")
            .first()
        )
        return version, False

    def get_context_data(self, **kwargs):
        result = super().get_context_data(**kwargs)
        version, is_in_force = self.get_version()
        if not version:
            raise Http404
        text = text_of(version, get_language())
        result.update(
            version=version,
            is_in_force=is_in_force,
            policy_text=text,
            only_language=other_language(text, get_language()),
            current_url=reverse(
                "plugins:pretalx_coc:policy", kwargs={"event": self.request.event.slug}
            ),
        )
        return result

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Writing, previewing and publishing the policy."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from i18nfield.strings import LazyI18nString

from pretalx.common.text.phrases import phrases

from pretalx_coc.domain.asking import mails_speakers
from pretalx_coc.domain.contacts import contacts_of
from pretalx_coc.domain.errors import CocError, StaleError
from pretalx_coc.domain.policy import (
    digest_of,
    draft_texts,
    get_policy,
    language_to_read,
    languages_of,
    publish,
    published_texts,
    save_draft,
    version_in_force,
)
from pretalx_coc.domain.policy_text import (
    PLACEHOLDERS,
    check_filled,
    filled_texts,
    starting_text,
    values_for,
    with_starting_texts,
)
from pretalx_coc.domain.queries.outstanding import number_to_ask
from pretalx_coc.interfaces.languages import language_name
from pretalx_coc.interfaces.policy_forms import EVERYONE, PolicyForm, PublishForm
from pretalx_coc.views.base import PermissionMixin


class PolicySettings(PermissionMixin, FormView):
    """The editor: one draft, in every language of the event."""

    permission = "pretalx_coc.edit_policy"
    template_name = "pretalx_coc/settings/policy.html"
    form_class = PolicyForm

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "locales": self.event.locales}

    def get_initial(self):
        policy = get_policy(self.event)
        return {
            "text": LazyI18nString(draft_texts(policy, self.event)),
            "revision": policy.revision if policy else 0,
        }

    def get_context_data(self, **kwargs):
        result = super().get_context_data(**kwargs)
        drafts = draft_texts(get_policy(self.event), self.event)
        result["can_start"] = any(
            starting_text(code) for code in self.event.locales if code not in drafts
        )
        values = values_for(self.event, self.event.locale)
        result["placeholders"] = [
            (f"{{{name}}}", label, values[name]) for name, label in PLACEHOLDERS.items()
        ]
        result.update(self.get_published())
        return result

    def get_published(self):
        """The version in force, which is shown below the draft."""
        version = version_in_force(self.event)
        if not version:
            return {"version": None}
        texts = published_texts(self.event, version.number)
        return {
            "version": version,
            "languages": [language_name(code) for code in languages_of(version)],
            "published": [
                (code, language_name(code), text) for code, text in texts.items()
            ],
            "to_add": [
                (code, language_name(code))
                for code in self.event.locales
                if code not in texts
            ],
        }

    def form_valid(self, form):
        data = form.cleaned_data["text"].data
        texts = data if isinstance(data, dict) else {self.event.locale: data}
        action = self.request.POST.get("action")
        if action == "start":
            texts = with_starting_texts(self.event, texts)
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
        if action == "preview":
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

    @cached_property
    def number_to_ask(self) -> int:
        # Nobody gets a mail once the event is over.
        return number_to_ask(self.event) if mails_speakers(self.event) else 0

    def get_form_kwargs(self):
        return {
            **super().get_form_kwargs(),
            "is_first": not version_in_force(self.event),
            "number_to_ask": self.number_to_ask,
        }

    def get_initial(self):
        policy = get_policy(self.event)
        texts = filled_texts(self.event, draft_texts(policy, self.event))
        return {
            **super().get_initial(),
            "revision": policy.revision if policy else 0,
            "previewed": digest_of(texts),
        }

    def get_context_data(self, **kwargs):
        result = super().get_context_data(**kwargs)
        policy = get_policy(self.event)
        drafts = draft_texts(policy, self.event)
        texts = filled_texts(self.event, drafts)
        if texts:
            result["readers"] = [
                self.get_reader(code, texts) for code in self.event.locales
            ]
        result["missing"] = [
            language_name(code) for code in self.event.locales if code not in texts
        ]
        try:
            check_filled(self.event, drafts)
        except CocError as error:
            result["left_over"] = str(error)
        result["contacts"] = contacts_of(self.event)
        result["number_to_ask"] = self.number_to_ask
        result["version"] = version_in_force(self.event)
        result["next_number"] = ((policy and policy.number_in_force) or 0) + 1
        return result

    def get_reader(self, code: str, texts: dict[str, str]) -> dict:
        """What somebody who reads this language gets to see."""
        shown = language_to_read(texts, self.event, code)
        is_same = shown.split("-", maxsplit=1)[0] == code.split("-", maxsplit=1)[0]
        return {
            "code": code,
            "name": language_name(code),
            "text": texts[shown] if shown == code else "",
            "shown": language_name(shown),
            "only_language": "" if is_same else language_name(shown),
        }

    def form_valid(self, form):
        try:
            version = publish(
                event=self.event,
                by=self.request.user,
                summary=form.cleaned_data.get("summary", ""),
                revision=form.cleaned_data["revision"],
                previewed=form.cleaned_data["previewed"] or None,
                everyone_accepts=form.cleaned_data.get("applies", EVERYONE) == EVERYONE,
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

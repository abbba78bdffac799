# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Adding a language to the version in force."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from pretalx_coc.domain.errors import CocError, StaleError
from pretalx_coc.domain.policy import (
    add_language,
    draft_texts,
    get_policy,
    languages_of,
    sha256,
    version_in_force,
)
from pretalx_coc.domain.policy_text import filled_texts, starting_text
from pretalx_coc.interfaces.languages import language_name
from pretalx_coc.interfaces.policy_forms import LanguageForm
from pretalx_coc.views.base import PermissionMixin


class PolicyLanguage(PermissionMixin, FormView):
    """One more language for a version that people accept already."""

    permission = "pretalx_coc.edit_policy"
    template_name = "pretalx_coc/settings/language.html"
    form_class = LanguageForm

    def dispatch(self, request, *args, **kwargs):
        self.language = kwargs["language"]
        self.version = version_in_force(self.event)
        if self.language not in self.event.locales:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, *args, **kwargs):
        if not self.version or self.language in languages_of(self.version):
            raise Http404
        return super().get(request, *args, **kwargs)

    def get_initial(self):
        drafts = draft_texts(get_policy(self.event), self.event)
        text = drafts.get(self.language) or starting_text(self.language)
        return {"text": text, "number": self.version and self.version.number}

    def get_context_data(self, **kwargs):
        result = super().get_context_data(**kwargs)
        result["version"] = self.version
        result["code"] = self.language
        result["name"] = language_name(self.language)
        return result

    def form_valid(self, form):
        text = form.cleaned_data["text"]
        filled = filled_texts(self.event, {self.language: text})[self.language]
        previewed = self.request.POST.get("previewed")
        is_other = previewed not in (None, sha256(filled))
        if self.request.POST.get("action") != "add" or is_other:
            return self.show_preview(form, filled)
        try:
            add_language(
                event=self.event,
                language=self.language,
                text=text,
                by=self.request.user,
                number=form.cleaned_data["number"],
            )
        except StaleError as error:
            messages.error(self.request, str(error))
            return self.to_editor()
        except CocError as error:
            form.add_error(None, str(error))
            return self.form_invalid(form)
        messages.success(
            self.request,
            _("The text is published in this language, too. Nobody is asked again."),
        )
        return self.to_editor()

    def show_preview(self, form, filled: str):
        if self.request.POST.get("action") == "add":
            messages.warning(
                self.request,
                _(
                    "The text has changed since you opened the preview. Please read "
                    "the new preview and add it then."
                ),
            )
        context = self.get_context_data(
            form=form, filled=filled, previewed=sha256(filled)
        )
        return self.render_to_response(context)

    def to_editor(self):
        return redirect("plugins:pretalx_coc:settings.policy", event=self.event.slug)

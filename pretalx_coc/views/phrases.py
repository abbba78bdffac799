# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Words and phrases that an event watches, or never wants to be shown."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, View

from pretalx_coc.domain.access import rights_in
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.phrase_changes import add_phrase, remove_phrase
from pretalx_coc.domain.phrase_trials import MAX_PASSAGES, try_on_event, try_on_text
from pretalx_coc.domain.phrases import visible_phrases, watches
from pretalx_coc.domain.queries.items import visible_findings
from pretalx_coc.interfaces.materials import Labels
from pretalx_coc.interfaces.phrases import PhraseForm, present_passage
from pretalx_coc.views.base import PermissionMixin


class PhraseMixin(PermissionMixin):
    """For the response team, and for those who may change the event's settings."""

    permission = "pretalx_coc.change_phrases"

    @cached_property
    def rights(self):
        return rights_in(self.request.user, self.event)

    def get_phrases(self):
        return visible_phrases(
            self.event, self.request.user, is_member=self.rights.see_panel
        )

    def back(self):
        return redirect("plugins:pretalx_coc:settings.phrases", event=self.event.slug)


class PhraseSettings(PhraseMixin, FormView):
    """The two lists, and a form that tries a phrase before it adds it."""

    template_name = "pretalx_coc/settings/phrases.html"
    form_class = PhraseForm

    def get_context_data(self, **kwargs):
        result = super().get_context_data(**kwargs)
        listed = list(self.get_phrases())
        result["watched"] = [entry for entry in listed if watches(entry.kind)]
        allowed = [entry for entry in listed if not watches(entry.kind)]
        codes = [entry.finding_code for entry in allowed if entry.finding_code]
        findings = visible_findings(self.event, self.request.user, hints=True)
        opened = set(findings.filter(code__in=codes).values_list("code", flat=True))
        result["allowed"] = [
            (entry, entry.finding_code if entry.finding_code in opened else "")
            for entry in allowed
        ]
        result["may_edit_policy"] = self.rights.edit_policy
        result["is_member"] = self.rights.see_panel
        return result

    def form_valid(self, form):
        if self.request.POST.get("action") != "add":
            return self.try_it(form)
        data = form.cleaned_data
        try:
            phrase = add_phrase(
                event=self.event,
                by=self.request.user,
                kind=data["kind"],
                text=data["text"],
                category=data["category"],
            )
        except CocError as error:
            form.add_error("text", str(error))
            return self.form_invalid(form)
        message = _("“{phrase}” is noted: it no longer waits for anybody.")
        if watches(phrase.kind):
            message = _(
                "“{phrase}” is noted, and looked for in the background in everything "
                "that speakers have handed in."
            )
        messages.success(self.request, message.format(phrase=phrase.text))
        return self.back()

    def try_it(self, form):
        """Show what the phrase would change, and save nothing."""
        data = form.cleaned_data
        phrase = {"kind": data["kind"], "phrase": data["text"]}
        labels = Labels(self.event)
        more = {"tried": data["text"], "tried_kind": data["kind"]}
        if data["sample"]:
            trial = try_on_text(
                event=self.event,
                **phrase,
                category=data["category"],
                text=data["sample"],
            )
            more["on_text"] = {
                name: [present_passage(entry) for entry in getattr(trial, name)]
                for name in ("new", "gone", "stays")
            }
        trial = try_on_event(
            event=self.event,
            user=self.request.user,
            is_member=self.rights.see_panel,
            **phrase,
        )
        if trial:
            more["on_event"] = trial
            more["is_cut"] = trial.number > MAX_PASSAGES
            more["passages"] = [
                present_passage(entry, labels) for entry in trial.passages
            ]
        return self.render_to_response(self.get_context_data(form=form, **more))


class PhraseRemove(PhraseMixin, View):
    """Takes a phrase off its list."""

    http_method_names = ("post",)

    def post(self, request, *args, **kwargs):
        phrase = self.get_phrases().filter(pk=self.kwargs["pk"]).first()
        if not phrase:
            # Somebody was faster: it is off the list, as it should be.
            return self.back()
        try:
            remove_phrase(phrase=phrase, by=request.user)
        except CocError as error:
            messages.error(request, str(error))
            return self.back()
        message = _(
            "“{phrase}” is removed. What that changes is checked again in the "
            "background."
        )
        messages.success(request, message.format(phrase=phrase.text))
        return self.back()

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""How speakers are asked, and taking over the answers of a custom field."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import ngettext
from django.views.generic import FormView

from pretalx.common.text.phrases import phrases

from pretalx_coc.domain.importing import import_answers, profiles_to_import
from pretalx_coc.domain.policy import version_in_force
from pretalx_coc.domain.settings import change_settings, read_settings
from pretalx_coc.interfaces.acceptance_forms import AcceptanceSettingsForm, ImportForm
from pretalx_coc.views.base import PermissionMixin


class AcceptanceSettings(PermissionMixin, FormView):
    """Asking, reminding, and what the gate does."""

    permission = "pretalx_coc.edit_policy"
    template_name = "pretalx_coc/settings/acceptance.html"
    form_class = AcceptanceSettingsForm

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "instance": read_settings(self.event)}

    def form_valid(self, form):
        change_settings(event=self.event, by=self.request.user, **form.cleaned_data)
        messages.success(self.request, phrases.base.saved)
        return redirect(
            "plugins:pretalx_coc:settings.acceptance", event=self.event.slug
        )


class ImportAcceptances(PermissionMixin, FormView):
    """Shows how many acceptances a field's answers make, then records them."""

    permission = "pretalx_coc.edit_policy"
    template_name = "pretalx_coc/settings/import.html"
    form_class = ImportForm

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "event": self.event}

    def get_context_data(self, **kwargs):
        result = super().get_context_data(**kwargs)
        result["version"] = version_in_force(self.event)
        result["has_questions"] = result["form"].fields["question"].queryset.exists()
        return result

    def form_valid(self, form):
        chosen = {
            "event": self.event,
            "question": form.cleaned_data["question"],
            "version": form.cleaned_data["version"],
        }
        if self.request.POST.get("action") != "import":
            number = profiles_to_import(**chosen).count()
            return self.render_to_response(
                self.get_context_data(form=form, previewed=True, number=number)
            )
        number = import_answers(**chosen, by=self.request.user)
        messages.success(
            self.request,
            ngettext(
                "{number} acceptance is imported.",
                "{number} acceptances are imported.",
                number,
            ).format(number=number),
        )
        return redirect("plugins:pretalx_coc:outstanding", event=self.event.slug)

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Whom people turn to with a concern."""

from django.contrib import messages
from django.shortcuts import redirect
from django.views.generic import FormView

from pretalx.common.text.phrases import phrases

from pretalx_coc.domain.contacts import contacts_of, save_contacts
from pretalx_coc.interfaces.policy_forms import ContactsForm
from pretalx_coc.views.base import PermissionMixin


class ContactSettings(PermissionMixin, FormView):
    """The contacts, which fill placeholders and help readers of other languages."""

    permission = "pretalx_coc.edit_policy"
    template_name = "pretalx_coc/settings/contacts.html"
    form_class = ContactsForm

    def get_initial(self):
        return contacts_of(self.event)

    def form_valid(self, form):
        save_contacts(
            event=self.event, contacts=form.cleaned_data, by=self.request.user
        )
        messages.success(self.request, phrases.base.saved)
        return redirect("plugins:pretalx_coc:settings.contacts", event=self.event.slug)

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Whom people turn to with a concern."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect
from django.views.generic import FormView

from pretalx.common.text.phrases import phrases

from pretalx_coc.domain.contacts import contacts_of, save_contacts
from pretalx_coc.domain.settings import change_settings, read_settings
from pretalx_coc.interfaces.policy_forms import ContactsForm
from pretalx_coc.views.base import PermissionMixin


class ContactSettings(PermissionMixin, FormView):
    """The contacts, which fill placeholders and help readers of other languages."""

    permission = "pretalx_coc.edit_policy"
    template_name = "pretalx_coc/settings/contacts.html"
    form_class = ContactsForm

    def get_initial(self):
        settings = read_settings(self.event)
        return {**contacts_of(self.event), "clone_publishes": settings.clone_publishes}

    @transaction.atomic
    def form_valid(self, form):
        data = form.cleaned_data
        save_contacts(event=self.event, contacts=data, by=self.request.user)
        change_settings(
            event=self.event,
            by=self.request.user,
            clone_publishes=data["clone_publishes"],
        )
        messages.success(self.request, phrases.base.saved)
        return redirect("plugins:pretalx_coc:settings.contacts", event=self.event.slug)

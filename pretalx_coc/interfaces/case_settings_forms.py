# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The rules for cases, as a form."""

from django import forms
from django.utils.translation import gettext_lazy as _

from pretalx_coc.domain.access import members_of
from pretalx_coc.domain.settings import ABOUT_CASES
from pretalx_coc.models import CocSettings


class CaseSettingsForm(forms.ModelForm):
    """The outside contact, two people, times, administrators, retention."""

    class Meta:
        model = CocSettings
        fields = ABOUT_CASES

    def clean_outside_email(self):
        address = self.cleaned_data["outside_email"]
        team = members_of(self.instance.event)
        if address and team.filter(email__iexact=address).exists():
            raise forms.ValidationError(
                _(
                    "They are on the response team. The outside contact is somebody "
                    "else, so that there is somebody for a case about all of you."
                )
            )
        return address

    def clean(self):
        data = super().clean()
        is_refused = "outside_email" in self.errors
        if data.get("outside_name") and not data.get("outside_email", is_refused):
            self.add_error("outside_email", _("Please enter their mail address."))
        return data

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The forms around requests for what is stored about somebody."""

from django import forms
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from pretalx.common.forms.widgets import HtmlDateInput

from pretalx_coc.domain.access_package import MAX_REASON_LENGTH


class AccessRequestForm(forms.Form):
    """Who asked, and when."""

    email = forms.EmailField(
        label=_("Mail address of their account"),
        help_text=_("Make sure first that it is them who asks."),
    )
    received = forms.DateField(label=_("Asked on"), widget=HtmlDateInput)

    def __init__(self, *args, event, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["received"].initial = now().astimezone(event.tz).date()


class RedactForm(forms.Form):
    """Why a part is left out; one field for each part."""

    def __init__(self, *args, parts, omitted, **kwargs):
        super().__init__(*args, **kwargs)
        self.parts = parts
        for part in parts:
            usual = _("It can show somebody else.") if part.file else ""
            self.fields[part.key] = forms.CharField(
                label=_("Leave this out, because"),
                help_text=_("They read the reason. Empty: it goes in."),
                max_length=MAX_REASON_LENGTH,
                required=False,
                initial=omitted.get(part.key, usual),
            )

    def clean(self):
        """What was said; of a file nothing, where nothing was sent."""
        cleaned = super().clean()
        for part in self.parts:
            if part.file and part.key not in self.data:
                cleaned.pop(part.key, None)
        return cleaned

    def rows(self):
        """Each part with its field."""
        for part in self.parts:
            yield part, self[part.key]

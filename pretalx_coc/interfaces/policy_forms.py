# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The forms for writing and publishing the policy."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from i18nfield.forms import I18nFormField

from pretalx.common.forms.mixins import PretalxI18nFormMixin
from pretalx.common.forms.widgets import I18nMarkdownTextarea, MarkdownWidget

from pretalx_coc.domain.contacts import CONTACT_FIELDS
from pretalx_coc.models import CocSettings

EVERYONE, NEW_PROPOSALS = "everyone", "new"


class PolicyForm(PretalxI18nFormMixin, forms.Form):
    """The draft of the policy, in every language of the event."""

    text = I18nFormField(
        label=_("Code of conduct"),
        help_text=_(
            "Speakers read this text and accept it before they submit a proposal. If "
            "it builds on somebody else’s code of conduct, name that at the end, as "
            "its licence asks."
        ),
        widget=I18nMarkdownTextarea,
        required=False,
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)


class PublishForm(forms.Form):
    """What is published, what readers are told about it, and who accepts it."""

    summary = forms.CharField(
        label=_("What has changed"),
        help_text=_("Readers see this beside the new version. You can leave it out."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    applies = forms.ChoiceField(
        label=_("Who accepts the new version?"),
        widget=forms.RadioSelect,
        initial=EVERYONE,
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)
    previewed = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, is_first: bool, number_to_ask: int, **kwargs):
        super().__init__(*args, **kwargs)
        if is_first:
            # There is nothing to compare with, and nobody has accepted anything.
            del self.fields["summary"], self.fields["applies"]
            return
        everyone = ngettext(
            "Everyone accepts again: {number} speaker is asked.",
            "Everyone accepts again: {number} speakers are asked.",
            number_to_ask,
        ).format(number=number_to_ask)
        self.fields["applies"].choices = [
            (EVERYONE, everyone),
            (NEW_PROPOSALS, _("It applies to new proposals: nobody is asked.")),
        ]


class LanguageForm(forms.Form):
    """The text of the version in force in one more language."""

    text = forms.CharField(
        label=_("Code of conduct"), widget=MarkdownWidget, strip=False
    )
    number = forms.IntegerField(widget=forms.HiddenInput)


class ContactsForm(forms.ModelForm):
    """Whom people turn to with a concern, and what copies of the event do."""

    class Meta:
        model = CocSettings
        fields = (*CONTACT_FIELDS, "clone_publishes")

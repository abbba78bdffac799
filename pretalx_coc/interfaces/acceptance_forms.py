# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The forms around asking for acceptances."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pretalx.common.forms.renderers import InlineFormRenderer
from pretalx.common.forms.widgets import HtmlDateInput
from pretalx.common.text.phrases import phrases
from pretalx.submission.models import SubmissionStates

from pretalx_coc.domain.gate import MAX_REASON_LENGTH
from pretalx_coc.domain.importing import importable_questions
from pretalx_coc.domain.paper import MAX_NOTE_LENGTH
from pretalx_coc.domain.policy import languages_of
from pretalx_coc.domain.queries.acceptance_list import NOT_ASKED, NOT_REMINDED, REMINDED
from pretalx_coc.domain.queries.outstanding import LIVE_STATES
from pretalx_coc.interfaces.languages import language_name
from pretalx_coc.models import CocSettings, PolicyText, PolicyVersion

STATES = [(state.value, SubmissionStates(state).label) for state in LIVE_STATES]


class AcceptanceFilterForm(forms.Form):
    """What the list of the outstanding shows."""

    default_renderer = InlineFormRenderer

    state = forms.ChoiceField(
        label=_("State of the talk"),
        choices=[("", _("All states")), *STATES],
        required=False,
    )
    declined = forms.ChoiceField(
        label=pgettext_lazy("a speaker said no to the code of conduct", "Declined"),
        choices=[
            ("", _("Declined or not")),
            ("yes", _("Has declined")),
            ("no", _("Has not declined")),
        ],
        required=False,
    )
    reminded = forms.ChoiceField(
        label=_("Mails"),
        choices=[
            ("", _("Asked or not")),
            (NOT_ASKED, _("Not asked yet")),
            (NOT_REMINDED, _("Asked, not reminded")),
            (REMINDED, _("Reminded")),
        ],
        required=False,
    )
    q = forms.CharField(
        label=phrases.base.search,
        required=False,
        widget=forms.SearchInput(attrs={"placeholder": phrases.base.search}),
    )


class PaperForm(forms.Form):
    """An acceptance that somebody gave on paper."""

    version = forms.ModelChoiceField(
        label=pgettext_lazy("of the code of conduct", "Version"),
        queryset=None,
        empty_label=None,
    )
    language = forms.ChoiceField(label=_("Language of the text that was signed"))
    note = forms.CharField(
        label=_("Note"),
        help_text=_("For example who was there, and where the paper is kept."),
        max_length=MAX_NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args, event, **kwargs):
        super().__init__(*args, **kwargs)
        versions = PolicyVersion.objects.filter(event=event).order_by("-number")
        version = self.fields["version"]
        version.queryset = versions
        version.label_from_instance = lambda row: _("Version {number}").format(
            number=row.number
        )
        first = versions.first()
        version.initial = first
        languages = PolicyText.objects.filter(event=event).order_by()
        languages = languages.values_list("language", flat=True).distinct()
        self.fields["language"].choices = sorted(
            (code, language_name(code)) for code in languages
        )
        self.fields["language"].initial = event.locale

    def clean(self):
        data = super().clean()
        version, language = data.get("version"), data.get("language")
        if version and language and language not in languages_of(version):
            self.add_error("language", _("This version has no text in this language."))
        return data


class LetThroughForm(forms.Form):
    """Why a talk may be confirmed all the same."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Everybody who may see who has not accepted can read it."),
        max_length=MAX_REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AcceptanceSettingsForm(forms.ModelForm):
    """How speakers are asked, and what the gate does."""

    class Meta:
        model = CocSettings
        fields = (
            "ask_each_proposal",
            "material_tick",
            "gate_holds",
            "team_accepts",
            "mail_mode",
            "reminder_days",
            "reminder_max",
            "reminder_until",
        )
        widgets = {"reminder_until": HtmlDateInput}

    reminder_days = forms.IntegerField(
        label=CocSettings._meta.get_field("reminder_days").verbose_name,
        help_text=CocSettings._meta.get_field("reminder_days").help_text,
        min_value=1,
        max_value=365,
        required=False,
    )


class ImportForm(forms.Form):
    """Which field's answers become acceptances of which version."""

    question = forms.ModelChoiceField(
        label=_("Custom field"),
        queryset=None,
        help_text=_("Only fields that are answered with yes or no."),
    )
    version = forms.ModelChoiceField(
        label=_("Version that they accepted"),
        queryset=None,
        help_text=_(
            "Choose the version whose text speakers saw beside the field, or could "
            "read in the place it named."
        ),
    )

    def __init__(self, *args, event, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["question"].queryset = importable_questions(event)
        self.fields["question"].label_from_instance = lambda row: str(row.question)
        version = self.fields["version"]
        version.queryset = PolicyVersion.objects.filter(event=event).order_by("-number")
        version.label_from_instance = lambda row: _("Version {number}").format(
            number=row.number
        )

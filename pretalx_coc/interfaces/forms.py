# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The forms of the organiser area."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pretalx.common.forms.renderers import InlineFormRenderer
from pretalx.common.forms.widgets import EnhancedSelectMultiple
from pretalx.common.text.phrases import phrases

from pretalx_coc.domain.flags import MAX_TEXT_LENGTH as MAX_FLAG_LENGTH
from pretalx_coc.domain.queries.unchecked import PENDING
from pretalx_coc.domain.verdicts import MAX_REASON_LENGTH
from pretalx_coc.enums import FlagReason, ItemKind, Verdict
from pretalx_coc.interfaces.materials import UNREAD


class ResponseTeamForm(forms.Form):
    """Which of the event's teams are the response team."""

    teams = forms.ModelMultipleChoiceField(
        label=_("Teams"),
        queryset=None,
        widget=EnhancedSelectMultiple,
        help_text=_(
            "All members of these teams see findings and flags, except those about "
            "themselves or their own talks. They need no other right in pretalx."
        ),
        error_messages={"required": _("Please choose at least one team.")},
    )

    def __init__(self, *args, event, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["teams"].queryset = event.teams.distinct().order_by("name")
        self.fields["teams"].label_from_instance = lambda team: str(team.name)


class FlagForm(forms.Form):
    """A reviewer's or organiser's concern about a talk."""

    reason = forms.ChoiceField(
        label=_("What is it about?"),
        choices=[("", _("Please choose")), *FlagReason.choices],
        error_messages={"required": _("Please choose what it is about.")},
    )
    text = forms.CharField(
        label=_("What did you notice?"),
        help_text=_("A few words are enough, for example which passage you mean."),
        max_length=MAX_FLAG_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ListCheckForm(forms.Form):
    """A list of addresses, such as the attendees', to be checked and not stored."""

    addresses = forms.CharField(
        label=_("Mail addresses"),
        help_text=_("One in each line, or as you copied them out of a table or mail."),
        widget=forms.Textarea(
            attrs={"rows": 6, "autocomplete": "off", "spellcheck": "false"}
        ),
        error_messages={"required": _("Please paste at least one mail address.")},
    )


class VerdictForm(forms.Form):
    """What a member says of a passage or a flag."""

    verdict = forms.ChoiceField(choices=Verdict.choices)
    reason = forms.CharField(max_length=MAX_REASON_LENGTH, required=False)
    allow_phrase = forms.BooleanField(required=False)
    revision = forms.IntegerField(min_value=0)


class UndoForm(forms.Form):
    """Taking a verdict back."""

    revision = forms.IntegerField(min_value=0)


class PanelFilterForm(forms.Form):
    """What the panel shows."""

    default_renderer = InlineFormRenderer

    kind = forms.ChoiceField(
        label=_("Show"),
        choices=[("", _("Everything")), *ItemKind.choices],
        required=False,
    )
    hints = forms.ChoiceField(
        label=_("Passages"),
        choices=[("", _("Worth a look")), ("yes", _("Also hints"))],
        required=False,
    )
    unread = forms.ChoiceField(
        label=_("Reason"),
        choices=[
            ("", _("All reasons")),
            *((code, words) for code, words in UNREAD.items() if code != PENDING),
        ],
        required=False,
    )
    verdict = forms.ChoiceField(
        label=pgettext_lazy("state of an item on the panel", "State"),
        choices=[
            ("", pgettext_lazy("state of an item on the panel", "Waiting")),
            *Verdict.choices,
        ],
        required=False,
    )
    q = forms.CharField(
        label=phrases.base.search,
        required=False,
        widget=forms.SearchInput(attrs={"placeholder": phrases.base.search}),
    )

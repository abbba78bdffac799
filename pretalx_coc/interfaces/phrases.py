# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The form for words and phrases, and what a trial of them shows."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.phrase_trials import MAX_TEXT, Passage
from pretalx_coc.domain.phrases import MAX_LENGTH, checked_phrase, watches
from pretalx_coc.enums import FindingCategory, PhraseKind
from pretalx_coc.interfaces.materials import Labels
from pretalx_coc.interfaces.passages import around, visible


class PhraseForm(forms.Form):
    """One word or phrase, and a text to try it on."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("what a check does with a phrase", "What to do"),
        choices=PhraseKind.choices,
        initial=PhraseKind.WATCHED,
    )
    text = forms.CharField(
        label=_("Word or phrase"),
        help_text=_(
            "Capitals and accents make no difference, and disguises are seen through. "
            "A star before or after a word stands for more letters: “crypto*” is also "
            "found in “cryptobros”."
        ),
        max_length=MAX_LENGTH,
    )
    category = forms.ChoiceField(
        label=_("What it is about"),
        help_text=_("Only for what is always pointed at."),
        choices=[("", _("Please choose")), *FindingCategory.choices],
        required=False,
    )
    sample = forms.CharField(
        label=_("A text to try it on"),
        help_text=_("It is not stored."),
        max_length=MAX_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_text(self):
        try:
            return checked_phrase(self.cleaned_data["text"])
        except CocError as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self):
        data = super().clean()
        is_watched = watches(data.get("kind", ""))
        if is_watched and not data.get("category") and "category" not in self.errors:
            self.add_error("category", _("Please choose what it is about."))
        return data


def present_passage(entry: Passage, labels: Labels | None = None) -> dict:
    """What a template shows of a passage that a trial has found.

    Args:
        entry: The passage.
        labels: What materials are called, for one out of a proposal.
    """
    field = entry.material and labels and labels.of(entry.material, entry.name)
    before, after = around(entry.before, entry.after)
    return {
        "before": before,
        "passage": visible(entry.passage),
        "after": after,
        "title": entry.title,
        "code": entry.code,
        "field": field or "",
        "about": dict(FindingCategory.choices).get(entry.label, ""),
    }

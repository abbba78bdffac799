# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What was disclosed to a person, with the forms in which they answer it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from pretalx_coc.domain.case_log import MAX_TEXT_LENGTH
from pretalx_coc.domain.contacts import contacts_of
from pretalx_coc.domain.disclosures import matters_of


class MatterForm(forms.Form):
    """A text about one matter, which ``matter`` names by its code."""

    matter = forms.CharField(widget=forms.HiddenInput, max_length=32)
    text = forms.CharField(
        max_length=MAX_TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 7}),
        error_messages={"required": _("Please write something.")},
    )

    def __init__(self, data=None, *, code: str):
        self.code = code
        super().__init__(data, auto_id=f"{code}_%s", initial={"matter": code})


class AnswerForm(MatterForm):
    """The subject's side."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("Your side")


class ObjectionForm(MatterForm):
    """What they say against a decision."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("What is wrong with this decision, and why")


def matters_context(event, user, bound: MatterForm | None = None) -> dict:
    """What the templates need to show a person what concerns them.

    Args:
        event: The event.
        user: The person.
        bound: The form that was sent and refused: it keeps what was typed.
    """
    matters = matters_of(event, user)

    def with_form(form_class, matter):
        if not matter.is_open:
            return matter, None
        if bound and bound.code == matter.code:
            return matter, bound
        return matter, form_class(code=matter.code)

    questions = [with_form(AnswerForm, each) for each in matters.questions]
    return {
        "matters": matters,
        "open_questions": [pair for pair in questions if pair[1]],
        "past_questions": [pair for pair in questions if not pair[1]],
        "decisions": [with_form(ObjectionForm, each) for each in matters.decisions],
        "contacts": contacts_of(event) if matters else {},
        "refused": bound if bound and bound.code not in _open_codes(matters) else None,
    }


def _open_codes(matters) -> set[str]:
    both = (*matters.questions, *matters.decisions)
    return {matter.code for matter in both if matter.is_open}

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What the outside contact fills in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from pretalx_coc.domain.case_log import MAX_TEXT_LENGTH

YES, NO = "yes", "no"


class OutsideForm(forms.Form):
    """An answer, and why.

    Args:
        purpose: ``outside.APPROVE``, ``APPEAL`` or ``ADVISE``.
        holds: What they are to look at was done already.
    """

    choice = forms.ChoiceField(
        label=_("Your answer"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose one.")},
    )
    text = forms.CharField(
        label=_("Why"),
        max_length=MAX_TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Please write something.")},
    )

    def __init__(self, *args, purpose: str, holds: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        getattr(self, f"_for_{purpose}")(holds)

    def _for_approve(self, holds: bool):
        yes, no = _("I approve this decision"), _("I do not approve it")
        if holds:
            yes, no = _("It stays"), _("It is to be lifted")
        self.fields["choice"].choices = [(YES, yes), (NO, no)]
        self.fields["text"].required = False
        self.fields["text"].help_text = _(
            "For the response team; needed if you do not agree."
        )

    def _for_appeal(self, holds: bool):
        self.fields["choice"].choices = [
            (YES, _("The decision is lifted")),
            (NO, _("The decision stays")),
        ]
        self.fields["text"].label = _("Your answer to the person")
        self.fields["text"].help_text = _(
            "They read this. Please name nobody else in it."
        )

    def _for_advise(self, holds: bool):
        del self.fields["choice"]
        self.fields["text"].label = _("Your advice")
        self.fields["text"].help_text = _(
            "It goes on the case, for whoever may work on it."
        )

    def clean(self):
        """Refuse a no without a reason."""
        data = super().clean()
        missing = "text" not in self.errors and not data.get("text")
        if data.get("choice") == NO and missing:
            self.add_error("text", _("Please say why."))
        return data

    @property
    def agreed(self) -> bool:
        return self.cleaned_data.get("choice") == YES

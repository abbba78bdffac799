# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What a speaker fills in: the ticks, and why they decline.

Each form carries which text was on the screen. A tick belongs to that text: if
another one is in force by now, the form comes back with the new text, unticked.
"""

from django import forms
from django.utils.translation import gettext_lazy as _

from pretalx_coc.domain.personal import MAX_REASON_LENGTH
from pretalx_coc.domain.policy import languages_of, text_of, version_in_force


def shown_value(text) -> str:
    """What identifies a text that was on the screen: number, language, hash."""
    return f"{text.number}:{text.language}:{text.sha256}"


class ShownTextForm(forms.Form):
    """Knows which text was on the screen.

    After ``is_valid`` the version in force is in ``version``, and the language
    that was read in ``language``. ``is_stale`` says that another text was on
    the screen than the one in force.
    """

    field_of_errors = None

    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, text, **kwargs):
        super().__init__(*args, **kwargs)
        self.text = text
        self.version = self.language = None
        self.is_stale = False
        self.fields["shown"].initial = shown_value(text)

    def clean(self):
        """Refuse what was given for another text than the one in force."""
        data = super().clean()
        number, language, sha256 = ([*(data.get("shown") or "").split(":"), "", ""])[:3]
        version = version_in_force(self.text.event)
        texts = {str(version.number): languages_of(version)} if version else {}
        known = language in texts.get(number, ())
        if known and text_of(version, language).sha256 == sha256:
            self.version, self.language = version, language
            return data
        self.is_stale = True
        self._show_the_text_in_force()
        return data

    def _show_the_text_in_force(self):
        self.data = self.data.copy()
        self.data[self.add_prefix("shown")] = shown_value(self.text)
        self.add_error(
            self.field_of_errors,
            _(
                "A new version of the code of conduct has been published since you "
                "opened this page. Please read it and tick the box again."
            ),
        )


class AcceptForm(ShownTextForm):
    """One required tick, and a second one where the organiser asks for it."""

    field_of_errors = "accept"
    field_order = ("accept", "material", "shown")

    accept = forms.BooleanField(
        label=_("I accept this code of conduct"),
        error_messages={
            "required": _("Please tick this box to accept the code of conduct.")
        },
    )
    material = forms.BooleanField(
        label=_("My slides and everything else I show follow it, too"),
        error_messages={
            "required": _("Please tick this box, too, if your material follows it.")
        },
    )

    def __init__(self, *args, asks_material=False, **kwargs):
        super().__init__(*args, **kwargs)
        if not asks_material:
            del self.fields["material"]

    def _show_the_text_in_force(self):
        # The ticks belong to the text that was on the screen: they go with it.
        super()._show_the_text_in_force()
        for name in {"accept", "material"} & set(self.fields):
            self.data.pop(self.add_prefix(name), None)
        self.errors.pop("material", None)
        self.errors["accept"] = self.error_class(self.errors["accept"].data[-1:])


class DeclineForm(ShownTextForm):
    """Saying no, and why."""

    field_order = ("reason", "shown")

    reason = forms.CharField(
        label=_("Why?"),
        help_text=_("The organisers read this."),
        max_length=MAX_REASON_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def _show_the_text_in_force(self):
        self.data = self.data.copy()
        self.data[self.add_prefix("shown")] = shown_value(self.text)
        self.add_error(
            None,
            _(
                "A new version of the code of conduct has been published since you "
                "opened this page. Please read it first."
            ),
        )

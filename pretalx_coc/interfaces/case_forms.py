# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The forms of a case that is open: one for each thing that can be done with it."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pretalx.common.forms.renderers import InlineFormRenderer
from pretalx.common.forms.widgets import HtmlDateTimeInput
from pretalx.common.text.phrases import phrases

from pretalx_coc.domain.case_links import MAX_LINK_REASON
from pretalx_coc.domain.case_log import MAX_TEXT_LENGTH
from pretalx_coc.domain.case_steps import steps_from
from pretalx_coc.domain.queries.cases import NOBODY
from pretalx_coc.enums import (
    CaseOutcome,
    CaseRole,
    CaseState,
    FlagReason,
    Severity,
    WaitingFor,
)

NOTHING = ("", _("Please choose"))


def text_field(label, *, rows=4, required=True, **kwargs):
    """A field for what somebody writes."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=kwargs.pop("max_length", MAX_TEXT_LENGTH),
        widget=forms.Textarea(attrs={"rows": rows}),
        **kwargs,
    )


def time_field(label, *, required=False, **kwargs):
    """A field for a point in time."""
    return forms.DateTimeField(
        label=label, required=required, widget=HtmlDateTimeInput, **kwargs
    )


class CaseFilterForm(forms.Form):
    """Which cases the queue shows."""

    default_renderer = InlineFormRenderer

    q = forms.CharField(
        label=phrases.base.search,
        required=False,
        widget=forms.SearchInput(
            attrs={"placeholder": phrases.base.search, "accesskey": "s"}
        ),
    )
    state = forms.ChoiceField(
        label=pgettext_lazy("state of a case", "State"),
        choices=[("", _("All that are open")), *CaseState.choices],
        required=False,
    )
    severity = forms.TypedChoiceField(
        label=_("Severity"),
        choices=[("", _("Every severity")), *reversed(Severity.choices)],
        coerce=int,
        empty_value=None,
        required=False,
    )
    category = forms.ChoiceField(
        label=_("Category"),
        choices=[("", _("Every category")), *FlagReason.choices],
        required=False,
    )
    assignee = forms.ChoiceField(label=_("Given to"), required=False)

    def __init__(self, *args, members, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["assignee"].choices = [
            ("", _("Everybody")),
            (NOBODY, _("Nobody yet")),
            *((user.code, user.get_display_name()) for user in members),
        ]


class SearchForm(forms.Form):
    """All that a small team needs to find a case."""

    default_renderer = InlineFormRenderer

    q = CaseFilterForm.base_fields["q"]
    state = CaseFilterForm.base_fields["state"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["q"].widget.attrs["accesskey"]


class NoteForm(forms.Form):
    """A note on the timeline."""

    text = text_field(
        _("Note"), help_text=_("Notes stay as they are: correct one by another.")
    )
    tell = forms.MultipleChoiceField(
        label=_("Send word to"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("They get a mail that there is a note for them, without its text."),
    )

    def __init__(self, *args, members=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["tell"].choices = [
            (user.code, user.get_display_name()) for user in members
        ]
        if not members:
            del self.fields["tell"]


class MoveForm(forms.Form):
    """Another state."""

    state = forms.ChoiceField(label=pgettext_lazy("state of a case", "State"))
    waiting_for = forms.ChoiceField(
        label=_("Waits for"),
        choices=[NOTHING, *WaitingFor.choices],
        required=False,
        help_text=_("Only for a case that waits."),
    )
    waiting_until = time_field(_("Waits until"), help_text=_("When to look again."))
    text = text_field(_("Why"), rows=2, required=False)

    def __init__(self, *args, case, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = [
            (state, state.label)
            for state in steps_from(case.state)
            if state != CaseState.CLOSED
        ]


class CloseForm(forms.Form):
    """What a case came to."""

    outcome = forms.ChoiceField(
        label=_("What it came to"),
        choices=[NOTHING, *CaseOutcome.choices],
        help_text=_("How long the case is kept depends on it."),
    )
    text = text_field(_("Why"), rows=3, required=False)


class DescribeForm(forms.Form):
    """What is said of a case."""

    severity = forms.TypedChoiceField(
        label=_("Severity"), choices=Severity.choices, coerce=int
    )
    category = forms.ChoiceField(label=_("Category"), choices=FlagReason.choices)
    place = forms.CharField(
        label=_("Where"),
        max_length=200,
        required=False,
        help_text=_("Members see it before they say whether they have a conflict."),
    )
    next_step = forms.CharField(
        label=pgettext_lazy("of a case", "Next step"), max_length=300, required=False
    )
    next_due = time_field(_("Due"))
    may_be_told = text_field(
        _("What may be told to whom"),
        rows=3,
        required=False,
        max_length=5_000,
        help_text=_("For everybody on the case, before they talk to anybody."),
    )


class MemberForm(forms.Form):
    """Somebody on the response team."""

    member = forms.ChoiceField(label=_("Who"), required=False)

    def __init__(self, *args, members, nobody=False, **kwargs):
        super().__init__(*args, **kwargs)
        first = [("", _("Nobody"))] if nobody else [NOTHING]
        self.fields["member"].required = not nobody
        self.fields["member"].choices = first + [
            (user.code, user.get_display_name()) for user in members
        ]


class PersonForm(forms.Form):
    """Somebody who has to do with a case."""

    role = forms.ChoiceField(
        label=_("What they have to do with it"),
        choices=[NOTHING, *CaseRole.choices],
        help_text=_(
            "Who was affected or saw it does not see this case, also if they are on "
            "the response team."
        ),
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=200,
        required=False,
        help_text=_("Or what they look like."),
    )
    contact = forms.CharField(
        label=_("How to reach them"), max_length=300, required=False
    )
    account = forms.EmailField(
        label=_("Mail address of their account"),
        required=False,
        help_text=_("If they have one on this pretalx."),
    )


class ConfirmForm(forms.Form):
    """A page that only asks whether one is sure."""


class FileForm(forms.Form):
    """A file for a case."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("Only those who may open this case can download it."),
    )


class AttachForm(forms.Form):
    """What to attach to a case."""

    what = forms.ChoiceField(
        label=_("What belongs to this case?"), widget=forms.RadioSelect
    )
    text = text_field(_("Why"), rows=2, required=False)

    def __init__(self, *args, choices, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["what"].choices = choices


class OtherCaseForm(forms.Form):
    """Another case."""

    other = forms.ChoiceField(label=_("Which case?"))
    text = text_field(_("Why"), rows=2, required=False)

    def __init__(self, *args, choices, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["other"].choices = [NOTHING, *choices]


class UnlinkForm(OtherCaseForm):
    """A case that has nothing to do with this one, and why."""

    text = text_field(_("Why"), rows=2, max_length=MAX_LINK_REASON)


class SplitForm(forms.Form):
    """What goes to a case of its own."""

    parts = forms.MultipleChoiceField(
        label=_("What goes to the new case?"), widget=forms.CheckboxSelectMultiple
    )
    about = forms.CharField(
        label=_("Whom the new case is about"),
        max_length=500,
        required=False,
        help_text=_("In words. Empty: the same as this one."),
    )
    text = text_field(_("Why"), rows=2, required=False)

    def __init__(self, *args, choices, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["parts"].choices = choices


class HandOverForm(forms.Form):
    """What the team of another event gets of a case."""

    event = forms.ChoiceField(label=_("To the team of which event?"))
    text = text_field(
        _("What do they need to know, and what for?"),
        rows=5,
        help_text=_("The other team reads exactly this, before everything else."),
    )
    parts = forms.MultipleChoiceField(
        label=_("What else do they get?"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Copies, as they are now. Nothing that is not ticked passes on."),
    )
    names = forms.BooleanField(
        label=_("The names of who reported it, was affected or saw it, too"),
        required=False,
        help_text=_(
            "And how to reach them. Only if the other team cannot do without, and "
            "best if they agreed. Otherwise nothing that names them passes on."
        ),
    )

    def __init__(self, *args, events, parts, has_people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["event"].choices = [
            NOTHING,
            *((str(event.pk), str(event.name)) for event in events),
        ]
        self.fields["parts"].choices = parts
        if not parts:
            del self.fields["parts"]
        if not has_people:
            del self.fields["names"]


class AnswerForm(forms.Form):
    """What whoever reported was told."""

    text = text_field(_("What were they told?"))
    final = forms.BooleanField(
        label=_("This says what came of it"),
        required=False,
        help_text=_("Without it, this was a first answer, and another one is due."),
    )


class SecondLookForm(forms.Form):
    """Whoever reported asks for another look."""

    text = text_field(_("What did they say?"), rows=3, required=False)


class AskForm(forms.Form):
    """A question to whom a case is about."""

    text = text_field(
        _("What do you ask?"),
        rows=6,
        help_text=_(
            "They read exactly this, on a page of their own. Name nobody who "
            "reported it, was affected or saw it."
        ),
    )
    due = time_field(_("Until when they are asked to answer"), required=True)


class ReasonForm(forms.Form):
    """Something that needs a reason."""

    text = text_field(_("Why"), rows=3)


class CommentForm(forms.Form):
    """Something that may have a comment."""

    text = text_field(_("What do you want to say?"), rows=3, required=False)

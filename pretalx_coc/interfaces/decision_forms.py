# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The forms of decisions and of objections to them."""

import hashlib
import json

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.translation import gettext_lazy as _

from pretalx.common.forms.widgets import HtmlDateInput
from pretalx.submission.models import Resource, SubmissionStates

from pretalx_coc.domain.decision_drafts import Draft
from pretalx_coc.domain.effects.talks import OVER
from pretalx_coc.domain.statements import statement_language
from pretalx_coc.domain.subjects import account_of, talks_of
from pretalx_coc.enums import AlsoDone, CaseSubject, EntryKind, Measure, OnSite
from pretalx_coc.interfaces.case_forms import NOTHING, text_field, time_field
from pretalx_coc.interfaces.languages import language_name

#: What on the timeline is evidence; the rest is how the work went.
EVIDENCE = (
    EntryKind.OPENED,
    EntryKind.NOTE,
    EntryKind.REPORT,
    EntryKind.ATTACHED,
    EntryKind.FILE,
    EntryKind.HEARING_ANSWERED,
    EntryKind.HEARING_SKIPPED,
)
MANY = forms.CheckboxSelectMultiple
#: Of the text of an entry, to tell it from the others.
MOST_SHOWN = 80
#: What most decisions do not need stays out of sight until it is asked for.
SELDOM = (
    "talk_state",
    "also",
    "resources",
    "change_due",
    "conditions",
    "starts",
    "ends",
    "review_date",
)


def _in_short(line) -> str:
    said = line.detail or line.entry.text[:MOST_SHOWN]
    return ": ".join(part for part in (line.title, said) if part)


def _many(label, **kwargs):
    return forms.MultipleChoiceField(label=label, required=False, widget=MANY, **kwargs)


class DecisionForm(forms.Form):
    """A decision: what, why, what they read, and from when until when."""

    measure = forms.ChoiceField(label=_("Measure"), choices=[NOTHING, *Measure.choices])
    reason = text_field(
        _("Why, in terms of the code of conduct"),
        help_text=_("For the response team; the person it is about does not read it."),
    )
    evidence = _many(_("What it rests on"))
    talks = _many(_("Talks"))
    talk_state = forms.ChoiceField(
        label=_("A talk that is withdrawn becomes"),
        choices=[
            ("", _("What fits where it stands")),
            *((state, SubmissionStates(state).label) for state in OVER),
        ],
        required=False,
    )
    also = _many(_("And for these talks"), choices=AlsoDone.choices)
    resources = _many(_("Files that are withheld"))
    on_site = _many(_("What is done by hand"), choices=OnSite.choices)
    address = forms.EmailField(
        label=_("Their mail address"),
        required=False,
        help_text=_(
            "They have no account that is known, so an exclusion recognises them by "
            "it. Only a keyed hash of it is kept."
        ),
    )
    change_due = time_field(_("Until when something is to be changed"))
    conditions = text_field(_("What they are asked to do"), rows=3, required=False)
    starts = time_field(_("From"), help_text=_("Empty: at once."))
    ends = time_field(_("Until"), help_text=_("Empty: no end."))
    review_date = forms.DateField(
        label=_("When the response team looks again"),
        required=False,
        widget=HtmlDateInput,
    )
    statement = text_field(
        _("What they read"),
        rows=10,
        required=False,
        help_text=_(
            "A button below writes a text to start from. Name nobody who reported "
            "it, was affected or saw it."
        ),
    )
    statement_language = forms.ChoiceField(label=_("Language of this text"))
    emergency = forms.BooleanField(
        label=_("It cannot wait for a second person"),
        required=False,
        help_text=_("It holds at once, and somebody looks again within 24 hours."),
    )
    alone_because = text_field(
        _("Decided alone, because …"),
        rows=2,
        required=False,
        help_text=_("Only where nobody else can look at it."),
    )

    def __init__(self, *args, case, timeline, needs_second, is_alone, **kwargs):
        super().__init__(*args, **kwargs)
        self.case = case
        talks = list(talks_of(case))
        files = Resource.objects.filter(submission__in=talks).order_by("pk")
        self._choices("talks", [(talk.code, talk.title) for talk in talks])
        self._choices(
            "resources", [(str(one.pk), one.description or one) for one in files]
        )
        self._choices(
            "evidence",
            [
                (str(line.entry.pk), _in_short(line))
                for line in timeline
                if line.entry.kind in EVIDENCE
            ],
        )
        if account_of(case) or case.subject_kind == CaseSubject.ORGANISATION:
            del self.fields["address"]
        if not talks:
            del self.fields["talk_state"], self.fields["also"]
        if not needs_second:
            del self.fields["emergency"]
        if not (needs_second and is_alone):
            del self.fields["alone_because"]
        languages = [(code, language_name(code)) for code in case.event.locales]
        self.fields["statement_language"].choices = languages
        self.fields["statement_language"].initial = statement_language(case)

    def _choices(self, name: str, choices) -> None:
        if choices:
            self.fields[name].choices = choices
        else:
            del self.fields[name]

    def usual(self) -> list:
        """The fields that every decision has."""
        return [field for field in self if field.name not in SELDOM]

    def seldom(self) -> list:
        """The other ones."""
        return [field for field in self if field.name in SELDOM]

    def shows_all(self) -> bool:
        """Whether one of the others was filled in, or may be what is missing."""
        filled_in = any(self.data.get(name) for name in SELDOM)
        return filled_in or any(
            name in (*SELDOM, NON_FIELD_ERRORS) for name in self.errors
        )

    def draft(self) -> Draft:
        """What the form says, as the domain wants it."""
        data = self.cleaned_data
        return Draft(
            measure=data["measure"],
            reason=data["reason"],
            statement=data["statement"],
            statement_language=data["statement_language"] if data["statement"] else "",
            evidence=tuple(int(pk) for pk in data.get("evidence", ())),
            on_site=tuple(
                {"what": what, "who": "", "when": "", "done": False}
                for what in data["on_site"]
            ),
            talks=tuple(data.get("talks", ())),
            talk_state=data.get("talk_state", ""),
            also=tuple(data.get("also", ())),
            resources=tuple(int(pk) for pk in data.get("resources", ())),
            starts=data["starts"],
            ends=data["ends"],
            conditions=data["conditions"],
            review_date=data["review_date"],
            change_due=data["change_due"],
            address=data.get("address", ""),
        )

    def digest(self) -> str:
        """Tells whether what is decided is what was previewed."""
        data = json.dumps(self.cleaned_data, default=str, sort_keys=True)
        return hashlib.sha256(data.encode()).hexdigest()


class AppealForm(forms.Form):
    """What becomes of an objection."""

    granted = forms.ChoiceField(
        label=_("The objection"),
        choices=[
            ("", _("Please choose")),
            ("yes", _("is right: the decision is lifted")),
            ("no", _("is not right: the decision stays")),
        ],
    )
    answer = text_field(
        _("Your answer"), help_text=_("They read exactly this, on their own page.")
    )


class SecondLookDecisionForm(forms.Form):
    """What somebody says of a decision that was made at once."""

    agreed = forms.ChoiceField(
        label=_("The decision"),
        choices=[("", _("Please choose")), ("yes", _("stays")), ("no", _("is lifted"))],
    )
    text = text_field(_("Why"), rows=3, required=False)

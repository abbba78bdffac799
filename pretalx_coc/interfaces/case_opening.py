# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The forms that open a case, and that write down a report."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from pretalx.person.models import SpeakerProfile, User

from pretalx_coc.domain.cases import (
    MAX_SUBJECT_LENGTH,
    Subject,
    subject_in_words,
    subject_of_account,
    subject_of_profile,
)
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.reports import Somebody
from pretalx_coc.enums import CaseSubject, FlagReason, Severity
from pretalx_coc.interfaces.case_forms import text_field

ADDRESS = re.compile(r"[^\s<>,;:()]+@[^\s<>,;:()]+\w")
#: Enough to see that a name is not enough.
MOST_FOUND = 2


def account_of_address(address: str) -> User | None:
    """The account with a mail address, if there is one that can log in."""
    if not address:
        return None
    return User.objects.filter(email__iexact=address, is_active=True).first()


def somebody(line: str) -> Somebody:
    """Somebody as a member wrote them down: a name, perhaps with a mail address."""
    found = ADDRESS.search(line)
    address = found[0] if found else ""
    name = line.replace(address, "").strip(" \t<>,;:()") if address else line.strip()
    return Somebody(name=name, contact=address, user=account_of_address(address))


def people(text: str) -> list[Somebody]:
    """People as a member wrote them down, one in each line."""
    return [somebody(line) for line in text.splitlines() if line.strip()]


def speaker_named(event, words: str) -> SpeakerProfile:
    """The speaker that a member means: by name, mail address or code.

    Raises:
        CocError: There is none, or more than one.
    """
    profiles = SpeakerProfile.objects.filter(event=event).select_related("user")
    words = words.strip()
    for field in ("code__iexact", "user__email__iexact", "name__iexact"):
        found = list(profiles.filter(**{field: words})[:MOST_FOUND]) if words else []
        if len(found) == 1:
            return found[0]
        if found:
            raise CocError(
                _("There are several speakers of that name. Please give the address.")
            )
    raise CocError(_("There is no speaker of that name, address or code."))


class CaseForm(forms.Form):
    """How a case begins, once it is clear whom it is about."""

    severity = forms.TypedChoiceField(
        label=_("Severity"),
        choices=Severity.choices,
        coerce=int,
        initial=Severity.MEDIUM,
    )
    category = forms.ChoiceField(
        label=_("What is it about?"),
        choices=FlagReason.choices,
        initial=FlagReason.OTHER,
    )
    place = forms.CharField(
        label=_("Where"),
        max_length=200,
        required=False,
        help_text=_("Members see it before they say whether they have a conflict."),
    )
    text = text_field(_("First note"), required=False)


class SubjectForm(forms.Form):
    """Whom or what a case is about."""

    kind = forms.ChoiceField(
        label=_("Who or what is it about?"),
        choices=CaseSubject.choices,
        initial=CaseSubject.PROFILE,
    )
    who = forms.CharField(
        label=_("Who"),
        max_length=MAX_SUBJECT_LENGTH,
        help_text=_(
            "A speaker: their name, mail address or code. Somebody with an account: "
            "their mail address. Anybody else: what you know (badge, clothes, place)."
        ),
    )

    def __init__(self, *args, event, blind=False, **kwargs):
        self.event = event
        super().__init__(*args, **kwargs)
        if blind:
            # Whether there is a speaker of some name is not theirs to find out.
            self.fields["kind"].choices = [
                (kind, kind.label)
                for kind in (CaseSubject.PERSON, CaseSubject.ORGANISATION)
            ]
            self.initial["kind"] = CaseSubject.PERSON

    def get_subject(self, kind: str, who: str) -> Subject:
        """The subject that was meant.

        Raises:
            CocError: There is nobody like that.
        """
        if kind == CaseSubject.PROFILE:
            return subject_of_profile(speaker_named(self.event, who))
        if kind == CaseSubject.ACCOUNT:
            user = account_of_address(who.strip())
            if not user:
                raise CocError(_("There is no account with this mail address."))
            return subject_of_account(user)
        return subject_in_words(kind, who)

    def clean(self):
        data = super().clean()
        if "kind" in data and "who" in data:
            try:
                data["subject"] = self.get_subject(data["kind"], data["who"])
            except CocError as error:
                self.add_error("who", str(error))
        return data


class NewCaseForm(SubjectForm, CaseForm):
    """A case about anybody."""

    field_order = ("kind", "who", "severity", "category", "place", "text")


class FromForm(CaseForm):
    """A case about a speaker, from a flag, a passage or their record."""

    profile = forms.ChoiceField(
        label=_("Which speaker is it about?"), widget=forms.RadioSelect
    )
    field_order = ("profile", "severity", "category", "place", "text")

    def __init__(self, *args, profiles, **kwargs):
        super().__init__(*args, **kwargs)
        if len(profiles) > 1:
            choices = [(one.code, one.get_display_name()) for one in profiles]
            self.fields["profile"].choices = choices
        else:
            del self.fields["profile"]


class ReportForm(forms.Form):
    """What somebody said, as a member writes it down."""

    text = text_field(
        _("What was said?"),
        rows=6,
        help_text=_("As close to their own words as you can."),
    )
    happened = forms.CharField(label=_("When"), max_length=200, required=False)
    reporter = forms.CharField(
        label=_("Who said it?"),
        max_length=200,
        required=False,
        help_text=_("Empty, if they want to be nobody: then nobody can answer them."),
    )
    reporter_contact = forms.CharField(
        label=_("How to reach them"), max_length=300, required=False
    )
    affected = text_field(
        _("Who was affected?"),
        rows=2,
        required=False,
        help_text=_("One in each line, with the mail address if you know it."),
    )
    witnesses = text_field(
        _("Who saw it?"),
        rows=2,
        required=False,
        help_text=_("One in each line, with the mail address if you know it."),
    )
    wishes = text_field(
        _("What do they want to happen?"),
        rows=3,
        required=False,
        help_text=_("And what nobody may do without asking them first."),
    )

    def clean(self):
        data = super().clean()
        name = data.pop("reporter", "")
        contact = data.pop("reporter_contact", "")
        if name or contact:
            found = ADDRESS.search(f"{name} {contact}")
            user = account_of_address(found[0]) if found else None
            data["reporter"] = Somebody(name=name, contact=contact, user=user)
        for field in ("affected", "witnesses"):
            data[field] = people(data.get(field, ""))
        return data


class NewReportForm(SubjectForm, ReportForm):
    """A report that opens a case."""

    severity = CaseForm.base_fields["severity"]
    category = CaseForm.base_fields["category"]
    place = CaseForm.base_fields["place"]
    field_order = ("text", "happened", "place", "kind", "who", "severity", "category")

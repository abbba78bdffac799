# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Opening a case, writing down a report, attaching to a case from elsewhere."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView

from pretalx.person.models import SpeakerProfile

from pretalx_coc.domain import case_items, cases, reports
from pretalx_coc.domain.access import cases_of, rights_in
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.queries.cases import queue
from pretalx_coc.domain.queries.items import standing, visible_findings, visible_flags
from pretalx_coc.enums import CaseState, ItemRef, Standing
from pretalx_coc.interfaces.case_forms import OtherCaseForm
from pretalx_coc.interfaces.case_opening import (
    FromForm,
    NewCaseForm,
    NewReportForm,
    ReportForm,
)
from pretalx_coc.interfaces.case_page import thing_in_words
from pretalx_coc.models import Case
from pretalx_coc.views.base import PanelPermissionMixin, PermissionMixin, SpeakerMixin
from pretalx_coc.views.case_base import CaseFormView
from pretalx_coc.views.case_items import MOST_CASES


class BeginView(PermissionMixin, FormView):
    """A page of a member, from which they get to a case."""

    permission = "pretalx_coc.begin_case"
    template_name = "pretalx_coc/cases/form.html"
    title = intro = button = ""

    @cached_property
    def blind(self) -> bool:
        return rights_in(self.request.user, self.event).blind

    def act(self, data: dict) -> Case:
        """Do it; the case that it led to."""
        raise NotImplementedError

    def form_valid(self, form):
        try:
            case = self.act(form.cleaned_data)
        except CocError as error:
            form.add_error(None, str(error))
            return self.form_invalid(form)
        opened = cases_of(
            self.event, self.request.user, standings=(Standing.CLEAR,)
        ).filter(pk=case.pk)
        if opened.exists():
            return redirect(case.get_absolute_url())
        # A part of it, or not there any more for who wrote it down.
        messages.success(self.request, _("Thank you. The others see to it now."))
        return redirect("plugins:pretalx_coc:cases", event=self.event.slug)

    def get_context_data(self, **kwargs):
        return {
            **super().get_context_data(**kwargs),
            "title": self.title,
            "intro": self.intro,
            "button": self.button,
        }


class CaseNew(BeginView):
    """A case about anybody."""

    form_class = NewCaseForm
    title = gettext_lazy("Open a case")
    intro = gettext_lazy(
        "A case is one matter about one person or organisation. Everybody on the "
        "response team is told that there is one, but nobody who is a part of it."
    )
    button = gettext_lazy("Open the case")

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "event": self.event, "blind": self.blind}

    def act(self, data):
        data = {name: data[name] for name in data if name not in ("kind", "who")}
        return cases.open_case(event=self.event, by=self.request.user, **data)


class ReportNew(CaseNew):
    """A report that was given in person, and opens a case."""

    form_class = NewReportForm
    title = gettext_lazy("Write down a report")
    intro = gettext_lazy(
        "Somebody told you something. Write it down while you remember it: it opens "
        "a case."
    )
    button = gettext_lazy("Save the report")

    def act(self, data):
        data = {name: data[name] for name in data if name not in ("kind", "who")}
        report = reports.write_down(event=self.event, by=self.request.user, **data)
        return report.case


class CaseReport(CaseFormView):
    """A report about a case that is there already."""

    form_class = ReportForm
    title = gettext_lazy("Write down a report")
    button = gettext_lazy("Save the report")

    def act(self, data):
        reports.write_down(
            event=self.event, by=self.request.user, case=self.case, **data
        )

    def get_success_url(self):
        if self.request.user.has_perm("pretalx_coc.know_case", self.case):
            return super().get_success_url()
        return redirect("plugins:pretalx_coc:cases", event=self.event.slug).url


class ItemMixin(PanelPermissionMixin, BeginView):
    """A flag or a passage that this member may see and that stands."""

    permission = "pretalx_coc.view_panel"

    @cached_property
    def item(self):
        items = {
            ItemRef.FLAG: lambda: visible_flags(self.event, self.request.user),
            ItemRef.FINDING: lambda: visible_findings(
                self.event, self.request.user, hints=True
            ),
        }
        found = items.get(self.kwargs["kind"], SpeakerProfile.objects.none)()
        if self.kwargs["kind"] in items:
            found = standing(found)
        item = found.filter(code__iexact=self.kwargs["code"]).first()
        if not item:
            raise Http404
        return item

    def get_context_data(self, **kwargs):
        result = super().get_context_data(**kwargs)
        result["about"] = thing_in_words(self.item)
        return result


class CaseNewFromItem(ItemMixin):
    """A case about the speaker of a flag or a passage."""

    form_class = FromForm
    title = gettext_lazy("Open a case")
    button = gettext_lazy("Open the case")

    @cached_property
    def profiles(self):
        return case_items.speakers_of(self.item)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "profiles": self.profiles}

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        # The item says what it is about.
        del form.fields["category"]
        return form

    def act(self, data):
        code = data.pop("profile", "")
        chosen = [one for one in self.profiles if one.code == code]
        return case_items.open_case_from(
            item=self.item,
            by=self.request.user,
            profile=chosen[0] if chosen else None,
            **data,
        )

    def get_context_data(self, **kwargs):
        result = super().get_context_data(**kwargs)
        names = ", ".join(one.get_display_name() for one in self.profiles)
        if names and len(self.profiles) == 1:
            result["intro"] = _("It is about {name}.").format(name=names)
        return result


class CaseNewAboutSpeaker(PanelPermissionMixin, SpeakerMixin, BeginView):
    """A case about a speaker, from their record."""

    permission = "pretalx_coc.view_panel"
    form_class = FromForm
    title = gettext_lazy("Open a case")
    button = gettext_lazy("Open the case")

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "profiles": [self.profile]}

    def act(self, data):
        return cases.open_case(
            event=self.event,
            by=self.request.user,
            subject=cases.subject_of_profile(self.profile),
            **data,
        )

    def get_context_data(self, **kwargs):
        result = super().get_context_data(**kwargs)
        name = self.profile.get_display_name()
        result["intro"] = _("It is about {name}.").format(name=name)
        return result


class AttachToCase(ItemMixin):
    """Attaching a flag or a passage to a case that is there already."""

    form_class = OtherCaseForm
    title = gettext_lazy("Attach to a case")
    button = gettext_lazy("Attach")

    def get_form_kwargs(self):
        found = queue(event=self.event, user=self.request.user)[:MOST_CASES]
        choices = [
            (
                row.outside.code,
                f"{row.outside.code_name} ({row.outside.code}): {row.outside.subject}",
            )
            for row in found
            if row.opens
        ]
        return {**super().get_form_kwargs(), "choices": choices}

    def act(self, data):
        opened = cases_of(
            self.event, self.request.user, standings=(Standing.CLEAR,)
        ).exclude(state=CaseState.CLOSED)
        case = opened.select_related("event").filter(code=data["other"]).first()
        if not case:
            raise CocError(_("There is no such case."))
        case_items.attach(
            case=case,
            by=self.request.user,
            kind=self.kwargs["kind"],
            ref=self.item.code,
            text=data["text"],
        )
        return case

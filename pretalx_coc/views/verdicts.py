# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""One finding or one flag, and the verdict on it."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from pretalx.common.views.redirect import get_next_url
from pretalx.person.models import SpeakerProfile, User
from pretalx.submission.models import Submission

from pretalx_coc.domain import verdicts
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.queries.items import visible_findings, visible_flags
from pretalx_coc.enums import ItemRef, SubjectKind, Verdict
from pretalx_coc.interfaces.forms import UndoForm, VerdictForm
from pretalx_coc.interfaces.passages import present, present_flag
from pretalx_coc.views.base import PanelPermissionMixin


class SubjectView(PanelPermissionMixin, TemplateView):
    """A page about one thing that concerns a talk or a profile."""

    lookup = "code__iexact"

    def get_items(self):
        """What a member may open here."""
        raise NotImplementedError

    @cached_property
    def item(self):
        (value,) = (value for name, value in self.kwargs.items() if name != "event")
        item = (
            self.get_items()
            .filter(**{self.lookup: value})
            .select_related("event")
            .first()
        )
        if not item:
            raise Http404
        return item

    def get_speakers(self):
        profiles = SpeakerProfile.objects.filter(event=self.event)
        if self.item.subject_kind == SubjectKind.PROFILE:
            return profiles.filter(code=self.item.subject_code)
        return (
            profiles.filter(submissions__code=self.item.subject_code)
            .exclude(user=self.request.user)
            .order_by("speaker_roles__position")
            .distinct()
        )

    def get_context_data(self, **kwargs):
        result = super().get_context_data(**kwargs)
        result["item"] = self.item
        result["talk"] = (
            Submission.objects.filter(
                event=self.event, code=self.item.subject_code
            ).first()
            if self.item.subject_kind == SubjectKind.TALK
            else None
        )
        result["speakers"] = self.get_speakers().select_related("user")
        result["may_see_talk"] = self.request.user.has_perm(
            "submission.orga_list_submission", self.event
        )
        return result


class ItemView(SubjectView):
    """A finding or a flag on a page of its own; what is sent there is a verdict.

    Attributes:
        ref_kind: As what it can be attached to a case.
    """

    ref_kind = ""

    def get_context_data(self, **kwargs):
        result = super().get_context_data(**kwargs)
        earlier = getattr(self.item, "earlier", None)
        codes = {self.item.verdict_by, getattr(earlier, "verdict_by", "")} - {""}
        if self.item.verdict != Verdict.DISMISSED:
            result["offer"] = self.ref_kind
        people = {user.code: user for user in User.objects.filter(code__in=codes)}
        result["verdict_by"] = people.get(self.item.verdict_by)
        result["earlier_by"] = people.get(getattr(earlier, "verdict_by", ""))
        return result

    def post(self, request, *args, **kwargs):
        act = self.undo if request.POST.get("action") == "undo" else self.give
        if act():
            return redirect(get_next_url(request) or request.path)
        return redirect(request.path)

    def _refused(self, form):
        first = next(iter(form.errors.values()))[0]
        messages.error(self.request, first)
        return False

    def undo(self):
        form = UndoForm(self.request.POST)
        if not form.is_valid():
            return self._refused(form)
        try:
            verdicts.undo(item=self.item, by=self.request.user, **form.cleaned_data)
        except CocError as error:
            messages.error(self.request, str(error))
            return False
        messages.success(self.request, _("The verdict has been taken back."))
        return True

    def give(self):
        form = VerdictForm(self.request.POST)
        if not form.is_valid():
            return self._refused(form)
        try:
            verdicts.give(item=self.item, by=self.request.user, **form.cleaned_data)
        except CocError as error:
            messages.error(self.request, str(error))
            return False
        message = self.noted()
        if form.cleaned_data["verdict"] == Verdict.DISMISSED:
            message = _(
                "Dismissed. It is no longer on the record; you find it on the page "
                "“Code of conduct” under “Dismissed”."
            )
        messages.success(self.request, message)
        return True

    def noted(self) -> str:
        """That it concerns the code of conduct, and where a case can be opened."""
        url = reverse(
            "plugins:pretalx_coc:case.new.item",
            kwargs={
                "event": self.event.slug,
                "kind": self.ref_kind,
                "code": self.item.code,
            },
        )
        return format_html(
            '{} <a href="{}">{}</a>',
            _("Noted: this concerns the code of conduct."),
            url,
            _("Open a case"),
        )


class FindingView(ItemView):
    """One passage."""

    template_name = "pretalx_coc/panel/finding.html"
    ref_kind = ItemRef.FINDING.value

    def get_items(self):
        findings = visible_findings(self.event, self.request.user, hints=True)
        return findings.select_related("check_run", "earlier")

    def get_context_data(self, **kwargs):
        return {**super().get_context_data(**kwargs), "entry": present(self.item)}


class FlagView(ItemView):
    """One flag."""

    template_name = "pretalx_coc/panel/flag.html"
    ref_kind = ItemRef.FLAG.value

    def get_items(self):
        return visible_flags(self.event, self.request.user)

    def get_context_data(self, **kwargs):
        result = super().get_context_data(**kwargs)
        result["entry"] = present_flag(self.item)
        result["raised_by"] = User.objects.filter(code=self.item.raised_by).first()
        return result

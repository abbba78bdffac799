# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The queue of cases, the door of a case, and the case behind it."""

from django.contrib import messages
from django.http import QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import ListView, TemplateView, View

from pretalx.common.views.helpers import is_htmx

from pretalx_coc.domain import case_claims, case_log, case_members, saved_filters
from pretalx_coc.domain.access import members_of, rights_in, visible_cases
from pretalx_coc.domain.access_chasing import overdue_requests
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.queries.case_page import read_case
from pretalx_coc.domain.queries.cases import Queue, count_groups, queue
from pretalx_coc.domain.queries.setup import missing_setup
from pretalx_coc.enums import CaseState
from pretalx_coc.interfaces.case_forms import CaseFilterForm, SearchForm
from pretalx_coc.interfaces.case_page import present_case
from pretalx_coc.interfaces.saved_filters import present_saved
from pretalx_coc.views.base import PermissionMixin
from pretalx_coc.views.case_base import SMALL_TEAM, CaseMixin, is_small_team


def chosen_in_form(form) -> dict:
    """What was chosen in the filter of the queue; nothing, if it is none."""
    return dict(form.cleaned_data) if form.is_valid() else {}


class Cases(PermissionMixin, ListView):
    """The queue: danger and overdue first, then what is one's own."""

    permission = "pretalx_coc.view_cases"
    template_name = "pretalx_coc/cases/queue.html"
    paginate_by = 50

    def get_filter_form(self):
        members = list(members_of(self.event))
        if len(members) <= SMALL_TEAM:
            return SearchForm(self.request.GET)
        return CaseFilterForm(self.request.GET, members=members)

    def get_queryset(self) -> Queue:
        self.filter_form = self.get_filter_form()
        chosen = chosen_in_form(self.filter_form)
        chosen["query"] = chosen.pop("q", "")
        self.rights = rights_in(self.request.user, self.event)
        return queue(
            event=self.event,
            user=self.request.user,
            rights=self.rights,
            closed=chosen.get("state") == CaseState.CLOSED,
            **chosen,
        )

    def get_context_data(self, **kwargs):
        return {
            **super().get_context_data(**kwargs),
            "filter_form": self.filter_form,
            "is_filtered": any(
                self.request.GET.get(name) for name in self.filter_form.fields
            ),
            "rights": self.rights,
            "may_edit_policy": self.rights.edit_policy,
            "missing": missing_setup(self.event),
            **self.get_saved(),
            "unanswered": unanswered(self.request, self.rights),
        }

    def get_saved(self) -> dict:
        form = self.filter_form
        if not isinstance(form, CaseFilterForm) or not self.rights.member:
            return {"small": True}
        saved = saved_filters.saved_filters(self.event, self.request.user)
        chosen = saved_filters.query_of(chosen_in_form(form))
        links = present_saved(saved, form, chosen)
        can_keep = chosen and not any(link.active for link in links)
        return {"saved": links, "chosen": chosen if can_keep else ""}


class KeepFilter(PermissionMixin, View):
    """Keeping what is chosen in the filter of the queue, or letting it go."""

    permission = "pretalx_coc.begin_case"

    def post(self, request, *args, **kwargs):
        event, user = self.event, request.user
        queue_url = reverse("plugins:pretalx_coc:cases", kwargs={"event": event.slug})
        if pk := request.POST.get("let_go"):
            saved_filters.let_go(event=event, user=user, pk=pk)
            return redirect(queue_url)
        members = list(members_of(event))
        form = CaseFilterForm(QueryDict(request.POST.get("chosen")), members=members)
        chosen = chosen_in_form(form)
        try:
            saved_filters.keep(event=event, user=user, chosen=chosen)
        except CocError as error:
            messages.error(request, str(error))
        query = saved_filters.query_of(chosen)
        return redirect(f"{queue_url}?{query}" if query else queue_url)


def unanswered(request, rights) -> int:
    """How many wait too long for what is stored about them, for who can answer."""
    if not rights.see_panel:
        return 0
    return overdue_requests(request.event, request.user).count()


def panel_context(request, rights) -> dict:
    """What the panel shows of cases: the first rows, and how many there are."""
    event, user = request.event, request.user
    groups = count_groups(event=event, user=user, rights=rights)
    return {
        "case_rows": queue(event=event, user=user, rights=rights)[:5],
        "case_number": sum(groups.values()),
        "missing": missing_setup(event),
        "unanswered": unanswered(request, rights),
    }


class CasePage(CaseMixin, TemplateView):
    """A case; for a member who has not declared yet, the door in front of it.

    Of one that went into another, the address leads to that one, for those who may
    know of it.
    """

    def dispatch(self, request, *args, **kwargs):
        if code := self.case.merged_into:
            known = visible_cases(self.event, request.user, rights=self.rights)
            if survivor := known.filter(code=code).select_related("event").first():
                return redirect(survivor.get_absolute_url())
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, *args, **kwargs):
        if self.case_rights.open:
            # A fragment is a part of a page that was opened before.
            if not is_htmx(request):
                case_log.viewed(self.case, by=request.user)
            if self.case_rights.write:
                case_claims.renew(case=self.case, by=request.user)
        return super().get(request, *args, **kwargs)

    def get_template_names(self):
        page = "page" if self.case_rights.open else "door"
        return [f"pretalx_coc/cases/{page}.html"]

    def get_context_data(self, **kwargs):
        result = super().get_context_data(**kwargs)
        page = read_case(case=self.case, user=self.request.user, rights=self.rights)
        result.update(page=page, outside=page.outside, blind=self.rights.blind)
        if page.rights.open:
            result.update(
                present_case(
                    page, user=self.request.user, small=is_small_team(self.event)
                )
            )
        return result


class Declare(CaseMixin, View):
    """Saying whether one has a conflict: one tap."""

    def post(self, request, *args, **kwargs):
        conflict = request.POST.get("conflict")
        if not self.case_rights.declare or conflict not in ("yes", "no"):
            return redirect(self.case.get_absolute_url())
        try:
            case_members.declare(
                case=self.case, by=request.user, conflict=conflict == "yes"
            )
        except CocError as error:
            messages.error(request, str(error))
        if conflict == "no":
            return redirect(self.case.get_absolute_url())
        messages.success(
            request, _("Thank you. You do not see this case any more; others do.")
        )
        return redirect("plugins:pretalx_coc:cases", event=self.event.slug)


class AskForName(CaseMixin, View):
    """Showing the name to a member who reviews without seeing names."""

    def post(self, request, *args, **kwargs):
        rights = self.case_rights
        if self.rights.member and not rights.names:
            case_members.ask_for_name(case=self.case, by=request.user)
        return redirect(self.case.get_absolute_url())

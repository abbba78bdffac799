# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What goes when, and a case as a file."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView, View

from pretalx_coc.domain.access import case_rights, rights_in, visible_cases
from pretalx_coc.domain.case_export import export_case
from pretalx_coc.domain.queries.retention import going
from pretalx_coc.views.base import PermissionMixin

PAGE = 50


class RetentionView(PermissionMixin, TemplateView):
    """When the names and texts of cases go, and passages and flags."""

    permission = "pretalx_coc.view_cases"
    template_name = "pretalx_coc/panel/retention.html"

    def get_context_data(self, **kwargs):
        result = super().get_context_data(**kwargs)
        plan = going(self.event, self.request.user)
        result["plan"] = plan
        result["page_obj"] = Paginator(plan.cases, PAGE).get_page(
            self.request.GET.get("page")
        )
        result["may_edit_policy"] = self.request.user.has_perm(
            "pretalx_coc.edit_policy", self.event
        )
        return result


@method_decorator(never_cache, name="dispatch")
class CaseExport(View):
    """A case as JSON lines, for members who may work on it and know its subject."""

    http_method_names = ("post",)

    @cached_property
    def case(self):
        user, event = self.request.user, self.request.event
        rights = rights_in(user, event)
        cases = visible_cases(event, user, rights=rights)
        code = self.kwargs["code"].replace("\x00", "")
        case = cases.filter(code__iexact=code).first()
        may = case and case_rights(user, case, rights=rights)
        if not (may and may.write and may.names):
            raise Http404
        return case

    def dispatch(self, request, *args, **kwargs):
        # Asked before the method is: nobody learns from a 405 that there is a case.
        _ = self.case
        return super().dispatch(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        lines = export_case(case=self.case, by=request.user)
        return HttpResponse(
            "\n".join([*lines, ""]),
            content_type="application/x-ndjson; charset=utf-8",
            headers={
                "Content-Disposition": f'attachment; filename="{self.case.code}.jsonl"',
                "X-Content-Type-Options": "nosniff",
            },
        )

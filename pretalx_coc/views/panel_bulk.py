# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Dismissing several passages together, with one reason."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.generic import View

from pretalx.common.views.helpers import is_htmx
from pretalx.common.views.redirect import get_next_url

from pretalx_coc.domain import verdicts
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.queries.items import visible_findings
from pretalx_coc.views.base import PanelPermissionMixin

#: More than a page of the panel has.
MOST = 250


class DismissTogether(PanelPermissionMixin, View):
    """What was ticked on the panel, if it still waits and is theirs to see.

    A script that asks follows the redirect, too, and gets the rows that are left.
    """

    def get_findings(self):
        codes = self.request.POST.getlist("finding")[:MOST]
        findings = visible_findings(self.event, self.request.user, hints=True)
        return list(findings.filter(code__in=codes).order_by("pk"))

    def say_alone(self):
        """Say what stood in the way; ticks and reason stay as they are."""
        response = render(self.request, "pretalx_coc/panel/said.html")
        response["HX-Retarget"] = "#coc-said"
        response["HX-Reswap"] = "innerHTML"
        return response

    def post(self, request, *args, **kwargs):
        try:
            number = verdicts.dismiss_together(
                findings=self.get_findings(),
                by=request.user,
                reason=request.POST.get("reason", ""),
            )
        except CocError as error:
            messages.error(request, str(error))
            if is_htmx(request):
                return self.say_alone()
        else:
            said = ngettext(
                "{number} passage dismissed. You find it here under “Dismissed”.",
                "{number} passages dismissed. You find them here under “Dismissed”.",
                number,
            )
            messages.success(request, said.format(number=number))
        back = get_next_url(request)
        return redirect(
            back or "plugins:pretalx_coc:panel",
            **({} if back else {"event": self.event.slug}),
        )

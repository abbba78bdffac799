# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The exclusions that hold in an event, and the check of a list of addresses."""

from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView

from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.list_check import MAX_ADDRESSES, check_list
from pretalx_coc.domain.queries.exclusions import likely_matches, list_exclusions
from pretalx_coc.interfaces.forms import ListCheckForm
from pretalx_coc.views.base import ClosedWhileBlindMixin, PermissionMixin


@method_decorator(
    (never_cache, sensitive_post_parameters("addresses")), name="dispatch"
)
class Exclusions(ClosedWhileBlindMixin, PermissionMixin, FormView):
    """Who may not submit or confirm here now; and a list check, which stores nothing.

    Its answer is on the page that the form leads to, and nowhere else.
    """

    permission = "pretalx_coc.view_cases"
    template_name = "pretalx_coc/panel/exclusions.html"
    form_class = ListCheckForm

    def get_context_data(self, **kwargs):
        result = super().get_context_data(**kwargs)
        result["exclusions"] = list_exclusions(self.event, self.request.user)
        result["likely"] = likely_matches(self.event, self.request.user)
        result["most"] = MAX_ADDRESSES
        result["may_see_speakers"] = self.request.user.has_perm(
            "person.orga_list_speakerprofile", self.event
        )
        return result

    def form_valid(self, form):
        try:
            checked = check_list(
                event=self.event,
                by=self.request.user,
                text=form.cleaned_data["addresses"],
            )
        except CocError as error:
            form.add_error("addresses", str(error))
            return self.form_invalid(form)
        # An empty form: nobody sends the list a second time by mistake.
        return self.render_to_response(
            self.get_context_data(form=ListCheckForm(), checked=checked)
        )

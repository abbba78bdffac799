# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Raising a flag on a talk, and seeing and retracting one's own."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, View

from pretalx.common.views.helpers import is_htmx
from pretalx.submission.models import Submission

from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.flags import raise_flag, retract
from pretalx_coc.domain.queries.record import own_flags
from pretalx_coc.interfaces.forms import FlagForm
from pretalx_coc.models import Flag
from pretalx_coc.views.base import PermissionMixin


class FlagMixin(PermissionMixin):
    """A talk that the person may flag."""

    permission = "pretalx_coc.flag_submission"

    @cached_property
    def submission(self):
        submission = (
            Submission.objects.filter(
                event=self.event, code__iexact=self.kwargs["code"]
            )
            .select_related("event")
            .first()
        )
        if not submission:
            raise Http404
        return submission

    def get_permission_object(self):
        return self.submission


class FlagTalk(FlagMixin, FormView):
    """A small form of our own: pretalx does not save fields in its review form
    when a reviewer abstains.

    Within pretalx's review page it is loaded as a fragment, so that a review
    that is half written stays where it is.
    """

    template_name = "pretalx_coc/flag/page.html"
    form_class = FlagForm

    def get_template_names(self):
        if is_htmx(self.request):
            return ["pretalx_coc/flag/fragment.html"]
        return super().get_template_names()

    def get_context_data(self, **kwargs):
        result = super().get_context_data(**kwargs)
        result["submission"] = self.submission
        result["own_flags"] = own_flags(
            submission=self.submission, user=self.request.user
        )
        result["may_see_names"] = self.request.user.has_perm(
            "person.orga_list_speakerprofile", self.event
        )
        result["flag_url"] = self.request.path
        result["is_closed"] = is_htmx(self.request) and "close" in self.request.GET
        return result

    def form_valid(self, form):
        try:
            raise_flag(
                submission=self.submission, by=self.request.user, **form.cleaned_data
            )
        except CocError as error:
            form.add_error("text", str(error))
            return self.form_invalid(form)
        if is_htmx(self.request):
            context = self.get_context_data(form=form)
            return self.render_to_response({**context, "form": None, "sent": True})
        messages.success(self.request, _("Thank you. The response team will look."))
        return redirect(self.request.path)


class FlagRetract(FlagMixin, View):
    """Taking one's own flag back."""

    def post(self, request, *args, **kwargs):
        flag = Flag.objects.filter(
            event=self.event,
            subject_code=self.submission.code,
            raised_by=request.user.code,
            code__iexact=self.kwargs["flag"],
        ).first()
        if not flag:
            raise Http404
        try:
            retract(flag=flag, by=request.user)
        except CocError as error:
            messages.error(request, str(error))
        else:
            if not is_htmx(request):
                messages.success(request, _("Your flag has been retracted."))
        return redirect(
            "plugins:pretalx_coc:flag", event=self.event.slug, code=self.submission.code
        )

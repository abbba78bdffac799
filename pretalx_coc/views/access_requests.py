# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Requests for what is stored about somebody: noting, redacting, handing out."""

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView

from pretalx.common.text.phrases import phrases
from pretalx.person.models import User

from pretalx_coc.domain.access_package import (
    Package,
    digest_of,
    hand_out,
    leave_out,
    parts_of,
    person_of,
    requests_for,
    start,
)
from pretalx_coc.domain.errors import CocError
from pretalx_coc.interfaces.access_forms import AccessRequestForm, RedactForm
from pretalx_coc.views.base import PanelPermissionMixin

private = method_decorator((never_cache, sensitive_post_parameters()), name="dispatch")


@private
class AccessRequests(PanelPermissionMixin, FormView):
    """Who asked, and until when they get an answer."""

    template_name = "pretalx_coc/panel/access_list.html"
    form_class = AccessRequestForm

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "event": self.event}

    def get_context_data(self, **kwargs):
        result = super().get_context_data(**kwargs)
        requests = list(requests_for(self.event, self.request.user))
        codes = [entry.user_code for entry in requests]
        people = {user.code: user for user in User.objects.filter(code__in=codes)}
        result["requests"] = [
            (entry, people.get(entry.user_code)) for entry in requests
        ]
        result["today"] = now().astimezone(self.event.tz).date()
        return result

    def form_valid(self, form):
        try:
            entry = start(event=self.event, by=self.request.user, **form.cleaned_data)
        except CocError as error:
            form.add_error(None, str(error))
            return self.form_invalid(form)
        return redirect(entry.get_absolute_url())


@private
class AccessPackage(PanelPermissionMixin, FormView):
    """One package: what is in it, and what is left out and why."""

    template_name = "pretalx_coc/panel/access_package.html"
    form_class = RedactForm

    @cached_property
    def access_request(self):
        found = requests_for(self.event, self.request.user).filter(
            code__iexact=self.kwargs["code"]
        )
        if not (entry := found.first()):
            raise Http404
        return entry

    def get_form_kwargs(self):
        return {
            **super().get_form_kwargs(),
            "parts": parts_of(self.access_request, self.request.user),
            "omitted": self.access_request.omitted,
        }

    def get_context_data(self, **kwargs):
        result = super().get_context_data(**kwargs)
        result["entry"] = self.access_request
        result["person"] = person_of(self.access_request)
        result["seen"] = digest_of(result["form"].parts)
        return result

    def form_valid(self, form):
        user = self.request.user
        try:
            leave_out(request=self.access_request, by=user, reasons=form.cleaned_data)
            if self.request.POST.get("action") == "hand_out":
                seen = self.request.POST.get("seen", "")
                package = hand_out(request=self.access_request, by=user, seen=seen)
                return self.file(package)
        except CocError as error:
            form.add_error(None, str(error))
            return self.form_invalid(form)
        messages.success(self.request, phrases.base.saved)
        return redirect(self.access_request.get_absolute_url())

    def file(self, package: Package) -> FileResponse:
        return FileResponse(
            package.file,
            as_attachment=True,
            filename=package.name,
            content_type=package.content_type,
            headers={"X-Content-Type-Options": "nosniff"},
        )

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What was not fully checked: why, and what a member can do about it."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from pretalx.common.views.redirect import get_next_url
from pretalx.person.models import User

from pretalx_coc.domain.checks import check_again, look_at
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.queries.unchecked import Unchecked, material_of, partial_checks
from pretalx_coc.interfaces.materials import Labels
from pretalx_coc.interfaces.passages import present_unchecked
from pretalx_coc.views.verdicts import SubjectView


class UncheckedView(SubjectView):
    """One material that was not fully checked."""

    template_name = "pretalx_coc/panel/unchecked.html"
    lookup = "pk"

    def get_items(self):
        return partial_checks(self.event, self.request.user)

    def get_context_data(self, **kwargs):
        result = super().get_context_data(**kwargs)
        entry = Unchecked.of(self.item)
        result["entry"] = present_unchecked(entry, Labels(self.event))
        result["looked_at_by"] = User.objects.filter(
            code=self.item.looked_at_by or "-"
        ).first()
        result["link"] = self.material_url
        return result

    @cached_property
    def material_url(self) -> str:
        """Where the file lies that a member is to look at; empty if it is gone."""
        material = material_of(self.item)
        if not material or not material.is_file:
            return ""
        return material.file.url

    def post(self, request, *args, **kwargs):
        if request.POST.get("action") == "looked":
            self.looked()
        elif request.POST.get("action") == "again":
            check_again(check=self.item)
            messages.success(
                request,
                _("It will be checked again in the background, in a few minutes."),
            )
        return redirect(get_next_url(request) or request.path)

    def looked(self):
        try:
            look_at(check=self.item, by=self.request.user)
        except CocError as error:
            messages.error(self.request, str(error))
            return
        messages.success(
            self.request, _("Noted: you looked at it. This holds until it changes.")
        )

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What the pages of one case have in common: who gets in, and what two at once see."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import FormView, View

from pretalx_coc.domain.access import case_rights, members_of, rights_in, visible_cases
from pretalx_coc.domain.case_log import CaseChangedError
from pretalx_coc.domain.errors import CocError
from pretalx_coc.interfaces.case_words import in_words
from pretalx_coc.models import Case
from pretalx_coc.views.base import PermissionMixin

MOST_DIGITS = 10
#: Up to so many members need no claims, nobody to assign to, and no filters.
SMALL_TEAM = 3


def is_small_team(event) -> bool:
    """Whether claiming, assigning, mentions, filters and keys stay out of sight."""
    return members_of(event).count() <= SMALL_TEAM


class CaseMixin(PermissionMixin):
    """A case that the person may know of; for all others there is no page."""

    permission = "pretalx_coc.know_case"

    @cached_property
    def case(self) -> Case:
        cases = Case.objects.filter(event=self.event).select_related("event")
        case = cases.filter(code__iexact=self.kwargs["code"]).first()
        if not case:
            raise Http404
        return case

    def get_permission_object(self):
        return self.case

    @cached_property
    def rights(self):
        return rights_in(self.request.user, self.event)

    @cached_property
    def case_rights(self):
        return case_rights(self.request.user, self.case, rights=self.rights)


class OpenCaseMixin(CaseMixin):
    """Behind the door: who has not declared is led to where they can."""

    permission = "pretalx_coc.open_case"

    def dispatch(self, request, *args, **kwargs):
        if self.case_rights.declare:
            return redirect(self.case.get_absolute_url())
        return super().dispatch(request, *args, **kwargs)


class WriteCaseMixin(OpenCaseMixin):
    """For those who may work on a case, and may read what people wrote in it."""

    permission = "pretalx_coc.write_case"

    def dispatch(self, request, *args, **kwargs):
        rights = self.case_rights
        if rights.write and not rights.names:
            messages.info(
                request,
                _("Please ask for the name first: this page can say who it is about."),
            )
            return redirect(self.case.get_absolute_url())
        return super().dispatch(request, *args, **kwargs)

    def known_case(self, code: str) -> Case | None:
        """Another case that this person may know of."""
        known = visible_cases(self.event, self.request.user, rights=self.rights)
        return known.select_related("event").filter(code=code).first()


class CaseAction(WriteCaseMixin, View):
    """What is done with one button."""

    done = ""

    def act(self):
        """Do it."""
        raise NotImplementedError

    def post(self, request, *args, **kwargs):
        try:
            self.act()
        except CocError as error:
            messages.error(request, str(error))
        else:
            if self.done:
                messages.success(request, self.done)
        return redirect(self.case.get_absolute_url())


def is_number(sent: str) -> bool:
    """Whether what a form sent is a number, and not one that nobody can mean."""
    return sent.isdecimal() and len(sent) < MOST_DIGITS


class RevisionMixin:
    """A form that carries the revision of the case that it was opened with.

    Where somebody changed the case in between, the page shows what they did, and
    keeps what was typed; sent again, it is meant.
    """

    since = ()

    @property
    def revision(self) -> int:
        """The revision that the form was opened with.

        Raises:
            CocError: The form did not say.
        """
        sent = self.request.POST.get("revision", "")
        if not is_number(sent):
            raise CocError(_("Please open this page again."))
        return int(sent)

    def shown_revision(self) -> int | str:
        """The revision that the form says when it is shown now."""
        sent = self.request.POST.get("revision")
        if self.request.method == "GET" or self.since or not sent:
            return Case.objects.values_list("revision", flat=True).get(pk=self.case.pk)
        return sent

    def attempt(self, form, act) -> bool:
        """Whether it was done; if not, the form says why not."""
        try:
            act(form.cleaned_data)
        except CaseChangedError as error:
            self.since = error.since or [None]
            form.add_error(None, str(error))
        except CocError as error:
            form.add_error(None, str(error))
        return not form.errors

    def get_context_data(self, **kwargs):
        since = [entry for entry in self.since if entry]
        return {
            **super().get_context_data(**kwargs),
            "revision": self.shown_revision(),
            "since": in_words(since),
        }


class CaseFormView(WriteCaseMixin, RevisionMixin, FormView):
    """One thing to do with a case, on a page of its own.

    Attributes:
        title: What it is.
        intro: What it does, in a sentence.
        button: What its button says.
        done: What the page of the case says afterwards.
    """

    template_name = "pretalx_coc/cases/form.html"
    title = intro = button = done = ""

    def act(self, data: dict) -> None:
        """Do it, with what the form says."""
        raise NotImplementedError

    def form_valid(self, form):
        if not self.attempt(form, self.act):
            return self.form_invalid(form)
        if self.done:
            messages.success(self.request, self.done)
        return redirect(self.get_success_url())

    def get_success_url(self):
        return self.case.get_absolute_url()

    def get_context_data(self, **kwargs):
        return {
            **super().get_context_data(**kwargs),
            "case": self.case,
            "title": self.title,
            "intro": self.intro,
            "button": self.button,
        }

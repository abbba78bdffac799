# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The page behind a one-time link of the outside contact.

Reading it does not use the link up: programs that look at mails open links, too.
Answering does.
"""

from django.http import Http404
from django.shortcuts import render
from django.views.generic import FormView

from pretalx_coc.domain import outside
from pretalx_coc.domain.appeals import decide_outside
from pretalx_coc.domain.case_log import viewed
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.outside_answers import advise, answer_decision
from pretalx_coc.domain.queries.outside import asked_by
from pretalx_coc.interfaces.outside import OutsideForm
from pretalx_coc.views.base import keep_from_error_mails, keep_to_reader


class OutsidePage(FormView):
    """What the outside contact is asked, and their answer."""

    template_name = "pretalx_coc/outside/page.html"
    form_class = OutsideForm

    def dispatch(self, request, *args, **kwargs):
        return keep_to_reader(self._dispatch(request, *args, **kwargs))

    def _dispatch(self, request, *args, **kwargs):
        keep_from_error_mails(request)
        self.event, self.secret = request.event, kwargs["secret"]
        try:
            link = outside.link_of(self.event, self.secret)
        except outside.OutsideLinkError as error:
            return self.link_is_dead(error)
        self.asked = asked_by(link)
        return super().dispatch(request, *args, **kwargs)

    def link_is_dead(self, error):
        # Made up, it must not even tell that there is an event.
        known = outside.was_made_here(self.event, self.secret)
        if not self.event.is_public and not known:
            raise Http404
        context = {"reason": str(error)}
        return render(
            self.request, "pretalx_coc/outside/dead.html", context, status=410
        )

    def get(self, request, *args, **kwargs):
        viewed(self.asked.case, by=None)
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self):
        return {
            **super().get_form_kwargs(),
            "purpose": self.asked.purpose,
            "holds": self.asked.holds,
        }

    def get_context_data(self, **kwargs):
        return super().get_context_data(asked=self.asked, **kwargs)

    def form_valid(self, form):
        try:
            self.answer(form)
        except CocError as error:
            form.add_error(None, str(error))
            return self.form_invalid(form)
        return render(self.request, "pretalx_coc/outside/done.html")

    def answer(self, form):
        given = {"event": self.event, "secret": self.secret}
        text = form.cleaned_data["text"]
        if self.asked.purpose == outside.APPROVE:
            answer_decision(**given, agreed=form.agreed, text=text)
        elif self.asked.purpose == outside.APPEAL:
            decide_outside(**given, granted=form.agreed, answer=text)
        else:
            advise(**given, text=text)

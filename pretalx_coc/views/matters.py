# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The page where a person reads what the response team wrote to them, and answers.

It has a personal link of its own, see ``domain.links``.
"""

from django.http import Http404
from django.shortcuts import redirect
from django.views.generic import TemplateView

from pretalx_coc.domain.appeals import object_to
from pretalx_coc.domain.disclosures import delivery_of
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.hearings import answer
from pretalx_coc.domain.links import user_of_matters_token
from pretalx_coc.domain.queries.personal import own_acceptances
from pretalx_coc.interfaces.matters import AnswerForm, ObjectionForm, matters_context
from pretalx_coc.views.me import PersonMixin


class MattersPage(PersonMixin, TemplateView):
    """The page, and what its forms send."""

    template_name = "pretalx_coc/me/matters.html"
    person_of_token = staticmethod(user_of_matters_token)
    main_page = "me.messages"

    def get(self, request, *args, **kwargs):
        if self.token and request.user == self.person:
            return redirect(self._url_after_login())
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        delivery = delivery_of(
            self.event, self.person, request.POST.get("matter", "").replace("\x00", "")
        )
        if not delivery:
            raise Http404
        form_class = ObjectionForm if delivery.decision_id else AnswerForm
        form = form_class(request.POST, code=delivery.code)
        if form.is_valid() and self.save(form, delivery):
            return redirect(self.url_of("me.messages"))
        return self.render_to_response(self.get_context_data(bound=form))

    def save(self, form, delivery) -> bool:
        """Hand over what was written; False, with the reason, if it was refused."""
        text = form.cleaned_data["text"]
        try:
            if delivery.decision_id:
                object_to(decision=delivery.decision, by=self.person, text=text)
            else:
                answer(delivery=delivery, by=self.person, text=text)
        except CocError as error:
            form.add_error("text", str(error))
            return False
        return True

    def get_context_data(self, bound=None, **kwargs):
        result = super().get_context_data(**kwargs)
        result.update(matters_context(self.event, self.person, bound))
        result["matters_url"] = self.request.path
        profile = self.person.get_speaker(self.event, create=False)
        result["person_name"] = (profile and profile.name) or self.person.name
        result["acceptances"] = own_acceptances(self.event, self.person)
        result["token"] = self.token
        result["login_url"] = self._login_url()
        return result

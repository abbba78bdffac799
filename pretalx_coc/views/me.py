# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""A speaker's own page: read, accept or decline, receipts, and an export.

It opens for whoever is logged in, and with a personal link from a mail, which
stands for one person and logs nobody in.
"""

from django.db import transaction
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.generic import TemplateView, View

from pretalx.common.views.redirect import build_login_redirect_url

from pretalx_coc.domain.links import LinkError, LinkExpiredError, user_of_token
from pretalx_coc.domain.personal import (
    accept_on_page,
    decline_on_page,
    everything_about,
)
from pretalx_coc.domain.policy import lock_policy, text_of
from pretalx_coc.domain.queries.personal import own_acceptances, standing_of
from pretalx_coc.interfaces.languages import language_name, other_language
from pretalx_coc.interfaces.matters import matters_context
from pretalx_coc.interfaces.receipt import as_pdf, as_text, fits_pdf, receipt_of
from pretalx_coc.interfaces.speaker_forms import AcceptForm, DeclineForm
from pretalx_coc.models import PolicyText
from pretalx_coc.views.base import keep_from_error_mails, keep_to_reader


class PersonMixin:
    """Finds out whose page it is: of a personal link, or of who is logged in.

    Comes first among the bases of a view.

    Attributes:
        person_of_token: Reads the personal link of this page.
        main_page: The page that the person is at home on, once logged in.
    """

    person_of_token = staticmethod(user_of_token)
    main_page = "me"

    def dispatch(self, request, *args, **kwargs):
        return keep_to_reader(self._dispatch(request, *args, **kwargs))

    def _dispatch(self, request, *args, **kwargs):
        keep_from_error_mails(request)
        self.event = request.event
        self.token = kwargs.get("token", "")
        if self.token:
            try:
                self.person = self.person_of_token(self.event, self.token)
            except LinkError as error:
                return self._link_is_dead(error)
        elif request.user.is_anonymous:
            return redirect(self._login_url())
        else:
            self.person = request.user
        if not self.person.has_perm("pretalx_coc.view_own_page", self.event):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def _url_after_login(self):
        kwargs = {"event": self.event.slug}
        return reverse(f"plugins:pretalx_coc:{self.main_page}", kwargs=kwargs)

    def _login_url(self):
        # The speakers' own login page is not there before the event is public.
        return build_login_redirect_url(
            self.event, self._url_after_login(), orga=not self.event.is_public
        )

    def _link_is_dead(self, error):
        # Made up, it must not even tell that there is an event.
        if not self.event.is_public and not isinstance(error, LinkExpiredError):
            raise Http404 from None
        context = {"reason": str(error), "login_url": self._login_url()}
        return render(self.request, "pretalx_coc/me/expired.html", context, status=410)

    def url_of(self, name, **kwargs):
        """The address of a page of this person, with their link if they used it."""
        kwargs["event"] = self.event.slug
        if self.token:
            name, kwargs["token"] = f"{name}.token", self.token
        return reverse(f"plugins:pretalx_coc:{name}", kwargs=kwargs)


class OwnPage(PersonMixin, TemplateView):
    """The page itself."""

    template_name = "pretalx_coc/me/page.html"

    def get(self, request, *args, **kwargs):
        if self.token and request.user == self.person:
            return redirect(self._url_after_login())
        return super().get(request, *args, **kwargs)

    def get_form(self, form_class, standing, *, bound):
        if not standing.may_answer:
            return None
        text = text_of(standing.version, get_language())
        kwargs = {"text": text, "auto_id": f"{form_class.__name__.lower()}_%s"}
        if form_class is AcceptForm:
            kwargs["asks_material"] = standing.asks_material
        elif standing.accepted:
            return None
        return form_class(self.request.POST if bound else None, **kwargs)

    @transaction.atomic
    def post(self, request, *args, **kwargs):
        # From here on nobody publishes: what was read is what is in force.
        lock_policy(self.event)
        declines = request.POST.get("action") == "decline"
        form_class = DeclineForm if declines else AcceptForm
        form = self.get_form(
            form_class, standing_of(self.event, self.person), bound=True
        )
        if not form:
            return redirect(self.url_of("me"))
        if not form.is_valid():
            name = "decline_form" if declines else "accept_form"
            return self.render_to_response(self.get_context_data(**{name: form}))
        if declines:
            self.decline(form)
        else:
            self.accept(form)
        return redirect(self.url_of("me"))

    def accept(self, form):
        accept_on_page(
            event=self.event,
            user=self.person,
            version=form.version,
            language=form.language,
            material=form.cleaned_data.get("material", False),
        )

    def decline(self, form):
        decline_on_page(
            event=self.event,
            user=self.person,
            version=form.version,
            reason=form.cleaned_data["reason"],
        )

    def get_context_data(self, **kwargs):
        standing = standing_of(self.event, self.person)
        if "accept_form" not in kwargs:
            kwargs["accept_form"] = self.get_form(AcceptForm, standing, bound=False)
        if "decline_form" not in kwargs:
            kwargs["decline_form"] = self.get_form(DeclineForm, standing, bound=False)
        result = super().get_context_data(**kwargs)
        result.update(standing=standing, version=standing.version)
        if standing.version:
            text = text_of(standing.version, get_language())
            result["policy_text"] = text
            result["only_language"] = other_language(text, get_language())
        profile = self.person.get_speaker(self.event, create=False)
        result["person_name"] = (profile and profile.name) or self.person.name
        result["receipts"] = [
            (each, language_name(each.language), self.url_of("me.receipt", pk=each.pk))
            for each in standing.acceptances
        ]
        result["token"] = self.token
        result["login_url"] = self._login_url()
        if not self.token:
            # The link to this page stands in mails that others read.
            result.update(matters_context(self.event, self.person))
            result["matters_url"] = self.url_of("me.messages")
        return result


class ReceiptView(PersonMixin, View):
    """The receipt of one of a person's own acceptances, as a file."""

    def get(self, request, *args, **kwargs):
        acceptance = (
            own_acceptances(self.event, self.person).filter(pk=kwargs["pk"]).first()
        )
        if not acceptance:
            raise Http404
        text = get_object_or_404(
            PolicyText,
            event=self.event,
            number=acceptance.number,
            language=acceptance.language,
        )
        profile = self.person.get_speaker(self.event, create=False)
        receipt = receipt_of(
            acceptance,
            event=self.event,
            name=(profile and profile.name) or self.person.name or "",
            text=text.text,
        )
        if fits_pdf(receipt):
            response = HttpResponse(as_pdf(receipt), content_type="application/pdf")
            ending = "pdf"
        else:
            response = HttpResponse(
                as_text(receipt), content_type="text/plain; charset=utf-8"
            )
            ending = "txt"
        name = f"code-of-conduct-{self.event.slug}-{acceptance.number}.{ending}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


class ExportView(PersonMixin, View):
    """All that is stored about a person in this event, as a file."""

    def get(self, request, *args, **kwargs):
        response = JsonResponse(
            everything_about(self.event, self.person),
            json_dumps_params={"indent": 2, "ensure_ascii": False},
        )
        name = f"code-of-conduct-{self.event.slug}.json"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

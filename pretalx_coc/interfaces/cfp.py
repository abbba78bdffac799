# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The last step of the CfP: the policy, and the required ticks.

pretalx's wizard asks ``is_completed`` again, from the stored data and inside
one transaction, before it saves anything. That is where the version is locked
and compared: ``done`` has no way back to a page.
"""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from pretalx.cfp.flow import FormFlowStep, cfp_session
from pretalx.cfp.forms import CfPFormMixin

from pretalx_coc.domain.acceptances import record
from pretalx_coc.domain.policy import hold_policy, text_of, version_in_force
from pretalx_coc.domain.queries.acceptance import must_accept
from pretalx_coc.domain.settings import read_settings
from pretalx_coc.enums import AcceptanceWay
from pretalx_coc.interfaces.cfp_person import cfp_standing, person_of
from pretalx_coc.interfaces.languages import other_language
from pretalx_coc.interfaces.speaker_forms import AcceptForm


class AcceptanceForm(CfPFormMixin, AcceptForm):
    """The ticks, as a form of the CfP."""

    def __init__(self, *args, event, **kwargs):
        super().__init__(*args, **kwargs)


class AcceptanceStep(FormFlowStep):
    """The step itself; not applicable where there is nothing to accept."""

    identifier = "coc"
    icon = "handshake-o"
    form_class = AcceptanceForm
    template_name = "pretalx_coc/cfp/step.html"
    priority = 90

    def __init__(self, event):
        super().__init__(event)
        self._must_accept = {}

    @property
    def label(self):
        return _("Code of conduct")

    @property
    def _title(self):
        return _("One last thing: our code of conduct")

    @property
    def _text(self):
        return _("Everybody who takes part agrees to it. Please read it.")

    def is_applicable(self, request):
        """Whether this person still has to accept the version in force.

        Always, where the organiser asks with each proposal.

        The wizard asks this several times on every page; reading a page, that
        is one query in all.
        """
        self.request = request
        if request.method == "GET":
            return cfp_standing(request, self.event).must_accept
        # pretalx goes on with the wizard for every other method. From here on
        # to the end of its transaction nobody publishes: what applies now
        # still applies when it is saved.
        hold_policy(self.event)
        person = person_of(request)
        who = (person["user"] and person["user"].pk, person["user_id"])
        if who not in self._must_accept:
            self._must_accept[who] = must_accept(event=self.event, **person)
        return self._must_accept[who]

    def is_completed(self, request):
        """Whether the tick is there, for the very version in force.

        A draft needs no tick, and records none.
        """
        self.request = request
        if self._is_finished:
            return False
        if self._is_draft or not self.is_applicable(request):
            return True
        if not self.get_form_data():
            return False
        return super().is_completed(request)

    @property
    def _is_draft(self):
        return self.request.method == "POST" and (
            self.request.POST.get("action") == "draft"
        )

    @property
    def _is_finished(self):
        """This run of the wizard has ended with a proposal, and nothing is new since."""
        number = cfp_session(self.request).get("coc_finished")
        if not number:
            return False
        version = version_in_force(self.event)
        return bool(version) and version.number == number

    def get_extra_form_kwargs(self):
        version = version_in_force(self.event)
        if not version:
            raise Http404
        return {
            "text": text_of(version, get_language()),
            "asks_material": read_settings(self.event).material_tick,
        }

    def get_context_data(self, **kwargs):
        result = super().get_context_data(**kwargs)
        text = result["form"].text
        version = version_in_force(self.event)
        result["policy_text"] = text
        result["version"] = version
        result["only_language"] = other_language(text, get_language())
        result["policy_url"] = version.get_public_url()
        return result

    def _turned_away(self, request):
        """The answer to a request for this step where it does not apply.

        pretalx hands any unknown step name to the last step if that one does
        not apply; and somebody may come back after they have submitted.
        """
        self.request = request
        if request.path_info.rstrip("/").rsplit("/", 1)[-1] != self.identifier:
            raise Http404
        if self._is_finished:
            messages.success(request, _("Your proposal has already been submitted."))
            return redirect(
                reverse("cfp:event.user.submissions", kwargs={"event": self.event.slug})
            )
        if self.is_applicable(request):
            return None
        if request.method == "POST":
            # Accepted in another window meanwhile: the proposal may go on.
            return redirect(self.get_step_url(request))
        return redirect(self.get_prev_url(request))

    def get(self, request):
        return self._turned_away(request) or super().get(request)

    def post(self, request):
        if answer := self._turned_away(request):
            return answer
        if self._is_draft:
            return redirect(self.get_step_url(request))
        # A tick that is taken back must not be found in the session later.
        self.cfp_session["data"].pop(self.identifier, None)
        if not self.is_valid():
            return super().get(request)
        # Shown only where something keeps the wizard from going on.
        return redirect(self.get_next_url(request) or self.get_step_url(request))

    def done(self, request, draft=False):
        """Record the acceptance, in the transaction that made the proposal."""
        if draft:
            return
        self.request = request
        data = self.get_form_data()
        number, language, __ = data["shown"].split(":")
        version = version_in_force(self.event)
        if str(version.number) != number:  # held since is_applicable
            raise AssertionError("The version in force changed under a lock.")
        record(
            event=self.event,
            user=request.user,
            profile=request.user.get_speaker(self.event),
            version=version,
            language=language,
            way=AcceptanceWay.CFP,
            submission=request.submission,
            material=bool(data.get("material")),
        )
        session = cfp_session(request)
        session["data"].pop(self.identifier, None)
        session["coc_finished"] = version.number

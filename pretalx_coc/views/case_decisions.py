# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Decisions in a case: previewed, made, approved, looked at again, objected to."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView

from pretalx_coc.domain import appeals, decisions, lifting
from pretalx_coc.domain.access import may_approve, may_handle_appeal, may_second
from pretalx_coc.domain.decision_drafts import checked
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.queries.case_page import read_case
from pretalx_coc.domain.queries.liftings import lifting_of
from pretalx_coc.domain.settings import read_settings
from pretalx_coc.domain.statement_check import check_statement
from pretalx_coc.domain.statements import starting_text, statement_language
from pretalx_coc.domain.traces import preview
from pretalx_coc.enums import DecisionState, TraceKind, TwoPeople
from pretalx_coc.interfaces.case_forms import CommentForm, ReasonForm
from pretalx_coc.interfaces.case_page import details_of
from pretalx_coc.interfaces.case_words import in_words
from pretalx_coc.interfaces.decision_forms import (
    AppealForm,
    DecisionForm,
    SecondLookDecisionForm,
)
from pretalx_coc.models import Decision
from pretalx_coc.views.case_base import (
    CaseAction,
    CaseFormView,
    RevisionMixin,
    WriteCaseMixin,
    is_number,
)


class CaseDecide(WriteCaseMixin, RevisionMixin, FormView):
    """A decision: first a preview of every trace, then it is made.

    What is decided is what was previewed: changed in between, it is previewed
    again.
    """

    template_name = "pretalx_coc/cases/decide.html"
    form_class = DecisionForm

    def get_form_kwargs(self):
        page = read_case(case=self.case, user=self.request.user, rights=self.rights)
        others = decisions.could_look(self.case, self.request.user.code)
        return {
            **super().get_form_kwargs(),
            "case": self.case,
            "timeline": in_words(
                [one.entry for one in page.timeline], details=details_of(page)
            ),
            "needs_second": read_settings(self.event).two_people != TwoPeople.NONE,
            "is_alone": not others,
        }

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        if self.request.POST.get("action") == "template":
            # A text to start from needs the measure and no more.
            form.fields["reason"].required = False
        return form

    def form_valid(self, form):
        if self.request.POST.get("action") == "template":
            return self.with_text(form)
        if self.request.POST.get("digest") == form.digest() and self.make(form):
            return redirect(self.case.get_absolute_url())
        return self.render_to_response(self.get_context_data(form=form))

    def with_text(self, form):
        """The form again, with a text to start from."""
        data = self.request.POST.copy()
        language = data.get("statement_language") or statement_language(self.case)
        data["statement"] = starting_text(
            case=self.case, draft=form.draft(), language=language
        )
        form = DecisionForm(**{**self.get_form_kwargs(), "data": data})
        return self.render_to_response(self.get_context_data(form=form))

    def make(self, form) -> bool:
        """Whether it was made."""
        data = form.cleaned_data

        def act(data):
            self.decision = decisions.propose(
                case=self.case,
                by=self.request.user,
                revision=self.revision,
                draft=form.draft(),
                emergency=data.get("emergency", False),
                alone_because=data.get("alone_because", ""),
            )

        if not self.attempt(form, act):
            return False
        message = _("The decision is in force.")
        if self.decision.state == DecisionState.PROPOSED:
            message = _("The decision is proposed, and waits for a second person.")
        messages.success(self.request, message)
        return bool(data)

    def preview_of(self, form) -> dict:
        """Every trace that it leaves, and what in the statement to look at again."""
        draft = form.draft()
        alone = form.cleaned_data.get("alone_because", "")
        traces = preview(
            case=self.case, draft=draft, by=self.request.user, alone_because=alone
        )
        found = {}
        for trace in traces:
            found.setdefault(TraceKind(trace.kind).label, []).append(trace)
        return {
            "traces": list(found.items()),
            "warnings": check_statement(
                self.case, f"{draft.statement}\n\n{draft.conditions}".strip()
            ),
            "statement": draft.statement,
            "waits": decisions.needs_two(self.event, draft.measure)
            and not form.cleaned_data.get("emergency")
            and not alone,
            "digest": form.digest(),
        }

    def get_context_data(self, **kwargs):
        result = super().get_context_data(**kwargs)
        form = result["form"]
        result["case"] = self.case
        if form.is_bound and self.request.POST.get("action") != "template":
            self.add_preview(result, form)
        return result

    def add_preview(self, result: dict, form) -> None:
        if not form.is_valid() and not self.since:
            return
        try:
            draft = checked(self.case, form.draft())
        except CocError as error:
            if not form.non_field_errors():
                form.add_error(None, str(error))
            return
        if self.may_decide_so(form, draft):
            result["preview"] = self.preview_of(form)

    def may_decide_so(self, form, draft) -> bool:
        """Whether somebody else looks at it, or need not; if not, the form says so."""
        two = decisions.needs_two(self.event, draft.measure)
        alone = two and not decisions.could_look(self.case, self.request.user.code)
        because = form.cleaned_data.get("alone_because", "")
        try:
            decisions.check_alone(self.case, because, two=two, alone=alone)
        except CocError as error:
            name = "alone_because" if "alone_because" in form.fields else None
            form.add_error(name, str(error))
            return False
        return True


class DecisionMixin:
    """A decision of this case, where something can be done with it."""

    def allows(self, decision: Decision) -> bool:
        """Whether this person may do this with it now."""
        raise NotImplementedError

    @cached_property
    def decision(self) -> Decision:
        found = self.case.decisions.select_related("case", "event", "case__event")
        decision = found.filter(code__iexact=self.kwargs["decision"]).first()
        if not decision:
            raise Http404
        return decision


class DecisionFormView(DecisionMixin, CaseFormView):
    """One thing to do with a decision."""

    template_name = "pretalx_coc/cases/decision.html"

    def get(self, request, *args, **kwargs):
        if not self.allows(self.decision):
            messages.info(request, _("There is nothing to do here for you now."))
            return redirect(self.case.get_absolute_url())
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return {
            **super().get_context_data(**kwargs),
            "decision": self.decision,
            "appeal": getattr(self.decision, "appeal", None),
        }

    def say_what_is_left(self, left: list[str]) -> None:
        """Say what could not be restored."""
        for sentence in left:
            messages.warning(self.request, sentence)


class DecisionApprove(DecisionFormView):
    """Being the second person."""

    form_class = CommentForm
    title = gettext_lazy("Approve the decision")
    intro = gettext_lazy("With your approval it holds at once.")
    button = gettext_lazy("Approve")
    done = gettext_lazy("The decision is in force.")

    def allows(self, decision):
        return may_approve(self.request.user, decision)

    def act(self, data):
        decisions.approve(
            decision=self.decision,
            by=self.request.user,
            revision=self.revision,
            text=data["text"],
        )


class DecisionRefuse(DecisionFormView):
    """Not approving it, or taking back one's own; or not lifting it."""

    form_class = ReasonForm
    title = gettext_lazy("Do not approve the decision")
    button = gettext_lazy("Do not approve")
    done = gettext_lazy("The decision is not approved.")

    def allows(self, decision):
        return decision.state == DecisionState.PROPOSED or lifting_of(decision)

    def get_context_data(self, **kwargs):
        result = super().get_context_data(**kwargs)
        if self.decision.state != DecisionState.PROPOSED:
            result["title"] = result["button"] = _("Do not lift the decision")
        elif self.decision.proposed_by == self.request.user.code:
            result["title"] = result["button"] = _("Take the decision back")
        return result

    def act(self, data):
        is_lifting = self.decision.state != DecisionState.PROPOSED
        refuse = lifting.keep if is_lifting else decisions.refuse
        refuse(
            decision=self.decision,
            by=self.request.user,
            revision=self.revision,
            text=data["text"],
        )
        self.done = _("The decision stays in force.") if is_lifting else self.done


class DecisionSecond(DecisionFormView):
    """Looking again at what somebody did at once."""

    form_class = SecondLookDecisionForm
    title = gettext_lazy("Look at the decision again")
    intro = gettext_lazy("It was made at once, in an emergency, by one person.")
    button = gettext_lazy("Save")

    def allows(self, decision):
        return may_second(self.request.user, decision)

    def act(self, data):
        left = decisions.second_look(
            decision=self.decision,
            by=self.request.user,
            revision=self.revision,
            agreed=data["agreed"] == "yes",
            text=data["text"],
        )
        self.say_what_is_left(left)


class DecisionLift(DecisionFormView):
    """Lifting a decision, or agreeing to what somebody else asked for."""

    title = gettext_lazy("Lift the decision")
    intro = gettext_lazy(
        "What can be restored is restored, and what cannot is said. Who was told of "
        "the decision is told again. Where a decision takes two people, somebody else "
        "has to agree before it is lifted."
    )
    button = gettext_lazy("Lift")
    done = gettext_lazy("The decision is lifted.")

    @cached_property
    def asked(self):
        """That somebody asked for it and waits."""
        return lifting_of(self.decision)

    def get_form_class(self):
        return CommentForm if self.asked else ReasonForm

    def allows(self, decision):
        mine = self.asked and self.asked.author_code == self.request.user.code
        return decision.state == DecisionState.IN_FORCE and not mine

    def get_context_data(self, **kwargs):
        return {**super().get_context_data(**kwargs), "lifting": self.asked}

    def act(self, data):
        left = lifting.lift(
            decision=self.decision,
            by=self.request.user,
            revision=self.revision,
            text=data["text"],
        )
        self.decision.refresh_from_db()
        if self.decision.state == DecisionState.IN_FORCE:
            self.done = _("Somebody else has to agree before it is lifted.")
        self.say_what_is_left(left)


class DecisionDone(DecisionMixin, CaseAction):
    """Something on site was done."""

    def act(self):
        number = self.request.POST.get("number", "")
        if not is_number(number):
            raise CocError(_("Please choose from the list."))
        decisions.done_on_site(
            decision=self.decision, by=self.request.user, number=int(number)
        )


class AppealDecide(DecisionFormView):
    """Answering an objection: somebody who did not decide."""

    form_class = AppealForm
    title = gettext_lazy("Answer the objection")
    button = gettext_lazy("Send the answer")
    done = gettext_lazy("The objection is answered.")

    def allows(self, decision):
        return hasattr(decision, "appeal") and may_handle_appeal(
            self.request.user, decision
        )

    def act(self, data):
        if not hasattr(self.decision, "appeal"):
            raise CocError(_("There is no objection."))
        left = appeals.decide(
            appeal=self.decision.appeal,
            by=self.request.user,
            revision=self.revision,
            granted=data["granted"] == "yes",
            answer=data["answer"],
        )
        self.say_what_is_left(left)

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What is owed to people: whoever reported is answered, the subject is heard."""

from django.http import Http404
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy

from pretalx_coc.domain import hearings, outside, outside_answers, reports
from pretalx_coc.interfaces.case_forms import (
    AnswerForm,
    AskForm,
    ConfirmForm,
    ReasonForm,
    SecondLookForm,
)
from pretalx_coc.views.case_base import CaseFormView


class ReportView(CaseFormView):
    """Something about one report."""

    template_name = "pretalx_coc/cases/report.html"

    @cached_property
    def report(self):
        reports_here = self.case.reports.select_related("reporter", "case", "event")
        report = reports_here.filter(code__iexact=self.kwargs["report"]).first()
        if not report:
            raise Http404
        return report

    def get_context_data(self, **kwargs):
        return {**super().get_context_data(**kwargs), "report": self.report}


class ReportAnswer(ReportView):
    """What whoever reported was told."""

    form_class = AnswerForm
    title = gettext_lazy("Answer whoever reported")
    intro = gettext_lazy(
        "Talk or write to them as they wished, and note here what you said. Nothing "
        "is sent from here."
    )
    button = gettext_lazy("Save the answer")

    def act(self, data):
        reports.answer_reporter(report=self.report, by=self.request.user, **data)


class ReportSecondLook(ReportView):
    """Whoever reported asks for another look."""

    form_class = SecondLookForm
    title = gettext_lazy("They ask for another look")
    intro = gettext_lazy("They can ask for it once. Another answer is due then.")
    button = gettext_lazy("Save")

    def act(self, data):
        reports.second_look(report=self.report, by=self.request.user, **data)


class HearingAsk(CaseFormView):
    """Asking the subject for their side."""

    form_class = AskForm
    title = gettext_lazy("Ask for their side")
    intro = gettext_lazy(
        "They get a mail that says only that there is something to read, and answer "
        "on a page of their own. The case waits for them."
    )
    button = gettext_lazy("Ask them")
    done = gettext_lazy("They are asked now.")

    def act(self, data):
        hearings.ask(
            case=self.case, by=self.request.user, revision=self.revision, **data
        )


class HearingSkip(CaseFormView):
    """Going on without the subject's side."""

    form_class = ReasonForm
    title = gettext_lazy("Go on without their side")
    intro = gettext_lazy(
        "Everybody should be heard before something is decided about them. Please "
        "say why it is different here."
    )
    button = gettext_lazy("Go on")

    def act(self, data):
        hearings.skip(
            case=self.case,
            by=self.request.user,
            revision=self.revision,
            reason=data["text"],
        )


class OutsideAsk(CaseFormView):
    """Asking the outside contact for advice."""

    form_class = ConfirmForm
    title = gettext_lazy("Ask the outside contact")
    intro = gettext_lazy(
        "They get a mail with a link that works once. It shows them the code name of "
        "this case and what they need for an answer."
    )
    button = gettext_lazy("Ask them")
    done = gettext_lazy("The outside contact is asked.")

    def act(self, data):
        outside_answers.ask(
            case=self.case, by=self.request.user, purpose=outside.ADVISE
        )

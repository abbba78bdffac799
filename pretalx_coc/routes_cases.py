# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The addresses of cases."""

from django.urls import path

from pretalx_coc.views import case_actions as actions
from pretalx_coc.views import case_decisions as decisions
from pretalx_coc.views import case_items as items
from pretalx_coc.views import case_opening as opening
from pretalx_coc.views import case_steps as steps
from pretalx_coc.views.case_hand_over import CaseHandOver
from pretalx_coc.views.cases import AskForName, CasePage, Cases, Declare, KeepFilter
from pretalx_coc.views.panel_bulk import DismissTogether

PANEL = "orga/event/<slug:event>/p/coc/"
CASES = f"{PANEL}cases/"
CASE = f"{PANEL}case/<code>/"
REPORT = f"{CASE}report/<report>/"
DECISION = f"{CASE}decision/<decision>/"

PLACES = {
    CASES: ("cases", Cases),
    f"{CASES}new/": ("case.new", opening.CaseNew),
    f"{CASES}new/report/": ("report.new", opening.ReportNew),
    f"{CASES}new/speaker/<code>/": ("case.new.speaker", opening.CaseNewAboutSpeaker),
    f"{CASES}new/<kind>/<code>/": ("case.new.item", opening.CaseNewFromItem),
    f"{CASES}attach/<kind>/<code>/": ("case.attach.item", opening.AttachToCase),
    f"{CASES}filter/": ("cases.filter", KeepFilter),
    f"{PANEL}dismiss/": ("dismiss", DismissTogether),
    CASE: ("case", CasePage),
    f"{CASE}declare/": ("case.declare", Declare),
    f"{CASE}name/": ("case.name", AskForName),
    f"{CASE}note/": ("case.note", actions.CaseNote),
    f"{CASE}move/": ("case.move", actions.CaseMove),
    f"{CASE}close/": ("case.close", actions.CaseClose),
    f"{CASE}describe/": ("case.describe", actions.CaseDescribe),
    f"{CASE}assign/": ("case.assign", actions.CaseAssign),
    f"{CASE}claim/": ("case.claim", actions.CaseClaim),
    f"{CASE}let-in/": ("case.let_in", actions.CaseLetIn),
    f"{CASE}step-back/": ("case.step_back", actions.CaseStepBack),
    f"{CASE}person/": ("case.person", actions.CasePersonAdd),
    f"{CASE}attach/": ("case.attach", items.CaseAttach),
    f"{CASE}detach/": ("case.detach", items.CaseDetach),
    f"{CASE}merge/": ("case.merge", items.CaseMerge),
    f"{CASE}split/": ("case.split", items.CaseSplit),
    f"{CASE}link/": ("case.link", items.CaseLinkAdd),
    f"{CASE}unlink/": ("case.unlink", items.CaseUnlink),
    f"{CASE}hand-over/": ("case.hand_over", CaseHandOver),
    f"{CASE}file/": ("case.file", items.CaseFileAdd),
    f"{CASE}file/<file>/": ("case.file.read", items.CaseFileRead),
    f"{CASE}report/": ("case.report", opening.CaseReport),
    f"{REPORT}answer/": ("case.report.answer", steps.ReportAnswer),
    f"{REPORT}again/": ("case.report.again", steps.ReportSecondLook),
    f"{CASE}outside/": ("case.outside", steps.OutsideAsk),
    f"{CASE}hearing/": ("case.hearing", steps.HearingAsk),
    f"{CASE}hearing/skip/": ("case.hearing.skip", steps.HearingSkip),
    f"{CASE}decide/": ("case.decide", decisions.CaseDecide),
    f"{DECISION}approve/": ("case.approve", decisions.DecisionApprove),
    f"{DECISION}refuse/": ("case.refuse", decisions.DecisionRefuse),
    f"{DECISION}second/": ("case.second", decisions.DecisionSecond),
    f"{DECISION}lift/": ("case.lift", decisions.DecisionLift),
    f"{DECISION}done/": ("case.done", decisions.DecisionDone),
    f"{DECISION}objection/": ("case.appeal", decisions.AppealDecide),
}

urlpatterns = [
    path(where, view.as_view(), name=name) for where, (name, view) in PLACES.items()
]

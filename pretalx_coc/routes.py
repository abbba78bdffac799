# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0

from django.urls import path

from pretalx_coc import routes_cases
from pretalx_coc.views.acceptance import (
    LetTalkThrough,
    Outstanding,
    OutstandingCSV,
    RecordPaper,
    RemindAll,
    RemindOne,
)
from pretalx_coc.views.acceptance_settings import AcceptanceSettings, ImportAcceptances
from pretalx_coc.views.acceptance_team import TeamAcceptance
from pretalx_coc.views.access_requests import AccessPackage, AccessRequests
from pretalx_coc.views.case_keeping import CaseExport, RetentionView
from pretalx_coc.views.case_settings import CaseSettings
from pretalx_coc.views.checks_settings import ChecksSettings
from pretalx_coc.views.contacts import ContactSettings
from pretalx_coc.views.copies import FindingFile, FindingPicture
from pretalx_coc.views.exclusions import Exclusions
from pretalx_coc.views.flags import FlagRetract, FlagTalk
from pretalx_coc.views.matters import MattersPage
from pretalx_coc.views.me import ExportView, OwnPage, ReceiptView
from pretalx_coc.views.outside import OutsidePage
from pretalx_coc.views.panel import Panel, PanelClosed, RecordView
from pretalx_coc.views.phrases import PhraseRemove, PhraseSettings
from pretalx_coc.views.policy import PolicyPreview, PolicySettings
from pretalx_coc.views.policy_language import PolicyLanguage
from pretalx_coc.views.policy_pages import PolicyPage
from pretalx_coc.views.team import TeamSettings
from pretalx_coc.views.unchecked import UncheckedView
from pretalx_coc.views.verdicts import FindingView, FlagView

SETTINGS = "orga/event/<slug:event>/settings/p/coc/"
PANEL = "orga/event/<slug:event>/p/coc/"
PUBLIC = "<slug:event>/code-of-conduct/"
ME = f"{PUBLIC}me/"

urlpatterns = [
    path(SETTINGS, PolicySettings.as_view(), name="settings.policy"),
    path(f"{SETTINGS}preview/", PolicyPreview.as_view(), name="settings.preview"),
    path(
        f"{SETTINGS}language/<language>/",
        PolicyLanguage.as_view(),
        name="settings.language",
    ),
    path(f"{SETTINGS}contacts/", ContactSettings.as_view(), name="settings.contacts"),
    path(f"{SETTINGS}cases/", CaseSettings.as_view(), name="settings.cases"),
    path(f"{SETTINGS}team/", TeamSettings.as_view(), name="settings.team"),
    path(
        f"{SETTINGS}acceptance/",
        AcceptanceSettings.as_view(),
        name="settings.acceptance",
    ),
    path(
        f"{SETTINGS}acceptance/import/",
        ImportAcceptances.as_view(),
        name="settings.import",
    ),
    path(f"{SETTINGS}checks/", ChecksSettings.as_view(), name="settings.checks"),
    path(f"{SETTINGS}words/", PhraseSettings.as_view(), name="settings.phrases"),
    path(
        f"{SETTINGS}words/<int:pk>/remove/",
        PhraseRemove.as_view(),
        name="settings.phrases.remove",
    ),
    path(f"{PANEL}accept/", TeamAcceptance.as_view(), name="team.accept"),
    path(f"{PANEL}acceptance/", Outstanding.as_view(), name="outstanding"),
    path(f"{PANEL}acceptance/csv/", OutstandingCSV.as_view(), name="outstanding.csv"),
    path(f"{PANEL}acceptance/remind/", RemindAll.as_view(), name="outstanding.remind"),
    path(
        f"{PANEL}acceptance/speaker/<code>/remind/",
        RemindOne.as_view(),
        name="outstanding.remind.one",
    ),
    path(
        f"{PANEL}acceptance/speaker/<code>/paper/",
        RecordPaper.as_view(),
        name="outstanding.paper",
    ),
    path(
        f"{PANEL}acceptance/talk/<code>/", LetTalkThrough.as_view(), name="letthrough"
    ),
    path(PANEL, Panel.as_view(), name="panel"),
    path(f"{PANEL}requests/", AccessRequests.as_view(), name="access"),
    path(f"{PANEL}requests/<code>/", AccessPackage.as_view(), name="access.package"),
    path(f"{PANEL}retention/", RetentionView.as_view(), name="retention"),
    path(f"{PANEL}case/<code>/export/", CaseExport.as_view(), name="case.export"),
    path(f"{PANEL}closed/", PanelClosed.as_view(), name="closed"),
    # Mails lead there, and their links say nothing.
    path(f"{PANEL}doors/", Exclusions.as_view(), name="exclusions"),
    path(f"{PANEL}speaker/<code>/", RecordView.as_view(), name="record"),
    path(f"{PANEL}finding/<code>/", FindingView.as_view(), name="finding.verdict"),
    path(f"{PANEL}finding/<code>/file/", FindingFile.as_view(), name="finding.file"),
    path(
        f"{PANEL}finding/<code>/picture/",
        FindingPicture.as_view(),
        name="finding.picture",
    ),
    path(f"{PANEL}unchecked/<int:pk>/", UncheckedView.as_view(), name="unchecked"),
    path(f"{PANEL}flag/<code>/", FlagView.as_view(), name="flag.verdict"),
    path(f"{PANEL}talk/<code>/flag/", FlagTalk.as_view(), name="flag"),
    path(
        f"{PANEL}talk/<code>/flag/<flag>/retract/",
        FlagRetract.as_view(),
        name="flag.retract",
    ),
    path(PUBLIC, PolicyPage.as_view(), name="policy"),
    path(f"{PUBLIC}outside/<secret>/", OutsidePage.as_view(), name="outside"),
    path(ME, OwnPage.as_view(), name="me"),
    path(f"{ME}export/", ExportView.as_view(), name="me.export"),
    path(f"{ME}receipt/<int:pk>/", ReceiptView.as_view(), name="me.receipt"),
    path(f"{ME}messages/", MattersPage.as_view(), name="me.messages"),
    path(f"{ME}messages/<token>/", MattersPage.as_view(), name="me.messages.token"),
    path(f"{ME}<token>/", OwnPage.as_view(), name="me.token"),
    path(
        f"{ME}<token>/receipt/<int:pk>/", ReceiptView.as_view(), name="me.receipt.token"
    ),
    path(f"{PUBLIC}<int:number>/", PolicyPage.as_view(), name="policy.version"),
    *routes_cases.urlpatterns,
]

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0

from django.urls import path

from pretalx_coc.views.flags import FlagRetract, FlagTalk
from pretalx_coc.views.panel import Panel, PanelClosed, RecordView
from pretalx_coc.views.policy import PolicyPage, PolicyPreview, PolicySettings
from pretalx_coc.views.team import TeamSettings
from pretalx_coc.views.verdicts import FindingView, FlagView

SETTINGS = "orga/event/<slug:event>/settings/p/coc/"
PANEL = "orga/event/<slug:event>/p/coc/"
PUBLIC = "<slug:event>/code-of-conduct/"

urlpatterns = [
    path(SETTINGS, PolicySettings.as_view(), name="settings.policy"),
    path(f"{SETTINGS}preview/", PolicyPreview.as_view(), name="settings.preview"),
    path(f"{SETTINGS}team/", TeamSettings.as_view(), name="settings.team"),
    path(PANEL, Panel.as_view(), name="panel"),
    path(f"{PANEL}closed/", PanelClosed.as_view(), name="closed"),
    path(f"{PANEL}speaker/<code>/", RecordView.as_view(), name="record"),
    path(f"{PANEL}finding/<code>/", FindingView.as_view(), name="finding.verdict"),
    path(f"{PANEL}flag/<code>/", FlagView.as_view(), name="flag.verdict"),
    path(f"{PANEL}talk/<code>/flag/", FlagTalk.as_view(), name="flag"),
    path(
        f"{PANEL}talk/<code>/flag/<flag>/retract/",
        FlagRetract.as_view(),
        name="flag.retract",
    ),
    path(PUBLIC, PolicyPage.as_view(), name="policy"),
    path(f"{PUBLIC}<int:number>/", PolicyPage.as_view(), name="policy.version"),
]

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The response team's panel and the record of a speaker."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.generic import ListView, TemplateView

from pretalx.common.views.generic import OrgaTableMixin

from pretalx_coc.domain.access import rights_in
from pretalx_coc.domain.detectors import Detectors, pictures_available
from pretalx_coc.domain.policy import version_in_force
from pretalx_coc.domain.queries.cases import queue
from pretalx_coc.domain.queries.exclusions import exclusion_on_record
from pretalx_coc.domain.queries.panel import panel_rows
from pretalx_coc.domain.queries.record import read_record
from pretalx_coc.domain.queries.unchecked import never_checked, visible_unchecked
from pretalx_coc.enums import ItemKind
from pretalx_coc.interfaces.forms import PanelFilterForm
from pretalx_coc.interfaces.languages import language_name
from pretalx_coc.interfaces.materials import Labels
from pretalx_coc.interfaces.passages import present, present_flag, present_unchecked
from pretalx_coc.interfaces.tables import PanelTable
from pretalx_coc.views.base import PanelPermissionMixin, PermissionMixin, SpeakerMixin
from pretalx_coc.views.cases import panel_context

#: What pretalx sends where a script asks for the rows of a table alone.
ROWS = f"{OrgaTableMixin.table_template_name}#table-content"
#: Of one speaker, on their record.
MOST_CASES = 20


class Panel(PanelPermissionMixin, OrgaTableMixin, ListView):
    """What waits for the response team.

    pretalx's page of plugins leads every organiser here. Who may choose the
    team and is not on it gets to the page where it is chosen.
    """

    template_name = "pretalx_coc/panel/list.html"
    table_class = PanelTable

    def dispatch(self, request, *args, **kwargs):
        self.rights = rights = rights_in(request.user, request.event)
        if rights.edit_policy and not rights.member:
            messages.info(
                request, _("This page is for the response team, which you choose here.")
            )
            return redirect("plugins:pretalx_coc:settings.team", event=self.event.slug)
        return super().dispatch(request, *args, **kwargs)

    def get_filter_form(self):
        return PanelFilterForm(self.request.GET)

    def get_queryset(self):
        form = self.filter_form = self.get_filter_form()
        chosen = form.cleaned_data if form.is_valid() else {}
        return panel_rows(
            event=self.event,
            user=self.request.user,
            kind=chosen.get("kind", ""),
            verdict=chosen.get("verdict", ""),
            query=chosen.get("q", ""),
            hints=chosen.get("hints") == "yes",
            unread=chosen.get("unread", ""),
        )

    def get_table(self, *args, **kwargs):
        table = super().get_table(*args, **kwargs)
        table.ticks = not self.request.GET.get("verdict")
        return table

    def get_template_names(self):
        """With the rows alone come the form below them, and what was done."""
        names = super().get_template_names()
        if names == [ROWS]:
            return ["pretalx_coc/panel/rows.html"]
        return names

    def get_context_data(self, **kwargs):
        result = super().get_context_data(**kwargs)
        result["table_rows"] = ROWS
        result["filter_form"] = self.filter_form
        result.update(panel_context(self.request, self.rights))
        table = result["table"]
        result["may_dismiss"] = table.ticks and any(
            row.record["kind"] == ItemKind.FINDING for row in table.page.object_list
        )
        result["is_filtered"] = any(
            self.request.GET.get(name) for name in self.filter_form.fields
        )
        result["shows_unchecked"] = self.request.GET.get("kind") == ItemKind.UNCHECKED
        result["shows_passages"] = self.request.GET.get("kind", "") in ("", "finding")
        result["unchecked_number"] = visible_unchecked(
            self.event, self.request.user
        ).count()
        result["never_checked"] = never_checked(self.event, self.request.user)
        result["sees_pictures"] = Detectors(self.event).sees_pictures
        result["has_pictures"] = pictures_available()
        result["may_edit_policy"] = self.request.user.has_perm(
            "pretalx_coc.edit_policy", self.event
        )
        return result


class PanelClosed(PermissionMixin, TemplateView):
    """Why the panel is closed for a member who reviews without seeing names."""

    template_name = "pretalx_coc/panel/closed.html"

    def dispatch(self, request, *args, **kwargs):
        rights = rights_in(request.user, request.event)
        if not (rights.member and rights.blind):
            raise Http404
        return TemplateView.dispatch(self, request, *args, **kwargs)


class RecordView(PanelPermissionMixin, SpeakerMixin, TemplateView):
    """What stands about one speaker."""

    template_name = "pretalx_coc/panel/record.html"

    def present_part(self, findings, unchecked) -> dict:
        return {
            "findings": [present(entry, self.labels) for entry in findings],
            "unchecked": [present_unchecked(entry, self.labels) for entry in unchecked],
        }

    def present_talk(self, part) -> dict:
        return {
            "code": part.code,
            "submission": part.submission,
            "flags": [present_flag(entry) for entry in part.flags],
            **self.present_part(part.findings, part.unchecked),
        }

    def get_context_data(self, **kwargs):
        result = super().get_context_data(**kwargs)
        profile = self.profile
        record = read_record(
            event=self.event,
            user=self.request.user,
            profile=profile,
            hints="hints" in self.request.GET,
        )
        self.labels = Labels(self.event)
        version = version_in_force(self.event)
        numbers = {acceptance.number for acceptance in record.acceptances}
        result.update(
            profile=profile,
            record=record,
            case_rows=queue(
                event=self.event, user=self.request.user, about=profile, closed=True
            )[:MOST_CASES],
            acceptances=[
                (acceptance, language_name(acceptance.language))
                for acceptance in record.acceptances
            ],
            about_profile=self.present_part(
                record.profile_findings, record.profile_unchecked
            ),
            talks=[self.present_talk(part) for part in record.talks],
            version=version,
            is_outstanding=bool(version and version.number not in numbers),
            excluded=exclusion_on_record(self.event, self.request.user, profile),
            may_see_speaker=self.request.user.has_perm(
                "person.orga_list_speakerprofile", self.event
            ),
            back=self.request.get_full_path(),
        )
        return result

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What the plugin adds to pretalx's menus."""

from urllib.parse import urljoin

from django.urls import reverse
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pretalx_coc.domain.access import is_blind
from pretalx_coc.domain.marks import is_marked_published
from pretalx_coc.domain.queries.outstanding import outstanding_profiles
from pretalx_coc.domain.queries.summary import CACHE_NAME as SUMMARY
from pretalx_coc.domain.queries.summary import summary_for
from pretalx_coc.domain.queries.teams import events_of_member


def _url(name: str, event) -> str:
    return reverse(f"plugins:pretalx_coc:{name}", kwargs={"event": event.slug})


def may_view_list(request) -> bool:
    """Whether somebody may see who is outstanding, without a query of its own."""
    user, event = request.user, request.event
    works = user.has_perm("submission.orga_update_submission", event)
    return works or (summary_for(request).member and not is_blind(user, event))


def event_entries(request) -> list[dict]:
    """The panel, for the response team, and the list of the outstanding."""
    summary = summary_for(request)
    list_url = _url("outstanding", request.event)
    on_list = request.path.startswith(list_url)
    entry = {"label": _("Code of conduct"), "icon": "handshake-o"}
    if not summary.member:
        if not may_view_list(request):
            return []
        return [{**entry, "url": list_url, "active": on_list}]
    entry["label"] = _with_number(entry["label"], summary.waiting + summary.cases)
    url = _url("panel", request.event)
    active = request.path.startswith(url)
    entry |= {"url": url, "active": active}
    cases_url = _url("cases", request.event)
    on_cases = request.path.startswith((cases_url, f"{url}case/"))
    cases = {
        "label": _with_number(_("Cases"), summary.cases),
        "url": cases_url,
        "active": on_cases,
    }
    panel = {
        "label": _("Panel"),
        "url": url,
        "active": active and not on_list and not on_cases,
    }
    children = [cases, panel]
    if may_view_list(request):
        acceptance = {"label": _("Acceptance"), "url": list_url, "active": on_list}
        children.append(acceptance)
    return [{**entry, "children": children}]


def _with_number(label: str, number: int) -> str:
    """A label with how much waits, if anything does."""
    if not number:
        return label
    return format_html('{} <span class="badge color-info">{}</span>', label, number)


def settings_entries(request) -> list[dict]:
    """The policy editor, for those who may change the event's settings."""
    if not request.user.has_perm("event.update_event", request.event):
        return []
    url = _url("settings.policy", request.event)
    return [
        {
            "label": _("Code of conduct"),
            "url": url,
            "active": request.path.startswith(url),
        }
    ]


def global_entries(request) -> list[dict]:
    """The panels of a member's events, outside of any event.

    A member needs no other right in pretalx, and without one pretalx shows
    them no page of the event that would lead to the panel.
    """
    return [
        {
            "label": _("Code of conduct: {event}").format(event=event.name),
            "url": _url("panel", event),
            "icon": "handshake-o",
            "active": False,
        }
        for event in events_of_member(request.user)
    ]


def footer_entries(event) -> list[dict]:
    """The policy's page, in the footer of every public page.

    Public pages must not cost a query more, so this one asks no database.
    """
    if not is_marked_published(event):
        return []
    # pretalx leads all links of the footer through a redirect, and that one needs
    # the name of the host.
    url = urljoin(event.urls.base.full(), _url("policy", event))
    return [{"label": _("Code of conduct"), "url": url}]


def dashboard_tiles(event) -> list[dict]:
    """How many speakers have not accepted, for the event's dashboard.

    pretalx collects the tiles before it builds the menu, and shows them after
    it: the number is that of the menu's one query, and there is no other one.
    """
    if not is_marked_published(event):
        return []

    def number() -> int:
        summary = getattr(event, SUMMARY, None)
        return summary.outstanding if summary else outstanding_profiles(event).count()

    def words() -> str:
        return ngettext(
            "speaker has not accepted the code of conduct",
            "speakers have not accepted the code of conduct",
            number(),
        )

    return [
        {
            "large": lazy(number, int)(),
            "small": lazy(words, str)(),
            "url": _url("outstanding", event),
            "priority": 57,
        }
    ]

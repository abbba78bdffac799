# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What the plugin adds to pretalx's menus."""

from urllib.parse import urljoin

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from pretalx_coc.domain.policy import is_marked_published
from pretalx_coc.domain.queries.summary import summary_for
from pretalx_coc.domain.queries.teams import events_of_member


def _url(name: str, event) -> str:
    return reverse(f"plugins:pretalx_coc:{name}", kwargs={"event": event.slug})


def event_entries(request) -> list[dict]:
    """The panel, for members of the response team, with what waits."""
    summary = summary_for(request)
    if not summary.member:
        return []
    label = _("Code of conduct")
    if summary.waiting:
        label = format_html(
            '{} <span class="badge color-info">{}</span>', label, summary.waiting
        )
    url = _url("panel", request.event)
    return [
        {
            "label": label,
            "url": url,
            "icon": "handshake-o",
            "active": request.path.startswith(url),
        }
    ]


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
    """How many speakers have not accepted, for the event's dashboard."""
    return []

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The strips on pretalx's own pages.

They use pretalx's classes only: a style sheet of ours is not there before
``rebuild`` has run, and a missing one would break pretalx's page.
"""

from django.template.loader import render_to_string
from django.urls import reverse

from pretalx_coc.domain.access import is_blind
from pretalx_coc.domain.contacts import contacts_of
from pretalx_coc.domain.exclusions import told_exclusions
from pretalx_coc.domain.queries.personal import notices_for
from pretalx_coc.domain.queries.summary import PENDING, RELEASE, summary_for
from pretalx_coc.interfaces.navigation import may_view_list

FLAG_PAGES = ("submissions.content.view", "submissions.reviews")
SPEAKER_PAGES = ("speakers.view",)
# Where an organiser prepares the CfP, and so wants to know what is missing.
POLICY_PAGES = ("event.dashboard", "cfp.text.view", "cfp.editor", "settings.event.view")


def _render(name: str, **context) -> str:
    # Without the request: rendering with it would build pretalx's navigation
    # a second time.
    return render_to_string(f"pretalx_coc/strips/{name}.html", context)


def _flag_strip(request, code: str) -> str:
    summary = summary_for(request)
    may_review = request.user.has_perm("submission.orga_list_submission", request.event)
    if summary.is_own_talk or not may_review:
        return ""
    kwargs = {"event": request.event.slug, "code": code}
    return _render(
        "flag", summary=summary, url=reverse("plugins:pretalx_coc:flag", kwargs=kwargs)
    )


def _list_url(request) -> str:
    """The list of the outstanding, for those who may open it."""
    if not may_view_list(request):
        return ""
    kwargs = {"event": request.event.slug}
    return reverse("plugins:pretalx_coc:outstanding", kwargs=kwargs)


def _outstanding_strip(request) -> str:
    summary = summary_for(request)
    if not summary.outstanding_name or is_blind(request.user, request.event):
        return ""
    if not request.user.has_perm("submission.orga_list_submission", request.event):
        return ""
    return _render(
        "outstanding",
        speaker=summary.outstanding_name,
        others=summary.outstanding_others,
        is_pending=summary.talk_is_pending,
        url=_list_url(request),
    )


def _release_strip(request) -> str:
    number = summary_for(request).outstanding_talks
    if not number:
        return ""
    url = _list_url(request)
    url = url and f"{url}?by=talk&state=confirmed"
    return _render("release", number=number, url=url)


def _held_strip(request) -> str:
    number = summary_for(request).held_talks
    if not number or is_blind(request.user, request.event):
        return ""
    url = _list_url(request)
    return _render("held", number=number, url=url and f"{url}?by=talk")


def _team_strip(request) -> str:
    if not summary_for(request).asked_as_team:
        return ""
    kwargs = {"event": request.event.slug}
    url = reverse("plugins:pretalx_coc:team.accept", kwargs=kwargs)
    return "" if request.path == url else _render("team", url=url)


def _record_strip(request, code: str) -> str:
    summary = summary_for(request)
    if not summary.shows_record:
        return ""
    kwargs = {"event": request.event.slug, "code": code}
    return _render(
        "record",
        summary=summary,
        url=reverse("plugins:pretalx_coc:record", kwargs=kwargs),
    )


def _policy_strip(request) -> str:
    if not request.user.has_perm("event.update_event", request.event):
        return ""
    if summary_for(request).has_policy:
        return ""
    kwargs = {"event": request.event.slug}
    return _render(
        "no_policy", url=reverse("plugins:pretalx_coc:settings.policy", kwargs=kwargs)
    )


def _page_strip(request, match) -> str:
    """What belongs to this page."""
    code = (match.kwargs.get("code") or "").upper()
    if match.url_name in FLAG_PAGES:
        return _outstanding_strip(request) + _flag_strip(request, code)
    if match.url_name in SPEAKER_PAGES:
        return _record_strip(request, code)
    if match.url_name in POLICY_PAGES:
        return _policy_strip(request)
    if match.url_name == RELEASE:
        return _release_strip(request)
    if match.url_name in PENDING:
        return _held_strip(request)
    return ""


def above_page(request) -> str:
    """What stands above a page of the organiser area; empty for most."""
    match = request.resolver_match
    if not match or not hasattr(request, "event") or request.user.is_anonymous:
        return ""
    strips = _team_strip(request)
    if "orga" in match.namespaces:
        strips += _page_strip(request, match)
    return strips


def _excluded_strip(request) -> str:
    """What an excluded person reads, and nobody else: until when, whom to ask."""
    exclusion = told_exclusions(request.event, user=request.user).first()
    if not exclusion:
        return ""
    return _render(
        "excluded",
        exclusion=exclusion,
        event=request.event,
        contacts=contacts_of(request.event),
    )


def above_submission_list(request) -> str:
    """What stands above a speaker's own proposals; empty for most.

    The way to the page for those who came by a reset of their password, which
    forgets where they wanted to go. One query, but for whoever is excluded.
    """
    is_outstanding, is_excluded = notices_for(request.event, request.user)
    if is_excluded:
        return _excluded_strip(request)
    if not is_outstanding:
        return ""
    kwargs = {"event": request.event.slug}
    return _render("accept", url=reverse("plugins:pretalx_coc:me", kwargs=kwargs))


def above_profile_page(request) -> str:
    """What stands above a speaker's own profile, where invitations lead; one query."""
    return _excluded_strip(request)

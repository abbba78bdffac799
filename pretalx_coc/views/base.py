# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What the plugin's pages in the organiser area have in common."""

from django.http import Http404
from django.shortcuts import redirect
from django.utils.cache import add_never_cache_headers
from django.utils.functional import cached_property

from pretalx.person.models import SpeakerProfile

from pretalx_coc.domain.access import rights_in


def keep_from_error_mails(request) -> None:
    """What is sent to a page stands in no mail about an error that it meets there:
    those who run the server read these mails."""
    request.sensitive_post_parameters = "__ALL__"


def keep_to_reader(response):
    """For pages with a secret in their address, which must reach nobody else: no
    other site as referrer, no cache, no search engine.
    """
    # With "no-referrer", browsers would hide the origin of the forms on
    # this page from pretalx, too, and it would refuse them.
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex"
    add_never_cache_headers(response)
    return response


class PermissionMixin:
    """Lets in those who have ``permission``; for all others there is no page.

    Comes first among the bases of a view. pretalx's own mixin would also let
    in a session that was given access to preview an event that is not public
    yet, which must not open a panel.
    """

    permission = None

    def setup(self, request, *args, **kwargs):
        if any("\x00" in str(value) for value in kwargs.values()):
            # PostgreSQL would not even look for it.
            raise Http404
        keep_from_error_mails(request)
        super().setup(request, *args, **kwargs)

    def get_permission_object(self):
        """What the permission is asked for: the event, or something in it."""
        return self.request.event

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perm(self.permission, self.get_permission_object()):
            raise Http404
        response = super().dispatch(request, *args, **kwargs)
        # Whoever uses this browser next, or steps back from a case, reads nothing.
        add_never_cache_headers(response)
        return response

    @cached_property
    def event(self):
        return self.request.event


class ClosedWhileBlindMixin:
    """Shows a member who reviews without seeing names why a page is closed for the
    moment: they know that they are a member. Comes before ``PermissionMixin``."""

    def dispatch(self, request, *args, **kwargs):
        rights = rights_in(request.user, request.event)
        if rights.member and rights.blind:
            return redirect("plugins:pretalx_coc:closed", event=request.event.slug)
        return super().dispatch(request, *args, **kwargs)


class PanelPermissionMixin(ClosedWhileBlindMixin, PermissionMixin):
    """For members of the response team."""

    permission = "pretalx_coc.view_panel"


class SpeakerMixin:
    """A page about a speaker, which a member does not have about themselves."""

    @cached_property
    def profile(self):
        profile = (
            SpeakerProfile.objects.filter(
                event=self.event, code__iexact=self.kwargs["code"]
            )
            .select_related("user", "event")
            .first()
        )
        if not profile or (profile.user and profile.user == self.request.user):
            raise Http404
        return profile

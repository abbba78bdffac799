# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Files as they were when something was found in them, for those who may know.

They come from people whom nobody has to trust: nothing in them runs in the
browser, and no browser or server in between keeps them.
"""

from django.http import FileResponse, Http404
from django.utils.functional import cached_property
from django.views.generic import View

from pretalx_coc.domain.queries.items import visible_findings
from pretalx_coc.views.base import PanelPermissionMixin

POLICY = "default-src 'none'; sandbox"


class CopyView(PanelPermissionMixin, View):
    """A copy that belongs to a finding which this member may see."""

    which = None
    content_type = "application/octet-stream"
    as_attachment = True

    @cached_property
    def copy(self):
        finding = (
            visible_findings(self.event, self.request.user, hints=True)
            .filter(code__iexact=self.kwargs["code"])
            .select_related(self.which)
            .first()
        )
        copy = getattr(finding, self.which, None)
        if not copy:
            raise Http404
        return copy

    def get(self, request, *args, **kwargs):
        try:
            source = self.copy.file.open("rb")
        except FileNotFoundError:
            raise Http404 from None
        response = FileResponse(
            source,
            as_attachment=self.as_attachment,
            filename=self.copy.name,
            content_type=self.content_type,
        )
        response["X-Content-Type-Options"] = "nosniff"
        response["Content-Security-Policy"] = POLICY
        return response


class FindingFile(CopyView):
    """The file, to be saved."""

    which = "copy"


class FindingPicture(CopyView):
    """A small JPEG that this plugin has made of the page or picture."""

    which = "preview"
    content_type = "image/jpeg"
    as_attachment = False

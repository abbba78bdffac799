# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What belongs to a case: attached, taken off, joined with another, split off."""

from django.http import FileResponse, Http404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.generic import View

from pretalx_coc.domain import case_files, case_items, case_links, case_merging
from pretalx_coc.domain.cases import subject_in_words
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.queries.case_page import links_of, read_case
from pretalx_coc.domain.queries.cases import queue
from pretalx_coc.domain.queries.proposals import CASE, proposals
from pretalx_coc.enums import CaseSubject
from pretalx_coc.interfaces.case_forms import (
    AttachForm,
    FileForm,
    OtherCaseForm,
    SplitForm,
    UnlinkForm,
)
from pretalx_coc.interfaces.case_page import item_in_words, thing_in_words
from pretalx_coc.views.case_base import CaseAction, CaseFormView, OpenCaseMixin
from pretalx_coc.views.copies import POLICY

#: More are no list to choose from.
MOST_CASES = 200


class CaseAttach(CaseFormView):
    """Attaching what the software proposes; it attaches nothing by itself."""

    form_class = AttachForm
    title = gettext_lazy("Attach something")
    intro = gettext_lazy(
        "These may belong to this case. Flags and passages can also be attached from "
        "their own pages."
    )
    button = gettext_lazy("Attach")

    @cached_property
    def proposals(self):
        found = proposals(case=self.case, user=self.request.user)
        return [one for one in found if one.kind != CASE]

    def get_form_kwargs(self):
        choices = [
            (f"{one.kind}:{one.ref}", f"{thing_in_words(one.what)} – {one.reason}")
            for one in self.proposals
        ]
        return {**super().get_form_kwargs(), "choices": choices}

    def get_context_data(self, **kwargs):
        nothing = "" if self.proposals else _("There is nothing to propose.")
        return {**super().get_context_data(**kwargs), "nothing": nothing}

    def act(self, data):
        kind, ref = data["what"].split(":", 1)
        case_items.attach(
            case=self.case, by=self.request.user, kind=kind, ref=ref, text=data["text"]
        )


class CaseDetach(CaseAction):
    """Taking something off a case."""

    def act(self):
        case_items.detach(
            case=self.case,
            by=self.request.user,
            kind=self.request.POST.get("kind", "").replace("\x00", ""),
            ref=self.request.POST.get("ref", "").replace("\x00", ""),
        )


class OtherCaseView(CaseFormView):
    """Something with another case."""

    form_class = OtherCaseForm

    def rows(self) -> list:
        """The cases to choose from, in the order of the queue."""
        found = queue(
            event=self.event, user=self.request.user, rights=self.rights, closed=True
        )
        rows = found[: MOST_CASES + 1]
        return [row for row in rows if row.outside.code != self.case.code]

    def choices(self) -> list[tuple[str, str]]:
        """The codes of these cases, each with what it is called."""
        return [
            (row.outside.code, f"{row.outside.code_name} ({row.outside.code})")
            for row in self.rows()
        ]

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "choices": self.choices()}

    def get_initial(self):
        return {"other": self.request.GET.get("other", "")}

    def get_other(self, data):
        other = self.known_case(data["other"])
        if not other:
            raise CocError(_("There is no such case."))
        return other


class CaseMerge(OtherCaseView):
    """Letting the case go into another one."""

    title = gettext_lazy("Merge with another case")
    intro = gettext_lazy(
        "This case goes into the other one, with everything that is on it. Only who "
        "could know of both cases sees it afterwards. This cannot be undone."
    )
    button = gettext_lazy("Merge")
    done = gettext_lazy("The two cases are one now.")

    def rows(self):
        return [row for row in super().rows() if row.opens]

    def act(self, data):
        self.into = self.get_other(data)
        case_merging.merge(
            case=self.case,
            into=self.into,
            by=self.request.user,
            revision=self.revision,
            text=data["text"],
        )

    def get_success_url(self):
        return self.into.get_absolute_url()


class CaseLinkAdd(OtherCaseView):
    """Linking two cases that stay two."""

    title = gettext_lazy("Link with another case")
    intro = gettext_lazy(
        "The two cases have something to do with each other, and stay two: for "
        "example when somebody is punished for a report. Who may know of one of "
        "them only sees nothing of the link."
    )
    button = pgettext_lazy("two cases", "Link")

    def act(self, data):
        case_links.link(
            case=self.case,
            other=self.get_other(data),
            by=self.request.user,
            reason=data["text"],
        )


class CaseUnlink(OtherCaseView):
    """Undoing the link with a case that has nothing to do with this one."""

    form_class = UnlinkForm
    title = gettext_lazy("Undo a link")
    intro = gettext_lazy(
        "The two cases have nothing to do with each other. Who may know of one of them "
        "only sees nothing of it."
    )
    button = gettext_lazy("Undo the link")

    def choices(self):
        links = links_of(self.case, self.request.user, self.rights)
        return [
            (link.other.code, f"{link.other.code_name} ({link.other.code})")
            for link in links
            if not link.undone
        ]

    def act(self, data):
        case_links.unlink(
            case=self.case,
            other=self.get_other(data),
            by=self.request.user,
            revision=self.revision,
            reason=data["text"],
        )


class CaseSplit(CaseFormView):
    """Giving a part of the case a case of its own."""

    form_class = SplitForm
    title = gettext_lazy("Split off a case")
    intro = gettext_lazy(
        "What you choose goes to a case of its own. The two are linked, and nobody "
        "sees more than before."
    )
    button = gettext_lazy("Split off")

    @cached_property
    def page(self):
        return read_case(case=self.case, user=self.request.user, rights=self.rights)

    def get_form_kwargs(self):
        parts = [
            *((f"item:{one.item.pk}", item_in_words(one)) for one in self.page.items),
            *(
                (f"report:{one.pk}", _("Report {code}").format(code=one.code))
                for one in self.page.reports
            ),
            *((f"file:{one.pk}", one.name) for one in self.page.files),
        ]
        return {**super().get_form_kwargs(), "choices": parts}

    def act(self, data):
        chosen = {"item": [], "report": [], "file": []}
        for part in data["parts"]:
            kind, pk = part.split(":")
            chosen[kind].append(int(pk))
        about = data["about"].strip()
        self.new = case_links.split(
            case=self.case,
            by=self.request.user,
            revision=self.revision,
            item_ids=chosen["item"],
            report_ids=chosen["report"],
            file_ids=chosen["file"],
            subject=subject_in_words(CaseSubject.PERSON, about) if about else None,
            text=data["text"],
        )

    def get_success_url(self):
        return self.new.get_absolute_url()


class CaseFileAdd(CaseFormView):
    """A file for the case."""

    form_class = FileForm
    title = gettext_lazy("Add a file")
    button = gettext_lazy("Add")

    def act(self, data):
        case_files.add_file(case=self.case, by=self.request.user, uploaded=data["file"])


class CaseFileRead(OpenCaseMixin, View):
    """A file of the case, to be saved: nothing in it runs in the browser."""

    def dispatch(self, request, *args, **kwargs):
        rights = self.case_rights
        if rights.open and not rights.names:
            # What people hand in can name somebody.
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, *args, **kwargs):
        file = self.case.files.filter(code__iexact=self.kwargs["file"]).first()
        try:
            source = file.file.open("rb") if file else None
        except FileNotFoundError:
            source = None
        if not source:
            raise Http404
        case_files.file_read(file=file, by=request.user)
        response = FileResponse(
            source,
            as_attachment=True,
            filename=file.name,
            content_type="application/octet-stream",
        )
        response["X-Content-Type-Options"] = "nosniff"
        response["Content-Security-Policy"] = POLICY
        return response

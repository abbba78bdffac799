# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Who is outstanding: the list, its CSV, and what can be done about it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, ListView, View

from pretalx.common.views.generic import OrgaTableMixin
from pretalx.submission.models import Submission

from pretalx_coc.domain.asking import mails_speakers, remind
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.gate import let_through, undo_let_through
from pretalx_coc.domain.paper import record_on_paper
from pretalx_coc.domain.policy import version_in_force
from pretalx_coc.domain.queries.acceptance_list import (
    Chosen,
    find_profile,
    let_through_rows,
    share_accepted,
    speaker_rows,
    talk_rows,
)
from pretalx_coc.domain.queries.outstanding import live_talks, outstanding_of
from pretalx_coc.domain.settings import read_settings
from pretalx_coc.enums import MailMode
from pretalx_coc.interfaces.acceptance_csv import outstanding_csv
from pretalx_coc.interfaces.acceptance_forms import (
    AcceptanceFilterForm,
    LetThroughForm,
    PaperForm,
)
from pretalx_coc.interfaces.acceptance_tables import (
    OutstandingSpeakerTable,
    OutstandingTalkTable,
)
from pretalx_coc.models import LetThrough
from pretalx_coc.tasks import send, task_remind_all
from pretalx_coc.views.base import PermissionMixin


class ChosenMixin(PermissionMixin):
    """For everybody who may see who is outstanding, with the page's filter."""

    permission = "pretalx_coc.view_acceptance"

    @cached_property
    def by_talk(self) -> bool:
        return self.request.GET.get("by") == "talk"

    @cached_property
    def filter_form(self):
        return AcceptanceFilterForm(self.request.GET)

    @cached_property
    def chosen(self) -> Chosen:
        # What cannot be understood is left out, and the rest still counts.
        self.filter_form.full_clean()
        data = self.filter_form.cleaned_data
        return Chosen(
            state=data.get("state", ""),
            declined=data.get("declined", ""),
            reminded=data.get("reminded", ""),
            query=data.get("q", ""),
        )


class Outstanding(ChosenMixin, OrgaTableMixin, ListView):
    """Who has not accepted the code of conduct."""

    template_name = "pretalx_coc/acceptance/list.html"
    table_class = OutstandingSpeakerTable

    def get_table_class(self):
        return OutstandingTalkTable if self.by_talk else OutstandingSpeakerTable

    @cached_property
    def may_change(self) -> bool:
        return self.request.user.has_perm("pretalx_coc.change_acceptance", self.event)

    def get_table_kwargs(self):
        return {
            **super().get_table_kwargs(),
            "may_change": self.may_change,
            "may_remind": self.may_change and mails_speakers(self.event),
            "query": self.request.GET.urlencode(),
            "may_see_talks": self.request.user.has_perm(
                "submission.orga_list_submission", self.event
            ),
        }

    def get_queryset(self):
        rows = talk_rows if self.by_talk else speaker_rows
        return rows(self.event, self.chosen)

    def get_context_data(self, **kwargs):
        result = super().get_context_data(**kwargs)
        shows_all = not self.by_talk and self.chosen == Chosen()
        known = result["paginator"].count if shows_all else None
        accepted, speakers = share_accepted(self.event, known)
        query = self.request.GET.copy()
        query.pop("page", None)
        result.update(
            by_talk=self.by_talk,
            filter_form=self.filter_form,
            is_filtered=self.chosen != Chosen(),
            csv_query=query.urlencode(),
            accepted=accepted,
            speakers=speakers,
            percent=accepted * 100 // speakers if speakers else 0,
            outstanding=speakers - accepted,
            version=version_in_force(self.event),
            gate_holds=read_settings(self.event).gate_holds,
            let_through=let_through_rows(self.event),
            may_change=self.may_change,
            mails_speakers=mails_speakers(self.event),
            may_edit_policy=self.request.user.has_perm(
                "pretalx_coc.edit_policy", self.event
            ),
        )
        return result


class OutstandingCSV(ChosenMixin, View):
    """The list as a file."""

    def get(self, request, *args, **kwargs):
        content = outstanding_csv(
            event=self.event, chosen=self.chosen, by_talk=self.by_talk
        )
        name = f"{self.event.slug}-code-of-conduct.csv"
        return HttpResponse(
            content,
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


class ChangeMixin(PermissionMixin):
    """For those who may work with the event's proposals."""

    permission = "pretalx_coc.change_acceptance"

    def back_to_list(self):
        return redirect("plugins:pretalx_coc:outstanding", event=self.event.slug)


class RemindAll(ChangeMixin, View):
    """Mails everybody who is outstanding, in the background."""

    http_method_names = ("post",)

    def post(self, request, *args, **kwargs):
        if not send(task_remind_all, event_id=self.event.pk, user_id=request.user.pk):
            problem = _("No mail was sent, for the server is busy. Please try again.")
            messages.error(request, problem)
            return self.back_to_list()
        if read_settings(self.event).mail_mode == MailMode.OUTBOX:
            message = _(
                "Mails to everybody who has not accepted go into the outbox: please "
                "send them from there. Whoever has one waiting there gets no other."
            )
        else:
            message = _(
                "Reminders are on their way to everybody who has not accepted. Whoever "
                "got a mail within the last hour gets none."
            )
        messages.success(request, message)
        return self.back_to_list()


class RemindOne(ChangeMixin, View):
    """Mails one speaker who is outstanding."""

    http_method_names = ("post",)

    def post(self, request, *args, **kwargs):
        profile = find_profile(self.event, kwargs["code"])
        if not profile:
            raise Http404
        if not remind(self.event, profile, by=request.user):
            message = _(
                "{name} gets no mail: they have accepted, got one within the last "
                "hour, or have one waiting in the outbox."
            )
        elif read_settings(self.event).mail_mode == MailMode.OUTBOX:
            message = _("A mail to {name} is in the outbox: please send it from there.")
        else:
            message = _("{name} gets a mail.")
        messages.info(request, message.format(name=profile.get_display_name()))
        # The list as it was, with its filter and page.
        response = self.back_to_list()
        response["Location"] += f"?{request.GET.urlencode()}" if request.GET else ""
        return response


class RecordPaper(ChangeMixin, FormView):
    """An acceptance that a speaker gave on paper."""

    template_name = "pretalx_coc/acceptance/paper.html"
    form_class = PaperForm

    @cached_property
    def profile(self):
        profile = find_profile(self.event, self.kwargs["code"])
        if not profile or not version_in_force(self.event):
            raise Http404
        return profile

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "event": self.event}

    def get_context_data(self, **kwargs):
        return super().get_context_data(profile=self.profile, **kwargs)

    def form_valid(self, form):
        try:
            record_on_paper(
                profile=self.profile,
                version=form.cleaned_data["version"],
                language=form.cleaned_data["language"],
                by=self.request.user,
                note=form.cleaned_data["note"],
            )
        except CocError as error:
            form.add_error(None, str(error))
            return self.form_invalid(form)
        messages.success(
            self.request,
            _("Noted: {name} has accepted on paper.").format(
                name=self.profile.get_display_name()
            ),
        )
        return self.back_to_list()


class LetTalkThrough(ChangeMixin, FormView):
    """Lets one talk be confirmed with a reason, or takes that back."""

    template_name = "pretalx_coc/acceptance/let_through.html"
    form_class = LetThroughForm

    @cached_property
    def talk(self):
        talks = Submission.objects.filter(event=self.event).select_related("event")
        talk = talks.filter(code__iexact=self.kwargs["code"]).first()
        if not talk:
            raise Http404
        return talk

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            talk=self.talk,
            speakers=outstanding_of(self.talk),
            let=LetThrough.objects.filter(
                event=self.event, submission_code=self.talk.code
            ).first(),
            is_live=live_talks(self.event).filter(pk=self.talk.pk).exists(),
            **kwargs,
        )

    def post(self, request, *args, **kwargs):
        if request.POST.get("action") == "undo":
            undo_let_through(submission=self.talk, by=request.user)
            messages.success(
                request,
                _("This talk can no longer be confirmed without the acceptance."),
            )
            return self.back_to_list()
        return super().post(request, *args, **kwargs)

    def form_valid(self, form):
        try:
            let_through(
                submission=self.talk,
                by=self.request.user,
                reason=form.cleaned_data["reason"],
            )
        except CocError as error:
            form.add_error(None, str(error))
            return self.form_invalid(form)
        messages.success(
            self.request, _("This talk can be confirmed now, and is on the list.")
        )
        return self.back_to_list()

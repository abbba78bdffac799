# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What is done with a case that is open: noted, moved on, described, shared."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pretalx.person.models import User

from pretalx_coc.domain import case_claims, case_members, cases, reports
from pretalx_coc.domain.access import members_who_may
from pretalx_coc.domain.case_mentions import can_be_told
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.reports import Somebody
from pretalx_coc.interfaces.case_forms import (
    CloseForm,
    ConfirmForm,
    DescribeForm,
    MemberForm,
    MoveForm,
    NoteForm,
    PersonForm,
)
from pretalx_coc.interfaces.case_opening import account_of_address, somebody
from pretalx_coc.views.case_base import CaseAction, CaseFormView, is_small_team


class CaseNote(CaseFormView):
    """A note."""

    form_class = NoteForm
    title = gettext_lazy("Write a note")
    button = gettext_lazy("Add note")

    @cached_property
    def members(self):
        if is_small_team(self.event):
            return []
        return can_be_told(self.case, by=self.request.user)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "members": self.members}

    def act(self, data):
        chosen = data.get("tell", ())
        cases.add_note(
            case=self.case,
            by=self.request.user,
            text=data["text"],
            tell=[user for user in self.members if user.code in chosen],
        )


class CaseMove(CaseFormView):
    """Another state."""

    form_class = MoveForm
    title = gettext_lazy("Move the case on")
    button = gettext_lazy("Save")

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "case": self.case}

    def get_initial(self):
        # Where there is more than one, the second is what usually follows.
        return {"state": self.request.GET.get("to", "")}

    def act(self, data):
        cases.move(case=self.case, by=self.request.user, revision=self.revision, **data)


class CaseClose(CaseFormView):
    """The end of a case."""

    form_class = CloseForm
    title = gettext_lazy("Close the case")
    button = gettext_lazy("Close the case")
    done = gettext_lazy("The case is closed.")

    def get_context_data(self, **kwargs):
        return {
            **super().get_context_data(**kwargs),
            "missing": cases.missing_for_closing(self.case),
        }

    def act(self, data):
        cases.close(
            case=self.case, by=self.request.user, revision=self.revision, **data
        )


class CaseDescribe(CaseFormView):
    """What is said of a case."""

    form_class = DescribeForm
    title = gettext_lazy("Change what is said of the case")
    button = gettext_lazy("Save")

    def get_initial(self):
        return {name: getattr(self.case, name) for name in cases.DETAILS}

    def act(self, data):
        cases.describe(
            case=self.case, by=self.request.user, revision=self.revision, **data
        )


class CaseAssign(CaseFormView):
    """Who is to see to a case."""

    form_class = MemberForm
    title = gettext_lazy("Give the case to somebody")
    button = gettext_lazy("Save")

    @cached_property
    def members(self):
        return members_who_may(self.case)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "members": self.members, "nobody": True}

    def get_initial(self):
        return {"member": self.case.assignee}

    def act(self, data):
        chosen = [user for user in self.members if user.code == data["member"]]
        case_claims.assign(
            case=self.case,
            by=self.request.user,
            to=chosen[0] if chosen else None,
            revision=self.revision,
        )


class CaseLetIn(CaseFormView):
    """A member who came later."""

    form_class = MemberForm
    title = gettext_lazy("Let somebody in")
    intro = gettext_lazy(
        "Who came to the response team after this case was opened does not know of "
        "it. Whom you let in is asked about a conflict first."
    )
    button = gettext_lazy("Let in")

    @cached_property
    def members(self):
        return case_members.not_yet_in(self.case)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "members": self.members}

    def act(self, data):
        user = next(one for one in self.members if one.code == data["member"])
        case_members.let_in(case=self.case, by=self.request.user, user=user)


class CaseStepBack(CaseFormView):
    """Leaving a case."""

    form_class = ConfirmForm
    title = gettext_lazy("Step back")
    intro = gettext_lazy(
        "You leave this case, and do not see it any more. Nobody asks you why. The "
        "others go on."
    )
    button = gettext_lazy("Step back")
    done = gettext_lazy("You have stepped back. The case is with the others now.")

    def act(self, data):
        case_members.step_back(case=self.case, by=self.request.user)

    def get_success_url(self):
        return redirect("plugins:pretalx_coc:cases", event=self.event.slug).url


class CasePersonAdd(CaseFormView):
    """Who was affected, or saw it."""

    form_class = PersonForm
    title = gettext_lazy("Add a person")
    button = gettext_lazy("Add")

    def act(self, data):
        person = Somebody(
            name=data["name"],
            contact=data["contact"] or data["account"],
            user=self.account(data["account"])
            or somebody(f"{data['name']} {data['contact']}").user,
        )
        reports.add_person(
            case=self.case, by=self.request.user, role=data["role"], somebody=person
        )

    def account(self, address: str) -> User | None:
        user = account_of_address(address)
        if address and not user:
            raise CocError(_("There is no account with this mail address."))
        return user

    def get_success_url(self):
        # Whoever named themselves does not see the case from now on.
        if self.request.user.has_perm("pretalx_coc.know_case", self.case):
            return super().get_success_url()
        return redirect("plugins:pretalx_coc:cases", event=self.event.slug).url


class CaseClaim(CaseAction):
    """Saying that one works on a case now, or does not any more."""

    def act(self):
        case, user = self.case, self.request.user
        action = self.request.POST.get("action")
        if action == "release":
            case_claims.release(case=case, by=user)
        elif action == "take over":
            holder = self.request.POST.get("holder", "")
            case_claims.take_over(case=case, by=user, holder=holder)
        else:
            case_claims.claim(case=case, by=user)
            messages.success(self.request, _("The others see that you are on it."))

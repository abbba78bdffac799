# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Handing a case over to the response team of another event."""

from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.text import Truncator
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pretalx_coc.domain import hand_over
from pretalx_coc.domain.case_log import codes_of
from pretalx_coc.domain.queries.hand_overs import (
    decisions_to_pass_on,
    entries_to_pass_on,
    may_go_to,
)
from pretalx_coc.enums import Measure
from pretalx_coc.interfaces.case_forms import HandOverForm
from pretalx_coc.views.case_base import CaseFormView

#: Enough of a text to know which one it is; all of it is on the page of the case.
SHOWN = 160


def _of(kind: str, at, text: str) -> str:
    day = date_format(localtime(at), "SHORT_DATE_FORMAT")
    return f"{kind}, {day}: {Truncator(' '.join(text.split())).chars(SHOWN)}"


class CaseHandOver(CaseFormView):
    """What passes on is chosen piece by piece; the case stays where it is."""

    form_class = HandOverForm
    title = gettext_lazy("Hand over to the team of another event")
    intro = gettext_lazy(
        "The team of that event gets a case of its own: whom it is about, category, "
        "severity, what you write here and what you tick. It gets nothing else, and "
        "reads it only after saying that there is no conflict. Who is a part of this "
        "case, or must not see it, does not see that one either. You go on with this "
        "case; what was handed over cannot be taken back."
    )
    button = gettext_lazy("Hand over")
    done = gettext_lazy("The other team has it now, too.")

    @cached_property
    def events(self) -> list:
        return list(may_go_to(self.case, self.request.user))

    @cached_property
    def parts(self) -> list[tuple[str, str]]:
        case = self.case
        decisions = decisions_to_pass_on(case)
        parts = [
            (
                f"decision:{one.pk}",
                _of(Measure(one.measure).label, one.starts, one.reason),
            )
            for one in decisions
        ]
        if case.may_be_told:
            label = _("What may be told to whom")
            text = Truncator(case.may_be_told).chars(SHOWN)
            parts.append(("told:0", f"{label}: {text}"))
        parts += [
            (f"entry:{one.pk}", _of(one.get_kind_display(), one.created, one.text))
            for one in entries_to_pass_on(case, codes_of(case))
        ]
        file = _("File")
        return parts + [
            (f"file:{one.pk}", f"{file}: {one.name}") for one in case.files.all()
        ]

    def get_form_kwargs(self):
        return {
            **super().get_form_kwargs(),
            "events": self.events,
            "parts": self.parts,
            "has_people": self.case.people.exclude(name="", contact="").exists(),
        }

    def get_context_data(self, **kwargs):
        nothing = _(
            "There is no other event of this organiser with a response team that can "
            "get this case, or they have it already."
        )
        return {
            **super().get_context_data(**kwargs),
            "nothing": "" if self.events else nothing,
        }

    def act(self, data):
        chosen = {"entry": [], "decision": [], "file": [], "told": []}
        for part in data.get("parts", ()):
            kind, pk = part.split(":")
            chosen[kind].append(int(pk))
        hand_over.hand_over(
            case=self.case,
            to=next(one for one in self.events if str(one.pk) == data["event"]),
            by=self.request.user,
            revision=self.revision,
            text=data["text"],
            chosen=hand_over.Chosen(
                entry_ids=chosen["entry"],
                decision_ids=chosen["decision"],
                file_ids=chosen["file"],
                told=bool(chosen["told"]),
                names=data.get("names", False),
            ),
        )

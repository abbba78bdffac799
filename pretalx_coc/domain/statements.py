# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What the subject of a decision reads: a text to start from, in their language.

    statement_language(case) -> a language of the event
    starting_text(*, case, draft, language) -> the text, to be edited

What only people can say stands in square brackets; ``statement_check`` points at
those that are left.
"""

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from pretalx.submission.models import Resource, Submission

from pretalx_coc.domain.asking_mails import mail_language
from pretalx_coc.domain.decision_drafts import Draft
from pretalx_coc.domain.subjects import account_of
from pretalx_coc.enums import AlsoDone, Measure
from pretalx_coc.models import Case


def statement_language(case: Case) -> str:
    """The language in which the subject of a case reads."""
    user = account_of(case)
    return mail_language(case.event, user) if user else case.event.locale


def starting_text(*, case: Case, draft: Draft, language: str) -> str:
    """A statement for a decision, for people to finish.

    Args:
        case: The case.
        draft: What the decision says so far; its measure at least.
        language: A language of the event.
    """
    with override(language):
        parts = [
            _opening(case),
            _measure(case, draft),
            *_beside(case, draft),
            *_until(case, draft),
            _closing(case, draft),
        ]
        return "\n\n".join(part for part in parts if part)


def _opening(case: Case) -> str:
    user = account_of(case)
    about = _(
        "we have looked into something that concerns you at {event}. It is about: "
        "[what it is about, without naming anybody else]"
    ).format(event=case.event.name)
    greeting = _("Hello {name},") if user else _("Hello,")
    name = user.get_display_name() if user else ""
    return f"{greeting.format(name=name)}\n\n{about}"


def _because() -> str:
    return _(
        "This does not go together with our code of conduct, because [why, in its terms]."
    )


def _talks(case: Case, draft: Draft) -> tuple[int, str]:
    titles = Submission.objects.filter(event=case.event, code__in=draft.talks)
    quoted = [f"“{title}”" for title in titles.values_list("title", flat=True)]
    return max(len(quoted), 1), ", ".join(quoted) or _("[your talk]")


def _date(case: Case, moment) -> str:
    return date_format(localtime(moment, case.event.tz), "DATE_FORMAT")


def _measure(case: Case, draft: Draft) -> str:
    write = _TEXTS.get(draft.measure, _no_action)
    return write(case, draft)


def _no_action(case: Case, draft: Draft) -> str:
    return _("We have finished looking into it, and nothing follows from it for you.")


def _change(case: Case, draft: Draft) -> str:
    due = _date(case, draft.change_due) if draft.change_due else _("[date]")
    __, talks = _talks(case, draft)
    return (
        f"{_because()}\n\n"
        + _("Please change this by {date}: [what is to be changed]").format(date=due)
        + (f"\n\n{_('It is in: {talks}').format(talks=talks)}" if draft.talks else "")
    )


def _warning(case: Case, draft: Draft) -> str:
    return f"{_because()} " + _(
        "This is a warning: please see to it that it does not happen again."
    )


def _withheld(case: Case, draft: Draft) -> str:
    files = Resource.objects.filter(
        submission__event=case.event, pk__in=draft.resources
    ).order_by("pk")
    names = ", ".join(
        f"“{name}”" for name in files.values_list("description", flat=True)
    )
    return f"{_because()}\n\n" + _(
        "So we do not show this to the public any more: {files}. If you change it, "
        "please tell us, and we will look at it again."
    ).format(files=names or _("[the file]"))


def _withdrawn(case: Case, draft: Draft) -> str:
    count, talks = _talks(case, draft)
    return f"{_because()}\n\n" + ngettext(
        "So your talk {talks} does not take place.",
        "So your talks {talks} do not take place.",
        count,
    ).format(talks=talks)


def _taken_off(case: Case, draft: Draft) -> str:
    count, talks = _talks(case, draft)
    return f"{_because()}\n\n" + ngettext(
        "So you are no longer a speaker of {talks}. The talk itself stays. Its other "
        "speakers were told that its speakers have changed, and not why.",
        "So you are no longer a speaker of {talks}. The talks themselves stay. Their "
        "other speakers were told that the speakers have changed, and not why.",
        count,
    ).format(talks=talks)


def _excluded(case: Case, draft: Draft) -> str:
    names = {"event": case.event.name, "organiser": case.event.organiser.name}
    if draft.measure == Measure.EXCLUDED_FUTURE:
        text = _(
            "So you cannot take part in {event}, nor in later events of {organiser}."
        )
    else:
        text = _("So you cannot take part in {event}.")
    parts = [_because(), text.format(**names)]
    if draft.talks:
        count, talks = _talks(case, draft)
        parts.append(
            ngettext(
                "You will not give this talk: {talks}",
                "You will not give these talks: {talks}",
                count,
            ).format(talks=talks)
        )
    return "\n\n".join(parts)


_TEXTS = {
    Measure.NO_ACTION: _no_action,
    Measure.CHANGE_REQUESTED: _change,
    Measure.WARNING: _warning,
    Measure.MATERIAL_WITHHELD: _withheld,
    Measure.TALK_WITHDRAWN: _withdrawn,
    Measure.TAKEN_OFF: _taken_off,
    Measure.EXCLUDED_EVENT: _excluded,
    Measure.EXCLUDED_FUTURE: _excluded,
}


def _beside(case: Case, draft: Draft) -> list[str]:
    count, talks = _talks(case, draft)
    said = []
    if AlsoDone.HELD in draft.also:
        said.append(
            ngettext(
                "For now, {talks} is not confirmed.",
                "For now, {talks} are not confirmed.",
                count,
            ).format(talks=talks)
        )
    if AlsoDone.OFF_PAGES in draft.also and draft.measure != Measure.TALK_WITHDRAWN:
        said.append(
            ngettext(
                "For now, {talks} is not on the public pages of the schedule.",
                "For now, {talks} are not on the public pages of the schedule.",
                count,
            ).format(talks=talks)
        )
    return said


def _until(case: Case, draft: Draft) -> list[str]:
    said = []
    if draft.ends:
        date = _date(case, draft.ends)
        said.append(_("This holds until {date}.").format(date=date))
    if draft.conditions:
        said.append(
            _("We ask of you: {conditions}").format(conditions=draft.conditions)
        )
    return said


def _closing(case: Case, draft: Draft) -> str:
    sign = _("The response team of {event}").format(event=case.event.name)
    if draft.measure == Measure.NO_ACTION:
        return sign
    object_to = _(
        "If you think that this is wrong, you can object on the page where you read "
        "this. It also says until when, and whom you can talk to."
    )
    return f"{object_to}\n\n{sign}"

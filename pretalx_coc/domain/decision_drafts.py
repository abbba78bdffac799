# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What a decision says, before it is made: written by a member, and checked.

The same draft is previewed (``domain.traces``) and proposed (``domain.decisions``).
"""

import datetime as dt
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.timezone import now
from django.utils.translation import gettext as _

from pretalx.person.models import User
from pretalx.submission.models import Resource

from pretalx_coc.domain.case_log import clean_text, codes_of
from pretalx_coc.domain.effects.plan import EXCLUDES
from pretalx_coc.domain.effects.talks import OVER
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.subjects import account_of, profile_of, talks_of
from pretalx_coc.enums import AlsoDone, Measure, OnSite
from pretalx_coc.models import Case, CaseEntry, CaseMember, Decision


@dataclass(frozen=True)
class Draft:
    """What a decision says.

    Attributes:
        measure: A value of ``Measure``.
        reason: In terms of the policy, for the response team; required.
        statement: What the subject reads; required where they can be told, unless
            nothing is done.
        statement_language: A language of the event.
        evidence: Primary keys of entries on this case's timeline.
        on_site: What is done by hand: dicts with ``what`` (a value of ``OnSite``),
            ``who`` (the code of a member, or empty), ``when`` (ISO 8601, or empty)
            and ``done``.
        talks: Codes of the talks that it is about, of ``subjects.talks_of``.
        talk_state: What becomes of them where they are withdrawn: one of
            ``effects.talks.OVER``; empty for the one that fits where they stand.
        also: Values of ``AlsoDone`` that hold for these talks, too.
        resources: Primary keys of the files that are withheld.
        starts: From when; None for at once.
        ends: Until when; None for no end.
        conditions: What the subject is to do, or not to do.
        review_date: When the response team looks again.
        change_due: Until when the subject is to change something.
        address: The mail address of a subject without an account, for an exclusion
            to recognise them by. It is not stored.
    """

    measure: str
    reason: str
    statement: str = ""
    statement_language: str = ""
    evidence: tuple[int, ...] = ()
    on_site: tuple[dict, ...] = ()
    talks: tuple[str, ...] = ()
    talk_state: str = ""
    also: tuple[str, ...] = ()
    resources: tuple[int, ...] = ()
    starts: dt.datetime | None = None
    ends: dt.datetime | None = None
    conditions: str = ""
    review_date: dt.date | None = None
    change_due: dt.datetime | None = None
    address: str = ""


def unsaved(case: Case, draft: Draft) -> Decision:
    """A draft as a decision that is not stored."""
    names = set(Draft.__dataclass_fields__) - {"address"}
    values = {name: getattr(draft, name) for name in names}
    for name in ("evidence", "on_site", "talks", "also", "resources"):
        values[name] = list(values[name])
    values["starts"] = draft.starts or now()
    return Decision(event=case.event, case=case, **values)


def checked(case: Case, draft: Draft) -> Draft:
    """A draft that can be decided, its texts without space around them.

    Raises:
        CocError: Something is missing, or does not belong to this case.
    """
    if draft.measure not in Measure.values:
        raise CocError(_("Please choose a measure."))
    draft = replace(
        draft,
        reason=clean_text(
            draft.reason, required=_("Please say why, in terms of the code of conduct.")
        ),
        statement=clean_text(draft.statement),
        conditions=clean_text(draft.conditions),
        address=draft.address.strip(),
    )
    _check_statement(case, draft)
    _check_times(draft)
    _check_address(draft)
    _check_evidence(case, draft)
    _check_on_site(case, draft)
    _check_talks(case, draft)
    _check_files(case, draft)
    return draft


def _check_statement(case: Case, draft: Draft) -> None:
    if draft.statement:
        if draft.statement_language not in case.event.locales:
            raise CocError(_("Please choose a language of this event."))
    elif draft.measure != Measure.NO_ACTION and account_of(case):
        raise CocError(_("Please write what the person it is about will read."))


def _check_times(draft: Draft) -> None:
    starts = draft.starts or now()
    if draft.measure not in EXCLUDES and starts > now():
        raise CocError(_("Only an exclusion can start later."))
    if draft.ends and draft.ends <= max(starts, now()):
        raise CocError(_("The end must be in the future, and after the start."))
    if draft.measure == Measure.CHANGE_REQUESTED and not draft.change_due:
        raise CocError(_("Please say until when something is to be changed."))
    if draft.change_due and draft.change_due <= now():
        raise CocError(_("Please choose a time in the future."))


def _check_address(draft: Draft) -> None:
    if not draft.address:
        return
    if draft.measure not in EXCLUDES:
        raise CocError(_("A mail address is needed for an exclusion only."))
    try:
        validate_email(draft.address)
    except ValidationError as error:
        raise CocError(error.messages[0]) from None
    if User.objects.filter(email__iexact=draft.address, is_active=True).exists():
        # Then they can be asked and told, and can object.
        raise CocError(
            _(
                "There is an account with this mail address. Please open a case about "
                "it, and merge this one into that one."
            )
        )


def _check_evidence(case: Case, draft: Draft) -> None:
    wanted = set(draft.evidence)
    found = CaseEntry.objects.filter(
        event=case.event, case_code__in=codes_of(case), pk__in=wanted
    )
    if found.count() != len(wanted):
        raise CocError(_("Please choose among the entries of this case."))


def _check_on_site(case: Case, draft: Draft) -> None:
    members = CaseMember.objects.filter(case=case)
    known = {"", *members.values_list("user_code", flat=True)}
    for step in draft.on_site:
        if set(step) != {"what", "who", "when", "done"}:
            raise CocError(_("Please say what was done, by whom and when."))
        if step["what"] not in OnSite.values or step["who"] not in known:
            raise CocError(_("Please choose from the list."))


def _check_talks(case: Case, draft: Draft) -> None:
    talks = {talk.code: talk for talk in talks_of(case)}
    if set(draft.talks) - set(talks):
        raise CocError(_("Please choose among the talks of this case."))
    if set(draft.also) - set(AlsoDone.values):
        raise CocError(_("Please choose from the list."))
    if draft.talk_state and draft.talk_state not in OVER:
        raise CocError(_("Please choose from the list."))
    needs = draft.measure in (Measure.TALK_WITHDRAWN, Measure.TAKEN_OFF) or draft.also
    if needs and not draft.talks:
        raise CocError(_("Please choose a talk."))
    if draft.measure == Measure.TAKEN_OFF:
        _check_others_speak(case, [talks[code] for code in draft.talks])


def _check_others_speak(case: Case, talks) -> None:
    profile = profile_of(case)
    for talk in talks:
        roles = talk.speaker_roles.all()
        if not profile or not roles.filter(speaker=profile).exists():
            raise CocError(
                _("“{talk}” is not a talk of the person this is about.").format(
                    talk=talk.title
                )
            )
        if not roles.exclude(speaker=profile).exists():
            raise CocError(
                _("“{talk}” has no other speaker. It can be withdrawn instead.").format(
                    talk=talk.title
                )
            )


def _check_files(case: Case, draft: Draft) -> None:
    withholds = draft.measure == Measure.MATERIAL_WITHHELD
    if withholds != bool(draft.resources):
        if withholds:
            raise CocError(_("Please choose a file."))
        raise CocError(_("Files are withheld by a measure of their own."))
    found = Resource.objects.filter(
        pk__in=set(draft.resources), submission__in=talks_of(case).values("pk")
    )
    if found.count() != len(set(draft.resources)):
        raise CocError(_("Please choose among the files of this case’s talks."))

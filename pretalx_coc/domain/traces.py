# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Every trace that a decision will leave, before it is made.

    preview(*, case, draft, by, alone_because="") -> list[Trace]

A test makes each kind of decision and holds what is in pretalx's log, in its
outbox and among the mails against what was announced here.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pretalx.mail.enums import QueuedMailStates
from pretalx.mail.models import QueuedMail
from pretalx.submission.models import Resource, Submission, SubmissionStates

from pretalx_coc.domain import decisions, outside
from pretalx_coc.domain.decision_drafts import Draft, unsaved
from pretalx_coc.domain.decision_mails import others_on
from pretalx_coc.domain.effects import plan, speakers
from pretalx_coc.domain.effects.exclusion import address_for
from pretalx_coc.domain.effects.pages import visible_slots
from pretalx_coc.domain.effects.talks import new_state
from pretalx_coc.domain.settings import read_settings
from pretalx_coc.domain.subjects import account_of, profile_of
from pretalx_coc.enums import Measure, TraceKind
from pretalx_coc.models import Case, Decision


@dataclass(frozen=True)
class Trace:
    """One trace.

    Attributes:
        kind: A value of ``TraceKind``.
        text: What it is, in a sentence.
        to: Whom a mail goes to, as addresses.
        action: What pretalx calls an entry in its log; nobody is named as having
            done it.
    """

    kind: str
    text: str
    to: tuple = ()
    action: str = ""


def _talk_mail(talk, text: str, profile) -> list[Trace]:
    others = others_on(talk, profile)
    if not others:
        return []
    names = ", ".join(other.get_display_name() for other in others)
    return [
        Trace(
            TraceKind.MAIL,
            text.format(people=names, talk=talk.title),
            to=tuple(other.user.email for other in others),
        )
    ]


def _of_files(decision: Decision) -> list[Trace]:
    found = []
    chosen = Resource.objects.filter(
        submission__event=decision.event, pk__in=decision.resources
    )
    for resource in chosen.select_related("submission").order_by("pk"):
        names = {"file": resource.description, "talk": resource.submission.title}
        if resource.is_public:
            text = _("“{file}” is no longer on the public page of “{talk}”.")
            found.append(Trace(TraceKind.PUBLIC, text.format(**names)))
        text = _(
            "In their form for “{talk}”, “{file}” is not public. If they switch it on "
            "or upload the same file again, it is switched off again."
        )
        found.append(Trace(TraceKind.SUBJECT, text.format(**names)))
        if resource.resource:
            text = _("Whoever has the address of “{file}” can still open it.")
            found.append(Trace(TraceKind.STAYS, text.format(**names)))
    return found


def _is_shown(decision: Decision, talk) -> bool:
    return visible_slots(decision.event, [talk.code]).exists()


def _of_ended_talk(decision: Decision, talk, *, hidden: bool) -> list[Trace]:
    state = new_state(talk, decision.talk_state)
    if not state:
        return []
    names = {"talk": talk.title, "state": SubmissionStates(state).label}
    entry = _("“{talk}”: “{state}”, without saying who did it.")
    found = [
        Trace(
            TraceKind.LOG,
            entry.format(**names),
            action=f"pretalx.submission{SubmissionStates.log_actions[state]}",
        ),
        Trace(
            TraceKind.SUBJECT,
            _("In their list of proposals, “{talk}” is “{state}”.").format(**names),
        ),
    ]
    if _is_shown(decision, talk) and not hidden:
        text = _(
            "“{talk}” stays on the public schedule until the next one is released. The "
            "public list of changes then names it, and its speakers, as cancelled."
        )
        found.append(Trace(TraceKind.PUBLIC, text.format(**names)))
    if talk.state in SubmissionStates.accepted_states:
        text = _(
            "In the schedule editor the place of “{talk}” is free. It is kept with the "
            "decision, and given back if it is lifted and nobody else has it."
        )
        found.append(Trace(TraceKind.ORGANISER, text.format(**names)))
    text = _("To {people}: that “{talk}” does not take place; not why.")
    return [
        *found,
        *_of_older_drafts(talk),
        *_talk_mail(talk, text, profile_of(decision.case)),
    ]


def _of_older_drafts(talk) -> list[Trace]:
    """Mails that wait in the outbox, such as that a proposal was accepted."""
    drafts = QueuedMail.objects.filter(
        event=talk.event, submissions=talk, state=QueuedMailStates.DRAFT
    ).count()
    if not drafts:
        return []
    text = ngettext(
        "{count} mail about “{talk}” waits in the outbox, and stays there: please look "
        "at it before anybody sends it.",
        "{count} mails about “{talk}” wait in the outbox, and stay there: please look "
        "at them before anybody sends them.",
        drafts,
    )
    return [Trace(TraceKind.ORGANISER, text.format(count=drafts, talk=talk.title))]


def _of_taking_off(decision: Decision, talk) -> list[Trace]:
    profile = profile_of(decision.case)
    names = {"talk": talk.title, "name": profile.get_display_name() if profile else ""}
    entry = _(
        "“{talk}”: that {name} was taken off, with their mail address; without saying "
        "who did it."
    )
    found = [
        Trace(TraceKind.LOG, entry.format(**names), action=speakers.LOGGED_AS),
        Trace(
            TraceKind.SUBJECT,
            _("“{talk}” is not in their list of proposals any more.").format(**names),
        ),
    ]
    if _is_shown(decision, talk):
        text = _("The public pages of “{talk}” do not name {name} any more.")
        found.append(Trace(TraceKind.PUBLIC, text.format(**names)))
    mail = _("To {people}: that the speakers of “{talk}” have changed; not why.")
    return found + _talk_mail(talk, mail, profile)


def _of_hiding(decision: Decision, talk) -> list[Trace]:
    names = {"talk": talk.title}
    if not _is_shown(decision, talk) and not talk.is_featured:
        text = _("“{talk}” is not on the public pages now, and does not get there.")
        return [Trace(TraceKind.PUBLIC, text.format(**names))]
    texts = (
        (
            TraceKind.PUBLIC,
            _(
                "“{talk}” is off the public pages at once, and in no list of changes. "
                "Copies that pretalx and browsers keep show it for up to six minutes; "
                "what was downloaded before stays."
            ),
        ),
        (
            TraceKind.ORGANISER,
            _(
                "In the schedule editor “{talk}” keeps its place, and counts as a "
                "change that is not released. When a schedule is released, pretalx "
                "drafts a mail to its speakers as for a new talk; it stays hidden."
            ),
        ),
    )
    return [Trace(kind, text.format(**names)) for kind, text in texts]


def _of_holding(talk) -> list[Trace]:
    names = {"talk": talk.title}
    if talk.state == SubmissionStates.CONFIRMED:
        text = _("“{talk}” is confirmed already, and stays so.")
        return [Trace(TraceKind.STAYS, text.format(**names))]
    text = _(
        "Whoever tries to confirm “{talk}” reads that it is not confirmed for now, and "
        "that the response team knows why."
    )
    return [
        Trace(TraceKind.SUBJECT, text.format(**names)),
        Trace(TraceKind.ORGANISER, text.format(**names)),
    ]


def _of_exclusion(decision: Decision, address: str) -> list[Trace]:
    if address:
        text = _(
            "Who has the mail address {address} is recognised: no talk of theirs is "
            "confirmed. Only a keyed hash of the address is kept."
        )
        return [
            Trace(TraceKind.ORGANISER, text.format(address=address)),
            Trace(TraceKind.STAYS, _("They can still use another mail address.")),
        ]
    if not account_of(decision.case):
        text = _(
            "No account is known, so nothing in pretalx keeps them out: this is done "
            "by hand."
        )
        return [Trace(TraceKind.STAYS, text)]
    texts = [
        (
            TraceKind.SUBJECT,
            _(
                "Logged in, they are told that they cannot submit, and where to turn. "
                "Whoever types their address learns nothing."
            ),
        ),
        (
            TraceKind.ORGANISER,
            _(
                "A talk of theirs is not confirmed; the page says only that the "
                "response team knows why."
            ),
        ),
        (TraceKind.STAYS, _("They can still use another mail address.")),
    ]
    if decision.measure == Measure.EXCLUDED_FUTURE:
        text = _(
            "The response teams of other events of this organiser see that they are "
            "excluded, and until when; no more."
        )
        texts.append((TraceKind.ORGANISER, text))
    return [Trace(kind, text) for kind, text in texts]


def _of_talks(decision: Decision) -> list[Trace]:
    what = plan.plan_of(decision)
    talks = Submission.objects.filter(event=decision.event, code__in=decision.talks)
    found = []
    for talk in talks.order_by("title", "code"):
        hidden = talk.code in what.hidden
        if hidden:
            found += _of_hiding(decision, talk)
        if talk.code in what.held:
            found += _of_holding(talk)
        if talk.code in what.taken_off:
            found += _of_taking_off(decision, talk)
        if talk.code in what.ended:
            found += _of_ended_talk(decision, talk, hidden=hidden)
    return found


def _of_telling(decision: Decision) -> list[Trace]:
    """What the subject gets to know, by the plugin's own mail."""
    if not decision.statement:
        return []
    user = account_of(decision.case)
    if not user or not user.is_active:
        text = _("They have no account, so no mail goes to them: talk to them.")
        return [Trace(TraceKind.STAYS, text)]
    mail = _("To {name}: only that there is something to read, with their link.")
    page = _("On a page of their own: the measure, your statement, and how to object.")
    return [
        Trace(
            TraceKind.MAIL, mail.format(name=user.get_display_name()), to=(user.email,)
        ),
        Trace(TraceKind.SUBJECT, page),
    ]


def _of_asking(case: Case, by) -> Trace:
    """Whom somebody asks to be the second person."""
    others = decisions.could_look(case, by.code)
    if others:
        text = _("To {people}: that this case needs somebody to have a look.")
        names = ", ".join(user.get_display_name() for user in others)
        to = tuple(user.email for user in others)
    else:
        settings = read_settings(case.event)
        text = _("To the outside contact, {people}: a link that works once.")
        names = settings.outside_name or settings.outside_email
        to = (settings.outside_email,) if outside.can_be_asked(case) else ()
    return Trace(TraceKind.MAIL, text.format(people=names), to=to)


def preview(*, case: Case, draft: Draft, by, alone_because="") -> list[Trace]:
    """Every trace that a decision will leave, once it holds.

    Nothing is changed, and the draft need not be complete.

    Args:
        case: The case.
        draft: What the decision says.
        by: The member who would propose it.
        alone_because: Why nobody else looks at it.
    """
    decision = unsaved(case, draft)
    found = _of_telling(decision) + _of_files(decision) + _of_talks(decision)
    if decision.measure in plan.EXCLUDES:
        found += _of_exclusion(decision, address_for(case, draft.address))
    if decisions.needs_two(case.event, decision.measure) and not alone_because:
        found.insert(0, _of_asking(case, by))
    order = list(TraceKind)
    return sorted(found, key=lambda trace: order.index(trace.kind))

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What a speaker does on a page of their own, and what they can take with them."""

from dataclasses import asdict

from django.db import transaction

from pretalx_coc.domain.acceptances import decline, record
from pretalx_coc.domain.case_log import CASE_CHAINS
from pretalx_coc.domain.disclosures import matters_of
from pretalx_coc.domain.policy import lock_policy
from pretalx_coc.domain.queries.personal import own_acceptances, standing_of
from pretalx_coc.enums import AcceptanceWay
from pretalx_coc.models import (
    Acceptance,
    Ask,
    AuditEntry,
    Decline,
    Flag,
    LetThrough,
    PolicyText,
)

MAX_REASON_LENGTH = 2_000  # code points


@transaction.atomic
def accept_on_page(
    *, event, user, version, language: str, material: bool = False
) -> list[Acceptance]:
    """Write down that a person accepted on their own page.

    Once, or once for each of their talks where the organiser asks with each.
    The caller holds the policy, so that ``version`` is the one in force.

    Returns:
        What was written; nothing if they had accepted already.
    """
    lock_policy(event)
    standing = standing_of(event, user)
    if not standing.may_answer:
        return []
    return [
        record(
            event=event,
            user=user,
            profile=user.get_speaker(event, create=False),
            version=version,
            language=language,
            way=AcceptanceWay.PAGE,
            submission=talk,
            material=material,
        )
        for talk in standing.talks or [None]
    ]


@transaction.atomic
def decline_on_page(*, event, user, version, reason: str) -> Decline | None:
    """Write down that a person said no, unless they said just that before.

    Returns:
        What was written; None where they have accepted already.
    """
    lock_policy(event)
    standing = standing_of(event, user)
    if standing.accepted or not standing.may_answer:
        return None
    if standing.declined and standing.declined.reason == reason.strip():
        return standing.declined
    profile = user.get_speaker(event, create=False)
    return decline(
        event=event, user=user, version=version, reason=reason, profile=profile
    )


def _rows(queryset, **names) -> list[dict]:
    """Rows as dictionaries, key → field."""
    return [
        {key: row[name] for key, name in names.items()}
        for row in queryset.values(*names.values())
    ]


def _acceptances(event, user) -> list[dict]:
    rows = _rows(
        own_acceptances(event, user),
        version="number",
        language="language",
        sha256="sha256",
        accepted="accepted",
        way="way",
        material="material",
        proposal="submission_code",
        account="user_code",
        profile="profile_code",
        written_down_by_somebody_else="recorded_by",
    )
    texts = {
        (text.number, text.language): text.text
        for text in PolicyText.objects.filter(
            event=event, number__in={row["version"] for row in rows}
        )
    }
    for row in rows:
        row["written_down_by_somebody_else"] = bool(
            row["written_down_by_somebody_else"]
        )
        row["text"] = texts.get((row["version"], row["language"]), "")
    return rows


def _asked(event, user) -> dict:
    """What was asked of a person, and what they said no to."""
    mine = {"event": event, "user_code": user.code}
    talks = user.profiles.filter(event=event).values("submissions__code")
    return {
        "declines": _rows(
            Decline.objects.filter(**mine),
            version="number",
            reason="reason",
            declined="declined",
            profile="profile_code",
        ),
        "mails": _rows(
            Ask.objects.filter(**mine).order_by("pk"),
            version="number",
            asked="asked",
            reminders="reminders",
            last_reminder="last_reminder",
        ),
        "talks_let_through": _rows(
            LetThrough.objects.filter(event=event, submission_code__in=talks),
            proposal="submission_code",
            created="created",
        ),
    }


def _done(event, user) -> dict:
    """What a person did themselves. How a flag ended is not theirs to know.

    What anybody did in cases is left out for everybody alike: who gets an entry
    there must not depend on a case that they do not know of.
    """
    return {
        "flags_you_raised": _rows(
            Flag.objects.filter(event=event, raised_by=user.code),
            code="code",
            about="subject_code",
            reason="reason",
            text="text",
            state="state",
            created="created",
        ),
        "what_you_did": _rows(
            AuditEntry.objects.filter(event=event, actor_code=user.code).exclude(
                chain__startswith=CASE_CHAINS
            ),
            action="action",
            created="created",
        ),
    }


def _told(event, user) -> dict:
    """What the response team wrote to a person, and what they answered."""
    matters = matters_of(event, user)
    return {
        "questions_to_you": [_plain(each) for each in matters.questions],
        "decisions_about_you": [_plain(each) for each in matters.decisions],
    }


def _plain(matter) -> dict:
    """A matter without the code that only the forms on its page need."""
    return {name: value for name, value in asdict(matter).items() if name != "code"}


def everything_about(event, user) -> dict:
    """All that is stored about a person in an event and that they may know.

    Left out is what would identify others: who wrote something down and what
    they noted. So is what is found or flagged about the person, every verdict and
    every case, but for what was disclosed to them.
    """
    return {
        "event": event.slug,
        "account": user.code,
        "profile": getattr(user.get_speaker(event, create=False), "code", ""),
        "acceptances": _acceptances(event, user),
        **_asked(event, user),
        **_done(event, user),
        **_told(event, user),
    }

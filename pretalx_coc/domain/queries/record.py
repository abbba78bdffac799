# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What stands about one speaker."""

from dataclasses import dataclass, field

from django.db.models import Q

from pretalx.submission.models import Submission

from pretalx_coc.domain.own_matters import own_talk_codes
from pretalx_coc.domain.queries.items import standing, visible_findings, visible_flags
from pretalx_coc.domain.queries.unchecked import unchecked_of
from pretalx_coc.enums import FindingLevel, SubjectKind
from pretalx_coc.models import Acceptance, Flag, TalkSpeaker


@dataclass
class TalkPart:
    """A talk on a record, with what stands about it.

    ``submission`` is None where pretalx has deleted the talk since; ``is_now`` says
    whether they are one of its speakers now.
    """

    code: str
    submission: object = None
    is_now: bool = False
    findings: list = field(default_factory=list)
    flags: list = field(default_factory=list)
    unchecked: list = field(default_factory=list)


@dataclass
class Record:
    """One speaker's record: acceptances, profile and talks.

    ``hints_left`` is how many hints there are that were not asked for.
    """

    acceptances: list
    profile_findings: list
    profile_unchecked: list
    talks: list
    hints_left: int = 0


def _own_codes(user, event) -> set:
    return {code for codes in own_talk_codes(user, event) for code in codes}


def _talks_by_code(event, profile) -> dict[str, TalkPart]:
    """The speaker's talks now, and those that something was noted about.

    The latter may have lost the speaker, or be deleted: then they are None.
    """
    talks = Submission.objects.filter(event=event).select_related(
        "event", "track", "submission_type"
    )
    own = talks.filter(speakers=profile).order_by("title", "code").distinct()
    parts = {talk.code: TalkPart(talk.code, talk, is_now=True) for talk in own}
    noted = TalkSpeaker.objects.filter(event=event, profile_code=profile.code)
    for code in noted.values_list("submission_code", flat=True):
        parts.setdefault(code, TalkPart(code))
    left = [code for code, part in parts.items() if not part.is_now]
    for talk in talks.filter(code__in=left):
        parts[talk.code].submission = talk
    return parts


def read_record(*, event, user, profile, hints: bool = False) -> Record:
    """Read a speaker's record, as a member may see it.

    Talks that the member shares with the speaker are not on it, and neither
    is what was dismissed. The number of queries does not grow with the record.

    Args:
        event: The event.
        user: The member who looks.
        profile: The speaker's profile; not the member's own.
        hints: Also what the detectors are less sure of.
    """
    own = _own_codes(user, event)
    talks = {
        code: part
        for code, part in _talks_by_code(event, profile).items()
        if code not in own
    }
    about = Q(subject_kind=SubjectKind.PROFILE, subject_code=profile.code) | Q(
        subject_kind=SubjectKind.TALK, subject_code__in=list(talks)
    )
    record = Record(
        acceptances=list(
            Acceptance.objects.filter(event=event).filter(
                Q(user_code=profile.user.code)
                if profile.user
                else Q(profile_code=profile.code)
            )
        ),
        profile_findings=[],
        profile_unchecked=unchecked_of(
            event=event, kind=SubjectKind.PROFILE.value, instances=[profile]
        ).get(profile.code, []),
        talks=[],
    )
    _sort_in(record, talks, event, user, about, hints=hints)
    record.talks = [
        part
        for part in talks.values()
        # That they were on a talk is noted for cases, too: it says nothing here.
        if part.is_now or part.findings or part.flags
    ]
    return record


def _sort_in(record, talks: dict, event, user, about, *, hints: bool) -> None:
    findings = standing(visible_findings(event, user, hints=True)).filter(about)
    for finding in findings.select_related("event", "check_run", "earlier"):
        if finding.level == FindingLevel.HINT and not (hints or finding.verdict):
            record.hints_left += 1
        elif finding.subject_kind == SubjectKind.PROFILE:
            record.profile_findings.append(finding)
        else:
            talks[finding.subject_code].findings.append(finding)
    flags = standing(visible_flags(event, user)).filter(about)
    for flag in flags.select_related("event"):
        talks[flag.subject_code].flags.append(flag)
    submissions = [part.submission for part in talks.values() if part.submission]
    unchecked = unchecked_of(
        event=event, kind=SubjectKind.TALK.value, instances=submissions
    )
    for code, entries in unchecked.items():
        talks[code].unchecked = entries


def own_flags(*, submission, user) -> list:
    """The flags that a person raised on a talk, newest first."""
    return list(
        Flag.objects.filter(
            event=submission.event,
            subject_kind=SubjectKind.TALK,
            subject_code=submission.code,
            raised_by=user.code,
        ).select_related("event")
    )

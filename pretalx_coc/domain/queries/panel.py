# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The rows of the panel: findings, flags and outstanding acceptances as one list.

What was not fully checked is a list of its own, in the same columns.
"""

from django.db.models import (
    Case,
    CharField,
    DateTimeField,
    F,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat, Left

from pretalx.person.models import SpeakerProfile
from pretalx.submission.models import Submission

from pretalx_coc.domain.queries.items import visible_findings, visible_flags
from pretalx_coc.domain.queries.outstanding import SHOWN_NAME, outstanding_profiles
from pretalx_coc.domain.queries.unchecked import visible_unchecked
from pretalx_coc.enums import ItemKind, SubjectKind
from pretalx_coc.models import PolicyVersion, TalkSpeaker

# Every part of the union has these columns, in this order.
COLUMNS = ("kind", "ref", "detail", "title", "speaker", "speaker_code", "since")


def _text(expression):
    return Coalesce(expression, Value(""), output_field=CharField())


def _first_speaker(field: str, through: str):
    """A field of a talk's first speaker, or of the first one ever noted."""
    now = Subquery(
        Submission.all_objects.filter(
            code=OuterRef("subject_code"), event=OuterRef("event")
        )
        .order_by("speaker_roles__position")
        .values(f"speakers__{field}")[:1]
    )
    return _text(Coalesce(now, through, output_field=CharField()))


# What somebody has written is something; what a picture shows is a guess.
PICTURE = "picture"
POINTS_AT = Case(
    When(rule__startswith=f"{PICTURE}.", then=Value(PICTURE)), default=F("category")
)
PASSAGE_LENGTH = 120  # code points of a passage in a row
# What it is about, how sure that is, and the words: in the same column.
FOUND = Concat(
    POINTS_AT,
    Value("\n"),
    "level",
    Value("\n"),
    Left("passage", PASSAGE_LENGTH + 1),
    output_field=CharField(),
)
# Material, title and what was not read, in the one column there is for them.
UNREAD = Concat(
    "material", Value("\n"), "name", Value("\n"), "unchecked", output_field=CharField()
)


def _about(queryset, kind: str, detail, ref="code"):
    """Findings, flags or checks, in the columns of the panel."""
    profile = SpeakerProfile.objects.filter(
        code=OuterRef("subject_code"), event=OuterRef("event")
    )
    noted = TalkSpeaker.objects.filter(
        submission_code=OuterRef("subject_code"), event=OuterRef("event")
    ).order_by("pk")
    talk_title = Submission.all_objects.filter(
        code=OuterRef("subject_code"), event=OuterRef("event")
    ).values("title")[:1]
    shared = {
        "kind": Value(kind, output_field=CharField()),
        "ref": Cast(ref, CharField()),
        "detail": Cast(detail, CharField()),
        "since": F("created"),
    }
    talks = queryset.filter(subject_kind=SubjectKind.TALK).annotate(
        **shared,
        title=_text(Subquery(talk_title)),
        speaker=_first_speaker("name", Value("")),
        speaker_code=_first_speaker("code", Subquery(noted.values("profile_code")[:1])),
    )
    profiles = queryset.filter(subject_kind=SubjectKind.PROFILE).annotate(
        **shared,
        title=Value("", output_field=CharField()),
        speaker=_text(Subquery(profile.values("name")[:1])),
        speaker_code=F("subject_code"),
    )
    return talks, profiles


def _outstanding(event, user):
    published = PolicyVersion.objects.filter(event=event).order_by("-number")
    return (
        outstanding_profiles(event)
        .exclude(user=user)
        .annotate(
            kind=Value(ItemKind.OUTSTANDING.value, output_field=CharField()),
            ref=F("code"),
            detail=Value("", output_field=CharField()),
            title=Value("", output_field=CharField()),
            speaker=_text(SHOWN_NAME),
            speaker_code=F("code"),
            since=Subquery(
                published.values("published")[:1], output_field=DateTimeField()
            ),
        )
    )


def _searched(queryset, query: str):
    if not query:
        return queryset
    return queryset.filter(Q(title__icontains=query) | Q(speaker__icontains=query))


def panel_rows(
    *,
    event,
    user,
    kind: str = "",
    verdict: str = "",
    query: str = "",
    hints: bool = False,
    unread: str = "",
):
    """What a member sees on the panel, as one sortable queryset of dicts.

    Args:
        event: The event.
        user: The member; what is about themselves is left out.
        kind: Only this ``ItemKind``; empty for all that waits for a verdict or
            an acceptance.
        verdict: The verdict the items have; empty for those that wait. Only
            what waits includes outstanding acceptances.
        query: Words of a title or a name.
        hints: Also what the detectors are less sure of.
        unread: Of what was not fully checked, only this reason.
    """
    parts = []
    if kind in ("", ItemKind.FINDING):
        findings = visible_findings(event, user, hints=hints).filter(verdict=verdict)
        parts += _about(findings, ItemKind.FINDING.value, FOUND)
    if kind in ("", ItemKind.FLAG):
        flags = visible_flags(event, user).filter(verdict=verdict)
        parts += _about(flags, ItemKind.FLAG.value, "reason")
    if kind == ItemKind.UNCHECKED:
        checks = visible_unchecked(event, user, reason=unread)
        parts += _about(checks, ItemKind.UNCHECKED.value, UNREAD, "pk")
    if kind in ("", ItemKind.OUTSTANDING) and not verdict:
        parts.append(_outstanding(event, user))
    parts = [_searched(part, query).order_by().values(*COLUMNS) for part in parts]
    if not parts:
        return SpeakerProfile.objects.none().values("code")
    return parts[0].union(*parts[1:], all=True).order_by("-since", "ref")

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Words and phrases that an event's people watch or never want to be shown."""

import hashlib
import json

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _

from pretalx_coc.detection import PhraseError, Phrases
from pretalx_coc.detection.phrases import covers, literal, pattern
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.own_matters import without_own_matters
from pretalx_coc.domain.talks import people_of
from pretalx_coc.enums import PhraseKind
from pretalx_coc.models import Finding, Phrase

MAX_LENGTH = Phrase._meta.get_field("text").max_length
CACHE_SECONDS = 60


def read_phrases(event) -> Phrases:
    """What an event watches and allows, as the detectors take it.

    Args:
        event: The event.
    """
    rows = Phrase.objects.filter(event=event).values_list("kind", "text", "category")
    return Phrases(
        watched=tuple((text, about) for kind, text, about in rows if watches(kind)),
        allowed=tuple(text for kind, text, __ in rows if not watches(kind)),
    )


def phrases_about(phrases: Phrases, event, kind: str, code: str) -> Phrases:
    """What of an event's phrases counts for one talk or profile.

    Nobody judges their own matters: what somebody allows does not count for a
    talk or a profile of theirs.

    Args:
        phrases: From ``read_phrases``.
        event: The event.
        kind: A value of ``SubjectKind``.
        code: The talk's or the profile's.
    """
    if not phrases.allowed:
        return phrases
    own = set(
        Phrase.objects.filter(
            event=event,
            kind=PhraseKind.ALLOWED,
            created_by__in=people_of(event, kind, code),
        ).values_list("text", flat=True)
    )
    allowed = tuple(text for text in phrases.allowed if text not in own)
    return phrases._replace(allowed=allowed)


def watches(kind: str) -> bool:
    """Whether phrases of a kind are pointed at, and not left alone."""
    return kind == PhraseKind.WATCHED


def _cache_key(event) -> str:
    return f"pretalx_coc_phrases:{event.pk}"


def cached_phrases(event) -> Phrases:
    """What an event watches and allows, perhaps as it was a minute ago.

    For pages of the CfP, which must not cost a query more; what is checked
    after submitting asks the database.

    Args:
        event: The event.
    """
    kept = cache.get(_cache_key(event))
    if kept is None:
        with transaction.atomic():  # a failure must not cost the caller's
            kept = read_phrases(event)
        cache.set(_cache_key(event), tuple(kept), CACHE_SECONDS)
    return Phrases(*kept)


def forget_cached(event) -> None:
    """Let ``cached_phrases`` ask the database again."""
    cache.delete(_cache_key(event))


def digest(phrases: Phrases, extras=()) -> str:
    """What changes whenever the detectors would answer differently; empty for none.

    Args:
        phrases: What the event watches and allows.
        extras: What else makes a difference, as plain values.
    """
    if phrases == Phrases() and not extras:
        return ""
    content = json.dumps([*(sorted(part) for part in phrases), extras])
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def refusal(code: str) -> str:
    """Why a phrase cannot be taken, for the person who typed it."""
    return {
        "empty": _("Please enter a word or a phrase."),
        "short": _("This is too short: it would be found in most texts."),
        "everything": _("A star needs letters beside it: alone, it fits everything."),
        "ordinary": _("This is one of the most frequent words of a language."),
        "sentence": _("Please enter words of one sentence, without a full stop."),
    }[code]


def checked_phrase(text: str) -> str:
    """A phrase as it is stored.

    Args:
        text: What somebody typed.

    Raises:
        CocError: It cannot be compared, or would fit everything.
    """
    text = " ".join(text.split())
    if len(text) > MAX_LENGTH:
        raise CocError(_("This is too long. Please shorten it a little."))
    try:
        pattern(text)
    except PhraseError as error:
        raise CocError(refusal(error.code)) from error
    return text


def phrase_for(finding: Finding) -> str:
    """The phrase that would allow a finding's passage; empty if none would.

    Args:
        finding: The finding; a picture has no phrase.
    """
    text = literal(finding.passage)
    try:
        checked_phrase(text)
    except CocError:
        return ""
    return text if covers("", finding.passage, "", Phrases(allowed=(text,))) else ""


def same_phrase(event, text: str) -> Phrase | None:
    """The event's phrase that is compared as this one is, if there is one.

    Args:
        event: The event.
        text: From ``checked_phrase``.
    """
    wanted = pattern(text)
    for phrase in Phrase.objects.filter(event=event):
        try:
            if pattern(phrase.text) == wanted:
                return phrase
        except PhraseError:
            continue  # accepted by rules that were milder
    return None


def visible_phrases(event, user, *, is_member: bool):
    """The phrases that somebody may see.

    What was allowed with a verdict quotes a finding: it is for the response
    team, and not for those whom the finding is about. Where the finding is gone,
    nobody knows whom it was about, and the team must be able to remove it.

    Args:
        event: The event.
        user: Who looks.
        is_member: Whether they are on the response team.
    """
    phrases = Phrase.objects.filter(event=event)
    typed = phrases.filter(finding_code="")
    if not is_member:
        return typed
    findings = Finding.objects.filter(event=event)
    seen = without_own_matters(findings, user, event).values("code")
    orphaned = phrases.exclude(finding_code__in=findings.values("code"))
    return typed | phrases.filter(finding_code__in=seen) | orphaned

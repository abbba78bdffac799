# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Withholding a file: it stays where it is, and off the talk's public page.

The speaker has the same switch in a form of their own, and can upload the same
file anew. So what is withheld is withheld again when they do.
"""

import hashlib

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django_scopes import scope

from pretalx.submission.models import Resource

from pretalx_coc.domain.case_log import change, note
from pretalx_coc.domain.subjects import profile_of
from pretalx_coc.enums import DecisionState, EntryKind, Measure
from pretalx_coc.models import Decision

KIND = "file"


def content_of(resource) -> str:
    """What tells a file, or a link, from others; empty where it cannot be read."""
    if resource.link:
        return hashlib.sha256(f"link:{resource.link}".encode()).hexdigest()
    try:
        with resource.resource.storage.open(resource.resource.name) as source:
            return hashlib.file_digest(source, "sha256").hexdigest()
    except (OSError, ValueError):
        return ""


def apply(decision: Decision) -> list[dict]:
    """Take the decision's files off the public pages of their talks."""
    chosen = Resource.objects.filter(
        submission__event=decision.event, pk__in=decision.resources
    )
    done = []
    for resource in chosen.select_related("submission").order_by("pk"):
        done.append(
            {
                "kind": KIND,
                "resource": resource.pk,
                "talk": resource.submission.code,
                "was_public": resource.is_public,
                "content": content_of(resource),
            }
        )
        _hide(resource)
    return done


def _hide(resource) -> None:
    if resource.is_public:
        resource.is_public = False
        resource.save(update_fields=["is_public"])


def undo(decision: Decision, effect: dict, by) -> list[str]:
    """Put a file back on the talk's page, if it was there."""
    resource = Resource.objects.filter(
        submission__event=decision.event, pk=effect["resource"]
    ).first()
    if not resource:
        return [_("A file that was withheld is not there any more.")]
    if effect["was_public"] and not resource.is_public:
        resource.is_public = True
        resource.save(update_fields=["is_public"])
    return []


def _in_force(event):
    # While a decision is being lifted, its files are already public again.
    return Decision.objects.filter(
        Q(ends=None) | Q(ends__gt=now()),
        event=event,
        state=DecisionState.IN_FORCE,
        measure=Measure.MATERIAL_WITHHELD,
    ).select_related("case", "event")


def _is_withheld_by(decision: Decision, resource, content: str) -> bool:
    """It is a file of the decision, or has the same content and the same speaker."""
    if resource.pk in decision.resources:
        return True
    contents = {effect.get("content") for effect in decision.effects}
    if not content or content not in contents:
        return False
    talk = resource.submission
    if talk.code in decision.talks:
        return True
    profile = profile_of(decision.case)
    return bool(profile) and talk.speakers.filter(pk=profile.pk).exists()


def withhold_again(resource) -> bool:
    """Withhold a file that is withheld and was made public, or uploaded anew.

    Called whenever a file was saved; asks for one row where nothing is withheld.

    Returns:
        Whether it was withheld.
    """
    if not resource.is_public:
        return False
    event = resource.submission.event
    with scope(event=event), transaction.atomic():
        decisions = list(_in_force(event))
        content = content_of(resource) if decisions else ""
        for decision in decisions:
            if _is_withheld_by(decision, resource, content):
                _hide(resource)
                with change(decision.case, revision=None) as row:
                    data = {"decision": decision.code, "talk": resource.submission.code}
                    note(row, EntryKind.APPLIED_AGAIN, data=data)
                return True
    return False

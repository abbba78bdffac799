# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Findings and flags: those that wait, and those that stand."""

from django.db.models import Q

from pretalx_coc.domain.own_matters import without_own_matters
from pretalx_coc.enums import FindingLevel, FlagState, Verdict
from pretalx_coc.models import Finding, Flag


def visible_findings(event, user, *, hints: bool = False):
    """The findings that a member may see: none about themselves.

    A passage that the speaker has removed stays only if somebody gave a
    verdict on it, and so does a hint, unless hints are asked for.

    Args:
        event: The event.
        user: The member.
        hints: Also hints without a verdict.
    """
    findings = Finding.objects.filter(
        Q(check_run__is_current=True) | ~Q(verdict=""), event=event
    )
    if not hints:
        findings = findings.filter(Q(level=FindingLevel.REVIEW) | ~Q(verdict=""))
    return without_own_matters(findings, user, event)


def visible_flags(event, user):
    """The flags that a member may see: none about themselves, none retracted."""
    flags = Flag.objects.filter(event=event).exclude(state=FlagState.RETRACTED)
    return without_own_matters(flags, user, event)


def waiting(queryset):
    """Those without a verdict."""
    return queryset.filter(verdict="")


def standing(queryset):
    """Those that belong on a record: all but the dismissed."""
    return queryset.exclude(verdict=Verdict.DISMISSED)

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Changing what the organiser set for an event."""

from django.db import transaction

from pretalx_coc.domain import audit
from pretalx_coc.domain.marks import set_marks
from pretalx_coc.domain.team_changes import TELL, announce_later
from pretalx_coc.enums import AuditAction
from pretalx_coc.models import CocSettings, OutsideLink
from pretalx_coc.tasks import after_commit, task_check_event

#: About cases: everybody on the response team is told when they change.
ABOUT_CASES = (
    "outside_name",
    "outside_email",
    "two_people",
    "acknowledge_hours",
    "decide_days",
    "appeal_days",
    "administrators_look",
    "keep_unfounded",
    "keep_not_established",
    "keep_warning",
    "keep_exclusion",
    "keep_concerns",
)
#: What is found: they are told as well, so that nobody who speaks at the event
#: switches off unnoticed what points at their own slides.
ABOUT_CHECKS = ("check_pictures", "picture_threshold", "extra_detectors")
#: What somebody wrote about a person: beside the log, where it can be erased.
WORDS = ("outside_name", "outside_email")


def read_settings(event) -> CocSettings:
    """What was set for an event; the defaults, not saved, if nothing was."""
    return CocSettings.objects.filter(event=event).first() or CocSettings(event=event)


def _plain(value):
    """A value as the audit log keeps it."""
    if isinstance(value, list):
        return ", ".join(value)
    return value if isinstance(value, bool | int | None) else str(value)


@transaction.atomic
def change_settings(*, event, by, **values) -> CocSettings:
    """Set these values, and note those that have changed.

    Args:
        event: The event.
        by: The user who changes them.
        **values: Fields of ``CocSettings`` and their checked values.
    """
    CocSettings.objects.get_or_create(event=event)
    settings = CocSettings.objects.select_for_update().get(event=event)
    changed = {
        name: {"before": _plain(getattr(settings, name)), "after": _plain(value)}
        for name, value in values.items()
        if getattr(settings, name) != value
    }
    if not changed:
        return settings
    for name in changed:
        setattr(settings, name, values[name])
    settings.save(update_fields=list(changed))
    if "hints_before_submitting" in changed:
        set_marks(event, hints=settings.hints_before_submitting)
    if "extra_detectors" in changed:
        after_commit(task_check_event, event_id=event.pk)
    if "outside_email" in changed:
        # Who was named before reads nothing any more.
        OutsideLink.objects.filter(event=event, used=None).delete()
    _log(event, by, changed)
    return settings


def _log(event, by, changed: dict) -> None:
    """Note what has changed, and tell the response team what it has to know."""
    data = {"changed": {n: both for n, both in changed.items() if n not in WORDS}}
    words = [name for name in WORDS if name in changed]
    texts = {}
    for name in words:
        texts[name] = changed[name]["after"]
        texts[f"{name}_before"] = changed[name]["before"]
    if words:
        data["fields"] = words
    is_told = any(name in (*ABOUT_CASES, *ABOUT_CHECKS) for name in changed)
    audit.write(
        event=event,
        chain=audit.POLICY_CHAIN,
        action=AuditAction.SETTINGS_CHANGED,
        actor=by,
        data=data | ({TELL: True} if is_told else {}),
        texts=texts,
    )
    if is_told:
        announce_later(event)

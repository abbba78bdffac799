# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What a copy of an event takes along.

Settings, words and the text; never the response team, and never what people did:
acceptances, asks, concerns and the audit log stay with their event.
"""

import datetime as dt

from django.db import models, transaction
from django_scopes import scopes_disabled

from pretalx.event.models import Event

from pretalx_coc.domain import audit
from pretalx_coc.domain.errors import CocError
from pretalx_coc.domain.marks import origin_id, set_marks
from pretalx_coc.domain.phrase_changes import copy_phrases
from pretalx_coc.domain.policy import (
    draft_texts,
    get_policy,
    publish,
    published_texts,
    save_draft,
    version_in_force,
)
from pretalx_coc.domain.policy_text import filled_texts
from pretalx_coc.domain.team import get_settings
from pretalx_coc.enums import AuditAction
from pretalx_coc.models import AuditEntry, CocSettings

# The response team is chosen for each event, and so is who else may look at
# cases, and what leaves the server.
NOT_COPIED = {
    "id",
    "event",
    "team_chosen",
    "members_known",
    "announced",
    "outside_name",
    "outside_email",
    "administrators_look",
    "extra_detectors",
}


def copy_to_clone(*, event, source_slug: str) -> None:
    """Give a cloned event its own settings and draft.

    Args:
        event: The new event.
        source_slug: The slug of the event that was copied.
    """
    _copy(Event.objects.filter(slug=source_slug).first(), event)


def finish_clone(event) -> None:
    """Copy to an event for which the plugin is switched on, if it is a clone.

    pretalx's wizard copies first and switches the plugins on last: its signal
    does not reach a plugin that is not active yet. The mark that it copied
    says where the event comes from.
    """
    origin = origin_id(event)
    _copy(origin and Event.objects.filter(pk=origin).first(), event)


@scopes_disabled()
@transaction.atomic
def _copy(source: Event | None, event) -> None:
    set_marks(event, published=bool(version_in_force(event)))
    if not source or source.pk == event.pk:
        return
    settings = _copy_settings(source, event)
    if settings:
        set_marks(event, hints=settings.hints_before_submitting)
    copy_phrases(source, event)
    if _copy_text(source, event) and settings and settings.clone_publishes:
        _publish_as_in(source, event)


def _moved(date: dt.date, delta: dt.timedelta) -> dt.date:
    try:
        return date + delta
    except OverflowError:
        return date  # "31.12.9999" means never, also in the clone.


def _copy_settings(source: Event, event) -> CocSettings | None:
    settings = get_settings(source)
    if not settings or get_settings(event):
        return None
    delta = event.date_from - source.date_from
    values = {}
    for field in CocSettings._meta.concrete_fields:
        if field.name in NOT_COPIED:
            continue
        value = getattr(settings, field.name)
        if value and isinstance(field, models.DateField):
            value = _moved(value, delta)
        values[field.name] = value
    audit.write(
        event=event,
        chain=audit.POLICY_CHAIN,
        action=AuditAction.SETTINGS_CHANGED,
        data={"copied_from": source.slug, "fields": sorted(values)},
    )
    return CocSettings.objects.create(event=event, **values)


def _copy_text(source: Event, event) -> bool:
    texts = draft_texts(get_policy(source), source)
    own = get_policy(event)
    if not texts or draft_texts(own, event) or version_in_force(event):
        return False
    save_draft(event=event, texts=texts, by=None)
    return bool(draft_texts(get_policy(event), event))


def _is_as_published(source: Event) -> bool:
    """Whether nobody has worked on the draft since it was published.

    A contact or a date that is another one by now is none of the clone's
    business: it has its own.
    """
    policy = get_policy(source)
    if not policy.number_in_force:
        return False
    steps = (AuditAction.POLICY_DRAFT_SAVED, AuditAction.POLICY_PUBLISHED)
    last = AuditEntry.objects.filter(
        event=source, chain=audit.POLICY_CHAIN, action__in=steps
    ).order_by("position")
    if last.values_list("action", flat=True).last() == AuditAction.POLICY_PUBLISHED:
        return True
    # Saved since, and perhaps taken back.
    filled = filled_texts(source, draft_texts(policy, source))
    return filled == published_texts(source, policy.number_in_force)


def _publish_as_in(source: Event, event) -> None:
    """Publish what is in force in the source. Unfinished changes stay a draft."""
    if not _is_as_published(source):
        return
    try:
        publish(event=event, by=None)
    except CocError:
        # A placeholder cannot be filled here: the organiser is told on the preview.
        return

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What the plugin connects to in pretalx for the response team; see ``receivers``."""

import rules
from django.core.exceptions import PermissionDenied
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete
from django.db.models.signals import pre_save as before_save
from django.dispatch import receiver
from django_scopes import scopes_disabled

from pretalx.common.models.log import ActivityLog
from pretalx.common.signals import minimum_interval, periodic_task
from pretalx.event.models import Event, Team
from pretalx.person.rules import is_administrator
from pretalx.submission.models import Review

from pretalx_coc.domain import reviews
from pretalx_coc.domain.case_subjects import follow_account
from pretalx_coc.domain.event_goes import tell_of_open_cases
from pretalx_coc.domain.queries.summary import review_is_over
from pretalx_coc.domain.team_changes import note_members
from pretalx_coc.models import Case
from pretalx_coc.receivers import guest
from pretalx_coc.tasks import after_commit
from pretalx_coc.tasks_team import (
    task_case_opened,
    task_look_after_cases,
    task_retention,
)


@scopes_disabled()
def _compare(organiser_id: int) -> None:
    """Compare the members in every event that a change of a team can reach."""
    events = Event.objects.filter(
        organiser_id=organiser_id, plugins__contains="pretalx_coc"
    )
    for event in events:
        if "pretalx_coc" in event.plugin_list:
            note_members(event)


@receiver(
    m2m_changed, sender=Team.members.through, dispatch_uid="pretalx_coc_team_members"
)
@receiver(
    m2m_changed, sender=Team.limit_events.through, dispatch_uid="pretalx_coc_team_of"
)
@guest(lambda: None)
def coc_team_changed(sender, instance, action, reverse, pk_set, **kwargs):
    # Before the change, too: so that it is known from what it was changed.
    if not reverse:
        organisers = {instance.organiser_id}
    elif pk_set:
        teams = Team.objects.filter(pk__in=pk_set)
        organisers = set(teams.values_list("organiser_id", flat=True))
    elif action == "pre_clear":
        # A whole list is cleared from its other end: afterwards it is empty.
        column = type(instance)._meta.model_name
        through = sender.objects.filter(**{column: instance})
        organisers = set(through.values_list("team__organiser_id", flat=True))
        instance.coc_organisers = organisers
    else:
        organisers = getattr(instance, "coc_organisers", set())
    for organiser_id in organisers:
        _compare(organiser_id)


@receiver(before_save, sender=Team, dispatch_uid="pretalx_coc_team_saves")
@receiver(post_save, sender=Team, dispatch_uid="pretalx_coc_team_saved")
@receiver(pre_delete, sender=Team, dispatch_uid="pretalx_coc_team_goes")
@receiver(post_delete, sender=Team, dispatch_uid="pretalx_coc_team_gone")
@guest(lambda: None)
def coc_team_saved(sender, instance, raw=False, **kwargs):
    if not raw:
        _compare(instance.organiser_id)


@receiver(pre_delete, sender=Event, dispatch_uid="pretalx_coc_event_with_cases")
@guest(lambda: None)
def coc_event_with_cases(sender, instance, **kwargs):
    tell_of_open_cases(instance)


@receiver(post_save, sender=Case, dispatch_uid="pretalx_coc_case_opened")
@guest(lambda: None)
def coc_case_opened(sender, instance, created=False, raw=False, **kwargs):
    if created and not raw:
        after_commit(task_case_opened, event_id=instance.event_id)


@receiver(periodic_task, dispatch_uid="pretalx_coc_look_after_cases")
@guest(lambda: None)
@minimum_interval(minutes_after_success=10, minutes_after_error=2)
def coc_look_after_cases(sender, **kwargs):
    task_look_after_cases.apply_async(retry=False)


@receiver(periodic_task, dispatch_uid="pretalx_coc_retention")
@guest(lambda: None)
@minimum_interval(minutes_after_success=24 * 60, minutes_after_error=60)
def coc_retention(sender, **kwargs):
    task_retention.apply_async(retry=False)


@receiver(post_save, sender=ActivityLog, dispatch_uid="pretalx_coc_profile_claimed")
@guest(lambda: None)
def coc_profile_claimed(sender, instance, created=False, raw=False, **kwargs):
    # pretalx 2026.3 gives a profile to an account so.
    claimed = created and not raw and instance.action_type == "pretalx.speaker.claim"
    if claimed and "pretalx_coc" in instance.event.plugin_list:
        follow_account(profile=instance.content_object)


@guest(lambda: False)
def _is_over(user, submission) -> bool:
    return "pretalx_coc" in submission.event.plugin_list and review_is_over(
        user, submission
    )


@rules.predicate
def still_reviews(user, obj):
    return not _is_over(user, getattr(obj, "submission", obj))


# Their page is to be read only. Where pretalx asks none of these (proposals reviewed
# together, a new review through the API), saving is refused below.
for permission, exempt in (
    ("submission.review_submission", rules.always_deny),
    ("submission.update_review", rules.always_deny),
    ("submission.delete_review", is_administrator),
):
    if rules.perm_exists(permission):
        allowed = rules.permissions.permissions[permission]
        rules.set_perm(permission, allowed & (exempt | still_reviews))


@guest(lambda: False)
def _is_refused(review, changes) -> bool:
    return "pretalx_coc" in review.submission.event.plugin_list and changes(review)


@receiver(before_save, sender=Review, dispatch_uid="pretalx_coc_review_saves")
def coc_review_saves(sender, instance, raw=False, **kwargs):
    if not raw and _is_refused(instance, reviews.changes_what_is_over):
        raise PermissionDenied


@receiver(
    m2m_changed, sender=Review.scores.through, dispatch_uid="pretalx_coc_review_scores"
)
def coc_review_scores(sender, instance, action, reverse, **kwargs):
    before = action in ("pre_add", "pre_remove", "pre_clear")
    if before and not reverse and _is_refused(instance, reviews.is_over):
        raise PermissionDenied

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Everything the plugin connects to in pretalx, a few lines each.

Where pretalx would break on an exception of ours, ``guest`` keeps it away.
"""

import logging
from functools import wraps

from django.db.models.signals import (
    m2m_changed,
    post_delete,
    post_migrate,
    post_save,
    pre_delete,
    pre_migrate,
)
from django.dispatch import receiver
from django_scopes import scopes_disabled

from pretalx.cfp.signals import (
    cfp_steps,
    html_above_profile_page,
    html_above_submission_list,
)
from pretalx.cfp.signals import footer_link as cfp_footer_link
from pretalx.common.models.log import ActivityLog
from pretalx.common.signals import minimum_interval, periodic_task
from pretalx.event.models import Event
from pretalx.mail.signals import register_mail_placeholders
from pretalx.orga.signals import (
    activate_event,
    dashboard_tile,
    event_copy_data,
    html_above_orga_page,
    nav_event,
    nav_event_settings,
    nav_global,
)
from pretalx.person.models import ProfilePicture, SpeakerProfile
from pretalx.person.signals import delete_user
from pretalx.schedule.signals import schedule_release
from pretalx.submission.models import (
    Answer,
    Resource,
    SpeakerRole,
    Submission,
    SubmissionStates,
)
from pretalx.submission.signals import (
    before_submission_state_change,
    submission_state_change,
)

from pretalx_coc.domain import guards, permit
from pretalx_coc.domain.acceptances import carry_over
from pretalx_coc.domain.case_subjects import carry_cases_over
from pretalx_coc.domain.checks import carry_findings_over
from pretalx_coc.domain.cloning import copy_to_clone
from pretalx_coc.domain.copies import remove_file
from pretalx_coc.domain.effects.files import withhold_again
from pretalx_coc.domain.effects.pages import hide_again
from pretalx_coc.domain.effects.speakers import take_off_again
from pretalx_coc.domain.erasure import forget_user
from pretalx_coc.domain.exclusion_doors import hold_new_speakers
from pretalx_coc.domain.gate import refuse_if_held, set_back
from pretalx_coc.domain.policy import check_before_live
from pretalx_coc.domain.talks import note_if_concerned
from pretalx_coc.enums import SubjectKind
from pretalx_coc.interfaces import navigation, placeholders, strips
from pretalx_coc.interfaces.cfp import AcceptanceStep
from pretalx_coc.interfaces.cfp_excluded import ExcludedAccountStep, ExcludedStep
from pretalx_coc.interfaces.cfp_hints import HintsStep
from pretalx_coc.models import CaseFile, MaterialCopy, PolicyVersion
from pretalx_coc.tasks import (
    after_commit,
    task_ask,
    task_ask_everywhere,
    task_check_missed,
    task_check_subject,
    task_deliver_waiting,
    task_end_decisions,
)

logger = logging.getLogger(__name__)


def guest(fallback):
    """Answer ``fallback()`` instead of letting an exception into pretalx's page.

    The log gets the kind of the exception and the place, never its text, which
    can quote what somebody wrote.
    """

    def decorate(function):
        @wraps(function)
        def wrapper(*args, **kwargs):
            try:
                return function(*args, **kwargs)
            except Exception as error:  # noqa: BLE001 -- that is its purpose
                logger.error(  # noqa: TRY400 -- no traceback, see above
                    "%s failed: %s", function.__name__, type(error).__name__
                )
                return fallback()

        return wrapper

    return decorate


@receiver(cfp_steps, dispatch_uid="pretalx_coc_cfp_steps")
def coc_cfp_steps(sender, **kwargs):
    return [ExcludedStep, ExcludedAccountStep, HintsStep, AcceptanceStep]


@receiver(nav_event, dispatch_uid="pretalx_coc_nav_event")
@guest(list)
def coc_nav_event(sender, request, **kwargs):
    return navigation.event_entries(request)


@receiver(nav_event_settings, dispatch_uid="pretalx_coc_nav_event_settings")
@guest(list)
def coc_nav_event_settings(sender, request, **kwargs):
    return navigation.settings_entries(request)


@receiver(nav_global, dispatch_uid="pretalx_coc_nav_global")
@guest(list)
def coc_nav_global(sender, request, **kwargs):
    return navigation.global_entries(request)


@receiver(cfp_footer_link, dispatch_uid="pretalx_coc_footer_link")
@guest(list)
def coc_footer_link(sender, request=None, **kwargs):
    return navigation.footer_entries(sender)


@receiver(html_above_orga_page, dispatch_uid="pretalx_coc_html_above_orga_page")
@guest(str)
def coc_html_above_orga_page(sender, request, **kwargs):
    return strips.above_page(request)


@receiver(event_copy_data, dispatch_uid="pretalx_coc_event_copy_data")
@guest(lambda: None)
def coc_event_copy_data(sender, other, **kwargs):
    copy_to_clone(event=sender, source_slug=other)


@receiver(activate_event, dispatch_uid="pretalx_coc_activate_event")
def coc_activate_event(sender, request, **kwargs):
    # Raises where there is nothing to accept: pretalx shows the reason.
    check_before_live(sender)


@receiver(delete_user, dispatch_uid="pretalx_coc_delete_user")
@guest(lambda: None)
def coc_delete_user(sender, user, **kwargs):
    forget_user(user)


@receiver(pre_delete, sender=Event, dispatch_uid="pretalx_coc_event_goes")
@guest(lambda: None)
def coc_event_goes(sender, instance, using, **kwargs):
    permit.open_for_deletion(instance.pk, using)


@receiver(post_delete, sender=Event, dispatch_uid="pretalx_coc_event_gone")
@guest(lambda: None)
def coc_event_gone(sender, instance, using, **kwargs):
    permit.close_after_deletion(instance.pk, using)


@receiver(pre_migrate, dispatch_uid="pretalx_coc_before_migrations")
def coc_before_migrations(sender, using, plan, **kwargs):
    # SQLite refuses to drop a column that a trigger names.
    ours = any(migration.app_label == "pretalx_coc" for migration, __ in plan)
    if ours and sender.label == "pretalx_coc":
        guards.remove(using)


@receiver(post_migrate, dispatch_uid="pretalx_coc_after_migrations")
def coc_after_migrations(sender, using, **kwargs):
    if sender.label == "pretalx_coc":
        guards.install(using)


@receiver(dashboard_tile, dispatch_uid="pretalx_coc_dashboard_tile")
@guest(list)
def coc_dashboard_tile(sender, **kwargs):
    return navigation.dashboard_tiles(sender)


@receiver(html_above_submission_list, dispatch_uid="pretalx_coc_above_submissions")
@guest(str)
def coc_html_above_submission_list(sender, request, **kwargs):
    return strips.above_submission_list(request)


@receiver(html_above_profile_page, dispatch_uid="pretalx_coc_above_profile")
@guest(str)
def coc_html_above_profile_page(sender, request, **kwargs):
    return strips.above_profile_page(request)


@receiver(register_mail_placeholders, dispatch_uid="pretalx_coc_placeholders")
@guest(list)
def coc_mail_placeholders(sender, **kwargs):
    return placeholders.all_placeholders()


@receiver(before_submission_state_change, dispatch_uid="pretalx_coc_gate")
def coc_gate(sender, submission, new_state, user=None, **kwargs):
    if new_state != SubmissionStates.CONFIRMED:
        return
    if submission._state.adding:
        # It has no speakers yet: it is set back when they come, one by one.
        submission.coc_is_new = True
    else:
        refuse_if_held(submission, user)


@receiver(
    m2m_changed, sender=Submission.speakers.through, dispatch_uid="pretalx_coc_speakers"
)
def coc_speakers_changed(sender, instance, action, reverse, pk_set, **kwargs):
    if action != "post_add" or reverse or not _is_active(instance.event):
        return
    others = instance.speaker_roles.exclude(speaker__in=pk_set)
    if getattr(instance, "coc_is_new", False) or not others.exists():
        set_back(instance)
    _hold_excluded(instance, pk_set)
    _take_off_again(instance, pk_set)
    _note_later_speakers(instance)
    _ask_later(instance)


_hold_excluded = guest(lambda: None)(hold_new_speakers)
_take_off_again = guest(lambda: None)(take_off_again)
_note_later_speakers = guest(lambda: None)(note_if_concerned)


@receiver(post_save, sender=SpeakerRole, dispatch_uid="pretalx_coc_role_saved")
def coc_role_saved(sender, instance, raw=False, **kwargs):
    # pretalx 2026.3 moves the talks of a merged profile so.
    if not raw:
        _ask_later(instance.submission)


@receiver(post_save, sender=ActivityLog, dispatch_uid="pretalx_coc_profiles_merged")
@guest(lambda: None)
def coc_profiles_merged(sender, instance, created=False, **kwargs):
    if (
        created
        and instance.action_type == "pretalx.speaker.merge"
        and _is_active(instance.event)
    ):
        merged = {
            "event": instance.event,
            "merged_code": instance.data["merged_code"],
            "survivor": instance.content_object,
        }
        carry_over(**merged)
        carry_findings_over(**merged)
        carry_cases_over(**merged)
        _check_later(SubjectKind.PROFILE.value, instance.content_object)


@receiver(submission_state_change, dispatch_uid="pretalx_coc_state_changed")
@guest(lambda: None)
def coc_state_changed(sender, submission, **kwargs):
    _ask_later(submission)


@receiver(periodic_task, dispatch_uid="pretalx_coc_ask_outstanding")
@minimum_interval(minutes_after_success=30, minutes_after_error=5)
def coc_ask_outstanding(sender, **kwargs):
    task_ask_everywhere.apply_async(retry=False)


def _is_active(event) -> bool:
    return "pretalx_coc" in event.plugin_list


@receiver(post_save, sender=PolicyVersion, dispatch_uid="pretalx_coc_published")
def coc_published(sender, instance, created=False, **kwargs):
    if created and instance.everyone_accepts:
        _ask_later(instance)


@guest(lambda: None)
def _ask_later(instance) -> None:
    """Ask the newly outstanding of an event, after the commit.

    ``instance`` is a talk or a version that may have made somebody outstanding.
    """
    if _is_active(instance.event):
        after_commit(task_ask, event_id=instance.event_id)


def _check_later(kind: str, instance) -> None:
    if _is_active(instance.event):
        ids = {"event_id": instance.event_id, "kind": kind, "pk": instance.pk}
        after_commit(task_check_subject, **ids)


@receiver(periodic_task, dispatch_uid="pretalx_coc_check_missed")
@guest(lambda: None)
@minimum_interval(minutes_after_success=10, minutes_after_error=2)
def coc_check_missed(sender, **kwargs):
    task_check_missed.apply_async(retry=False)


@receiver(periodic_task, dispatch_uid="pretalx_coc_deliver_waiting")
@guest(lambda: None)
@minimum_interval(minutes_after_success=10, minutes_after_error=2)
def coc_deliver_waiting(sender, **kwargs):
    task_deliver_waiting.apply_async(retry=False)


@receiver(post_save, sender=Submission, dispatch_uid="pretalx_coc_submission_saved")
@guest(lambda: None)
def coc_submission_saved(sender, instance, raw=False, **kwargs):
    if not raw:
        _check_later(SubjectKind.TALK.value, instance)


@receiver(post_save, sender=SpeakerProfile, dispatch_uid="pretalx_coc_profile_saved")
@guest(lambda: None)
def coc_profile_saved(sender, instance, raw=False, **kwargs):
    if not raw:
        _check_later(SubjectKind.PROFILE.value, instance)


@receiver(post_save, sender=Resource, dispatch_uid="pretalx_coc_resource_saved")
@receiver(post_delete, sender=Resource, dispatch_uid="pretalx_coc_resource_gone")
@guest(lambda: None)
def coc_resource_changed(sender, instance, raw=False, **kwargs):
    if not raw:
        _check_later(SubjectKind.TALK.value, instance.submission)


@receiver(post_save, sender=Resource, dispatch_uid="pretalx_coc_resource_public")
@guest(lambda: None)
def coc_resource_public(sender, instance, raw=False, **kwargs):
    if not raw and _is_active(instance.submission.event):
        withhold_again(instance)


@receiver(schedule_release, dispatch_uid="pretalx_coc_schedule_release")
@guest(lambda: None)
def coc_schedule_release(sender, schedule, **kwargs):
    hide_again(schedule)


@receiver(periodic_task, dispatch_uid="pretalx_coc_end_decisions")
@guest(lambda: None)
@minimum_interval(minutes_after_success=10, minutes_after_error=2)
def coc_end_decisions(sender, **kwargs):
    task_end_decisions.apply_async(retry=False)


@receiver(post_save, sender=Answer, dispatch_uid="pretalx_coc_answer_saved")
@receiver(post_delete, sender=Answer, dispatch_uid="pretalx_coc_answer_gone")
@guest(lambda: None)
def coc_answer_changed(sender, instance, raw=False, **kwargs):
    if raw:
        return
    if instance.submission_id:
        _check_later(SubjectKind.TALK.value, instance.submission)
    elif instance.speaker_id:
        _check_later(SubjectKind.PROFILE.value, instance.speaker)


@receiver(post_save, sender=ProfilePicture, dispatch_uid="pretalx_coc_picture_saved")
@receiver(pre_delete, sender=ProfilePicture, dispatch_uid="pretalx_coc_picture_goes")
@guest(lambda: None)
def coc_picture_changed(sender, instance, raw=False, **kwargs):
    if raw:
        return
    # One picture serves a person's profiles in all events.
    with scopes_disabled():
        for profile in instance.speakers.select_related("event"):
            _check_later(SubjectKind.PROFILE.value, profile)


@receiver(post_delete, sender=MaterialCopy, dispatch_uid="pretalx_coc_copy_gone")
@receiver(post_delete, sender=CaseFile, dispatch_uid="pretalx_coc_case_file_gone")
@guest(lambda: None)
def coc_copy_gone(sender, instance, **kwargs):
    remove_file(instance)

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Everything the plugin connects to in pretalx, a few lines each.

Where pretalx would break on an exception of ours, ``guest`` keeps it away.
"""

import logging
from functools import partial, wraps

from django.db import transaction
from django.db.models.signals import m2m_changed, post_save
from django.dispatch import receiver

from pretalx.cfp.signals import cfp_steps
from pretalx.cfp.signals import footer_link as cfp_footer_link
from pretalx.common.signals import minimum_interval, periodic_task
from pretalx.orga.signals import (
    event_copy_data,
    html_above_orga_page,
    nav_event,
    nav_event_settings,
    nav_global,
)
from pretalx.person.models import SpeakerProfile
from pretalx.submission.models import Submission

from pretalx_coc.domain.policy import forget_published
from pretalx_coc.domain.talks import note_if_concerned
from pretalx_coc.enums import SubjectKind
from pretalx_coc.interfaces import navigation, strips
from pretalx_coc.interfaces.cfp import AcceptanceStep
from pretalx_coc.tasks import task_check_missed, task_check_subject

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
    return [AcceptanceStep]


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
    forget_published(sender)


def _check_later(kind: str, instance) -> None:
    if not _is_active(instance.event):
        return
    ids = {"event_id": instance.event_id, "kind": kind, "pk": instance.pk}
    transaction.on_commit(partial(_send_check, ids), robust=True)


@guest(lambda: None)
def _send_check(ids: dict) -> None:
    # Without a broker this fails at once, and the sweep below finds the text.
    task_check_subject.apply_async(kwargs=ids, retry=False)


@receiver(periodic_task, dispatch_uid="pretalx_coc_check_missed")
@guest(lambda: None)
@minimum_interval(minutes_after_success=10, minutes_after_error=2)
def coc_check_missed(sender, **kwargs):
    task_check_missed.apply_async(retry=False)


@receiver(
    m2m_changed,
    sender=Submission.speakers.through,
    dispatch_uid="pretalx_coc_speaker_joined",
)
@guest(lambda: None)
def coc_speaker_joined(sender, instance, action, reverse, **kwargs):
    if action == "post_add" and not reverse and _is_active(instance.event):
        note_if_concerned(instance)


def _is_active(event) -> bool:
    return "pretalx_coc" in event.plugin_list


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

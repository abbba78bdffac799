# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Real objects for tests, made with pretalx's own functions."""

import datetime as dt
import itertools

from django.utils.timezone import now
from django_scopes import scopes_disabled

from pretalx.event.domain.event import initialise_event
from pretalx.event.domain.plugins import enable_plugin
from pretalx.event.models import Event, Organiser, Team
from pretalx.person.models import User
from pretalx.schedule.domain.release import freeze_schedule
from pretalx.schedule.models import Room
from pretalx.submission.domain.submission import create_submission
from pretalx.submission.models import Submission

from pretalx_coc.domain.acceptances import record
from pretalx_coc.domain.policy import publish, save_draft
from pretalx_coc.domain.team import choose_teams
from pretalx_coc.enums import AcceptanceWay

counter = itertools.count(1)

TEXT_EN = "# Be kind\n\nNo sexualised material. No harassment."
TEXT_DE = "# Seid nett\n\nKein sexualisiertes Material. Keine Belästigung."
ORGANISER_RIGHTS = (
    "can_create_events",
    "can_change_teams",
    "can_change_organiser_settings",
    "can_change_event_settings",
    "can_change_submissions",
)


@scopes_disabled()
def make_user(name="Person", **kwargs) -> User:
    number = next(counter)
    user = User.objects.create_user(
        email=kwargs.pop("email", f"person{number}@example.org"),
        password=kwargs.pop("password", "a-Long-passw0rd!"),
        name=name,
        **kwargs,
    )
    if hasattr(user, "email_verification_state"):
        # pretalx 2026.3 leads people away from every page until they have
        # verified their address.
        user.email_verification_state = "verified"
        user.save()
    return user


@scopes_disabled()
def make_event(*, plugin=True, organiser=None, locales=("en", "de"), **kwargs) -> Event:
    number = next(counter)
    organiser = organiser or Organiser.objects.create(
        name=f"Organiser {number}", slug=f"organiser{number}"
    )
    today = now().date()
    event = Event.objects.create(
        name=f"Event {number}",
        slug=f"event{number}",
        is_public=True,
        email="orga@example.org",
        date_from=today + dt.timedelta(days=30),
        date_to=today + dt.timedelta(days=32),
        organiser=organiser,
        locale=locales[0],
        locales=list(locales),
        content_locales=list(locales),
        **kwargs,
    )
    initialise_event(event)
    if plugin:
        enable_plugin(event, "pretalx_coc")
        event.save()
    return Event.objects.get(pk=event.pk)


@scopes_disabled()
def make_team(event, *members, name="Team", **rights) -> Team:
    team = Team.objects.create(organiser=event.organiser, name=name, **rights)
    team.limit_events.add(event)
    team.members.add(*members)
    return team


def make_organiser(event, name="Organiser") -> User:
    user = make_user(name=name)
    make_team(event, user, name="Organisers", **dict.fromkeys(ORGANISER_RIGHTS, True))
    return user


def make_reviewer(event, name="Reviewer", **rights) -> User:
    user = make_user(name=name)
    make_team(event, user, name="Reviewers", is_reviewer=True, **rights)
    return user


@scopes_disabled()
def make_member(event, name="Member") -> User:
    """A member of the chosen response team, with no other right."""
    user = make_user(name=name)
    team = make_team(event, user, name="Response team")
    choose_teams(event=event, teams=[team], by=user)
    return user


@scopes_disabled()
def make_members(event, *names) -> list[User]:
    """Members of one chosen response team, with no other right."""
    users = [make_user(name=name) for name in names]
    team = make_team(event, *users, name="Response team")
    choose_teams(event=event, teams=[team], by=users[0])
    return users


@scopes_disabled()
def publish_policy(event, texts=None, by=None):
    by = by or make_user(name="Publisher")
    save_draft(event=event, texts=texts or {"en": TEXT_EN, "de": TEXT_DE}, by=by)
    return publish(event=event, by=by)


@scopes_disabled()
def make_talk(event, *speakers, state="submitted", **fields) -> Submission:
    """A proposal, created by pretalx's own function."""
    number = next(counter)
    fields = {
        "title": f"Talk number {number}",
        "abstract": "An introduction to logging in distributed systems.",
        **fields,
    }
    submission = Submission(
        event=event,
        submission_type=event.cfp.default_type,
        content_locale="en",
        state=state,
        **fields,
    )
    return create_submission(
        submission=submission,
        user=speakers[0] if speakers else None,
        speakers=speakers,
        send_initial_mails=False,
    )


@scopes_disabled()
def release_schedule(event):
    """Give every confirmed talk a place, and release the schedule."""
    room = Room.objects.create(event=event, name="Main hall")
    for number, slot in enumerate(event.wip_schedule.talks.all()):
        slot.room = room
        slot.start = event.datetime_from + dt.timedelta(hours=number)
        slot.end = slot.start + dt.timedelta(minutes=30)
        slot.save()
    freeze_schedule(event.wip_schedule, name="v1")


@scopes_disabled()
def profile_of(user, event):
    return user.get_speaker(event)


@scopes_disabled()
def accept(event, user, version, **kwargs):
    return record(
        event=event,
        user=user,
        version=version,
        language="en",
        way=AcceptanceWay.CFP,
        profile=user.get_speaker(event),
        **kwargs,
    )

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Fill a pretalx with the event of ``content/``, by pretalx's own functions.

Every step commits on its own, as it would when people click: the plugin checks
a material when the transaction that saved it is over.
"""

import datetime as dt
import shutil

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import override
from django_scopes import scope, scopes_disabled
from i18nfield.strings import LazyI18nString

from pretalx._build import MANIFEST_DIST
from pretalx.common.models.settings import GlobalSettings
from pretalx.event.domain.event import create_event
from pretalx.event.domain.organiser import create_organiser_with_team
from pretalx.event.domain.plugins import enable_plugin
from pretalx.event.models import Event, Team
from pretalx.person.domain.user import create_user
from pretalx.person.models import SpeakerProfile, User
from pretalx.submission.domain.resource import create_resource
from pretalx.submission.domain.review import create_or_update_review
from pretalx.submission.domain.submission import create_submission, set_submission_state
from pretalx.submission.enums import SubmissionStates
from pretalx.submission.models import ReviewScore, Submission, SubmissionType, Track

from demo import content
from demo.cases import name_contacts, open_cases
from demo.slides import as_pdf
from pretalx_coc.domain import acceptances, flags, policy, team, verdicts
from pretalx_coc.enums import AcceptanceWay, FlagReason, Verdict
from pretalx_coc.models import Finding
from pretalx_coc.tasks import task_check_missed

RESPONSE_TEAM = "Response team"
ORGANISER, MEMBER = "organiser@example.net", "team@example.net"
REVIEWER, SPEAKER = "reviewer@example.net", "speaker@example.net"
# The path of a proposal to the state that the content names.
STEPS = {
    "draft": (),
    "submitted": (),
    "accepted": (SubmissionStates.ACCEPTED,),
    "confirmed": (SubmissionStates.ACCEPTED, SubmissionStates.CONFIRMED),
    "rejected": (SubmissionStates.REJECTED,),
    "withdrawn": (SubmissionStates.WITHDRAWN,),
}


def migrate():
    call_command("migrate", verbosity=0, interactive=False)


def collect_static_files():
    """What ``python -m pretalx rebuild`` does, without gettext and Node.

    pretalx's wheel brings the built frontend and the compiled translations.
    """
    call_command("collectstatic", verbosity=0, interactive=False)
    shutil.copytree(MANIFEST_DIST, settings.STATIC_ROOT, dirs_exist_ok=True)


def everything():
    texts = content.event()
    with scopes_disabled(), override("en"):
        # The demo asks nobody on the internet whether there is a newer pretalx.
        GlobalSettings().settings.set("update_check_enabled", False)
        staff = {
            person["email"]: create_user(
                email=person["email"],
                name=person["name"],
                password=content.PASSWORD,
                locale="en",
                timezone=texts["timezone"],
            )
            for person in texts["staff"]
        }
        event = _create_event(texts, staff)
    with scope(event=event), override("en"):
        name_contacts(event, by=staff[ORGANISER])
        version = _publish_policy(event, by=staff[ORGANISER])
        speakers = _create_speakers(event)
        proposals = _create_proposals(event, speakers, version)
        _attach_slides(proposals, speakers)
        _decide(proposals, speakers, by=staff[ORGANISER])
        _review(event, proposals, staff)
        open_cases(event, proposals, staff, by=staff[MEMBER])
    # Without a broker files are left to the sweep.
    task_check_missed()


def _create_event(texts, staff):
    organiser, owners = create_organiser_with_team(
        name=texts["organiser"], slug=texts["organiser_slug"], users=[staff[ORGANISER]]
    )
    owners.all_events = True
    owners.can_change_event_settings = True
    owners.can_change_submissions = True
    owners.save()
    starts = now().date() + dt.timedelta(days=texts["starts_in_days"])
    event = create_event(
        organiser=organiser,
        locales=texts["locales"],
        user=staff[ORGANISER],
        name=LazyI18nString(texts["name"]),
        slug=texts["slug"],
        is_public=True,
        date_from=starts,
        date_to=starts + dt.timedelta(days=texts["lasts_days"] - 1),
        timezone=texts["timezone"],
        email=texts["email"],
        primary_color=texts["primary_color"],
        locale=texts["locales"][0],
        landing_page_text=LazyI18nString(texts["landing"]),
    )
    event.content_locales = texts["content_locales"]
    event.save()
    with scope(event=event):
        _set_up_cfp(event, texts)
        _create_teams(event, staff)
        enable_plugin(event, "pretalx_coc", user=staff[ORGANISER])
    return Event.objects.get(pk=event.pk)


def _set_up_cfp(event, texts):
    for position, track in enumerate(texts["tracks"]):
        Track.objects.create(
            event=event,
            name=LazyI18nString(track["name"]),
            color=track["color"],
            position=position,
        )
    for kind in texts["types"]:
        name, minutes = LazyI18nString(kind["name"]), kind["minutes"]
        if kind["key"] == "talk":
            default = event.cfp.default_type
            default.name, default.default_duration = name, minutes
            default.save()
        else:
            SubmissionType.objects.create(
                event=event, name=name, default_duration=minutes
            )
    cfp = event.cfp
    cfp.headline = LazyI18nString(texts["cfp_headline"])
    cfp.text = LazyI18nString(texts["cfp_text"])
    cfp.deadline = now() + dt.timedelta(days=texts["cfp_closes_in_days"])
    cfp.fields["track"]["visibility"] = "required"
    cfp.fields["resources"]["visibility"] = "optional"
    cfp.save()
    # Reviews are open while proposals still come in.
    reviewing, selecting = event.review_phases.all()
    reviewing.end = selecting.start = event.datetime_from - dt.timedelta(days=21)
    reviewing.save()
    selecting.save()


def _create_teams(event, staff):
    reviewers = Team.objects.create(
        organiser=event.organiser, name="Reviewers", is_reviewer=True
    )
    response = Team.objects.create(organiser=event.organiser, name=RESPONSE_TEAM)
    for each in (reviewers, response):
        each.limit_events.add(event)
    reviewers.members.add(staff[REVIEWER], staff["reviewer2@example.net"])
    response.members.add(staff[MEMBER], staff[ORGANISER])


def _publish_policy(event, *, by):
    team.choose_teams(event=event, teams=[event.teams.get(name=RESPONSE_TEAM)], by=by)
    policy.save_draft(event=event, texts=content.policy(), by=by)
    return policy.publish(event=event, by=by)


def _create_speakers(event):
    # Hashed once: hashing is slow on purpose, and there are thirty of them.
    password = make_password(content.PASSWORD)
    speakers = {}
    for key, speaker in content.speakers().items():
        user = User.objects.create(
            email=speaker.email,
            name=speaker.name,
            password=password,
            locale=speaker.locale,
            timezone=str(event.tz),
        )
        speakers[key] = SpeakerProfile.objects.create(
            user=user, event=event, name=speaker.name, biography=speaker.biography
        )
    return speakers


def _create_proposals(event, speakers, version):
    """The proposals as they came in; speakers accept with their first one."""
    texts = content.event()
    tracks = {
        track["key"]: found
        for track, found in zip(
            texts["tracks"], event.tracks.order_by("position"), strict=True
        )
    }
    types = {
        kind["key"]: found
        for kind, found in zip(
            texts["types"], event.submission_types.order_by("pk"), strict=True
        )
    }
    to_accept = {
        key: speaker.accepted
        for key, speaker in content.speakers().items()
        if speaker.accepted
    }
    proposals = {}
    for key, proposal in content.proposals().items():
        users = [speakers[name].user for name in proposal.speakers]
        state = "DRAFT" if proposal.state == "draft" else "SUBMITTED"
        submission = Submission(
            event=event,
            title=proposal.title,
            submission_type=types[proposal.type],
            track=tracks[proposal.track],
            abstract=proposal.abstract,
            description=proposal.description,
            notes=proposal.notes,
            content_locale=proposal.language,
            state=SubmissionStates[state],
        )
        # In one transaction, as in the CfP: whoever has accepted is not asked.
        with transaction.atomic():
            proposals[key] = create_submission(
                submission=submission, user=users[0], speakers=users
            )
            if proposal.state != "draft":
                for name in proposal.speakers:
                    if language := to_accept.pop(name, None):
                        _accept(speakers[name], version, language, proposals[key])
    return proposals


def _accept(speaker, version, language, submission):
    acceptances.record(
        event=submission.event,
        user=speaker.user,
        profile=speaker,
        version=version,
        language=language,
        way=AcceptanceWay.CFP,
        submission=submission,
    )


def _attach_slides(proposals, speakers):
    slides = content.slides()
    speaker = speakers[content.proposals()[slides["proposal"]].speakers[0]]
    create_resource(
        proposals[slides["proposal"]],
        user=speaker.user,
        description=slides["description"],
        resource=ContentFile(
            as_pdf(pages=slides["page"], author=speaker.name), name=slides["filename"]
        ),
    )


def _decide(proposals, speakers, *, by):
    for key, proposal in content.proposals().items():
        for state in STEPS[proposal.state]:
            by_speaker = state in (
                SubmissionStates.CONFIRMED,
                SubmissionStates.WITHDRAWN,
            )
            set_submission_state(
                proposals[key],
                state,
                person=speakers[proposal.speakers[0]].user if by_speaker else by,
                orga=not by_speaker,
            )


def _review(event, proposals, staff):
    texts = content.reviews()
    category = event.score_categories.get()
    for review in texts["review"]:
        create_or_update_review(
            submission=proposals[review["proposal"]],
            user=staff[review["by"]],
            text=review["text"],
            scores=[ReviewScore.objects.get(category=category, value=review["score"])],
        )
    for entry in texts["flag"]:
        flag = flags.raise_flag(
            submission=proposals[entry["proposal"]],
            by=staff[entry["by"]],
            reason=FlagReason(entry["reason"]),
            text=entry["text"],
        )
        if entry.get("retracted"):
            flags.retract(flag=flag, by=staff[entry["by"]])
        if entry.get("dismissed"):
            verdicts.give(
                item=flag,
                by=staff[MEMBER],
                verdict=Verdict.DISMISSED,
                reason=entry["dismissed"],
                revision=flag.revision,
            )
    for entry in texts["verdict"]:
        findings = Finding.objects.filter(
            event=event, subject_code=proposals[entry["proposal"]].code
        )
        # Whether the checks point at anything is theirs to know.
        if finding := findings.order_by("-strength", "pk").first():
            verdicts.give(
                item=finding,
                by=staff[MEMBER],
                verdict=Verdict(entry["verdict"]),
                reason=entry["reason"],
                revision=finding.revision,
            )


def addresses():
    """What there is to look at: (what it is, its address)."""
    slug = content.event()["slug"]
    routes = (
        ("The event", "cfp:event.landing"),
        ("Code of conduct", "plugins:pretalx_coc:policy"),
        ("Submit a proposal", "cfp:event.start"),
        ("Organisers", "orga:event.dashboard"),
        ("Response team", "plugins:pretalx_coc:panel"),
        ("Settings", "plugins:pretalx_coc:settings.policy"),
    )
    return [
        (what, settings.SITE_URL + reverse(route, kwargs={"event": slug}))
        for what, route in routes
    ]


def logins():
    """Who can log in: (role, mail address, password)."""
    roles = (
        ("Organiser", ORGANISER),
        ("Response team member", MEMBER),
        ("Reviewer", REVIEWER),
        ("Speaker", SPEAKER),
    )
    with scopes_disabled():
        outstanding = User.objects.get(email="omar.haddad@example.net")
    return [
        *((role, address, content.PASSWORD) for role, address in roles),
        ("Speaker, outstanding", outstanding.email, content.PASSWORD),
    ]

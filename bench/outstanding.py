# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The list of who is outstanding: 5,000 speakers against 500.

Fills two events (7,500 talks and 750, three versions, a third of the speakers
outstanding), opens the list, its CSV, the dashboard with the tile, and runs the
reminders, and prints times and numbers of queries. Exits with 1 if a number of
queries grows, or if the list takes more than 1.3 times as long.

    make bench
"""

import os
import sys
import time
from functools import partial
from pathlib import Path
from statistics import median
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client, RequestFactory  # noqa: E402
from django.test.utils import CaptureQueriesContext, setup_test_environment  # noqa: E402
from django.urls import resolve  # noqa: E402
from django.utils.timezone import now  # noqa: E402
from django_scopes import scope, scopes_disabled  # noqa: E402

from pretalx.person.models import SpeakerProfile, User  # noqa: E402
from pretalx.submission.models import SpeakerRole, Submission  # noqa: E402

from pretalx_coc.domain import asking  # noqa: E402
from pretalx_coc.models import Acceptance, Ask, Decline  # noqa: E402
from pretalx_coc.views.acceptance import Outstanding  # noqa: E402
from tests import factories  # noqa: E402

SMALL, LARGE = 500, 5_000
RATIO = 1.3
LISTS = ("list", "list by talk")
ROUNDS = 9
STATES = ("submitted", "accepted", "confirmed")


def profiles_of(event, speakers):
    """Speakers with accounts, and one and a half talks for each."""
    users = User.objects.bulk_create(
        User(
            email=f"{event.slug}-{number}@example.org",
            name=f"Speaker {number:05}",
            code=f"U{event.pk}X{number:05}",
        )
        for number in range(speakers)
    )
    profiles = SpeakerProfile.objects.bulk_create(
        SpeakerProfile(event=event, user=user, name=user.name, code=f"P{user.code}")
        for user in users
    )
    talks = Submission.objects.bulk_create(
        Submission(
            event=event,
            code=f"T{event.pk}X{number:05}",
            title=f"Talk {number:05}",
            submission_type=event.cfp.default_type,
            state=STATES[number % 3],
            content_locale="en",
        )
        for number in range(speakers * 3 // 2)
    )
    SpeakerRole.objects.bulk_create(
        SpeakerRole(submission=talk, speaker=profiles[number % speakers])
        for number, talk in enumerate(talks)
    )
    return profiles


def accept(event, profiles, number):
    """Two thirds have accepted the version; some of the others have declined."""
    shared = {"event": event, "number": number}
    Acceptance.objects.bulk_create(
        Acceptance(
            **shared,
            user_code=profile.user.code,
            profile_code=profile.code,
            language="en",
            sha256="0" * 64,
            way="cfp",
            accepted=now(),
        )
        for index, profile in enumerate(profiles)
        if index % 3
    )
    others = [profile for index, profile in enumerate(profiles) if not index % 3]
    Decline.objects.bulk_create(
        Decline(
            **shared, user_code=profile.user.code, reason="A reason", declined=now()
        )
        for profile in others[::10]
    )
    Ask.objects.bulk_create(
        Ask(
            **shared,
            user_code=profile.user.code,
            profile_code=profile.code,
            asked=now(),
            reminders=1,
            last_reminder=now(),
        )
        for profile in others
    )


def fill(speakers):
    event = factories.make_event()
    organiser = factories.make_organiser(event)
    with scope(event=event):
        profiles = profiles_of(event, speakers)
        for number in (1, 2, 3):
            factories.publish_policy(event, {"en": f"Version {number}"})
            accept(event, profiles, number)
    client = Client()
    client.force_login(organiser)
    base = f"/orga/event/{event.slug}/"
    pages = {
        "list": f"{base}p/coc/acceptance/",
        "list by talk": f"{base}p/coc/acceptance/?by=talk",
        "CSV": f"{base}p/coc/acceptance/csv/",
        "CSV by talk": f"{base}p/coc/acceptance/csv/?by=talk",
        "dashboard with tile": base,
    }
    calls = {name: (lambda url=url: client.get(url)) for name, url in pages.items()}

    def show(name):
        # As the page does after pretalx's middleware, which reads all talks of
        # the event for every page of its own.
        request = RequestFactory().get(pages[name])
        request.event, request.user = event, User.objects.get(pk=organiser.pk)
        request.session, request.uses_custom_domain = client.session, False
        request.resolver_match = resolve(request.path)
        with scope(event=event):
            Outstanding.as_view()(request, event=event.slug).render()

    def remind():
        with scope(event=event):
            asking.remind_all(event)

    return (
        {name: partial(show, name) for name in LISTS}
        | {f"{name}, with pretalx": calls.pop(name) for name in LISTS}
        | calls
        | {"reminder run, nobody due": remind}
    )


def measured(call):
    call()
    with CaptureQueriesContext(connection) as captured:
        call()
    return len(captured)


def seconds(calls):
    """Both sizes in turn, so that a busy machine slows both."""
    times = [[], []]
    for __ in range(ROUNDS):
        for call, found in zip(calls, times, strict=True):
            start = time.perf_counter()
            call()
            found.append(time.perf_counter() - start)
    return [median(found) for found in times]


def main():
    setup_test_environment()
    call_command("migrate", verbosity=0)
    # Publishing asks everybody, and that is not what is measured.
    with scopes_disabled(), patch.object(asking, "mails_speakers", return_value=False):
        small, large = fill(SMALL), fill(LARGE)
    failed = False
    print(f"{'':26}{SMALL:>12,}{LARGE:>12,}  ratio  queries")
    for name in small:
        counts = [measured(small[name]), measured(large[name])]
        times = seconds([small[name], large[name]])
        ratio = times[1] / times[0]
        failed |= counts[0] != counts[1] or (name in LISTS and ratio > RATIO)
        shown = "".join(f"{value * 1000:>9.1f} ms" for value in times)
        print(f"{name:26}{shown}  {ratio:5.2f}  {counts[0]} / {counts[1]}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())

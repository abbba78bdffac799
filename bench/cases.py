# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The queue of cases and the number at the menu: 10,000 cases against 100.

Fills two events with 20,000 speakers, 25,000 flags and 25,000 findings each, one
of them with 100 cases and the other with 10,000, a tenth of them open. Opens the
queue, a page of pretalx with the number, a case and the record of its speaker, reads
the queue and the number without pretalx around them, and prints times and numbers of
queries. Exits with 1 if a number of queries grows, or if the queue or the number takes
more than 1.5 times as long.

    make bench
"""

import datetime as dt
import gc
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext, setup_test_environment  # noqa: E402
from django.utils.timezone import now  # noqa: E402
from django_scopes import scope, scopes_disabled  # noqa: E402

from pretalx.person.models import SpeakerProfile, User  # noqa: E402
from pretalx.submission.models import SpeakerRole, Submission  # noqa: E402

from pretalx_coc.domain.queries.cases import queue  # noqa: E402
from pretalx_coc.domain.queries.summary import read_summary  # noqa: E402
from pretalx_coc.models import Case, CaseItem, CaseMember, Check, Finding, Flag  # noqa: E402
from tests import factories  # noqa: E402

SMALL, LARGE = 100, 10_000
SPEAKERS, FLAGS, FINDINGS = 20_000, 25_000, 25_000
OPEN = 10  # one case in so many
RATIO = 1.5
ROUNDS = 15
BATCH = 2_000
PAGE = 50
SHOWN = 10  # the case that is opened: an open one, which the member may read
JUDGED = ("queue", "page with the number", "dashboard with the number")


def make(model, rows):
    return model.objects.bulk_create(list(rows), batch_size=BATCH)


def make_speakers(event):
    """Speakers with an account and a talk each."""
    users = make(
        User,
        (
            User(
                email=f"{event.slug}-{number}@example.org",
                name=f"Speaker {number:05}",
                code=f"U{event.pk}X{number:05}",
            )
            for number in range(SPEAKERS)
        ),
    )
    profiles = make(
        SpeakerProfile,
        (
            SpeakerProfile(event=event, user=user, name=user.name, code=f"P{user.code}")
            for user in users
        ),
    )
    talks = make(
        Submission,
        (
            Submission(
                event=event,
                code=f"T{event.pk}X{number:05}",
                title=f"Talk {number:05}",
                submission_type=event.cfp.default_type,
                state="submitted",
                content_locale="en",
            )
            for number in range(SPEAKERS)
        ),
    )
    make(
        SpeakerRole,
        (
            SpeakerRole(submission=talk, speaker=profile)
            for talk, profile in zip(talks, profiles, strict=True)
        ),
    )
    return profiles, talks


def make_items(event, talks):
    """Flags and findings about talks; of most somebody said what they are."""
    at = now()

    def shared(number, letter):
        waits = number % 100 == 0
        return {
            "event": event,
            "code": f"{letter}{number:07}",
            "subject_kind": "talk",
            "subject_code": talks[number % len(talks)].code,
            "created": at,
            "verdict": "" if waits else ("dismissed" if number % 2 else "concerns"),
        }

    flags = make(
        Flag,
        (
            Flag(**shared(number, "F"), raised_by=f"R{number}", reason="other")
            for number in range(FLAGS)
        ),
    )
    check = Check.objects.create(
        event=event,
        subject_kind="talk",
        subject_code=talks[0].code,
        material="abstract",
        content_sha256="0" * 64,
        detector="1",
        state="complete",
        created=at,
    )
    make(
        Finding,
        (
            Finding(
                **shared(number, "D"),
                check_run=check,
                material="abstract",
                start=0,
                end=4,
                passage="text",
                rule="rule",
                category="pornography",
                level="review",
                strength=1,
            )
            for number in range(FINDINGS)
        ),
    )
    return flags


def make_cases(event, members, profiles, talks, flags, number):
    """Cases about speakers, each with a talk and flags; all members know of them."""
    at = now()
    cases = make(
        Case,
        (
            Case(
                event=event,
                code=f"C{index:07}",
                code_name=f"Quiet stone {index}",
                subject_kind="profile",
                subject_code=profiles[index].code,
                subject_text=profiles[index].name,
                subject_user=profiles[index].user.code,
                state="closed" if index % OPEN else "in_work",
                severity=index % 3 + 1,
                created=at,
                changed=at,
                acknowledged=at,
                acknowledge_due=at + dt.timedelta(days=1),
                decide_due=at + dt.timedelta(days=14),
                assignee=members[index % 2].code if index % 3 else "",
            )
            for index in range(number)
        ),
    )
    make(
        CaseMember,
        (
            CaseMember(
                event=event,
                case=case,
                user_code=member.code,
                standing="clear" if index % 20 else "asked",
                declared=at,
            )
            for index, case in enumerate(cases)
            for member in members
        ),
    )
    make(
        CaseItem,
        (
            CaseItem(
                event=event,
                case=case,
                kind=kind,
                ref=ref,
                attached=at,
                attached_by=members[0].code,
            )
            for index, case in enumerate(cases)
            for kind, ref in (
                ("talk", talks[index].code),
                ("flag", flags[index].code),
                ("flag", flags[index + LARGE].code),
            )
        ),
    )


def fill(number):
    event = factories.make_event()
    names = [f"Member {index}" for index in range(12)]
    members = factories.make_members(event, *names)
    factories.make_team(
        event, members[0], **dict.fromkeys(factories.ORGANISER_RIGHTS, True)
    )
    with scope(event=event):
        profiles, talks = make_speakers(event)
        # A member speaks, too: what is their own is left out.
        own = members[0].get_speaker(event)
        SpeakerRole.objects.create(submission=talks[-1], speaker=own)
        flags = make_items(event, talks)
        make_cases(event, members, profiles, talks, flags, number)
    client = Client()
    client.force_login(members[0])
    base = f"/orga/event/{event.slug}/"

    def opened(url):
        assert client.get(url).status_code == 200, url

    def read_queue():
        with scope(event=event):
            rows = queue(event=event, user=members[0])
            return len(rows), rows[:PAGE]

    def read_number():
        return read_summary(event=event, user=members[0]).cases

    return {
        "queue": lambda: opened(f"{base}p/coc/cases/"),
        "page with the number": lambda: opened(f"{base}p/coc/cases/new/"),
        "dashboard with the number": lambda: opened(base),
        "case": lambda: opened(f"{base}p/coc/case/C{SHOWN:07}/"),
        "record": lambda: opened(f"{base}p/coc/speaker/{profiles[SHOWN].code}/"),
        "queue alone": read_queue,
        "number alone": read_number,
    }


def measured(call):
    call()
    with CaptureQueriesContext(connection) as captured:
        call()
    return len(captured)


def seconds(calls):
    """The best of several, both sizes in turn: a busy machine slows both."""
    times = [[], []]
    for __ in range(ROUNDS):
        for call, found in zip(calls, times, strict=True):
            # Collecting what other calls left behind is not what is measured.
            gc.collect()
            gc.disable()
            start = time.perf_counter()
            call()
            found.append(time.perf_counter() - start)
            gc.enable()
    return [min(found) for found in times]


def main():
    setup_test_environment()
    call_command("migrate", verbosity=0)
    with scopes_disabled():
        small, large = fill(SMALL), fill(LARGE)
    connection.cursor().execute("ANALYZE")
    failed = False
    print(f"{'':26}{SMALL:>12,}{LARGE:>12,}  ratio  queries")
    for name in small:
        counts = [measured(small[name]), measured(large[name])]
        times = seconds([small[name], large[name]])
        ratio = times[1] / times[0]
        failed |= counts[0] != counts[1] or (name in JUDGED and ratio > RATIO)
        shown = "".join(f"{value * 1000:>9.1f} ms" for value in times)
        print(f"{name:26}{shown}  {ratio:5.2f}  {counts[0]} / {counts[1]}", flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())

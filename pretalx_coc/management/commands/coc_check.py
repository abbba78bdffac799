# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""``python -m pretalx coc_check``: check what an event's speakers have handed in.

In English, as the commands of Django and pretalx. It prints numbers only: what
was found, and where, is for the response team and not for a terminal's log.
"""

import dataclasses
import json
import signal
from contextlib import contextmanager

from django.core.management.base import BaseCommand, CommandError
from django_scopes import scope, scopes_disabled

from pretalx.event.models import Event

from pretalx_coc.domain.checking_all import check_subjects, subjects_of, summary_of
from pretalx_coc.management.commands.coc_verify import Bar

USAGE, NOT_CHECKED, STOPPED = 2, 3, 130


class Command(BaseCommand):
    help = (
        "Checks the texts and files of an event's talks and speakers. What is up to "
        "date is not checked again, so a run that was stopped goes on where it was. "
        "Exits with 0 if all was read, whatever was found; with 2 if it was called "
        "wrongly; with 3 if something could not be read in full, or is still to be "
        "checked; with 130 if it was stopped."
    )

    def add_arguments(self, parser):
        parser.add_argument("--event", metavar="SLUG", required=True)
        parser.add_argument(
            "--stale",
            action="store_true",
            help="Only what is known not to be up to date. Otherwise everything is "
            "looked at, and what failed is tried again.",
        )
        parser.add_argument(
            "--json", action="store_true", help="Print JSON instead of a table."
        )

    def handle(self, *args, event, stale, **options):
        with scopes_disabled():
            found = Event.objects.filter(slug__iexact=event).first()
        if not found:
            raise CommandError(f"There is no event {event!r}.", returncode=USAGE)
        if "pretalx_coc" not in found.plugin_list:
            raise CommandError(
                "The plugin is not switched on in this event.", returncode=USAGE
            )
        with scope(event=found):
            run, summary = self._check(found, only_stale=stale)
        self._print(found, run, summary, as_json=options["json"])
        if run.stopped:
            raise CommandError(
                "Stopped. Run it again to go on where it was.", returncode=STOPPED
            )
        if run.failed or run.taken or not summary.is_complete:
            raise CommandError("Not everything could be read.", returncode=NOT_CHECKED)

    def _check(self, event, *, only_stale: bool):
        with self._stopping() as is_stopped:
            subjects = subjects_of(event, only_stale=only_stale)
            bar = Bar(self.stderr, len(subjects))
            try:
                run = check_subjects(
                    event, subjects, progress=bar.advance, is_stopped=is_stopped
                )
            finally:
                bar.clear()
        return run, summary_of(event)

    @contextmanager
    def _stopping(self):
        """Let Ctrl+C end the run after the talk in hand; twice ends it at once."""
        stopped = []

        def stop(number, frame):
            if stopped:
                raise KeyboardInterrupt
            stopped.append(number)
            self.stderr.write("\nStopping after this one.", style_func=str)

        try:
            before = signal.signal(signal.SIGINT, stop)
        except ValueError:  # not in the main thread, which gets no signal
            yield lambda: False
            return
        try:
            yield lambda: bool(stopped)
        finally:
            signal.signal(signal.SIGINT, before)

    def _print(self, event, run, summary, *, as_json: bool) -> None:
        if as_json:
            answer = {
                "event": event.slug,
                "complete": summary.is_complete and not run.stopped,
                "run": dataclasses.asdict(run),
                **dataclasses.asdict(summary),
            }
            self.stdout.write(json.dumps(answer, indent=2))
            return
        rows = [
            ("Talks and profiles gone through", run.subjects),
            ("Texts and files checked just now", run.materials),
            ("Texts and files checked in all", summary.materials),
            ("Talks and profiles still to be checked", summary.pending),
        ]
        rows += [
            (f"Found: {row['category']} ({row['level']})", _found(row))
            for row in summary.findings
        ]
        rows += [
            (f"Not fully checked: {reason}", number)
            for reason, number in summary.unchecked.items()
        ]
        width = max(len(words) for words, __ in rows)
        for words, number in rows:
            self.stdout.write(f"{words:<{width}}  {number}")


def _found(row: dict) -> str:
    return f"{row['number']}, {row['waiting']} waiting"

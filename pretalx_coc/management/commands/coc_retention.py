# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""``python -m pretalx coc_retention``: erase what has been kept long enough.

In English, as the commands of Django and pretalx. It prints codes and code names,
which say nothing about anybody.
"""

from django.core.management.base import BaseCommand, CommandError
from django_scopes import scope, scopes_disabled

from pretalx.event.models import Event

from pretalx_coc.domain.queries.retention import going
from pretalx_coc.domain.retention import erase_due, erase_left_exclusions


class Command(BaseCommand):
    help = (
        "Erases names and texts of cases, and passages and flags, whose time is over. "
        "A nightly task does the same. With --dry-run it erases nothing and prints "
        "what goes when."
    )

    def add_arguments(self, parser):
        parser.add_argument("--event", metavar="SLUG", help="Only this event.")
        parser.add_argument(
            "--dry-run", action="store_true", help="Only print what goes when."
        )

    def handle(self, *args, event=None, **options):
        for found in self._events(event):
            with scope(event=found):
                if options["dry_run"]:
                    self._print(found)
                else:
                    for code in erase_due(found):
                        self.stdout.write(f"{found.slug}: case {code} erased")
        if not event and not options["dry_run"]:
            erase_left_exclusions()

    @scopes_disabled()
    def _events(self, slug: str | None) -> list:
        events = Event.objects.filter(plugins__contains="pretalx_coc").order_by("pk")
        if slug:
            events = events.filter(slug__iexact=slug)
        active = [event for event in events if "pretalx_coc" in event.plugin_list]
        if slug and not active:
            raise CommandError(
                f"There is no event {slug!r} with the plugin switched on.", returncode=2
            )
        return active

    def _print(self, event) -> None:
        plan = going(event)
        for row in plan.cases:
            when = row.goes.date().isoformat() if row.goes else row.why
            self.stdout.write(
                f"{event.slug}: case {row.code} ({row.code_name}): {when}"
            )
        self.stdout.write(
            f"{event.slug}: passages and flags on no case: "
            f"{plan.concerns.date().isoformat()}"
        )

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""``python -m pretalx coc_verify``: whether the evidence is what it was.

In English, as the commands of Django and pretalx: it is for whoever runs the
server, and for scripts.
"""

import dataclasses
import json

from django.core.management.base import BaseCommand, CommandError
from django_scopes import scopes_disabled

from pretalx.event.models import Event

from pretalx_coc.domain.verify import notes, number_of_rows, verify

WIDTH = 30


class Bar:
    """A progress bar in one line of a terminal; nothing anywhere else.

    Args:
        stream: Where to.
        total: How much there is to do.
    """

    def __init__(self, stream, total: int):
        self.stream = stream
        self.total = max(total, 1)
        self.done = 0
        self.shown = None
        self.visible = stream.isatty()

    def advance(self, number: int) -> None:
        """Say that so much more is done."""
        self.done += number
        percent = min(100, self.done * 100 // self.total)
        if self.visible and percent != self.shown:
            self.shown = percent
            filled = "#" * (percent * WIDTH // 100)
            self._write(f"\r[{filled:<{WIDTH}}] {percent:3} %")

    def clear(self) -> None:
        """Leave an empty line behind."""
        if self.shown is not None:
            self._write("\r" + " " * (WIDTH + 10) + "\r")

    def _write(self, text: str) -> None:
        # "str" for a style: not in red, as errors are.
        self.stream.write(text, style_func=str, ending="")
        self.stream.flush()


class Command(BaseCommand):
    help = (
        "Recomputes every hash of published texts, acceptances and audit log, and "
        "checks what else must always hold. Changes nothing. Exits with 1 if "
        "anything is not as it must be."
    )

    def add_arguments(self, parser):
        parser.add_argument("--event", metavar="SLUG", help="Only this event.")
        parser.add_argument(
            "--json", action="store_true", help="Print JSON instead of a table."
        )

    @scopes_disabled()
    def handle(self, *args, event=None, **options):
        event = self._event(event)
        bar = Bar(self.stderr, number_of_rows(event))
        try:
            results = verify(event, progress=bar.advance)
        finally:
            bar.clear()
        lines = notes(event)
        if options["json"]:
            self._print_json(results, lines)
        else:
            self._print_table(results, lines)
        breaches = sum(result.breaches for result in results)
        if breaches:
            raise CommandError(f"{breaches} breaches found.")

    def _event(self, slug: str | None):
        if not slug:
            return None
        event = Event.objects.filter(slug__iexact=slug).first()
        if not event:
            raise CommandError(f"There is no event {slug!r}.", returncode=2)
        return event

    def _print_json(self, results, lines) -> None:
        answer = {
            "ok": not any(result.breaches for result in results),
            "checks": [dataclasses.asdict(result) for result in results],
            "notes": lines,
        }
        self.stdout.write(json.dumps(answer, indent=2))

    def _print_table(self, results, lines) -> None:
        width = max(len(result.title) for result in results)
        self.stdout.write(f"Rule  {'What holds':<{width}}  {'Rows':>9}  Breaches")
        for result in results:
            self.stdout.write(
                f"{result.rule:>4}  {result.title:<{width}}  {result.rows:>9}  "
                + (str(result.breaches) if result.breaches else "none")
            )
        for result in results:
            for example in result.examples:
                self.stdout.write(f"Breach of rule {result.rule}: {example}")
            if result.breaches > len(result.examples):
                left = result.breaches - len(result.examples)
                self.stdout.write(f"Breach of rule {result.rule}: {left} more like it")
        for line in lines:
            self.stdout.write(f"To know: {line}")

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""``python -m pretalx coc_keys``: the keys that excluded addresses are hashed with.

In English, as the commands of Django and pretalx. It never prints a key.
"""

from django.core.management.base import BaseCommand, CommandError

from pretalx_coc.domain.exclusion_keys import FILE_NAME, UNREADABLE, all_keys, key_file
from pretalx_coc.domain.exclusion_rotation import key_problems, rotate, uses


class Command(BaseCommand):
    help = (
        "Lists the keys that addresses of excluded people are hashed with, or makes a "
        "new one (rotate) and uses it for every exclusion whose account still has its "
        "address. Old keys stay while an exclusion uses them. With --check it exits "
        "with 1 if a key is missing or others can read the file."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "action", nargs="?", choices=("list", "rotate"), default="list"
        )
        parser.add_argument(
            "--check", action="store_true", help="Exit with 1 if anything is wrong."
        )

    def handle(self, *args, action, check, **options):
        if action == "rotate":
            self._rotate()
        found = key_problems()
        if not any("cannot be read" in line for line in found):
            self._list()
        for line in found:
            self.stderr.write(line)
        if check and found:
            raise CommandError(f"{len(found)} problems found.")

    def _rotate(self) -> None:
        try:
            done = rotate()
        except UNREADABLE as error:
            raise CommandError(
                f"Nothing was changed: {FILE_NAME} cannot be read "
                f"({type(error).__name__})."
            ) from None
        self.stdout.write(
            f"New key {done.key.id}: {done.hashed} exclusions hashed anew, {done.left} "
            f"keep an older key, {len(done.gone)} keys dropped."
        )

    def _list(self) -> None:
        found = all_keys()
        if not found:
            self.stdout.write("There is no key yet. The first exclusion makes one.")
            return
        used = uses()
        self.stdout.write(f"{'Key':<10}  {'Created':<25}  Exclusions")
        for key in found:
            self.stdout.write(f"{key.id:<10}  {key.created:<25}  {used.get(key.id, 0)}")
        self.stdout.write(
            f"They are in {key_file()}. Keep a copy apart from the database."
        )

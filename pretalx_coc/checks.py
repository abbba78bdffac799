# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Says whether the installed pretalx suits the plugin.

The package does not depend on pretalx, because pip would then be free to change
an organiser's pretalx along with a plugin. So it is here that a pretalx which is
too old is an error (Django starts no command with one), and one that is newer
than any we tested with is a warning.
"""

import re

from django.core.checks import Error, register
from django.core.checks import Warning as CheckWarning
from django.db import connection

OLDEST = (2026, 2)
NEWEST_TESTED = (2026, 2)


def release_of(version):
    """The year and number of a pretalx version: ``2026.3.0.dev0`` → ``(2026, 3)``."""
    numbers = re.match(r"(\d+)\.(\d+)", version)
    return tuple(int(number) for number in numbers.groups()) if numbers else None


def dotted(release):
    return ".".join(str(number) for number in release)


def compare(version):
    """What there is to say about running with the pretalx of this version."""
    release = release_of(version)
    tested = f"pretalx up to {dotted(NEWEST_TESTED)}"
    if release is None or release > NEWEST_TESTED:
        return [
            CheckWarning(
                f"This version of pretalx-coc was tested with {tested}, and the "
                f"installed pretalx {version} is newer than that.",
                hint="Look for a newer pretalx-coc, and try a proposal and a case "
                "before you rely on it.",
                id="pretalx_coc.W001",
            )
        ]
    if release < OLDEST:
        return [
            Error(
                f"pretalx {version} is too old for this version of pretalx-coc, "
                f"which needs pretalx {dotted(OLDEST)} or newer.",
                hint=f"Upgrade pretalx to {dotted(OLDEST)} or newer, or uninstall "
                "pretalx-coc.",
                id="pretalx_coc.E001",
            )
        ]
    return []


def installed_version():
    from pretalx import __version__  # noqa: PLC0415 -- read when asked, not when loaded

    return __version__


def pretalx_is_too_old():
    """Whether modules of ours may fail to import, because pretalx lacks what they
    use. Who asks leaves them alone then, so that the check gets to say why."""
    return any(message.is_serious() for message in compare(installed_version()))


@register
def pretalx_version(app_configs, **kwargs):
    return compare(installed_version())


def compare_database(vendor):
    """What there is to say about a kind of database: two of them have triggers."""
    if vendor in ("postgresql", "sqlite"):
        return []
    return [
        CheckWarning(
            f"On {vendor}, the database does not keep acceptances and the audit log "
            "from being changed; only the plugin's own code does.",
            hint="Use PostgreSQL or SQLite, the databases that pretalx supports.",
            id="pretalx_coc.W002",
        )
    ]


@register
def database_has_triggers(app_configs, **kwargs):
    return compare_database(connection.vendor)

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What must be set before the response team can work, and is not."""

from django.utils.translation import gettext as _

from pretalx_coc.domain.access import members_of
from pretalx_coc.domain.contacts import contacts_of
from pretalx_coc.domain.policy import version_in_force
from pretalx_coc.domain.settings import read_settings


def missing_setup(event) -> list[str]:
    """What is not set up yet, each in a few words; empty if all is there.

    A policy, a contact and an outside contact: everything else has a default. A
    response team without anybody is said, too.
    """
    missing = []
    if not version_in_force(event):
        missing.append(_("no code of conduct is published"))
    if not contacts_of(event):
        missing.append(_("there is nobody to turn to with a concern"))
    if not read_settings(event).outside_email:
        missing.append(_("there is no outside contact"))
    if not members_of(event).exists():
        missing.append(_("nobody is on the response team"))
    return missing

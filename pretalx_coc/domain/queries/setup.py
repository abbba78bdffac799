# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What must be set before the response team can work, and is not."""

from django.utils.translation import gettext as _

from pretalx_coc.domain.access import members_of
from pretalx_coc.domain.contacts import contacts_of
from pretalx_coc.domain.policy import version_in_force
from pretalx_coc.domain.settings import read_settings

POLICY, CONTACT, OUTSIDE, TEAM = "policy", "contact", "outside", "team"


def setup(event) -> dict[str, bool]:
    """What must be set, in the order in which one would: part → whether it is.

    A policy, a contact and an outside contact; everything else has a default. A
    response team with nobody on it cannot work either.
    """
    return {
        POLICY: bool(version_in_force(event)),
        CONTACT: bool(contacts_of(event)),
        OUTSIDE: bool(read_settings(event).outside_email),
        TEAM: members_of(event).exists(),
    }


def missing_setup(event) -> list[str]:
    """What is not set up yet, each in a few words; empty if all is there."""
    words = {
        POLICY: _("no code of conduct is published"),
        CONTACT: _("there is nobody to turn to with a concern"),
        OUTSIDE: _("there is no outside contact"),
        TEAM: _("nobody is on the response team"),
    }
    return [words[part] for part, is_done in setup(event).items() if not is_done]

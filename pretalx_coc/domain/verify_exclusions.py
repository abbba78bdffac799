# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The part of ``coc_verify`` that is about exclusions. They are of no event, so
they are checked whichever event is asked for."""

from pretalx_coc.domain.exclusion_rotation import key_problems


def exclusion_keys(scope):
    """Every key that an exclusion was hashed with is there, and nobody else's."""
    yield from key_problems()

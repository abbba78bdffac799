# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What the domain refuses, in words that can be shown to a person."""


class CocError(Exception):
    """A request that cannot be carried out; ``str()`` says why, translated."""


class StaleError(CocError):
    """Somebody else changed the object since the form was opened."""

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The plugin's addresses; none with a pretalx that is too old to import them.

Then the system check in ``checks.py`` says so, instead of a traceback.
"""

from pretalx_coc.checks import pretalx_is_too_old

urlpatterns = []

if not pretalx_is_too_old():
    from pretalx_coc.routes import urlpatterns  # noqa: F401

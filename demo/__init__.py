# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""A pretalx with this plugin and a filled event, for trying things out.

``make demo`` builds the environment and runs ``python -m demo``.
"""

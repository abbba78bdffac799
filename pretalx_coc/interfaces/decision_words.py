# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Decisions in words, for those who work on the case."""

from django.utils.dateparse import parse_datetime

from pretalx_coc.enums import OnSite


def on_site_steps(decision) -> list[dict]:
    """What is done by hand, each with when it was done."""
    return [
        {
            "number": number,
            "what": OnSite(step["what"]).label,
            "done": step["done"],
            "when": parse_datetime(step["when"]) if step["when"] else None,
        }
        for number, step in enumerate(decision.on_site)
    ]

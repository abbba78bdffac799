# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Asks axe whether everybody can use a page."""

from axe_playwright_python.sync_playwright import Axe

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(tab, within=None):
    """What axe finds on the page, or only inside a CSS selector."""
    if within:
        assert tab.locator(within).count(), f"There is no {within} on {tab.url}."
    options = {
        "runOnly": {"type": "tag", "values": RULES},
        "resultTypes": ["violations"],
    }
    return Axe().run(tab, context=within, options=options).response["violations"]


def in_words(tab, found):
    lines = [f"{len(found)} kinds of barrier at {tab.url}:"]
    for violation in found:
        lines.append(
            f"- {violation['help']} ({violation['id']}, {violation['impact']})"
        )
        for node in violation["nodes"]:
            lines.append(f"    {' '.join(map(str, node['target']))}")
            lines.append(f"      {node['html'][:200]}")
            reason = (node.get("failureSummary") or "").replace("\n", "\n      ")
            lines.append(f"      {reason}")
    return "\n".join(lines)


def assert_accessible(tab, within=None, known=()):
    """Fails with a list of barriers.

    ``within`` is a CSS selector that limits the question to our own content, on
    pages whose frame is pretalx's. ``known`` names rules that pretalx's own
    widgets break and that a plugin cannot mend.
    """
    found = [
        violation
        for violation in violations(tab, within)
        if violation["id"] not in known
    ]
    assert not found, in_words(tab, found)

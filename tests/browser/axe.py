# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Asks axe whether everybody can use a page."""

from axe_playwright_python.sync_playwright import Axe

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


# Widgets of pretalx that stand on our pages, and that a plugin cannot mend.
HOST_WIDGETS = ("markdown-toolbar", ".markdown-nav", ".choices")
# Its green, its blue and its grey on white are a little too pale, on every page it has. Other
# colours, or these on anything else, are ours to answer for.
HOST_COLOURS = {"#3aa57c", "#349570", "#4697c9", "#7e92a0", "#ffffff"}


def is_hosts(violation, node):
    """Whether it is only pretalx's own palette that axe finds too pale."""
    if violation["id"] != "color-contrast":
        return False
    colours = {
        check["data"][key] for check in node["any"] for key in ("fgColor", "bgColor")
    }
    return colours <= HOST_COLOURS


def violations(tab, within=None):
    """What axe finds on the page, or only inside a CSS selector."""
    if within:
        assert tab.locator(within).count(), f"There is no {within} on {tab.url}."
    context = {
        "include": [[within or "html"]],
        "exclude": [[selector] for selector in HOST_WIDGETS],
    }
    options = {
        "runOnly": {"type": "tag", "values": RULES},
        "resultTypes": ["violations"],
    }
    found = Axe().run(tab, context=context, options=options).response["violations"]
    for violation in found:
        violation["nodes"] = [
            node for node in violation["nodes"] if not is_hosts(violation, node)
        ]
    return [violation for violation in found if violation["nodes"]]


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
    pages whose frame is pretalx's. ``known`` names further rules to leave out,
    with the reason beside it.
    """
    found = [
        violation
        for violation in violations(tab, within)
        if violation["id"] not in known
    ]
    assert not found, in_words(tab, found)

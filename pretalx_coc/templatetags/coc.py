# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0

import re

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from pretalx.common.templatetags.rich_text import render_markdown

# What needs the domain is imported where it is used: with a pretalx that is too old
# it cannot be, and the system check has to be able to say so.

register = template.Library()

HEADING = re.compile(r"(</?h)([1-6])(?=[ >])")


@register.filter
def policy_html(text: str, level: int) -> str:
    """Render a policy, with its highest headings at ``level``.

    Authors begin with a heading of the first or the second level. The page has
    headings of its own above, and a screen reader goes by their order.
    """
    html = render_markdown(text)
    highest = min((int(found) for __, found in HEADING.findall(html)), default=level)

    def moved(match):
        return f"{match[1]}{min(6, int(match[2]) - highest + level)}"

    # Only digits were exchanged in what pretalx has sanitised.
    return mark_safe(HEADING.sub(moved, html))  # noqa: S308


@register.filter
def policy_html_to_link(text: str, level: int) -> str:
    """The same, with names at the headings: once a page, for names are unique."""
    from pretalx_coc.interfaces.policy_parts import with_anchors  # noqa: PLC0415

    # Only fixed names were added to what pretalx has sanitised.
    return mark_safe(with_anchors(policy_html(text, level)))  # noqa: S308


@register.simple_tag
def coc_policy_part(event) -> str:
    """The address of the policy's part about sexualised material, or nothing."""
    from pretalx_coc.interfaces.policy_parts import policy_part_url  # noqa: PLC0415

    return policy_part_url(event)


@register.simple_tag
def coc_contacts(event) -> dict:
    """The contacts of an event, for readers who may not understand its policy."""
    from pretalx_coc.domain.contacts import contacts_of  # noqa: PLC0415

    return contacts_of(event)


@register.simple_tag
def coc_box(box) -> str:
    """A frame around a part of a picture.

    An image of its own, for a style that says where it is would be an inline one.

    Args:
        box: x, y, width and height, as parts of the picture's.
    """
    x, y, width, height = (f"{float(number):.4f}" for number in box)
    return format_html(
        '<svg class="coc-box" viewBox="0 0 1 1" preserveAspectRatio="none" '
        'aria-hidden="true"><rect x="{}" y="{}" width="{}" height="{}"/></svg>',
        x,
        y,
        width,
        height,
    )


STYLES = ("pretalx_coc/coc.css", "pretalx_coc/cases.css")


@register.simple_tag
def coc_stylesheet():
    """The links to the plugin's style sheets, or nothing.

    Before an administrator has run ``rebuild`` the files have no address, and
    asking for one raises. A step of the CfP must not fail for a style.
    """
    try:
        urls = [static(name) for name in STYLES]
    except ValueError:
        return ""
    return format_html_join(
        "", '<link rel="stylesheet" href="{}">', ((u,) for u in urls)
    )

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0

from django import template
from django.templatetags.static import static
from django.utils.html import format_html

register = template.Library()


@register.simple_tag
def coc_stylesheet():
    """The link to the plugin's style sheet, or nothing.

    Before an administrator has run ``rebuild`` the file has no address, and
    asking for it raises. A step of the CfP must not fail for a style.
    """
    try:
        url = static("pretalx_coc/coc.css")
    except ValueError:
        return ""
    return format_html('<link rel="stylesheet" href="{}">', url)

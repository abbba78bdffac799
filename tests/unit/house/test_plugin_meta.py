# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What pretalx's list of plugins shows of us, and the links it offers."""

from importlib.metadata import entry_points

import pytest
from django.apps import apps
from django.urls import resolve, reverse

from pretalx_coc import __version__

META = apps.get_app_config("pretalx_coc").PretalxPluginMeta
LINKS = [*META.settings_links, *META.navigation_links]


def test_app_label_module_and_entry_point_are_one_name():
    """Otherwise pretalx's event middleware refuses every page of the plugin."""
    config = apps.get_app_config("pretalx_coc")
    (entry_point,) = [
        entry_point
        for entry_point in entry_points(group="pretalx.plugin")
        if entry_point.name == "pretalx_coc"
    ]

    assert (config.name, config.label) == ("pretalx_coc", "pretalx_coc")
    assert entry_point.module == "pretalx_coc"


def test_metadata_is_complete():
    assert META.visible is True
    assert META.version == __version__
    assert META.category == "FEATURE"
    assert META.name
    assert META.author
    assert META.description
    assert META.settings_links
    assert META.navigation_links


@pytest.mark.parametrize("link", LINKS, ids=lambda link: link[1])
def test_link_resolves_for_an_event(link):
    """pretalx leaves out a link that does not resolve, without a word."""
    _label, url_name, kwargs = link
    match = resolve(reverse(url_name, kwargs={"event": "democon", **kwargs}))

    assert match.kwargs["event"] == "democon"
    assert "pretalx_coc" in match.namespaces

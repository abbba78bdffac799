# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The system check on the installed pretalx says the right thing, and in words."""

import pytest
from django.core.checks import registry, run_checks

from pretalx_coc import checks


@pytest.mark.parametrize("version", ("2026.2", "2026.2.0", "2026.2.1", "2026.2.4"))
def test_supported_pretalx_gives_no_message(version):
    assert checks.compare(version) == []


@pytest.mark.parametrize("version", ("2025.2.2", "2026.1.2", "2.3.1"))
def test_pretalx_that_is_too_old_is_an_error(version):
    (message,) = checks.compare(version)

    assert message.id == "pretalx_coc.E001"
    assert message.is_serious()
    assert message.msg == (
        f"pretalx {version} is too old for this version of pretalx-coc, which needs "
        "pretalx 2026.2 or newer."
    )
    assert message.hint == (
        "Upgrade pretalx to 2026.2 or newer, or uninstall pretalx-coc."
    )


@pytest.mark.parametrize(
    "version", ("2026.3.0.dev0", "2026.3.0", "2026.10.0", "2027.1.0", "unknown")
)
def test_pretalx_that_is_newer_than_tested_is_a_warning(version):
    (message,) = checks.compare(version)

    assert message.id == "pretalx_coc.W001"
    assert not message.is_serious()
    assert message.msg == (
        "This version of pretalx-coc was tested with pretalx up to 2026.2, and "
        f"the installed pretalx {version} is newer than that."
    )


def test_check_is_registered_and_content_with_the_pretalx_we_test_with():
    ours = [
        message
        for message in run_checks()
        if (message.id or "").startswith("pretalx_coc")
    ]

    assert checks.pretalx_version in registry.registry.registered_checks
    assert ours == []
    assert checks.pretalx_is_too_old() is False

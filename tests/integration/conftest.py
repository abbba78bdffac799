# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0

import pytest

from tests import factories


@pytest.fixture
def both(event):
    """Two members of one response team."""
    return factories.make_members(event, "Member", "Colleague")


@pytest.fixture
def member(request, event):
    """The only member; where a file's tests use ``both``, the first of them."""
    if "both" in request.fixturenames:
        return request.getfixturevalue("both")[0]
    return factories.make_member(event)


@pytest.fixture
def colleague(both):
    """The second member."""
    return both[1]

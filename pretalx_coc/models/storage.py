# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Where files lie that nobody may fetch by their address.

Beside pretalx's media and not in it: a web server serves everything in there
to whoever knows the path.
"""

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.utils.crypto import get_random_string


def private_storage():
    """The storage for copies of what was found; only views of ours read it."""
    return FileSystemStorage(
        location=settings.DATA_DIR / "pretalx_coc",
        base_url=None,
        file_permissions_mode=0o600,
        directory_permissions_mode=0o700,
    )


def random_path(instance, filename):
    """A path that says nothing of the event, the person or the file's name."""
    name = get_random_string(40)
    return f"{name[:2]}/{name}"

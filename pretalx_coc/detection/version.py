# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""One short string that says which detector gave an answer.

Checks are stored with it, and material is checked again when it changes. It
covers the data files too, since they are what changes most often.
"""

import hashlib
from functools import cache

from pretalx_coc.detection.datafiles import digest_parts

#: Raise this whenever the code would answer differently for the same data.
CODE_VERSION = "7"


def compute_version():
    digest = hashlib.sha256()
    for part in digest_parts():
        digest.update(part)
    return f"{CODE_VERSION}-{digest.hexdigest()[:12]}"


@cache
def detector_version():
    """The version of this process: worked out once, when somebody asks for it.

    It reads all data files, which takes a tenth of an import, or more.
    """
    return compute_version()

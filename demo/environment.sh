#!/bin/sh
# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
#
# Finds a Python that is new enough and has it build .venv. Everything after
# the search is Python (environment.py).

cd "$(dirname "$0")/.." || exit 1

is_new='import sys; sys.exit(sys.version_info < (3, 13))'
version='import sys; print("%d.%d.%d" % sys.version_info[:3])'
too_old=

for candidate in ${PYTHON:-python3.13 python3 python}; do
    if "$candidate" -c "$is_new" 2>/dev/null; then
        exec "$candidate" demo/environment.py
    fi
    found=$("$candidate" -c "$version" 2>/dev/null) &&
        too_old="${too_old:-Python $found ($candidate)}"
done

if [ -z "$PYTHON" ] && command -v uv >/dev/null 2>&1; then
    candidate=$(uv python find 2>/dev/null)
    if [ -n "$candidate" ] && "$candidate" -c "$is_new" 2>/dev/null; then
        exec "$candidate" demo/environment.py
    fi
fi

if [ -n "$too_old" ]; then
    echo "pretalx-coc needs Python 3.13 or newer, and found only $too_old." >&2
else
    echo "pretalx-coc needs Python 3.13 or newer, and found no ${PYTHON:-python3.13}." >&2
fi
exit 1

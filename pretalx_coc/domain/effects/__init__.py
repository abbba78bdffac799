# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What measures do to pretalx, one file a kind.

Each kind has ``apply``, which does it and returns what it was like before, as
values that ``Decision.effects`` keeps, and ``undo``, which restores it and
returns in words what it could not. All is done by pretalx's own functions, in
the transaction of the decision, and names nobody who decided.
"""

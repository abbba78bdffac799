# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Who goes through the CfP, as far as its wizard knows, and where they stand."""

from pretalx.cfp.flow import cfp_session

from pretalx_coc.domain.queries.acceptance import CfpStanding, standing_in_cfp

CACHE_NAME = "_pretalx_coc_cfp"


def person_of(request) -> dict:
    """The account that is logged in, and the one that was given in the wizard.

    Before its end the wizard logs nobody in. Somebody with an account has given
    their password by then; somebody new has no account yet.
    """
    user = request.user if request.user.is_authenticated else None
    data = cfp_session(request)["data"].get("user") or {}
    return {"user": user, "user_id": data.get("user_id")}


def cfp_standing(request, event) -> CfpStanding:
    """Where this person stands: one query for all steps on a page that is read."""
    person = person_of(request)
    known = event.__dict__.setdefault(CACHE_NAME, {})
    who = (person["user"] and person["user"].pk, person["user_id"])
    if who not in known:
        known[who] = standing_in_cfp(event=event, **person)
    return known[who]

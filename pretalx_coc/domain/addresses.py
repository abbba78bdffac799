# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Addresses of the plugin's pages, as they stand in a mail."""

from pretalx.common.urls import build_absolute_uri

from pretalx_coc.domain.links import matters_token, personal_token

# What the address of everybody's own page has in it.
PERSONAL_PATH = "/code-of-conduct/me/"


def policy_url(event) -> str:
    """The policy's page, for everyone."""
    return build_absolute_uri(
        "plugins:pretalx_coc:policy", event=event, kwargs={"event": event.slug}
    )


def outside_url(event, secret: str) -> str:
    """The page that a one-time link of the outside contact opens."""
    return build_absolute_uri(
        "plugins:pretalx_coc:outside",
        event=event,
        kwargs={"event": event.slug, "secret": secret},
    )


def acceptance_url(event, user) -> str:
    """The page where one person accepts, which opens without a login."""
    return build_absolute_uri(
        "plugins:pretalx_coc:me.token",
        event=event,
        kwargs={"event": event.slug, "token": personal_token(event, user)},
    )


def own_acceptance_url(event) -> str:
    """The page where whoever is logged in reads what they accepted."""
    return build_absolute_uri(
        "plugins:pretalx_coc:me", event=event, kwargs={"event": event.slug}
    )


def panel_url(event) -> str:
    """The panel, for the response team."""
    return build_absolute_uri(
        "plugins:pretalx_coc:panel", event=event, kwargs={"event": event.slug}
    )


def access_url(event, code: str) -> str:
    """The page of a request for what is stored about somebody."""
    return f"{panel_url(event)}requests/{code}/"


def case_url(event, code: str) -> str:
    """The page of one case."""
    return f"{panel_url(event)}case/{code}/"


def matters_url(event, user) -> str:
    """The page where one person reads what concerns them, without a login."""
    return build_absolute_uri(
        "plugins:pretalx_coc:me.messages.token",
        event=event,
        kwargs={"event": event.slug, "token": matters_token(event, user)},
    )

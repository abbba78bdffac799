# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What pretalx's mail templates can say about the code of conduct."""

import logging

from django.utils.translation import gettext_lazy as _

from pretalx.mail.domain.placeholders import LinkMailTextPlaceholder

from pretalx_coc.domain.addresses import acceptance_url, own_acceptance_url, policy_url

logger = logging.getLogger(__name__)


def _acceptance_url(event, user) -> str:
    # pretalx works out every placeholder for every mail, used or not: a fault
    # in ours must not keep an acceptance or a new password from being sent.
    try:
        return acceptance_url(event, user)
    except Exception as error:  # noqa: BLE001 -- see above
        logger.error("No personal link: %s", type(error).__name__)  # noqa: TRY400
        return own_acceptance_url(event)


def all_placeholders() -> list:
    """The placeholders of the plugin."""
    return [
        LinkMailTextPlaceholder(
            "code_of_conduct_url",
            ["event"],
            policy_url,
            lambda event: f"https://pretalx.example.com/{event.slug}/code-of-conduct/",
            _("The page with the code of conduct"),
        ),
        LinkMailTextPlaceholder(
            "code_of_conduct_accept_url",
            ["event", "user"],
            _acceptance_url,
            lambda event: (
                f"https://pretalx.example.com/{event.slug}/code-of-conduct/me/F8VVL/"
            ),
            _("The page where the addressed user accepts the code of conduct"),
        ),
    ]

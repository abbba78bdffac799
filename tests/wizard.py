# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""pretalx's CfP, walked through the HTTP client as a speaker walks it."""

import re

from django_scopes import scopes_disabled

from pretalx.submission.models import Submission

from pretalx_coc.models import Acceptance

PASSWORD = "f00baar!-Baz"


class Wizard:
    """One run of the CfP by one client."""

    def __init__(self, client, event, email="new@example.org"):
        self.client = client
        self.event = event
        self.email = email
        response = client.get(f"/{event.slug}/submit/")
        self.base = response.url.rsplit("/", 2)[0]

    def url(self, step):
        return f"{self.base}/{step}/"

    def get(self, step):
        return self.client.get(self.url(step))

    def post(self, step, **data):
        return self.client.post(self.url(step), data)

    def info(self, **data):
        with scopes_disabled():
            submission_type = self.event.cfp.default_type_id
        return self.post(
            "info",
            **{
                "title": "Logging for beginners",
                "submission_type": submission_type,
                "content_locale": "en",
                "abstract": "What to log, and what to leave out.",
                "resource-TOTAL_FORMS": 0,
                "resource-INITIAL_FORMS": 0,
                **data,
            },
        )

    def register(self, **data):
        return self.post(
            "user",
            register_name="New Speaker",
            register_email=self.email,
            register_password=PASSWORD,
            register_password_repeat=PASSWORD,
            **data,
        )

    def log_in(self, email, password=PASSWORD, **data):
        return self.post("user", login_email=email, login_password=password, **data)

    def profile(self, **data):
        return self.post(
            "profile", **{"name": "New Speaker", "biography": "I log things.", **data}
        )

    def shown(self):
        """What the hidden field of the step says was on the screen."""
        content = self.get("coc").content.decode()
        return re.search(r'name="shown" value="([^"]*)"', content).group(1)

    def accept(self, **data):
        return self.post("coc", **{"shown": self.shown(), "accept": "on", **data})

    def up_to_acceptance(self):
        """Every step before ours, with a new account."""
        assert self.info().url == self.url("user")
        assert self.register().url == self.url("profile")
        assert self.profile().url == self.url("coc")
        return self


@scopes_disabled()
def proposals(event):
    """All proposals of an event, drafts included."""
    return list(Submission.all_objects.filter(event=event).order_by("pk"))


@scopes_disabled()
def acceptances(event):
    return list(Acceptance.objects.filter(event=event).order_by("pk"))

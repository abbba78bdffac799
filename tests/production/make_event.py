# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Makes an event with a published policy, and prints where its pages are.

``test_wheel.py`` runs it with the Python of the instance it has set up.
"""

import datetime as dt
import json
import secrets

import django

django.setup()

from django.apps import apps  # noqa: E402
from django.db import transaction  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils.translation import override  # noqa: E402
from django_scopes import scopes_disabled  # noqa: E402

from pretalx.event.domain.event import create_event, post_create_event  # noqa: E402
from pretalx.event.domain.organiser import create_organiser_with_team  # noqa: E402
from pretalx.person.domain.user import create_user  # noqa: E402

from pretalx_coc.domain.policy import publish, save_draft  # noqa: E402

EMAIL = "ada@example.org"


def make_event(password):
    user = create_user(password=password, email=EMAIL, name="Ada", locale="en")
    organiser, _team = create_organiser_with_team(
        name="Example organisers", slug="example", users=[user]
    )
    event = create_event(
        organiser=organiser,
        locales=["en", "de"],
        locale="en",
        name="Example Days",
        slug="example",
        email="orga@example.org",
        timezone="Europe/Brussels",
        date_from=dt.date.today() + dt.timedelta(days=90),
        date_to=dt.date.today() + dt.timedelta(days=92),
        user=user,
    )
    post_create_event(event, user=user)
    event.is_public = True
    event.save()
    texts = {"en": "Be kind to one another.", "de": "Seid nett zueinander."}
    save_draft(event=event, texts=texts, by=user)
    return event, publish(event=event, by=user)


def title(language):
    with override(language):
        return str(apps.get_app_config("pretalx_coc").PretalxPluginMeta.name)


def of_plugin(name):
    return reverse(f"plugins:pretalx_coc:{name}", kwargs={"event": "example"})


def main():
    password = secrets.token_urlsafe(16)
    with transaction.atomic(), scopes_disabled():
        event, version = make_event(password)
        addresses = {
            "cfp": str(event.cfp.urls.public),
            "policy": version.get_public_url(),
            "login": reverse("orga:login"),
            "plugins": str(event.orga_urls.plugins),
            "settings": of_plugin("settings.policy"),
            "panel": of_plugin("panel"),
            "german": reverse("cfp:locale.set_global") + "?locale=de",
        }
    known = {"email": EMAIL, "password": password, "name": "Example Days"}
    titles = {language: title(language) for language in ("en", "de")}
    print(json.dumps(addresses | known | {"title": titles}))  # noqa: T201


if __name__ == "__main__":
    main()

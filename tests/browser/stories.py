# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What the stories about cases have in common: whom there is, and how they look."""

import datetime as dt
import re

from django.core import mail
from django.utils.timezone import localtime, now
from django_scopes import scopes_disabled

from pretalx_coc.domain.contacts import save_contacts
from pretalx_coc.domain.settings import change_settings
from tests import factories
from tests.browser.axe import assert_accessible

OUTSIDE = "olivia@example.org"
# What a page says anew each time.
TOKENS = re.compile(r'(name="csrfmiddlewaretoken" value|nonce)="[^"]*"')


@scopes_disabled()
def make_event(*, outside: bool):
    """An event with everything that has to be set, the outside contact if wished."""
    event = factories.make_event()
    by = factories.make_user(name="Olga Organiser")
    factories.publish_policy(event, by=by)
    contacts = {
        "contact_people": "Mona and Carl, in green vests",
        "contact_email": "care@example.org",
    }
    save_contacts(event=event, contacts=contacts, by=by)
    if outside:
        names = {"outside_name": "Olivia Outside", "outside_email": OUTSIDE}
        change_settings(event=event, by=by, **names)
    mail.outbox.clear()
    return event


def look(tab, screenshot, name, within="main"):
    """A picture of the page, which everybody can use and which fits the window."""
    tab.wait_for_load_state()
    screenshot(tab, name)
    width = tab.evaluate("document.documentElement.scrollWidth")
    assert width <= tab.viewport_size["width"], f"{tab.url} is wider than the window."
    assert_accessible(tab, within=within)


def link_in_mail(user_or_address) -> str:
    """The one address in the last mail to somebody, which says nothing else."""
    address = getattr(user_or_address, "email", user_or_address)
    (body,) = [one.body for one in mail.outbox if one.to == [address]][-1:]
    (link,) = re.findall(r"http://\S+/code-of-conduct/\S+", body)
    return link


def in_days(event, number: int) -> str:
    """A day from now, as a field for a time is filled in."""
    day = localtime(now(), event.tz) + dt.timedelta(days=number)
    return day.strftime("%Y-%m-%dT%H:%M")


def more(tab, label: str):
    """What is below “More …” on the page of a case."""
    tab.get_by_text("More …").click()
    tab.get_by_role("link", name=label, exact=True).click()


def sent(tab, address: str) -> tuple[int, str]:
    """The status of a page, and the page as it is sent, tokens masked."""
    answer = tab.request.get(address)
    return answer.status, TOKENS.sub("", answer.text())

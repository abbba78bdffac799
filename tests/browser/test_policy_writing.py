# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""An organiser writes, publishes and changes the policy, at both widths."""

from django_scopes import scopes_disabled

from pretalx_coc.domain.contacts import save_contacts
from pretalx_coc.models import PolicyText
from tests import factories
from tests.browser.axe import assert_accessible

# The labels of the Markdown fields are pretalx's: its widget for several
# languages gives the fields a title and no label of their own.
EDITOR = ("label-title-only",)


def look(tab, screenshot, name, within="main", known=()):
    screenshot(tab, name)
    width = tab.evaluate("document.documentElement.scrollWidth")
    assert width <= tab.viewport_size["width"], f"{tab.url} is wider than the window."
    assert_accessible(tab, within=within, known=known)


@scopes_disabled()
def texts(event, number):
    rows = PolicyText.objects.filter(event=event, number=number)
    return dict(rows.values_list("language", "text"))


def starts_with_our_text(tab, base, screenshot):
    tab.goto(base)
    tab.get_by_role("button", name="Start with our text").click()
    tab.wait_for_url(f"**{base}")
    tab.get_by_text("Placeholders that are filled in for you").click()
    look(tab, screenshot, "policy-started", known=EDITOR)
    tab.get_by_role("button", name="Save and preview").click()
    tab.wait_for_url("**/preview/")
    look(tab, screenshot, "policy-left-over")
    assert tab.get_by_role("button", name="Publish version 1").is_disabled()


def fills_in_the_contacts(tab, screenshot):
    tab.locator(".alert").get_by_role("link", name="Fill in the contacts").click()
    tab.wait_for_url("**/contacts/")
    tab.get_by_label("Mail address for concerns").fill("conduct@example.org")
    tab.get_by_label("Telephone for concerns").fill("+32 2 555 01 00")
    tab.get_by_label("People to talk to").fill("Ann and Bo with orange lanyards")
    look(tab, screenshot, "policy-contacts")
    tab.get_by_role("button", name="Save").click()
    tab.wait_for_url("**/contacts/")


def publishes_the_first(tab, base, screenshot):
    tab.goto(f"{base}preview/")
    tab.get_by_text("Readers see the text in: English.").scroll_into_view_if_needed()
    look(tab, screenshot, "policy-preview-missing")
    tab.get_by_role("button", name="Publish version 1").click()
    tab.wait_for_url(f"**{base}")


def adds_a_language(tab, base, screenshot):
    tab.get_by_role("link", name="Add Español").click()
    tab.wait_for_url("**/language/es/")
    tab.locator("textarea[name=text]").fill("# Código de conducta de {event_name}")
    tab.get_by_role("button", name="Preview").last.click()
    tab.get_by_role("heading", name="Preview", exact=True).wait_for()
    look(tab, screenshot, "policy-language")
    tab.get_by_role("button", name="Add this language").click()
    tab.wait_for_url(f"**{base}")


def publishes_the_second(tab, base, screenshot):
    field = tab.locator("textarea[name=text_0]")
    text = field.input_value()
    changed = text.replace("belittled, pressed", "belittled, pushed")
    assert changed != text
    field.fill(f"{changed}\n\nWe publish yearly figures.")
    tab.get_by_text("Deutsch", exact=True).last.click()
    look(tab, screenshot, "policy-published", known=EDITOR)
    tab.get_by_role("button", name="Save and preview").click()
    tab.wait_for_url("**/preview/")
    tab.get_by_label("What has changed").fill("Says what we publish.")
    tab.get_by_text("It applies to new proposals").click()
    look(tab, screenshot, "policy-preview-second")
    tab.get_by_role("button", name="Publish version 2").click()
    tab.wait_for_url(f"**{base}")


def everyone_reads(tab, event, screenshot):
    tab.goto(f"/{event.slug}/code-of-conduct/")
    tab.get_by_text("Compare with version 1").click()
    tab.locator("ins", has_text="pushed").wait_for()
    assert tab.locator("del", has_text="pressed").is_visible()
    look(tab, screenshot, "policy-changes", within="#content")
    tab.get_by_role("link", name="Version 1").click()
    tab.wait_for_url("**/code-of-conduct/1/")
    assert tab.get_by_text("This is an earlier version.").is_visible()


def test_policy_from_our_text_to_the_second_version(
    page, open_tab, sign_in, screenshot
):
    event = factories.make_event(locales=("en", "de", "es"))
    sign_in(page, factories.make_organiser(event, name="Olga Organiser"))
    factories.make_talk(event, factories.make_user(name="Ada Speaker"))
    base = f"/orga/event/{event.slug}/settings/p/coc/"
    starts_with_our_text(page, base, screenshot)
    fills_in_the_contacts(page, screenshot)
    publishes_the_first(page, base, screenshot)
    assert set(texts(event, 1)) == {"en", "de"}
    adds_a_language(page, base, screenshot)
    assert texts(event, 1)["es"] == f"# Código de conducta de {event.name}"
    publishes_the_second(page, base, screenshot)
    assert set(texts(event, 2)) == {"en", "de", "es"}
    everyone_reads(open_tab(page.size), event, screenshot)


def test_reader_of_a_missing_language(page, screenshot):
    event = factories.make_event()
    organiser = factories.make_organiser(event)
    contacts = {"contact_email": "conduct@example.org", "contact_people": "Ann and Bo"}
    with scopes_disabled():
        save_contacts(event=event, contacts=contacts, by=organiser)
    factories.publish_policy(event, texts={"de": "# Seid nett\n\nZueinander."})
    page.goto(f"/{event.slug}/code-of-conduct/")
    page.get_by_text("Deutsch only.").wait_for()
    look(page, screenshot, "policy-only-language", within="#content")

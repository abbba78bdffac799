# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""English, German and French are complete, and Django finds what was collected."""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.template import Context, Engine
from django.test import override_settings
from django.utils import translation
from django.utils.translation import trans_real

from pretalx_coc import _build
from tests.unit.house.files import PACKAGE, name, package_files

LANGUAGES = ("de", "fr")
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]|(?<!\{)\{(\w*)[^{}]*\}(?!\})|%[sd]|%%")
SOURCE = _build.extract_messages()


def catalogue(language):
    path = PACKAGE / "locale" / language / "LC_MESSAGES" / "django.po"
    assert path.exists(), f"There is no {name(path)}."
    return path, _build.read(path)


def key(message):
    """What Django looks a text up by."""
    texts = message.id if message.pluralizable else (message.id,)
    return message.context, *texts


def texts_of(messages):
    return {key(message): message for message in messages if message.id}


def placeholders(text):
    return sorted(match[0] for match in PLACEHOLDER.finditer(text))


def broken_placeholders(message):
    """Translations that would fail to format, or lose a value on the way."""
    if not message.pluralizable:
        wanted = placeholders(message.id)
        return [] if placeholders(message.string) == wanted else [message.string]
    # The form for one thing may spell the number out, in any language.
    singular, plural = (set(placeholders(text)) for text in message.id)
    return [
        text
        for number, text in enumerate(message.string)
        if not (
            set(placeholders(text)) == plural
            or (number == 0 and set(placeholders(text)) == singular)
        )
    ]


def test_there_is_something_to_translate():
    assert len(texts_of(SOURCE)) > 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_in_the_catalogue_and_nothing_else_is(language):
    _path, catalog = catalogue(language)
    wanted, there = texts_of(SOURCE), texts_of(catalog)

    assert {"missing": wanted.keys() - there.keys()} == {"missing": set()}
    assert {"left over": there.keys() - wanted.keys()} == {"left over": set()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language):
    """Not empty, not fuzzy, and with all plural forms that the language has."""
    _path, catalog = catalogue(language)
    untranslated = [
        message.id
        for message in catalog
        if message.id and not _build.is_translated(message)
    ]
    forms = [
        message.id
        for message in catalog
        if message.pluralizable and len(message.string) != catalog.num_plurals
    ]

    assert untranslated == []
    assert forms == []
    assert catalog.fuzzy is False


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_obsolete_entry_is_kept(language):
    path, catalog = catalogue(language)

    assert list(catalog.obsolete) == []
    assert "#~" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_survive_translation(language):
    _path, catalog = catalogue(language)
    broken = {
        message.id: broken_placeholders(message)
        for message in catalog
        if message.id and _build.is_translated(message) and broken_placeholders(message)
    }

    assert broken == {}


@pytest.mark.parametrize("path", package_files(".py"), ids=name)
def test_translation_functions_go_by_their_names(path):
    """A text under another name would be shown, but never collected."""
    renamed = [
        alias.asname
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        and node.module == "django.utils.translation"
        for alias in node.names
        if alias.asname and (alias.asname != "_" or "pgettext" in alias.name)
    ]

    assert renamed == []


# A template with everything that can be translated in one, and what German makes
# of it: in capitals, so a text that Django does not find shows.
TEMPLATE = """{% load i18n %}
{# Translators: a greeting #}
{% translate "Plain" %}
{% translate 'Quoted "so"' %}
{% translate "Open" context "a door" %}
{% translate "100% sure" as sure %}{{ sure }}
{{ _("In a variable")|lower|upper }}
{{ missing|default:_("In a filter") }}
{% if _("In a tag") %}{% firstof _("In a tag") %}{% endif %}
{% blocktranslate trimmed with who=person %}
    Dear {{ who }},
    come   in at 5%.
{% endblocktranslate %}
{% blocktranslate %}Not {{ person }}
trimmed{% endblocktranslate %}
{% blocktranslate trimmed count number=several %}
    {{ number }} case
{% plural %}
    {{ number }} cases
{% endblocktranslate %}
{% blocktranslate trimmed count number=one context "in court" %}
    {{ number }} case
{% plural %}
    {{ number }} cases
{% endblocktranslate %}
{% comment %}{% translate "Commented out" %}{{ _("Also out") }}{% endcomment %}
"""
IDS = {
    (None, "Plain"),
    (None, 'Quoted "so"'),
    ("a door", "Open"),
    (None, "100%% sure"),
    (None, "In a variable"),
    (None, "In a filter"),
    (None, "In a tag"),
    (None, "Dear %(who)s, come   in at 5%%."),
    (None, "Not %(person)s\ntrimmed"),
    (None, "%(number)s case", "%(number)s cases"),
    ("in court", "%(number)s case", "%(number)s cases"),
}


def shout(text):
    return re.sub(r"(%\(\w+\)s)|([^%]+)", lambda m: m[1] or m[2].upper(), text)


@pytest.fixture
def package_with_template(tmp_path):
    """A package of one template, whose German is its English in capitals."""
    package = tmp_path / "package"
    (package / "templates").mkdir(parents=True)
    (package / "templates" / "page.html").write_text(TEMPLATE)
    path = package / "locale" / "de" / "LC_MESSAGES" / "django.po"
    _build.update_catalogue(path, _build.extract_messages(package))
    catalog = _build.read(path)
    for message in catalog:
        if message.id:
            several = isinstance(message.id, tuple)
            message.string = (
                tuple(map(shout, message.id)) if several else shout(message.id)
            )
    with path.open("wb") as file:
        _build.write_po(file, catalog)
    _build.compile_messages(package)
    return package


def test_what_is_collected_from_a_template_is_what_django_looks_up(
    package_with_template,
):
    collected = texts_of(_build.extract_messages(package_with_template))

    assert set(collected) == IDS
    assert collected[(None, "Plain")].auto_comments == ["Translators: a greeting"]


def test_django_finds_every_text_of_a_template(package_with_template):
    """Renders the page: whatever Django looks up by another text stays in small
    letters, so this fails if trimming, per cent signs, contexts or plurals come
    out otherwise than Django has them."""
    engine = Engine(libraries={"i18n": "django.templatetags.i18n"})
    trans_real._translations.pop("de", None)
    try:
        with (
            override_settings(LOCALE_PATHS=[package_with_template / "locale"]),
            translation.override("de"),
        ):
            page = engine.from_string(TEMPLATE).render(
                Context({"person": "ADA", "several": 3, "one": 1})
            )
    finally:
        trans_real._translations.pop("de", None)

    assert page.split("\n") == [
        "",
        "",
        "PLAIN",
        'QUOTED "SO"',
        "OPEN",
        "100% SURE",
        "IN A VARIABLE",
        "IN A FILTER",
        "IN A TAG",
        "DEAR ADA, COME   IN AT 5%.",
        "NOT ADA",
        "TRIMMED",
        "3 CASES",
        "1 CASE",
        "",
        "",
    ]


def test_what_is_collected_from_python(tmp_path):
    package = tmp_path / "package"
    package.mkdir()
    (package / "texts.py").write_text(
        "A = _('One ' 'text')\n"
        "B = pgettext_lazy('a door', 'Open')\n"
        "C = ngettext('%(n)s case', '%(n)s cases', n)\n"
        "D = npgettext_lazy('in court', '%(n)s case', '%(n)s cases', 'n')\n"
        "# Translators: a name\n"
        "E = gettext_noop('Ada')\n"
    )
    collected = texts_of(_build.extract_messages(package))

    assert set(collected) == {
        (None, "One text"),
        ("a door", "Open"),
        (None, "%(n)s case", "%(n)s cases"),
        ("in court", "%(n)s case", "%(n)s cases"),
        (None, "Ada"),
    }
    assert collected[(None, "Ada")].auto_comments == ["Translators: a name"]


def test_update_keeps_translations_and_drops_what_is_gone(tmp_path):
    path = tmp_path / "locale" / "de" / "LC_MESSAGES" / "django.po"
    before, after = _build.Catalog(), _build.Catalog()
    before.add("Stays")
    before.add("Goes")
    after.add("Stays")
    after.add("Comes")
    _build.update_catalogue(path, before)
    path.write_text(
        path.read_text().replace('"Stays"\nmsgstr ""', '"Stays"\nmsgstr "Bleibt"')
    )

    missing = _build.update_catalogue(path, after)

    with path.open("rb") as file:
        texts = {message.id: message.string for message in read_po(file) if message.id}
    assert missing == 1
    assert texts == {"Stays": "Bleibt", "Comes": ""}


@pytest.mark.parametrize(
    ("singular", "plural", "translated", "expected"),
    (
        ("%(n)s case of %(who)s", None, "%(n)s Fall von %(who)s", []),
        ("{n} case", None, "{n} Fall", []),
        ("100%% sure", None, "100%% sicher", []),
        ("%(n)s case", None, "Ein Fall", ["Ein Fall"]),
        ("%(n)s case", None, "%(m)s Fall", ["%(m)s Fall"]),
        ("One case", "%(n)s cases", ("Ein Fall", "%(n)s Fälle"), []),
        ("One case", "%(n)s cases", ("%(n)s Fall", "%(n)s Fälle"), []),
        ("One case", "%(n)s cases", ("Ein Fall", "Fälle"), ["Fälle"]),
    ),
)
def test_the_rule_for_placeholders(singular, plural, translated, expected):
    ids = (singular, plural) if plural else singular
    message = _build.Catalog().add(ids, translated)

    assert broken_placeholders(message) == expected


def test_the_package_directory_is_the_one_that_is_tested():
    """An installed copy beside the checkout would make these tests say nothing."""
    assert Path(_build.__file__).parent == PACKAGE

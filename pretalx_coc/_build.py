# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Translations: compiled for use, and collected for translators.

``python -m pretalx_coc._build`` compiles every ``django.po`` to the ``django.mo``
that Django reads. Compiled files are not committed, so setuptools does the same
whenever it builds or installs the package (``BuildPy``, named in ``setup.cfg``).

``python -m pretalx_coc._build --update`` writes what the source says into the
``.po`` files: new texts come in untranslated, texts that are gone disappear, and
nothing is guessed. With a language (``--update nl``) it starts a new one.

All of this takes Babel, and no GNU gettext. While the package is built there is
no Django: only the update imports it.
"""

import argparse
import ast
import re
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

try:
    from setuptools.command.build_py import build_py
except ModuleNotFoundError:  # on the command line there need be no setuptools
    build_py = object

PACKAGE = Path(__file__).resolve().parent
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
COMMENT_TAG = "Translators:"
HEADER = """\
# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0"""
# Lines that change with the clock or the machine, and mean nothing to a reader.
NOISE = re.compile(
    rb'^"(Project-Id-Version|POT-Creation-Date|PO-Revision-Date|Generated-By|Last-Translator'
    rb"|Language-Team|Report-Msgid-Bugs-To):.*\n",
    re.MULTILINE,
)

# In what Django's ``templatize`` makes of a template: a comment (some are meant for
# translators), or a call.
TEMPLATE_MESSAGE = re.compile(
    r"#\s*(?P<comment>Translators:[^\n]*)"
    r"|#[^\n]*"
    r"|(?<!\w)(?P<function>_|n?p?gettext)\("
    r"(?P<arguments>(?:\s*u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")\s*,?)+)"
)
LITERAL = re.compile(r"u?('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")")


def catalogues(package=PACKAGE):
    return sorted(package.glob("locale/*/LC_MESSAGES/django.po"))


def language_of(path):
    return path.parent.parent.name


def read(path):
    with path.open("rb") as file:
        return read_po(file, locale=language_of(path), abort_invalid=True)


def compile_messages(package=PACKAGE):
    """Compiles every catalogue of the package and returns the files written."""
    written = []
    for path in catalogues(package):
        compiled = BytesIO()
        write_mo(compiled, read(path))
        target = path.with_suffix(".mo")
        # Moved into place whole: another process may be reading the old one.
        half_done = target.with_suffix(".mo.part")
        half_done.write_bytes(compiled.getvalue())
        half_done.replace(target)
        written.append(target)
    return written


class BuildPy(build_py):
    """Compiles the translations before the files of the package are gathered."""

    def run(self):
        compile_messages(Path(self.get_package_dir("pretalx_coc")).resolve())
        # Setuptools may have listed the files before there were compiled ones.
        self.__dict__.pop("data_files", None)
        super().run()


def messages_in_template(source, origin=None):
    """Yields ``(ids, context, comments)`` as Django will look them up.

    ``templatize`` is what ``makemessages`` hands to xgettext: it knows about
    trimmed blocks, doubled per cent signs, plurals and contexts. Its output only
    resembles Python, so the calls are picked out of it one by one.
    """
    # Building the package knows no Django.
    from django.utils.translation.template import templatize  # noqa: PLC0415

    comments = []
    for match in TEMPLATE_MESSAGE.finditer(templatize(source, origin=origin)):
        if match["comment"]:
            comments.append(match["comment"].strip())
        if not match["function"]:
            continue
        texts = [ast.literal_eval(text) for text in LITERAL.findall(match["arguments"])]
        context = texts.pop(0) if "p" in match["function"] else None
        yield tuple(texts), context, comments
        comments = []


def messages_in_python(source):
    """Yields ``(ids, context, comments)`` of every marked string of a module."""
    found = extract(
        "python", BytesIO(source), KEYWORDS, [COMMENT_TAG], {"encoding": "utf-8"}
    )
    for _line, ids, comments, context in found:
        texts = ids if isinstance(ids, tuple) else (ids,)
        yield texts, context, comments


def extract_messages(package=PACKAGE):
    """A catalogue of everything that the package says, without translations."""
    catalog = Catalog()
    for path in sorted(package.rglob("*.py")):
        _collect(catalog, package, path, messages_in_python(path.read_bytes()))
    for path in sorted(package.glob("templates/**/*")):
        if path.is_file():
            found = messages_in_template(path.read_text(encoding="utf-8"), str(path))
            _collect(catalog, package, path, found)
    return catalog


def _collect(catalog, package, path, found):
    location = (path.relative_to(package.parent).as_posix(), None)
    for ids, context, comments in found:
        if ids[0]:
            catalog.add(
                ids if len(ids) > 1 else ids[0],
                locations=[location],
                auto_comments=comments,
                context=context,
            )


def update_catalogue(path, template):
    """Brings one ``.po`` file up to date and returns how many texts are missing."""
    catalog = read(path) if path.exists() else Catalog(locale=language_of(path))
    catalog.update(template, no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    catalog.header_comment = HEADER
    catalog.fuzzy = False
    written = BytesIO()
    write_po(written, catalog, width=79, sort_by_file=True, include_lineno=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(NOISE.sub(b"", written.getvalue()).rstrip(b"\n") + b"\n")
    return sum(not is_translated(message) for message in catalog if message.id)


def is_translated(message):
    texts = message.string if message.pluralizable else (message.string,)
    return bool(texts) and all(texts) and not message.fuzzy


def main(arguments=None):
    parser = argparse.ArgumentParser(
        prog="python -m pretalx_coc._build",
        description="Compiles the translations of pretalx-coc.",
    )
    parser.add_argument(
        "--update",
        nargs="*",
        metavar="LANGUAGE",
        help="first write new texts from the source into the .po files, for the "
        "languages given (new ones are started) or for all there are",
    )
    options = parser.parse_args(arguments)
    if options.update is not None:
        template = extract_messages()
        named = [
            PACKAGE / "locale" / language / "LC_MESSAGES" / "django.po"
            for language in options.update
        ]
        for path in named or catalogues():
            missing = update_catalogue(path, template)
            print(f"{language_of(path)}: {len(template)} texts, {missing} to translate")  # noqa: T201
    for path in compile_messages():
        print(f"compiled {path.relative_to(PACKAGE.parent)}")  # noqa: T201


if __name__ == "__main__":
    main()

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The receipt of one acceptance, as PDF or, where its letters need it, as text.

pretalx brings along one font for PDFs, and it has Latin letters only. A receipt
with other letters is a text file: evidence with boxes in it would be none.
"""

import io
import re
import unicodedata
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from textwrap import wrap

from django.contrib.staticfiles import finders
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from pretalx.common.templatetags.rich_text import render_markdown_abslinks

from pretalx_coc.domain.policy import sha256
from pretalx_coc.interfaces.languages import language_name

FONT = "CocReceipt"
FONT_FILE = "fonts/mulish-v12-latin-ext-regular.ttf"
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
BLOCKS = {*HEADINGS, "p", "li", "tr", "pre", "blockquote", "div", "hr", "ul", "ol"}
# What the font lacks, and what looks the same: French is printed with them.
LOOK_ALIKES = str.maketrans("\u202f\u2007\u2010\u2011", "\u00a0\u00a0--")
# reportlab takes very long over one paragraph of many lines, or one long word.
MOST_LINES = 40
LONG_WORD = re.compile(r"\S{200,}")


@dataclass(frozen=True)
class Receipt:
    """What a receipt says: rows of label and value, and the text in blocks."""

    title: str
    rows: list
    blocks: list
    language: str

    def everything(self) -> str:
        """All its letters, to see whether a font has them."""
        rows = "".join(f"{label}{value}" for label, value in self.rows)
        letters = self.title + rows + "".join(text for __, text in self.blocks)
        return letters.translate(LOOK_ALIKES)


class _Blocks(HTMLParser):
    """Collects ``(kind, text)``, kind being ``heading``, ``item`` or ``text``."""

    def __init__(self):
        super().__init__()
        self.blocks = []
        self._kind, self._parts, self._links, self._lists = "text", [], [], []
        self._verbatim, self._first_cell = False, True

    def handle_starttag(self, tag, attrs):
        if tag in ("ul", "ol"):
            self._flush()
            self._lists.append(0 if tag == "ol" else None)
        elif tag in BLOCKS:
            # Within an item, a paragraph goes on with the item.
            if tag != "p" or self._kind != "item" or "".join(self._parts[1:]).strip():
                self._flush()
            self._verbatim, self._first_cell = tag == "pre", True
            if tag in HEADINGS:
                self._kind = "heading"
            elif tag == "li":
                self._begin_item()
        elif tag == "br":
            self._parts.append("\n")
        elif tag in ("td", "th"):
            # Before an empty cell, too: what follows stays in its column.
            self._parts.append("" if self._first_cell else " | ")
            self._first_cell = False
        elif tag == "del":
            # As in Markdown: what was struck out must not read as if it held.
            self._parts.append("~~")
        elif tag == "a":
            self._links.append((dict(attrs).get("href") or "", len(self._parts)))

    def _begin_item(self):
        self._kind = "item"
        sign = "•"
        if self._lists and self._lists[-1] is not None:
            self._lists[-1] += 1
            sign = f"{self._lists[-1]}."
        indent = "\u00a0" * 4 * max(0, len(self._lists) - 1)
        self._parts.append(f"{indent}{sign}\u00a0")

    def handle_endtag(self, tag):
        if tag == "a" and self._links:
            href, start = self._links.pop()
            if href.removeprefix("mailto:") not in "".join(self._parts[start:]):
                self._parts.append(f" ({href})")
        elif tag == "del":
            self._parts.append("~~")
        elif tag in BLOCKS:
            self._flush()
            if tag in ("ul", "ol") and self._lists:
                self._lists.pop()
            self._verbatim = False

    def handle_data(self, data):
        if not self._verbatim:
            data = re.sub(r"[ \t\r\n]+", " ", data)
        self._parts.append(data)

    def _flush(self):
        text = "".join(self._parts)
        if not self._verbatim:
            text = re.sub(r" {2,}", " ", text)
        text = "\n".join(line.rstrip(" ") for line in text.split("\n")).strip(" \n")
        text = text.replace("\n ", "\n") if not self._verbatim else text
        if text:
            self.blocks.append((self._kind, unicodedata.normalize("NFC", text)))
        self._kind, self._parts, self._links = "text", [], []

    def close(self):
        super().close()
        self._flush()


def blocks_of(markdown: str) -> list[tuple[str, str]]:
    """A Markdown text as its readers saw it, without markup, block by block."""
    parser = _Blocks()
    parser.feed(str(render_markdown_abslinks(markdown)))
    parser.close()
    return parser.blocks


def time_with_zone(moment) -> str:
    """A moment in the time zone of the event, with the zone and its offset."""
    local = localtime(moment)
    zone = local.tzinfo
    name = getattr(zone, "key", "") or local.tzname()
    return f"{date_format(local, 'Y-m-d H:i:s')} {name} (UTC{local:%:z})"


def receipt_of(acceptance, *, event, name: str, text: str) -> Receipt:
    """Put together what the receipt of an acceptance says.

    Args:
        acceptance: The acceptance.
        event: Its event.
        name: The name of the person.
        text: The text that was accepted, in Markdown.
    """
    rows = [
        (_("Event"), str(event.name)),
        (_("Name"), name),
        (_("Version"), str(acceptance.number)),
        (_("Accepted"), time_with_zone(acceptance.accepted)),
        (_("Language"), language_name(acceptance.language)),
        (_("How it was accepted"), str(acceptance.get_way_display())),
    ]
    if acceptance.material:
        rows.append((_("Material"), _("Ticked that their material follows it, too")))
    if acceptance.submission_code:
        rows.append((_("Proposal"), acceptance.submission_code))
    rows.append((_("SHA-256 of the text in Markdown"), acceptance.sha256))
    if sha256(text) != acceptance.sha256:
        rows.append(
            (
                _("Attention"),
                _(
                    "The text below is not the one with this SHA-256: it was changed "
                    "in the database. Please tell the organisers."
                ),
            )
        )
    return Receipt(
        title=_("Receipt: code of conduct accepted"),
        rows=[
            (str(label), unicodedata.normalize("NFC", value)) for label, value in rows
        ],
        blocks=blocks_of(text),
        language=acceptance.language,
    )


def _font():
    """Register the font with reportlab; returns it."""
    # reportlab takes long to import, and few requests need it.
    from reportlab.pdfbase import pdfmetrics  # noqa: PLC0415
    from reportlab.pdfbase.ttfonts import TTFont  # noqa: PLC0415

    if FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(FONT, finders.find(FONT_FILE)))
    return pdfmetrics.getFont(FONT)


def fits_pdf(receipt: Receipt) -> bool:
    """Whether the font has every letter of a receipt."""
    letters = set(receipt.everything()) - {"\n", "\t"}
    glyphs = _font().face.charToGlyph
    return all(ord(letter) in glyphs for letter in letters)


def as_text(receipt: Receipt) -> str:
    """The receipt as plain text."""
    lines = [receipt.title, ""]
    lines += [f"{label}: {value}" for label, value in receipt.rows]
    lines += [
        "",
        _(
            "This receipt is a text file because it has letters that the font for "
            "PDF files lacks."
        ),
        "",
        "-" * 60,
        "",
    ]
    for kind, text in receipt.blocks:
        lines += [text] if kind == "item" else [text, ""]
    return "\n".join(lines).rstrip() + "\n"


def _markup(text: str) -> str:
    text = text.translate(LOOK_ALIKES).replace("\t", "    ")
    # A paragraph of reportlab's makes one space of several.
    text = re.sub(r"^ | (?= )", "\u00a0", text, flags=re.MULTILINE)
    return escape(text, quote=False).replace("\n", "<br/>")


def _pieces(text: str):
    """A block in pieces that are quick to print; nearly always one."""
    lines = LONG_WORD.sub(lambda word: "\n".join(wrap(word[0], 40)), text).split("\n")
    for start in range(0, len(lines), MOST_LINES):
        yield "\n".join(lines[start : start + MOST_LINES])


def _styles():
    from reportlab.lib.styles import ParagraphStyle  # noqa: PLC0415 -- as in _font

    base = ParagraphStyle(
        "text", fontName=FONT, fontSize=10, leading=14, spaceAfter=6, splitLongWords=1
    )
    large = {"fontSize": 13, "leading": 18, "spaceBefore": 8}
    return {
        "text": base,
        "item": ParagraphStyle(
            "item", base, leftIndent=16, firstLineIndent=-9, spaceAfter=3
        ),
        "heading": ParagraphStyle("heading", base, **large),
        "title": ParagraphStyle("title", base, fontSize=18, leading=24, spaceAfter=12),
    }


def _facts(receipt: Receipt, styles):
    """The rows, as a table."""
    from reportlab.lib.colors import HexColor  # noqa: PLC0415 -- as in _font
    from reportlab.platypus import Paragraph, Table  # noqa: PLC0415

    grey = HexColor("#cccccc")
    return Table(
        [
            [Paragraph(_markup(cell), styles["text"]) for cell in row]
            for row in receipt.rows
        ],
        colWidths=["30%", "70%"],
        style=[
            ("LINEBELOW", (0, 0), (-1, -1), 0.5, grey),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ],
        spaceAfter=18,
    )


def _story(receipt: Receipt):
    """All that is printed, one after the other."""
    from reportlab.platypus import CondPageBreak, Paragraph  # noqa: PLC0415 -- as above

    styles = _styles()
    yield Paragraph(_markup(receipt.title), styles["title"])
    yield _facts(receipt, styles)
    for kind, text in receipt.blocks:
        if kind == "heading":
            # Not "keepWithNext": it never ends with a heading as long as a page.
            yield CondPageBreak(50)
        for piece in _pieces(text):
            yield Paragraph(_markup(piece), styles[kind])


def as_pdf(receipt: Receipt) -> bytes:
    """The receipt as PDF, on as many pages as it needs.

    Only for a receipt that ``fits_pdf``.
    """
    from reportlab.lib.pagesizes import A4  # noqa: PLC0415 -- as in _font
    from reportlab.lib.units import mm  # noqa: PLC0415
    from reportlab.platypus import SimpleDocTemplate  # noqa: PLC0415

    _font()
    buffer = io.BytesIO()
    margins = dict.fromkeys(
        ("leftMargin", "rightMargin", "topMargin", "bottomMargin"), 22 * mm
    )
    document = SimpleDocTemplate(
        buffer, pagesize=A4, title=receipt.title, lang=receipt.language, **margins
    )

    def number_page(canvas, document):
        canvas.setFont(FONT, 8)
        canvas.drawRightString(A4[0] - 22 * mm, 12 * mm, str(document.page))

    document.build(
        list(_story(receipt)), onFirstPage=number_page, onLaterPages=number_page
    )
    return buffer.getvalue()

# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Web pages and drawings: what is shown, what is read out, and where links lead."""

import base64
import binascii
import html
import re
from urllib.parse import unquote_to_bytes

from pretalx_coc.detection.documents import xml

#: Attributes that somebody gets to see or to hear.
_READ_OUT = ("alt", "aria-label", "label", "placeholder", "summary", "title")
_DESCRIBING_META = re.compile(
    r"description|keywords|title|author|subject", re.IGNORECASE
)
_NOT_SHOWN = ("script", "style")
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "mark",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
    ]
)
_DECLARATION = re.compile(r"<\?xml[^>]{0,200}\?>")
_START_TAG = re.compile(r"<([a-zA-Z][^\s/>]*)")
#: A name, and perhaps a value. It never looks back further than one of them.
_ATTRIBUTE = re.compile(r"""[\s/]*([^\s/>=]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s>]*))?""")
#: What is not text and no start tag, the longer beginning first.
_CLOSED_BY = {"<!--": "-->", "<!": ">", "<?": ">", "</": ">"}
_DATA_URL = re.compile(r"\s*data:\s*image/[\w.+-]+[^,]{0,200},", re.IGNORECASE)
_REMOTE = re.compile(r"\s*(?:https?:)?//", re.IGNORECASE)
_LINKED = "A picture lies elsewhere, and nothing is fetched."


def read_html(text, place, job, read_nested):
    """Read a web page: its text, what describes its pictures, links, data URLs."""
    page = _Page()
    page.feed(text)
    _hand_over(page, place, job, read_nested)


def read_svg(text, place, job, read_nested):
    """Read a drawing as text. Pictures inside it are looked at, itself it is not."""
    drawing = _Drawing()
    # It was decoded already, whatever it says of itself.
    body = text.lstrip("\ufeff \t\r\n")
    if found := _DECLARATION.match(body):
        body = body[found.end() :]
    try:
        xml.parse([body.encode("utf-8", "replace")], drawing, doctype=True)
    finally:
        _hand_over(drawing, place, job, read_nested)


class _Shown:
    """Collects text, links and pictures of anything with tags."""

    def __init__(self):
        self.pieces = []
        self.links = {}
        self.pictures = []
        self.is_linked = False

    def show_picture(self, address):
        if _DATA_URL.match(address):
            self.pictures.append(address)
        elif _REMOTE.match(address):
            self.is_linked = True
            self.links[address] = None


def _hand_over(shown, place, job, read_nested):
    lines = (line.strip() for line in "".join(shown.pieces).split("\n"))
    job.text("\n".join(line for line in lines if line), place)
    job.text("\n".join(shown.links), place.at(part="link"))
    if shown.is_linked:
        job.unchecked("linked", _LINKED, place)
    for number, address in enumerate(shown.pictures, start=1):
        data = _data_of(address)
        if data is None:
            job.unchecked("broken", "A picture inside it is damaged.", place)
            continue
        job.unpacked(len(data))
        name = f"{place.member}/picture {number}".lstrip("/")
        read_nested(data, place.at(member=name))


def _data_of(address):
    head, _, body = address.partition(",")
    if not head.rstrip().lower().endswith(";base64"):
        return unquote_to_bytes(body)
    try:
        return base64.b64decode("".join(unquote_to_bytes(body).decode("ascii").split()))
    except (binascii.Error, ValueError):
        return None


class _Page(_Shown):
    """A web page, tag by tag.

    Not the parser of the standard library: in some of its versions it takes the
    square of the length for tags that are never closed.
    """

    def feed(self, text):
        at, hidden_ends = 0, {}
        while (tag := text.find("<", at)) >= 0:
            self._add(text[at:tag])
            if found := _START_TAG.match(text, tag):
                at = self._start(found, text)
                name = found[1].lower()
                if name in _NOT_SHOWN:
                    end = re.compile(f"</{name}", re.IGNORECASE).search(text, at)
                    at = end.start() if end else len(text)
                continue
            closing = next((by for by in _CLOSED_BY if text.startswith(by, tag)), "")
            end = -1
            if closing and closing not in hidden_ends:
                end = text.find(_CLOSED_BY[closing], tag + len(closing))
            if end < 0:
                # Nothing closes it, and nothing further on will either.
                hidden_ends[closing] = True
                self._add("<")
                at = tag + 1
                continue
            if closing == "</" and text[tag + 2 : end].strip().lower() not in _INLINE:
                self.pieces.append("\n")
            at = end + len(_CLOSED_BY[closing])
        self._add(text[at:])

    def _add(self, text):
        self.pieces.append(_unescape(text))

    def _start(self, found, text):
        """Take in a tag with its attributes; gives the place after it."""
        values, at = {}, found.end()
        while attribute := _ATTRIBUTE.match(text, at):
            value = attribute[2] or ""
            if value[:1] in {'"', "'"} and value[:1] == value[-1:] and len(value) > 1:
                value = value[1:-1]
            values.setdefault(attribute[1].lower(), _unescape(value))
            at = attribute.end()
        self._show(found[1].lower(), values)
        close = text.find(">", at)
        return close + 1 if close >= 0 else len(text)

    def _show(self, tag, values):
        if tag not in _INLINE:
            self.pieces.append("\n")
        if tag == "meta":
            name = values.get("name") or values.get("property") or ""
            if _DESCRIBING_META.search(name):
                self.pieces.append(f"{values.get('content', '')}\n")
        for name in _READ_OUT:
            if values.get(name):
                self.pieces.append(f"\n{values[name]}\n")
        if tag == "a" and values.get("href"):
            self.links[values["href"]] = None
        for name in ("src", "poster", "background"):
            if tag in {"img", "video", "input", "body", "td"} and values.get(name):
                self.show_picture(values[name])


def _unescape(text):
    try:
        return html.unescape(text)
    except ValueError:
        # The number of a letter with thousands of digits.
        return text


class _Drawing(_Shown, xml.Reader):
    _NEW_LINE = frozenset(("text", "title", "desc", "p", "div", "flowPara", "metadata"))

    def __init__(self):
        super().__init__()
        self._hidden = 0

    def start(self, name, attributes):
        if name in _NOT_SHOWN:
            self._hidden += 1
        if name in self._NEW_LINE:
            self.pieces.append("\n")
        for read_out in ("title", "label", "aria-label"):
            if read_out in attributes:
                self.pieces.append(f"\n{attributes[read_out]}\n")
        if "href" in attributes:
            if name in {"image", "feImage"}:
                self.show_picture(attributes["href"])
            elif name == "a":
                self.links[attributes["href"]] = None

    def end(self, name):
        if name in _NOT_SHOWN:
            self._hidden -= 1
        if name in self._NEW_LINE:
            self.pieces.append("\n")

    def characters(self, text):
        if not self._hidden:
            self.pieces.append(text)

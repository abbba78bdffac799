# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""XML piece by piece, in constant memory, with nothing declared and nothing fetched."""

from xml.parsers import expat

from pretalx_coc.detection.documents.job import NotCheckedError

#: Names come as "namespace name"; which namespace is of no interest here, for the
#: strict and the usual dialects of the same format have different ones.
_SEPARATOR = " "


class Reader:
    """Base of what reads one dialect: ``start``, ``end`` and ``characters``."""

    def start(self, name, attributes):
        """An element begins; names are without namespace."""

    def end(self, name):
        """An element ends."""

    def characters(self, text):
        """Text between tags, in pieces of any length."""


def parse(chunks, reader, *, doctype=False):
    """Feed ``chunks`` of bytes to ``reader``.

    Declarations of entities, the stuff of bombs, and of anything else are
    refused; ``doctype`` allows the mere name of a type, as older drawings have it.
    Raises NotCheckedError, or expat's own for what is no XML.
    """
    parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
    parser.buffer_text = True
    parser.buffer_size = 1 << 16

    def start(name, attributes):
        # Of "id" and "r:id", the one with a namespace is the one that refers.
        keys = sorted(attributes, key=lambda key: _SEPARATOR in key)
        reader.start(_local(name), {_local(key): attributes[key] for key in keys})

    def refuse_doctype(name, system_id, public_id, has_internal_subset):
        if has_internal_subset or not doctype:
            raise NotCheckedError("broken", "It declares entities, which are not read.")

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda name: reader.end(_local(name))
    parser.CharacterDataHandler = reader.characters
    parser.StartDoctypeDeclHandler = refuse_doctype
    for chunk in chunks:
        parser.Parse(chunk, False)
    parser.Parse(b"", True)


def _local(name):
    return name.rpartition(_SEPARATOR)[2]

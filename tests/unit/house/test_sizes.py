# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""No file over 400 lines, no function over 40 (its docstring not counted)."""

import ast

import pytest

from tests.unit.house.files import name, package_files

LONGEST_FILE = 400
LONGEST_FUNCTION = 40

SOURCES = [
    path
    for path in package_files(".py", ".html", ".js", ".css")
    if "migrations" not in path.parts
]


def lines_of(function):
    """The lines from ``def`` to the end, without decorators and docstring."""
    length = function.end_lineno - function.lineno + 1
    if ast.get_docstring(function, clean=False) is not None:
        docstring = function.body[0]
        length -= docstring.end_lineno - docstring.lineno + 1
    return length


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_no_file_is_too_long(path):
    lines = path.read_text(encoding="utf-8").count("\n")

    assert lines <= LONGEST_FILE


@pytest.mark.parametrize(
    "path", [path for path in SOURCES if path.suffix == ".py"], ids=name
)
def test_no_function_is_too_long(path):
    functions = (
        node
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    too_long = {
        f"{function.name} (line {function.lineno})": lines_of(function)
        for function in functions
        if lines_of(function) > LONGEST_FUNCTION
    }

    assert too_long == {}


def test_a_docstring_does_not_count():
    source = 'def f():\n    """One.\n\n    Two.\n    """\n    return 1\n'

    assert lines_of(ast.parse(source).body[0]) == 2

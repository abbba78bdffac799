# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""An import goes down only: views, api → interfaces → domain → models → leaves.

``detection`` is below ``domain`` and stands alone. As in pretalx, the leaves that
only call into the house (tasks, rules, …) may import a model or a domain function
inside a function, and nothing above.
"""

import ast

import pytest

from tests.unit.house.files import PACKAGE, name, package_files

TOP = 6
LAYERS = {
    "apps": TOP,
    "urls": TOP,
    "routes": TOP,
    "routes_cases": TOP,
    "receivers": TOP,
    "receivers_team": TOP,
    "management": TOP,
    "views": 5,
    "api": 5,
    "templatetags": 5,
    "interfaces": 4,
    "domain": 3,
    "models": 2,
    "migrations": 3,  # one names the function that says where copies lie
    "enums": 1,
    "rules": 1,
    "signals": 1,
    "tasks": 1,
    "tasks_team": 1,
    "validators": 1,
    "phrases": 1,
    "checks": 0,
    "_build": 0,
    "__init__": 0,
}
LEAF = 1
STANDS_ALONE = "detection"
MAY_IMPORT_DETECTION = LAYERS["domain"]
REACHED_FROM_A_LEAF = ("models", "domain")


def part_of(path):
    """Which part of the package a file belongs to: its folder, or its name."""
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def absolute(node, path):
    """The dotted module of ``from … import``, with the dots resolved."""
    if not node.level:
        return node.module
    package = path.relative_to(PACKAGE.parent).parent.parts
    base = package[: len(package) - node.level + 1]
    return ".".join([*base, *([node.module] if node.module else [])])


def imported_modules(node, path):
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        module = absolute(node, path)
        if module == "pretalx_coc":
            return [f"{module}.{alias.name}" for alias in node.names]
        return [module]
    return []


def imports_of(path, source=None):
    """Yields ``(part, in a function?, line)`` of whatever a file imports of ours."""
    tree = ast.parse(source or path.read_text(encoding="utf-8"))
    deferred = {
        inner
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(function)
    }
    for node in ast.walk(tree):
        for module in imported_modules(node, path):
            parts = module.split(".")
            if parts[0] == "pretalx_coc":
                # ``from pretalx_coc import __version__`` is the package itself.
                part = parts[1] if len(parts) > 1 else "__init__"
                part = "__init__" if part.startswith("__") else part
                yield part, node in deferred, node.lineno


def is_allowed(importer, imported, *, deferred):
    if importer == imported:
        return True
    if importer == STANDS_ALONE:
        return False
    if imported == STANDS_ALONE:
        return LAYERS[importer] == MAY_IMPORT_DETECTION
    if LAYERS[importer] == LEAF and deferred and imported in REACHED_FROM_A_LEAF:
        return True
    if LAYERS[importer] == LAYERS[imported] == LEAF:
        return True
    if LAYERS[importer] == LAYERS[imported] == TOP:
        return True
    return LAYERS[importer] > LAYERS[imported]


@pytest.mark.parametrize("path", package_files(".py"), ids=name)
def test_every_file_has_a_place_in_the_house(path):
    assert part_of(path) in {*LAYERS, STANDS_ALONE}


@pytest.mark.parametrize("path", package_files(".py"), ids=name)
def test_an_import_goes_down_only(path):
    importer = part_of(path)
    upward = [
        f"line {line}: {importer} imports {imported}"
        for imported, deferred, line in imports_of(path)
        if not is_allowed(importer, imported, deferred=deferred)
    ]

    assert upward == []


@pytest.mark.parametrize(
    ("file", "source", "expected"),
    (
        ("models/x.py", "from pretalx_coc.domain import cases", False),
        ("models/x.py", "def f():\n    import pretalx_coc.domain.cases", False),
        ("models/x.py", "from ..domain.cases import open_case", False),
        ("models/x.py", "from pretalx_coc import domain", False),
        ("models/x.py", "from .policy import Policy", True),
        ("domain/x.py", "from pretalx_coc.detection import scan", True),
        ("views/x.py", "from pretalx_coc.detection import scan", False),
        ("views/x.py", "from pretalx_coc.api import x", False),
        ("detection/x.py", "from pretalx_coc import enums", False),
        ("detection/x.py", "from . import normalise", True),
        ("tasks.py", "from pretalx_coc.domain import checks", False),
        ("tasks.py", "def f():\n    from pretalx_coc.domain import checks", True),
        ("tasks.py", "def f():\n    from pretalx_coc.views import panel", False),
        ("receivers.py", "from pretalx_coc.views import panel", True),
        ("apps.py", "from pretalx_coc import __version__, receivers", True),
        ("views/x.py", "from pretalx_coc.urls import urlpatterns", False),
    ),
)
def test_the_rule_itself(file, source, expected):
    path = PACKAGE / file
    allowed = all(
        is_allowed(part_of(path), imported, deferred=deferred)
        for imported, deferred, _line in imports_of(path, source)
    )

    assert allowed is expected

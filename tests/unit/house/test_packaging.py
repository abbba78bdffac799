# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""``pyproject.toml`` and ``setup.cfg`` share the work, and no setting."""

import configparser
import re
import tomllib

import pytest

import pretalx_coc
from tests.unit.house.files import ROOT

# What setup.cfg calls otherwise than pyproject.toml does.
OTHER_NAMES = {
    "metadata.author": "project.authors",
    "metadata.classifier": "project.classifiers",
    "metadata.license_file": "project.license_files",
    "metadata.long_description": "project.readme",
    "metadata.summary": "project.description",
    "metadata.url": "project.urls",
    "options.entry_points": "project.entry_points",
    "options.extras_require": "project.optional_dependencies",
    "options.install_requires": "project.dependencies",
    "options.package_data": "tool.setuptools.package_data",
    "options.packages.find": "tool.setuptools.packages",
    "options.python_requires": "project.requires_python",
    "options.setup_requires": "build_system.requires",
    "tool:pytest": "tool.pytest.ini_options",
}
SECTIONS = {"metadata": "project", "options": "tool.setuptools"}


def canonical(setting):
    setting = setting.replace("-", "_")
    for old, new in OTHER_NAMES.items():
        if setting == old or setting.startswith(f"{old}."):
            return new
    first, _, rest = setting.partition(".")
    if first in SECTIONS:
        return f"{SECTIONS[first]}.{rest}" if rest else SECTIONS[first]
    return setting


def flat(table, prefix=""):
    for key, value in table.items():
        path = f"{prefix}{key}"
        if isinstance(value, dict):
            yield from flat(value, f"{path}.")
        else:
            yield canonical(path)


def of_setup_cfg(text):
    parser = configparser.ConfigParser()
    parser.read_string(text)
    return set(flat({section: dict(parser[section]) for section in parser.sections()}))


def of_pyproject(text):
    return set(flat(tomllib.loads(text)))


def clashes(cfg, pyproject):
    """Settings that stand in both, also as a part of one another."""
    return sorted(
        f"{one} / {other}"
        for one in cfg
        for other in pyproject
        if one == other
        or f"{one}.".startswith(f"{other}.")
        or f"{other}.".startswith(f"{one}.")
    )


def test_each_setting_stands_in_exactly_one_file():
    cfg = of_setup_cfg((ROOT / "setup.cfg").read_text())
    pyproject = of_pyproject((ROOT / "pyproject.toml").read_text())

    assert cfg
    assert pyproject
    assert clashes(cfg, pyproject) == []


@pytest.mark.parametrize(
    ("cfg", "toml"),
    (
        ("[options]\ninstall_requires = x", "[project]\ndependencies = []"),
        ("[metadata]\nname = x", '[project]\nname = "x"'),
        ("[options]\npackages = find:", "[tool.setuptools.packages.find]\nwhere = []"),
        ("[options.packages.find]\nwhere = x", "[tool.setuptools]\npackages = []"),
        ("[options]\nzip_safe = no", "[tool.setuptools]\nzip-safe = false"),
        ("[tool:pytest]\naddopts = x", "[tool.pytest.ini_options]\naddopts = []"),
    ),
)
def test_a_setting_in_both_is_noticed(cfg, toml):
    assert clashes(of_setup_cfg(cfg), of_pyproject(toml))


def test_pip_has_no_reason_to_touch_the_pretalx_of_an_organiser():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [
        re.match(r"[\w.-]+", requirement)[0].lower()
        for requirements in (
            project["dependencies"],
            *project["optional-dependencies"].values(),
        )
        for requirement in requirements
    ]

    assert "pretalx" not in wanted
    assert "django" not in wanted


def test_changelog_knows_the_current_version():
    headings = re.findall(
        r"^## (\S+) \((\S+)\)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE
    )

    assert headings[0][0] == pretalx_coc.__version__

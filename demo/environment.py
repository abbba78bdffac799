# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Build ``.venv``: this package, its tools, pretalx, and a server.

Runs with a bare Python, before anything is installed, so it imports the
standard library only. When nothing has changed since the last time it returns
at once.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from html import unescape
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urljoin
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
# Says that the environment is ours, and what it was built from. Empty while it
# is being built, so that an interrupted build is not taken for a finished one.
STAMP = VENV / ".built-from"
REQUIREMENTS = ROOT / "demo" / "requirements.txt"
PIP_LINK = re.compile(
    r'href="([^"#]*/pip-([0-9.]+)-py3-none-any\.whl)#sha256=([0-9a-f]{64})"'
)
INGREDIENTS = (
    ROOT / "pyproject.toml",
    ROOT / "setup.cfg",
    REQUIREMENTS,
    Path(__file__),
)


class RefusedError(Exception):
    """What stands in the way, in one sentence."""


def fingerprint():
    digest = hashlib.sha256(sys.version.encode() + str(ROOT).encode())
    for path in INGREDIENTS:
        digest.update(path.read_bytes() if path.exists() else b"")
    return digest.hexdigest()


def is_current():
    return (
        STAMP.exists() and STAMP.read_text() == fingerprint() and _runs(PYTHON, "pass")
    )


def _runs(python, code):
    if not python.exists():
        return False
    return (
        subprocess.run(
            [python, "-c", code], capture_output=True, check=False
        ).returncode
        == 0
    )


def _create():
    """A fresh environment, and the command that installs into it.

    Debian ships Python without ``ensurepip`` (it is in a package of its own).
    There, an installed pip or uv does as well, and without either we fetch pip.
    """
    if VENV.exists():
        shutil.rmtree(VENV)
    has_pip = find_spec("ensurepip") is not None
    created = subprocess.run(
        [sys.executable, "-m", "venv", *([] if has_pip else ["--without-pip"]), VENV],
        capture_output=True,
        check=False,
        text=True,
    )
    if created.returncode:
        sys.stderr.write(created.stdout + created.stderr)
        raise RefusedError("The environment in .venv could not be created, see above.")
    STAMP.touch()
    if has_pip:
        return [PYTHON, "-m", "pip", "install"]
    if uv := shutil.which("uv"):
        return [uv, "pip", "install", "--python", PYTHON]
    if find_spec("pip"):
        return [sys.executable, "-m", "pip", "--python", PYTHON, "install"]
    # A wheel is an archive from which Python can import.
    return [sys.executable, _fetch_pip() / "pip", "--python", PYTHON, "install"]


def _fetch_pip():
    """The newest pip from the package index, checked against its digest."""
    index = os.environ.get("PIP_INDEX_URL", "https://pypi.org/simple").rstrip("/")
    try:
        with urlopen(f"{index}/pip/", timeout=30) as page:
            address, listing = page.url, page.read().decode()
        link, sha256 = max(
            (tuple(int(part) for part in version.split(".")), link, sha256)
            for link, version, sha256 in PIP_LINK.findall(listing)
        )[1:]
        with urlopen(urljoin(address, unescape(link)), timeout=60) as wheel:
            content = wheel.read()
    except (OSError, ValueError) as error:
        raise RefusedError(
            "This Python comes without pip, and pip could not be fetched "
            f"({error}): please install it (on Debian: apt install python"
            f"{sysconfig.get_python_version()}-venv)."
        ) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise RefusedError(
            "The pip that the package index sent is not what it announced."
        )
    target = VENV / "pip.whl"
    target.write_bytes(content)
    return target


def build():
    if VENV.exists() and not STAMP.exists():
        raise RefusedError(
            f"{VENV} is there, but was not built by make: please remove it or move "
            "it away."
        )
    print("Building the environment in .venv. This takes a minute or two, once.")
    sys.stdout.flush()
    install = _create()
    installed = subprocess.run(
        [*install, "-qq", "-r", REQUIREMENTS, "-e", f"{ROOT}[dev]"],
        cwd=ROOT,
        check=False,
    )
    if installed.returncode:
        raise RefusedError(
            "The packages could not be installed into .venv, see above; is there a "
            "connection to the package index?"
        )
    STAMP.write_text(fingerprint())


def compile_messages():
    """Translations are committed as text; gettext is not needed to compile them."""
    if not (ROOT / "pretalx_coc" / "_build.py").exists():
        return
    compiled = subprocess.run(
        [PYTHON, "-m", "pretalx_coc._build"],
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
    )
    if compiled.returncode:
        sys.stderr.write(compiled.stdout + compiled.stderr)
        raise RefusedError("The translations could not be compiled, see above.")


def main():
    try:
        if not is_current():
            build()
        compile_messages()
    except RefusedError as reason:
        sys.exit(str(reason))
    except OSError as error:
        sys.exit(f"The environment in {VENV} could not be built: {error}.")
    except KeyboardInterrupt:
        sys.exit("Stopped. The environment is not finished; make builds it again.")


if __name__ == "__main__":
    main()

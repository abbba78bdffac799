# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Build ``.venv``: this package, its tools, pretalx, and a server.

Runs with a bare Python, before anything is installed, so it imports the
standard library only. When nothing has changed since the last time it returns
at once.
"""

import hashlib
import shutil
import subprocess
import sys
import sysconfig
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
# Says that the environment is ours, and what it was built from. Empty while it
# is being built, so that an interrupted build is not taken for a finished one.
STAMP = VENV / ".built-from"
REQUIREMENTS = ROOT / "demo" / "requirements.txt"
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
    ran = subprocess.run([python, "-c", code], capture_output=True, check=False)
    return ran.returncode == 0


def _create():
    """A fresh environment, and the command that installs into it.

    Debian ships Python without ``ensurepip`` (it is in a package of its own).
    There, an installed pip or uv does as well.
    """
    uv = shutil.which("uv")
    has_pip = find_spec("ensurepip") is not None
    if not (has_pip or uv or find_spec("pip")):
        raise RefusedError(
            "This Python cannot build environments, because its module ensurepip "
            "is missing: please install it (on Debian: apt install python"
            f"{sysconfig.get_python_version()}-venv)."
        )
    if VENV.exists():
        shutil.rmtree(VENV)
    VENV.mkdir()
    STAMP.touch()
    created = subprocess.run(
        [sys.executable, "-m", "venv", *([] if has_pip else ["--without-pip"]), VENV],
        capture_output=True,
        check=False,
        text=True,
    )
    if created.returncode:
        sys.stderr.write(created.stdout + created.stderr)
        raise RefusedError("The environment in .venv could not be created, see above.")
    if has_pip:
        return [PYTHON, "-m", "pip", "install"]
    if uv:
        return [uv, "pip", "install", "--python", PYTHON]
    return [sys.executable, "-m", "pip", "--python", PYTHON, "install"]


def build():
    if VENV.exists() and not STAMP.exists():
        raise RefusedError(
            f"{VENV} is there, but was not built by make: please remove it or move "
            "it away."
        )
    install = _create()
    print("Building the environment in .venv. This takes a minute or two, once.")
    sys.stdout.flush()
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

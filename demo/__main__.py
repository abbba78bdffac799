# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""``python -m demo run`` (the default) or ``fill``; ``make demo`` comes here."""

import argparse
import fcntl
import json
import os
import shutil
import signal
import sys
from contextlib import contextmanager, suppress
from pathlib import Path

MARKER = "filled.json"


class RefusedError(Exception):
    """What stands in the way, in one sentence."""


def arguments():
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument("command", nargs="?", choices=("run", "fill"), default="run")
    parser.add_argument(
        "--reset", action="store_true", help="throw away what is there, and start over"
    )
    return parser.parse_args()


def port_from_environment():
    given = os.environ.get("PORT") or "8000"
    if not given.isdecimal() or not 0 < int(given) < 65536:
        raise RefusedError(f"PORT must be a number from 1 to 65535, and is “{given}”.")
    return int(given)


@contextmanager
def data_folder():
    """The folder for everything the demo writes, for one demo at a time."""
    folder = Path(
        os.environ.get("COC_DEMO_DATA") or Path(__file__).resolve().parent / "data"
    ).resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / ".lock").open("a")
    except OSError as error:
        raise RefusedError(
            f"The demo cannot write to {folder} ({error.strerror})."
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise RefusedError(
                f"A demo is already running with the data in {folder}; stop it first."
            ) from error
        yield folder


def empty(folder):
    for entry in folder.iterdir():
        if entry.is_dir():
            shutil.rmtree(entry)
        elif entry.name != ".lock":
            entry.unlink(missing_ok=True)


def prepare(folder, *, reset):
    """A filled event in ``folder``: the one that is there, or a new one.

    The marker is written last. Without it, an earlier filling was interrupted,
    and what it left is of no use.
    """
    marker = folder / MARKER
    if reset or not marker.exists():
        empty(folder)
    os.environ["DJANGO_SETTINGS_MODULE"] = "demo.settings"

    import django  # noqa: PLC0415 -- after the checks that need no Django

    django.setup()

    from demo import content, fill  # noqa: PLC0415 -- needs Django

    is_new = not marker.exists()
    say("Creating the database …" if is_new else "Going on with what is there …")
    fill.migrate()
    fill.collect_static_files()
    if is_new:
        say("Filling the event …")
        fill.everything()
        marker.write_text(json.dumps({"content": content.fingerprint()}))
    elif json.loads(marker.read_text()).get("content") != content.fingerprint():
        say("The demo's texts have changed since; `make demo-reset` starts over.")


def say(text):
    print(text, flush=True)


def box(lines):
    width = max(len(line) for line in lines)
    rows = [f"│ {line.ljust(width)} │" for line in lines]
    bar = "─" * (width + 2)
    say("\n".join(["", f"┌{bar}┐", *rows, f"└{bar}┘", ""]))


def greeting():
    from demo import fill  # noqa: PLC0415 -- needs Django

    addresses, logins = fill.addresses(), fill.logins()
    columns = [
        max(
            len(row[i])
            for row in [*addresses, *((who, mail) for who, mail, _ in logins)]
        )
        for i in range(2)
    ]
    first, second = columns
    return [
        "pretalx with a code of conduct",
        "",
        *(f"{what.ljust(first)}  {address}" for what, address in addresses),
        "",
        *(
            f"{who.ljust(first)}  {mail.ljust(second)}  {password}".rstrip()
            for who, mail, password in logins
        ),
    ]


def run(command, *, reset):
    from demo import server  # noqa: PLC0415 -- keeps the checks before it quick

    port = port_from_environment()
    with data_folder() as folder:
        sockets = []
        if command == "run":
            try:
                sockets = server.take_port(port)
            except server.PortTakenError as error:
                raise RefusedError(
                    f"Port {port} is in use; choose another one: "
                    f"make demo PORT={port + 1 if port < 65535 else 8000}"
                ) from error
            except PermissionError as error:
                raise RefusedError(
                    f"Port {port} needs more rights than you have; choose another "
                    "one: make demo PORT=8000"
                ) from error
        try:
            prepare(folder, reset=reset)
            box(greeting())
            if command == "run":
                from pretalx.wsgi import application  # noqa: PLC0415 -- needs settings

                with suppress(KeyboardInterrupt):
                    say("Press Ctrl-C to stop. `make demo-reset` starts over.")
                    server.sweep()
                    server.serve(application, sockets)
                say("\nStopped. `make demo` goes on with what is there.")
        finally:
            for taken in sockets:
                taken.close()


def main():
    if sys.version_info < (3, 13):  # noqa: UP036 -- may be started by hand
        sys.exit(
            "pretalx-coc needs Python 3.13 or newer, and this is Python "
            f"{sys.version.split()[0]}."
        )
    options = arguments()
    # Being told to stop is the same as Ctrl-C, and a shell that starts us in the
    # background has us ignore Ctrl-C.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    try:
        run(options.command, reset=options.reset)
    except RefusedError as reason:
        sys.exit(str(reason))
    except ModuleNotFoundError as error:
        sys.exit(
            f"Python cannot find {error.name}: please start this with `make demo`."
        )
    except KeyboardInterrupt:
        sys.exit("\nStopped before it was ready; `make demo` starts over.")


if __name__ == "__main__":
    main()

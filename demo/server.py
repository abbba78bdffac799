# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The server: pretalx behind waitress, for this machine only.

The port is taken before anything else is done, so that a port in use is noticed
at once and not after a minute of filling.
"""

import errno
import socket
import threading
import time

SWEEP_SECONDS = 20


class PortTakenError(Exception):
    """Something else listens there."""


def take_port(port):
    """Sockets on the addresses by which browsers know ``localhost``.

    A machine without IPv6 has only the first of them.
    """
    sockets = [_bind(socket.AF_INET, "127.0.0.1", port)]
    try:
        sockets.append(_bind(socket.AF_INET6, "::1", port))
    except PortTakenError:
        sockets[0].close()
        raise
    except OSError:
        pass
    return sockets


def _bind(family, address, port):
    taken = socket.socket(family, socket.SOCK_STREAM)
    try:
        if family == socket.AF_INET6:
            taken.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((address, port))
        # Without it, a second demo that is still being filled could bind, too.
        taken.listen(128)
    except OSError as error:
        taken.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTakenError from error
        raise
    return taken


def serve(application, sockets):
    """Answer requests until Ctrl-C, letting the threads finish what they are at."""
    from waitress import create_server  # noqa: PLC0415 -- not needed to fill

    create_server(application, sockets=sockets, threads=8).run()


def sweep():
    """Check uploaded files now and then, as ``runperiodic`` does on a real server."""

    def run():
        from django.db import close_old_connections  # noqa: PLC0415 -- needs settings

        from pretalx_coc.tasks import task_check_missed  # noqa: PLC0415 -- as above

        while True:
            time.sleep(SWEEP_SECONDS)
            task_check_missed()
            close_old_connections()

    threading.Thread(target=run, daemon=True).start()

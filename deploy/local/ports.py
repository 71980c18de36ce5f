"""Loopback ports that stay ours while a server is down."""

import contextlib
import functools
import random
import socket
from collections.abc import Iterator

# Below the range from which systems take the ports of outgoing connections: a client that keeps trying a stopped server
# could otherwise be given that very port, connect to itself, and keep the server from coming back.
LOWEST, HIGHEST = 20_000, 32_000


class NoPortError(RuntimeError):
    """Every port between 20000 and 32000 is taken: end the servers that earlier runs left."""


def free_ports(count: int) -> list[int]:
    """Return `count` different ports on which nobody listens now, none of which was returned before."""
    with contextlib.ExitStack() as held:
        ports = [held.enter_context(listener).getsockname()[1] for listener in listeners(count)]
    if len(ports) < count:
        raise NoPortError(NoPortError.__doc__)
    handed_out().update(ports)
    return ports


@functools.cache
def handed_out() -> set[int]:
    """Return the ports that servers of ours were given, though they may not listen yet."""
    return set()


def listeners(count: int) -> Iterator[socket.socket]:
    """Yield bound sockets; the caller holds them all until it has enough."""
    found = 0
    candidates = [port for port in range(LOWEST, HIGHEST) if port not in handed_out()]
    for port in random.SystemRandom().sample(candidates, k=len(candidates)):
        if found == count:
            return
        with contextlib.suppress(OSError):
            yield socket.create_server(("127.0.0.1", port))
            found += 1

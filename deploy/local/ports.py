"""Loopback ports that stay ours while a server is down."""

import contextlib
import random
import socket
from collections.abc import Iterator

# Below the range from which systems take the ports of outgoing connections: a client that keeps trying a stopped server
# could otherwise be given that very port, connect to itself, and keep the server from coming back.
LOWEST, HIGHEST = 20_000, 32_000


def free_ports(count: int) -> list[int]:
    """Return `count` different ports on which nobody listens now."""
    with contextlib.ExitStack() as held:
        return [held.enter_context(listener).getsockname()[1] for listener in listeners(count)]


def listeners(count: int) -> Iterator[socket.socket]:
    """Yield bound sockets; the caller holds them all until it has enough."""
    found = 0
    for port in random.SystemRandom().sample(range(LOWEST, HIGHEST), k=HIGHEST - LOWEST):
        if found == count:
            return
        with contextlib.suppress(OSError):
            yield socket.create_server(("127.0.0.1", port))
            found += 1

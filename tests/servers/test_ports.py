"""Ports of servers: free, each given once, and never one that an outgoing connection may take."""

import socket
from pathlib import Path

import pytest

from deploy.local import ports


def test_no_port_is_given_twice_though_nobody_listens_yet() -> None:
    given = [port for _ in range(20) for port in ports.free_ports(7)]

    assert len(given) == len(set(given)) == 140


def test_a_port_on_which_somebody_listens_is_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    (port,) = ports.free_ports(1)
    monkeypatch.setattr(ports, "LOWEST", port)
    monkeypatch.setattr(ports, "HIGHEST", port + 1)
    monkeypatch.setattr(ports, "handed_out", set)

    assert ports.free_ports(1) == [port]
    with socket.create_server(("127.0.0.1", port)), pytest.raises(ports.NoPortError):
        ports.free_ports(1)


def test_an_outgoing_connection_cannot_take_the_port_of_a_server_that_is_down() -> None:
    lowest_outgoing = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])

    assert lowest_outgoing >= ports.HIGHEST

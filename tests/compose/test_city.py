"""The city in containers: children travel through it, services die in the middle, and nothing is missing."""

import json
from typing import Any

import pytest

from shared.contracts.topics import SERVICES
from tests.compose.city import ComposeCity

pytestmark = [pytest.mark.compose, pytest.mark.slow, pytest.mark.timeout(900)]


def test_the_night_raid_comes_to_a_good_end_though_two_services_die_in_the_middle(night: str) -> None:
    assert "✘" not in night, night.partition("What must hold")[2]
    assert night.count("✔") >= 15


def published(city: ComposeCity) -> dict[str, list[str]]:
    services: dict[str, Any] = json.loads(city.compose("config --format json"))["services"]
    return {name: [port["host_ip"] for port in told.get("ports", ())] for name, told in services.items()}


def test_nothing_is_published_beyond_this_machine(city: ComposeCity) -> None:
    ports = published(city)

    assert {name for name, hosts in ports.items() if hosts} == {*SERVICES, "kafka"}
    assert {host for hosts in ports.values() for host in hosts} == {"127.0.0.1"}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_nobody_on_a_disk_that_it_cannot_write(service: str, city: ComposeCity) -> None:
    told = city.compose(f"exec -T {service} sh -c 'id -u; cat /proc/self/status; ls services'")

    assert told.split()[0] != "0"
    assert "CapEff:\t0000000000000000" in told
    assert "NoNewPrivs:\t1" in told
    assert told.split()[-2:] == ["__init__.py", service]
    assert city.run(f"docker compose -f deploy/compose.yaml exec -T {service} touch /senandung/x").returncode != 0


def test_only_intake_holds_the_keys_of_the_vault(city: ComposeCity) -> None:
    seen = {service: city.compose(f"exec -T {service} ls /run/secrets").split() for service in SERVICES}

    assert [service for service, names in seen.items() if "intake.json" in names] == ["intake"]
    assert all("officers.private.json" not in names for names in seen.values())


def test_the_images_hold_no_secret(city: ComposeCity) -> None:
    for service in ("provision", "intake"):
        image, kinds = city.inspect(service)["Image"], r"-name '*.pgpass' -o -name .env -o -name '*.private.json'"
        found = city.run(rf"docker run --rm --user 0 --network none --entrypoint find {image} / -xdev \( {kinds} \)")

        assert (found.returncode, found.stdout) == (0, ""), found.stderr


def asked(city: ComposeCity, role: str, database: str, sql: str) -> str:
    """What PostgreSQL tells a service's role, in one line."""
    password = (city.keys / f"{role}.pgpass").read_text().strip().rpartition(":")[2]
    psql = f'psql -h 127.0.0.1 -U senandung_{role} -d senandung_{database} -Atc "{sql}"'
    done = city.run(f"docker compose -f deploy/compose.yaml exec -T -e PGPASSWORD={password} postgres {psql}")
    return (done.stdout + done.stderr).strip()


def test_a_services_role_reaches_its_own_database_alone_and_no_schema(city: ComposeCity) -> None:
    assert asked(city, "routing", "routing", "SELECT count(*) > 0 FROM migrations") == "t"
    assert "permission denied for database" in asked(city, "routing", "intake", "SELECT 1")
    assert "permission denied for schema" in asked(city, "routing", "routing", "CREATE TABLE x ()")
    assert "permission denied for table migrations" in asked(city, "routing", "routing", "DELETE FROM migrations")

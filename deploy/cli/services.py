"""Speaking to the services by HTTP as an officer, with what `city.json` tells of where they are."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, TypeAlias

import httpx
import typer
from pydantic import JsonValue
from rich.console import Console

from deploy.demo.officer import Answer, Officer
from shared.contracts.message import Caller

HOME: Final = Path(".senandung")
HomeOption: TypeAlias = Annotated[
    Path,
    typer.Option("--home", help="Where the city keeps its data, logs, keys and city.json.", envvar="SENANDUNG_HOME"),
]
AsOption: TypeAlias = Annotated[
    str,
    typer.Option("--as", help="Who asks: AGENCY/ROLE, such as dinsos/coordinator. The answer depends on it."),
]
ServiceArgument: TypeAlias = Annotated[
    str, typer.Argument(help="intake, routing, shelter or notifications: each keeps its own.")
]


@dataclass(frozen=True, slots=True)
class Services:
    """The services of a running city, asked by one officer."""

    officer: Officer

    def get(self, service: str, path: str) -> Mapping[str, JsonValue]:
        """What a service answers; anything but success ends the command with its own words."""
        return self._send(service, "GET", path)

    def listed(self, service: str, path: str) -> list[Mapping[str, JsonValue]] | None:
        """What a service lists; None where it does not show this to who asks."""
        answer = self._ask(service, "GET", path)
        if answer.status == httpx.codes.FORBIDDEN:
            return None
        if answer.status >= httpx.codes.BAD_REQUEST:
            raise fail(_refused(answer))
        return [each for each in _listed(answer.body["items"]) if isinstance(each, dict)]

    def missing(self) -> Mapping[str, Sequence[str]]:
        """What each service lacks to be ready; one that does not answer ends the command."""
        answers = {service: self._ask(service, "GET", "/health/ready").body for service in self.officer.services}
        return {service: [str(each) for each in _listed(answer["missing"])] for service, answer in answers.items()}

    def post(self, service: str, path: str, body: JsonValue = None, *, absent: str = "") -> Mapping[str, JsonValue]:
        """The same for an act; `absent` is said where the service has nothing of that name."""
        return self._send(service, "POST", path, body, absent)

    def _send(
        self, service: str, method: str, path: str, body: JsonValue = None, absent: str = ""
    ) -> Mapping[str, JsonValue]:
        if service not in self.officer.services:
            raise fail(f"no service is called {service!r}: ask {', '.join(self.officer.services)}")
        answer = self._ask(service, method, path, body)
        if absent and answer.status == httpx.codes.NOT_FOUND:
            raise fail(absent)
        if answer.status >= httpx.codes.BAD_REQUEST:
            raise fail(_refused(answer))
        return answer.body

    def _ask(self, service: str, method: str, path: str, body: JsonValue = None) -> Answer:
        try:
            return asyncio.run(self.officer.sends(service, method, path, body))
        except httpx.TransportError:
            raise fail(
                f"{service} does not answer at {self.officer.services[service]}; start the city: senandung up, "
                "or docker compose -f deploy/compose.yaml up -d --wait"
            ) from None


def _refused(answer: Answer) -> str:
    return f"{answer.status} {answer.text('code')}: {answer.text('title')}\n{answer.text('detail')}"


def _listed(value: JsonValue) -> list[JsonValue]:
    assert isinstance(value, list)
    return value


def services(home: Path, as_: str) -> Services:
    """The services that `city.json` names. Ends the command where no city runs."""
    noted = home / "city.json"
    if not noted.exists():
        raise fail(f"no city runs from {home}: there is no city.json; start one: senandung up")
    city = json.loads(noted.read_text())
    agency, _, role = as_.partition("/")
    return Services(Officer(Caller(agency, role or "officer", "petugas-1"), city["services"], Path(city["keys"]), []))


def fail(text: str) -> typer.Exit:
    """Say what is wrong, and what to do; the command ends with 1."""
    Console(stderr=True).print(text, style="red", markup=False, highlight=False)
    return typer.Exit(1)

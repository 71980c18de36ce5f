"""One case in one service, without engine, broker or database: for tests of rules."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from shared.contracts.message import Caller, Deadline, Domain, Message, Refusal, Said, Say, part_name
from shared.contracts.model import AboutChild, Command, Fact

NIGHT = datetime(2026, 11, 2, 14, 0, tzinfo=UTC)
"""22:00 WITA on a Monday."""
CASE = UUID("6d1f0a52-9f5e-4c1d-8a53-0c9d7f3b2a10")
F = TypeVar("F", bound=Fact)


class Desk:
    """A service's view of one case: hear facts, take commands, let time pass, look at what it said."""

    def __init__(self, domain: Domain, *, now: datetime = NIGHT, subject: UUID = CASE, seed: int = 1) -> None:
        self.domain, self.now, self.subject = domain, now, subject
        self.state: Any = domain.state()
        self.said: list[Say] = []
        self.shared: list[Any] = []
        self.random = random.Random(seed)
        self.refusal: Refusal | None = None

    def draw(self) -> UUID:
        return UUID(int=self.random.getrandbits(128), version=4)

    def hears(self, fact: Fact, stream: str, about: AboutChild | None = None) -> "Desk":
        """A fact of another service, evolved and decided upon."""
        message = self._message(fact, stream=stream, about=about or AboutChild())
        self._evolve(message)
        return self._decide(message)

    def takes(self, command: Command, agency: str, role: str = "system", officer: str = "uji-1", **more: Any) -> "Desk":
        """A command from `agency`; `refusal` is set where it is refused."""
        return self._decide(self._message(command, caller=Caller(agency, role, officer), **more))

    def waits(self, time: timedelta) -> "Desk":
        """Time passes; deadlines fire in their order."""
        end = self.now + time
        while due := self._next(end):
            deadline, self.now = due[0], max(self.now, due[1])
            self._decide(self._message(deadline))
            assert deadline not in self.domain.deadlines(self.state), f"{deadline} fires for ever"
        self.now = end
        return self

    def last(self, type_: type[F]) -> F:
        """The last fact said of a type."""
        return self.all(type_)[-1]

    def all(self, type_: type[F]) -> list[F]:
        return [say.body for say in self.said if isinstance(say.body, type_)]

    def rows(self, type_: type) -> list[Any]:
        return [row for row in self.domain.rows(self.subject, self.state) if isinstance(row, type_)]

    def _next(self, end: datetime) -> tuple[Deadline, datetime] | None:
        dues = sorted(self.domain.deadlines(self.state).items(), key=lambda item: item[1])
        return dues[0] if dues and dues[0][1] <= end else None

    def _message(self, body: Any, **more: Any) -> Message:
        return Message(
            **{"body": body, "subject": self.subject, "time": self.now, "draw": self.draw, "id": str(self.draw()),
               "shared": tuple(self.shared), "subjects": (self.subject,), **more}
        )  # fmt: skip

    def _evolve(self, message: Message) -> None:
        step = self.domain.evolves.get(type(message.body)) if isinstance(message.body, Fact) else None
        if step is None:
            return
        part = part_name(message.stream)
        self.state = msgspec.structs.replace(self.state, **{part: step(getattr(self.state, part), message)})

    def _decide(self, message: Message) -> "Desk":
        decide = self.domain.decides.get(type(message.body))
        outcome = decide(self.state, message, self.now) if decide else ()
        self.refusal = outcome if isinstance(outcome, Refusal) else None
        if not isinstance(outcome, Refusal):
            self._say(outcome)
        return self

    def _say(self, said: Sequence[Said]) -> None:
        for each in said:
            say = each if isinstance(each, Say) else Say(each)
            self.said.append(say)
            stream = say.stream or self.domain.streams[type(say.body)]
            self._evolve(self._message(say.body, stream=stream, about=say.about or AboutChild()))

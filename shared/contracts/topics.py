"""Which topics there are, who speaks each, who hears it, and how long it is kept."""

from dataclasses import dataclass
from typing import Final, Literal, get_args

from shared.contracts.cases import CASES
from shared.contracts.clocks import CLOCKS
from shared.contracts.commands import COMMANDS
from shared.contracts.directory.codes import PartyCode
from shared.contracts.model import Command, Fact
from shared.contracts.outcomes import ANSWERS, CASE_KEYS, DEAD_LETTERS, DELIVERIES, NOTICES
from shared.contracts.placements import PLACEMENTS
from shared.contracts.proceedings import PROCEEDINGS
from shared.contracts.referrals import REFERRALS

ServiceName = Literal["intake", "routing", "shelter", "notifications"]
SERVICES: Final[tuple[ServiceName, ...]] = get_args(ServiceName)
PARTIES: Final[tuple[str, ...]] = get_args(PartyCode)
PARTITIONS: Final = 12
"""Of every subject stream, so that a case lies in the same partition of each."""

THIRTY_DAYS: Final = 30 * 24 * 3600
FOR_EVER: Final = -1
FACTS: Final = (*CASES, *REFERRALS, *PROCEEDINGS, *PLACEMENTS, *CLOCKS)


@dataclass(frozen=True, slots=True)
class Stream:
    """A topic. `retention` in seconds, -1 for ever; `speaker` is a service, or an agency for its `.out`."""

    name: str
    speaker: str
    hearers: tuple[str, ...]
    types: tuple[type[Fact | Command], ...]
    partitions: int = PARTITIONS
    retention: int = FOR_EVER
    compacted: bool = False
    flush_each: bool = False


def inbox(party: str) -> str:
    """The mailbox that a party reads."""
    return f"agency.{party}.in"


def outbox(party: str) -> str:
    """The mailbox that a party writes."""
    return f"agency.{party}.out"


def _others(speaker: str) -> tuple[str, ...]:
    return tuple(name for name in SERVICES if name != speaker)


SUBJECT_STREAMS: Final = (
    Stream("cases", "intake", _others("intake"), CASES),
    Stream("referrals", "routing", ("intake", "shelter", "notifications"), REFERRALS),
    Stream("proceedings", "routing", ("intake", "shelter", "notifications"), PROCEEDINGS),
    Stream("placements", "shelter", ("intake", "routing", "notifications"), PLACEMENTS),
    Stream("clocks", "routing", ("notifications",), CLOCKS),
)
ANSWER_STREAMS: Final = tuple(
    Stream(f"answers.{name}", name, ("notifications",), ANSWERS, retention=THIRTY_DAYS) for name in SERVICES
)
OTHER_STREAMS: Final = (
    Stream("case-keys", "intake", _others("intake"), CASE_KEYS, compacted=True),
    Stream("deliveries", "notifications", ("routing",), DELIVERIES, retention=THIRTY_DAYS),
    Stream("dead-letters", "*", (), DEAD_LETTERS, partitions=1, retention=THIRTY_DAYS),
)
MAILBOXES: Final = tuple(
    stream
    for party in PARTIES
    for stream in (
        Stream(outbox(party), party, SERVICES, COMMANDS, 1, THIRTY_DAYS, flush_each=True),
        Stream(inbox(party), "notifications", (party,), (*FACTS, *ANSWERS[:2], *NOTICES), 1, THIRTY_DAYS),
    )
)
STREAMS: Final = {stream.name: stream for stream in (*SUBJECT_STREAMS, *ANSWER_STREAMS, *OTHER_STREAMS, *MAILBOXES)}
COMMAND_TYPES: Final = {command.type: command for command in COMMANDS}
FACT_TYPES: Final = {fact.type: fact for fact in (*FACTS, *ANSWERS, *DELIVERIES, *CASE_KEYS, *DEAD_LETTERS, *NOTICES)}


def heard_by(service: str) -> tuple[str, ...]:
    """The streams of others that a service hears, mailboxes apart."""
    return tuple(
        s.name
        for s in STREAMS.values()
        if service in s.hearers and s.speaker != service and not s.name.startswith("agency.")
    )


def spoken_by(service: str) -> tuple[str, ...]:
    """The streams whose one speaker a service is, in which a case has numbers; `dead-letters` has none."""
    return tuple(s.name for s in STREAMS.values() if s.speaker == service)

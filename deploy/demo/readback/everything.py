"""All that is read back, printed, and judged."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from pydantic import JsonValue

from deploy.demo.readback.check import Check
from deploy.demo.readback.children import children
from deploy.demo.readback.limits import limits
from deploy.demo.readback.log import Log
from deploy.demo.readback.mailboxes import Justice
from deploy.demo.readback.messages import messages
from deploy.demo.readback.readers import read_as_agencies
from deploy.demo.readback.settle import settled
from deploy.demo.readback.table import account_table, check_table
from deploy.demo.stage import Stage, secrets_of_children
from shared.contracts.directory import Directory
from shared.contracts.profiles import Profiles

PARTIES = 23
"""19 agencies and 4 communities."""


async def read_back(stage: Stage, readers: Sequence[str] = ("dinsos", "polresta", "papb")) -> bool:
    """Wait for rest, read everything, three agencies' mailboxes as they do, print it; tell whether all holds."""
    compared = await settled(stage)
    log = Log(tuple(stage.watch.lines))
    rest = Check(
        "kota beristirahat: semua terbaca, tidak ada yang menunggu",
        "the city is at rest: all read, nothing waits",
        compared,
        (),
    )
    read = await read_as_agencies(",".join(stage.city.kafka_settings.bootstrap), log, readers)
    accounts = await _accounts(stage)
    checks = [
        *children(log),
        *limits(log),
        *messages(log, (key for _, key in stage.by_http), secrets_of_children()),
        _justice(stage, log).check(_reached(accounts)),
        rest,
        *read,
        Check("19 + 4 pihak dalam tabel", "19 + 4 parties in the table", len(accounts), _missing(accounts)),
    ]
    directory = Directory.load(datetime.now(UTC).date())
    stage.teller.console.print(account_table(accounts, directory), check_table(checks))
    return all(check.held for check in checks)


async def _accounts(stage: Stage) -> Sequence[Mapping[str, JsonValue]]:
    """What notifications says of all cases together, in counts."""
    told = (await stage.officer("dinsos", "operator").asks("notifications", "/account")).body["accounts"]
    assert isinstance(told, list)
    return [account for account in told if isinstance(account, dict)]


def _reached(accounts: Sequence[Mapping[str, JsonValue]]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for account in accounts:
        reached = account["reached"]
        assert isinstance(reached, dict)
        found[str(account["party"])] = {type_: int(str(times)) for type_, times in reached.items()}
    return found


def _justice(stage: Stage, log: Log) -> Justice:
    own: dict[str, set[str]] = defaultdict(set)
    for line in log.sent():
        own[line.topic.split(".")[1]].add(line.envelope.id)
    for agency, key in stage.by_http:
        own[agency].add(key)
    parties = {party.code: party.profile for party in Directory.load(datetime.now(UTC).date()).parties}
    return Justice(log, Profiles.load(), parties, {party: frozenset(ids) for party, ids in own.items()})


def _missing(accounts: Sequence[Mapping[str, JsonValue]]) -> list[str]:
    return [] if len(accounts) == PARTIES else [f"{len(accounts)} of {PARTIES}"]

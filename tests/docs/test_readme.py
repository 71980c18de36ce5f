"""What the README promises a reader: commands that are there, guarantees with a test, and a program that runs."""

import asyncio
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from shared.contracts.codec import decode_command
from shared.contracts.commands import AcknowledgeReferral
from shared.contracts.sealing import token
from shared.runtime.arrival import CommandCome, arrive
from shared.runtime.record import record_of
from shared.runtime.wiring import Wiring
from tests.docs.places import PLACE, ROOT
from tests.harness import CASE
from tests.routing.city import routing
from tests.servers.clients import consume

README = (ROOT / "README.md").read_text()
COMMANDS = README + (ROOT / "CONTRIBUTING.md").read_text()
REFERRAL = "0e5bb1d4-52a8-4c3f-8a1c-1d2f3a4b5c6d"
CITYS_KEY = bytes(32)
KNOWN = {"referrals": 2}
NOTICE = {"occurred_at": "2026-11-02T22:00:00+08:00", "referral": REFERRAL, "agency": "dinkes", "service": "health"}


def rows(heading: str) -> Iterator[list[str]]:
    """The rows of the table under a heading, by cell."""
    section = README.split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return ([cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:])


def program() -> str:
    """The program of the README."""
    found = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert len(found) == 1
    return str(found[0])


def test_every_make_command_that_is_named_is_there() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z]+)", COMMANDS))

    assert {"demo", "test", "check", "down", "setup"} <= named
    assert named - targets == set()


def test_every_guarantee_is_a_sentence_with_its_mechanism_and_a_test() -> None:
    told = list(rows("What is guaranteed"))

    assert len(told) > 10
    assert [row[0] for row in told if len(row) != 3 or not row[1] or "(tests/" not in row[2]] == []
    assert [row[0] for row in told if not PLACE.search(row[2])] == []


def test_everybody_finds_a_door() -> None:
    doors = " ".join(" ".join(row) for row in rows("Which door is yours"))

    assert all(who in doors for who in ("social worker", "court", "engineer", "run it", "new in the code"))


def test_it_can_be_read_at_once() -> None:
    assert len(README.splitlines()) < 140


async def test_the_agency_of_the_readme_reads_a_notice_and_its_answer_is_one_that_routing_takes(
    kafka: str, capsys: pytest.CaptureFixture[str]
) -> None:
    await topics(kafka, "agency.dinkes.in", "agency.dinkes.out")
    names: dict[str, Any] = {}
    exec(program().replace("localhost:9092", kafka), names)  # noqa: S102 - the program of our own page

    async with names["broker"] as broker:
        await broker.start()
        await post(kafka, "agency.dinkes.in")
        [answer] = await asyncio.wait_for(consume(kafka, "agency.dinkes.out", 1), 30)

    assert f"senandung.referred.v1 {REFERRAL}" in capsys.readouterr().out
    come = arrive(record_of(answer), Wiring(routing(), CITYS_KEY))
    assert isinstance(come, CommandCome)
    assert (come.caller.agency, come.refused) == ("dinkes", "")
    assert (come.subject, come.envelope.after) == (CASE, KNOWN)
    command = decode_command(come.envelope.type, come.envelope.version, come.record.value or b"")
    assert isinstance(command, AcknowledgeReferral)
    assert str(command.referral) == REFERRAL


async def topics(kafka: str, *names: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(name, 1, 1) for name in names])
    finally:
        await admin.close()


async def post(kafka: str, topic: str) -> None:
    """A notice as notifications would put it into the mailbox."""
    texts = {
        "content-type": "application/json", "ce_specversion": "1.0", "ce_type": "senandung.referred.v1",
        "ce_id": "01a19d46-4ea8-7a52-817a-e859b82eba4d", "ce_source": "/services/notifications",
        "ce_time": "2026-11-02T14:00:00.000Z", "ce_subject": REFERRAL, "ce_after": token(CITYS_KEY, CASE, KNOWN),
    }  # fmt: skip
    headers = [(name, text.encode()) for name, text in texts.items()]
    async with AIOKafkaProducer(bootstrap_servers=kafka) as producer:
        await producer.send_and_wait(topic, json.dumps(NOTICE).encode(), headers=headers)

"""Topics keep what readers count on, and may grow."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from shared.contracts.published_topics import Topic, topic_breaks, topics


def without(values: list[Any]) -> list[Any]:
    return values[1:]


TOPIC_CHANGES: dict[str, tuple[Callable[[dict[str, Topic]], object], str]] = {
    "a topic removed": (lambda t: t.pop("cases"), "topic cases: it was removed"),
    "another speaker": (lambda t: t["cases"].update(speaker="routing"), "topic cases, field speaker"),
    "other partitions": (lambda t: t["cases"].update(partitions=24), "field partitions: it changed from 12 to 24"),
    "compacted": (lambda t: t["cases"].update(compacted=True), "field compacted"),
    "a type moved away": (lambda t: t["cases"].update(types=without(t["cases"]["types"])), "field types"),
    "a hearer less": (lambda t: t["cases"].update(hearers=[]), "field hearers"),
    "a mailbox less": (
        lambda t: t["agency.{code}.in"].update(codes=without(t["agency.{code}.in"]["codes"])),
        "field codes: dinsos was removed",
    ),
    "kept for a shorter time": (lambda t: t["cases"].update(retention_seconds=60), "field retention_seconds"),
}


@pytest.mark.parametrize("name", TOPIC_CHANGES)
def test_a_topic_keeps_what_readers_count_on(name: str) -> None:
    change, words = TOPIC_CHANGES[name]
    now = copy.deepcopy(topics())
    change(now)

    found = [str(broken) for broken in topic_breaks(topics(), now)]

    assert len(found) == 1
    assert words in found[0]


def test_topics_may_grow() -> None:
    now = copy.deepcopy(topics())
    now["weather"] = now["cases"]
    now["deliveries"]["hearers"].append("intake")
    now["cases"]["types"].append("urn:senandung:schema:something-new:v1")
    now["dead-letters"]["retention_seconds"] = None

    assert list(topic_breaks(topics(), now)) == []

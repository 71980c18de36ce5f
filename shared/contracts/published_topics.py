"""The topics as published: who speaks each, who hears it, how long it is kept, and what lies in it."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias

from shared.contracts.compatibility import Break
from shared.contracts.envelope import schema_name
from shared.contracts.schema import address, types_in
from shared.contracts.topics import FOR_EVER, STREAMS, Stream

Topic: TypeAlias = dict[str, Any]

ABOUT: Final = {
    "agency.{code}.in": "What an agency or community is told: only what its profile shows of cases it takes part in.",
    "agency.{code}.out": "What an agency or community asks for; only it may write here.",
    "answers.intake": "What became of the commands that intake decides.",
    "answers.notifications": "What became of the commands that notifications decides.",
    "answers.routing": "What became of the commands that routing decides.",
    "answers.shelter": "What became of the commands that shelter decides.",
    "case-keys": "The keys that open `about_child`, for the four services alone.",
    "clocks": "Every limit of law that runs on a child: started, extended, warned of, kept, breached, corrected.",
    "cases": "Who was found, what is known of the child, and the end of the case.",
    "dead-letters": "Where a record lies that cannot be read at all, and why; never its bytes.",
    "deliveries": "What agencies' systems have done with what they were told.",
    "placements": "Who has the child at every instant, and the bed it sleeps in.",
    "proceedings": "Matters of law, diversion and detention; hearings, and who accompanies the child to them.",
    "referrals": "Who is asked to help, what they answer, and who owns the case.",
}
"""What each topic is for."""

_FIXED: Final = {
    "speaker": "a stream has one speaker for ever: its numbers and its order hang on it",
    "partitions": "another number sends the keys of open cases to other partitions: make a new topic, or keep it",
    "compacted": "facts would be lost, or kept that should not be: make a new topic, or keep it",
}


def topics() -> dict[str, Topic]:
    """Every topic by its address; the mailboxes of a kind are one, with `codes`."""
    found: dict[str, Topic] = {}
    for stream in STREAMS.values():
        topic = found.setdefault(address(stream), _topic(stream))
        if address(stream) != stream.name:
            topic.setdefault("codes", []).append(party_of(stream))
    return dict(sorted(found.items()))


def party_of(stream: Stream) -> str:
    """Whose mailbox it is."""
    return stream.name.split(".")[1]


def _topic(stream: Stream) -> Topic:
    whose = {party_of(stream): "{code}"} if address(stream) != stream.name else {}
    return {
        "about": ABOUT[address(stream)],
        "speaker": whose.get(stream.speaker, stream.speaker),
        "hearers": [whose.get(hearer, hearer) for hearer in stream.hearers],
        "partitions": stream.partitions,
        "retention_seconds": None if stream.retention == FOR_EVER else stream.retention,
        "compacted": stream.compacted,
        "types": sorted(schema_name(body.type, body.version, body.variant) for body in types_in(stream)),
    }


def topic_breaks(released: Mapping[str, Topic], current: Mapping[str, Topic]) -> Iterator[Break]:
    """Every change of the topics that is not an addition."""
    for name, old in released.items():
        if name not in current:
            yield Break(f"topic {name}", "", "it was removed", "readers wait for it: keep it")
        else:
            yield from _changes(f"topic {name}", old, current[name])


def _changes(name: str, old: Topic, new: Topic) -> Iterator[Break]:
    for field, remedy in _FIXED.items():
        if old[field] != new[field]:
            yield Break(name, field, f"it changed from {old[field]} to {new[field]}", remedy)
    for field in ("types", "codes", "hearers"):
        if lost := [value for value in old.get(field, []) if value not in new.get(field, [])]:
            yield Break(name, field, f"{', '.join(lost)} was removed", "readers count on it: keep it")
    if _kept(new) < _kept(old):
        yield Break(name, "retention_seconds", f"it is kept {new['retention_seconds']} s", "keep it as long as before")


def _kept(topic: Topic) -> float:
    seconds = topic["retention_seconds"]
    return float("inf") if seconds is None else float(seconds)

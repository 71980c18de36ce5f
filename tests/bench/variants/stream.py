"""A stateful stream processor that a Python user would pick: quixstreams, exactly-once, its state in RocksDB."""

import tempfile
from collections.abc import Sequence

from quixstreams import Application, State

from tests.bench.variants.where import Where
from tests.bench.workload.step import Outgoing, pack, take, unpack

Headers = Sequence[tuple[str, bytes]]


def main() -> None:
    """Run until told to stop."""
    where = Where.from_environment()
    with tempfile.TemporaryDirectory() as folder:
        app = Application(
            where.kafka,
            consumer_group=where.group,
            auto_offset_reset="earliest",
            processing_guarantee="exactly-once",
            producer_extra_config={"compression.type": "lz4"},
            state_dir=folder,
            loglevel="WARNING",
        )
        source = app.topic(where.cases, key_deserializer="bytes", value_deserializer="bytes")
        target = app.topic(where.referrals, key_serializer="bytes", value_serializer="bytes")
        answers = app.dataframe(source).apply(answer, stateful=True, metadata=True, expand=True)
        answers.set_headers(headers_of).apply(value_of).to_topic(target)
        app.run()


def answer(value: bytes, _key: bytes, _timestamp: int, headers: Headers, state: State) -> list[Outgoing]:
    """One message; what it changes is committed with what it says."""
    case = unpack(state.get_bytes("case"))
    said = take(case, list(headers), value)
    state.set_bytes("case", pack(case))
    return said


def headers_of(said: Outgoing, _key: bytes, _timestamp: int, _headers: Headers) -> Headers:
    """The headers of a fact said."""
    return said.headers


def value_of(said: Outgoing) -> bytes:
    """Its data."""
    return said.value


if __name__ == "__main__":
    main()

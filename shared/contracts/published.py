"""What is generated from the contracts and committed beside them, what was released, and what must not change."""

import json
import shutil
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from shared.contracts.asyncapi import asyncapi_text
from shared.contracts.codec import NotReadable, decode_command, decode_fact
from shared.contracts.compatibility import Break, Reader, breaks, gone
from shared.contracts.envelope import envelope_of
from shared.contracts.examples import Example, corpus_text, examples_of, read_corpus
from shared.contracts.headers import KINDS, headers_schema
from shared.contracts.invention import KEY, KID
from shared.contracts.model import Body
from shared.contracts.published_topics import topic_breaks, topics
from shared.contracts.schema import published_types, room, schema_of

HERE: Final = Path(__file__).parent
_GENERATED: Final = (
    "asyncapi.yaml",
    "schemas/topics.json",
    *(f"schemas/{folder}/*.json" for folder in ("events", "notices", "commands", "headers")),
    "examples/*.json",
    "examples/notices/*.json",
)


@cache
def publications() -> Mapping[str, str]:
    """Every generated file by its path below this folder."""
    files = {"asyncapi.yaml": asyncapi_text(), "schemas/topics.json": _text(topics()), "examples/key.json": _key()}
    for kind in KINDS:
        files[f"schemas/headers/{kind}.json"] = _text(headers_schema(kind))
    for body in published_types():
        files[schema_path(body)] = _text(schema_of(body))
        files[f"examples/{'notices/' if body.variant else ''}{file_name(body)}"] = corpus_text(examples_of(body))
    return files


def schema_path(body: type[Body]) -> str:
    """`schemas/events/child-identified.v1.json`."""
    return f"schemas/{room(body)}/{file_name(body)}"


def file_name(body: type[Body]) -> str:
    """`child-identified.v1.json`."""
    return f"{body.type}.v{body.version}.json"


def export(root: Path = HERE) -> list[str]:
    """Write every file that differs, and remove what is not generated any more; gives their paths."""
    changed = drift(root)
    files = publications()
    for path in changed:
        if path in files:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(files[path], encoding="utf-8")
        else:
            (root / path).unlink()
    return changed


def drift(root: Path = HERE) -> list[str]:
    """The paths of generated files that are missing, differ from the code, or belong to no type any more."""
    files = publications()
    there = {str(path.relative_to(root)): path for pattern in _GENERATED for path in root.glob(pattern)}
    differing = {path for path, text in files.items() if path not in there or there[path].read_text("utf-8") != text}
    return sorted(differing | (there.keys() - files.keys()))


def releases(root: Path = HERE) -> list[int]:
    """The numbers of the releases that readers out there may hold on to."""
    return sorted(int(path.name) for path in (root / "schemas/released").glob("[0-9]*"))


def release(number: int, root: Path = HERE) -> None:
    """Freeze schemas and examples as they are now under `released/<number>/`, in place of what was there."""
    export(root)
    for kind in ("schemas", "examples"):
        frozen = root / kind / "released" / str(number)
        shutil.rmtree(frozen, ignore_errors=True)
        shutil.copytree(root / kind, frozen, ignore=shutil.ignore_patterns("released"))


def not_additive(root: Path = HERE) -> list[Break]:
    """Every change of the code against any release that is not an addition."""
    files = publications()
    now = {path: json.loads(text) for path, text in files.items() if path.startswith("schemas/")}
    return [found for number in releases(root) for found in _against(root / f"schemas/released/{number}", now)]


def _against(released: Path, now: dict[str, Any]) -> Iterator[Break]:
    for path in sorted(released.rglob("*.json")):
        place = path.relative_to(released)
        old, new = json.loads(path.read_text("utf-8")), now.get(f"schemas/{place}")
        if place.name == "topics.json":
            yield from topic_breaks(old, now["schemas/topics.json"])
        elif new is None:
            yield gone(f"{place.parent}/{place.stem}")
        else:
            reader: Reader = "we" if place.parts[0] == "commands" or place.name == "command.json" else "others"
            yield from breaks(f"{place.parent}/{place.stem}", old, new, reader)


def corpora(root: Path = HERE) -> Iterator[tuple[str, Example]]:
    """Every example and story of now and of each release, with the path of its file."""
    for path in sorted({*(root / "examples").rglob("*.json")} - {*(root / "examples").rglob("key.json")}):
        for example in read_corpus(path.read_text("utf-8")):
            yield str(path.relative_to(root)), example


def unreadable(root: Path = HERE) -> list[str]:
    """Every example, of whatever release, that this code cannot read any more."""
    return [f"{path}, {example.name}: {why}" for path, example in corpora(root) if (why := _why_not(example))]


def _why_not(example: Example) -> str:
    data = json.dumps(example.data).encode()
    envelope = envelope_of([(name, text.encode()) for name, text in example.headers.items()])
    try:
        if example.topic.endswith(".out"):
            decode_command(envelope.type, envelope.version, data)
        else:
            decode_fact(envelope.type, envelope.version, data, envelope.variant)
    except NotReadable as problem:
        return str(problem)
    return ""


def _key() -> str:
    text = urlsafe_b64encode(KEY).rstrip(b"=").decode()
    return _text({"note": "Opens what is sealed in the examples, and nothing else.", "kid": KID, "key": text})


def _text(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"

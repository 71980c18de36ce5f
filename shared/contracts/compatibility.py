"""Compares a schema with the released one and names every change that is not an addition."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from shared.contracts.schema import OPEN, Schema

Reader: TypeAlias = Literal["others", "we"]
"""Who reads the type: others read facts and notices, we read commands. What a reader meets may not grow, for others."""

_SPOKEN_ONLY: Final = frozenset({"$schema", "$id", "$defs", "title", "description", "examples", "deprecated"})
_LOWER: Final = frozenset({"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"})
_UPPER: Final = frozenset({"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"})
_WALKED: Final = frozenset({"type", "properties", "required", "items", "enum"})
_KEPT: Final = "Facts that were said are kept for ever and must stay readable"
_NEW_VERSION: Final = "leave it as it was, or write a new version of the type beside it (a class named …V2)"


@dataclass(frozen=True, slots=True)
class Break:
    """A change that is not an addition: of which type and field, what changed, and what to do."""

    type: str
    field: str
    what: str
    remedy: str

    def __str__(self) -> str:
        """As a developer reads it."""
        field = f", field {self.field}" if self.field else ""
        return f"{self.type}{field}: {self.what}. {self.remedy[0].upper()}{self.remedy[1:]}."


def breaks(name: str, released: Schema, current: Schema, reader: Reader) -> list[Break]:
    """Every change from `released` to `current` that a reader or a stored message would not survive."""
    return list(_Comparison(name, released, current, reader).nodes("", released, current))


def gone(name: str) -> Break:
    """A released type that is not there any more."""
    return Break(name, "", "the type was removed", f"{_KEPT}: {_NEW_VERSION}")


class _Comparison:
    """One walk through both schemas of a type at once."""

    def __init__(self, name: str, released: Schema, current: Schema, reader: Reader) -> None:
        self.name, self.reader = name, reader
        self.parts = released.get("$defs", {}), current.get("$defs", {})

    def nodes(self, field: str, old: Schema, new: Schema) -> Iterator[Break]:
        """What broke between two nodes at one place; null is one of the forms where a field may be empty."""
        (old_null, olds), (new_null, news) = _forms(old, self.parts[0]), _forms(new, self.parts[1])
        if new_null and not old_null and self.reader == "others":
            yield self._break(field, "it may now be null")
        if old_null and not new_null:
            yield self._break(field, "it may not be null any more")
        if len(olds) != len(news):
            yield self._break(field, f"it had {len(olds)} forms and now has {len(news)}")
            return
        for before, after in zip(olds, news, strict=True):
            yield from self._form(field, before, after)

    def _form(self, field: str, old: Schema, new: Schema) -> Iterator[Break]:
        if old.get("type") != new.get("type"):
            yield self._break(field, f"its type changed from {old.get('type')} to {new.get('type')}")
            return
        yield from self._properties(field, old, new)
        if "items" in old and "items" in new:
            yield from self.nodes(f"{field}[]", old["items"], new["items"])
        yield from self._enumeration(field, old, new)
        for word in sorted((old.keys() | new.keys()) - _SPOKEN_ONLY - _WALKED):
            if not word.startswith("x-") and old.get(word) != new.get(word):
                yield from self._word(field, word, old.get(word), new.get(word))

    def _properties(self, field: str, old: Schema, new: Schema) -> Iterator[Break]:
        olds, news = old.get("properties", {}), new.get("properties", {})
        must, must_now = set(old.get("required", ())), set(new.get("required", ()))
        for name in sorted(olds.keys() - news.keys()):
            yield self._removed(_below(field, name), olds[name], {n: news[n] for n in news.keys() - olds.keys()})
        for name in sorted((must_now - must) & news.keys()):
            what = "it became required" if name in olds else "it is new and required"
            yield self._break(_below(field, name), what, "give it a default, so that a message without it stays whole")
        for name in sorted((must - must_now) & news.keys()):
            if self.reader == "others":
                yield self._break(_below(field, name), "it may now be missing, and readers count on it")
        for name in sorted(olds.keys() & news.keys()):
            yield from self.nodes(_below(field, name), olds[name], news[name])

    def _removed(self, field: str, old: Schema, added: Mapping[str, Schema]) -> Break:
        same = sorted(name for name, about in added.items() if _shape(about) == _shape(old))
        what = f"it was removed, or renamed to {' or '.join(same)}" if same else "it was removed"
        return self._break(field, what, f"{_KEPT}: keep the field beside a new one, or {_NEW_VERSION}")

    def _enumeration(self, field: str, old: Schema, new: Schema) -> Iterator[Break]:
        olds, news = old.get("enum"), new.get("enum")
        if olds is None or news is None:
            if olds != news:
                yield self._break(field, "it is no enumeration any more" if olds else "it became an enumeration")
            return
        if lost := [value for value in olds if value not in news]:
            yield self._break(field, f"{_listed(lost)} was removed", f"{_KEPT}: close a code by date, never remove it")
        added = [value for value in news if value not in olds]
        if added and self.reader == "others" and not old.get(OPEN):
            yield self._break(field, f"{_listed(added)} was added, and readers know it as a closed set")

    def _word(self, field: str, word: str, old: Any, new: Any) -> Iterator[Break]:
        if word in _LOWER | _UPPER:
            narrower = new is not None and (old is None or (new > old if word in _LOWER else new < old))
            if narrower:
                yield self._break(field, f"{word} was narrowed from {_told(old)} to {new}")
        elif word == "additionalProperties":
            if new is False:
                yield self._break(field, "fields that it does not name are refused now")
            elif self.reader == "others":
                yield self._break(field, "it may now hold fields that it does not name")
        elif not (word == "pattern" and new is None):
            yield self._break(field, f"{word} changed from {_told(old)} to {_told(new)}")

    def _break(self, field: str, what: str, remedy: str = _NEW_VERSION) -> Break:
        return Break(self.name, field, what, remedy)


def _resolved(node: Schema, parts: Mapping[str, Schema]) -> Schema:
    """A node with what it refers to, and its own words over it."""
    if "$ref" not in node:
        return node
    rest = {word: value for word, value in node.items() if word != "$ref"}
    return _resolved(parts[node["$ref"].rpartition("/")[2]], parts) | rest


def _forms(node: Schema, parts: Mapping[str, Schema]) -> tuple[bool, list[Schema]]:
    """Whether a node may be null, and its other forms, each with the words that stand beside them."""
    node = _resolved(node, parts)
    beside = {word: value for word, value in node.items() if word != "anyOf"}
    forms = [_resolved(form, parts) | beside for form in node.get("anyOf", [{}]) if form != {"type": "null"}]
    return {"type": "null"} in node.get("anyOf", []), forms


def _shape(node: Schema) -> Schema:
    """A node without words for people."""
    return {word: value for word, value in node.items() if word not in _SPOKEN_ONLY}


def _below(field: str, name: str) -> str:
    return f"{field}.{name}" if field else name


def _listed(values: list[Any]) -> str:
    return ", ".join(str(value) for value in values)


def _told(value: Any) -> str:
    return "nothing" if value is None else str(value)

"""The lines of a whole run, once each, and by what outsiders ask of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from deploy.demo.line import Line
from shared.contracts.topics import SUBJECT_STREAMS

_SUBJECT: frozenset[str] = frozenset(stream.name for stream in SUBJECT_STREAMS)


@dataclass(frozen=True)
class Log:
    """`lines` as they came; what is published at least once may stand there twice, with the same id."""

    lines: tuple[Line, ...]

    @cached_property
    def once(self) -> tuple[Line, ...]:
        """Each message once; a command that was sent twice counts once."""
        return tuple({(line.topic, line.envelope.id or line.where): line for line in reversed(self.lines)}.values())[
            ::-1
        ]

    @cached_property
    def facts(self) -> tuple[Line, ...]:
        """What the subject streams say."""
        return tuple(line for line in self.once if line.topic in _SUBJECT)

    @cached_property
    def cases(self) -> Mapping[str, tuple[Line, ...]]:
        """The facts of each case, in the order in which the log took them."""
        found: dict[str, list[Line]] = defaultdict(list)
        for line in sorted(self.facts, key=lambda each: each.at):
            found[line.subject].append(line)
        return {case: tuple(lines) for case, lines in found.items()}

    def of(self, *types: str) -> tuple[Line, ...]:
        """The facts of some types."""
        return tuple(line for line in self.facts if line.type in types)

    def mailbox(self, party: str) -> tuple[Line, ...]:
        """What a party got."""
        return tuple(line for line in self.once if line.topic == f"agency.{party}.in")

    def sent(self) -> tuple[Line, ...]:
        """What parties asked for by mailbox."""
        return tuple(line for line in self.once if line.topic.endswith(".out"))

    def answers(self) -> tuple[Line, ...]:
        """Outcomes of commands that are no facts of a case."""
        return tuple(line for line in self.once if line.topic.startswith("answers."))


def by(lines: Iterable[Line], path: str) -> Mapping[str, tuple[Line, ...]]:
    """Lines by a field of their data; those without it are left out."""
    found: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        if text := line.text(path):
            found[text].append(line)
    return {text: tuple(lines) for text, lines in found.items()}

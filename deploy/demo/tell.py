"""What people see: Bahasa Indonesia first, English second; every line of Kafka with where it lies and its two times."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from time import monotonic
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.rule import Rule
from rich.text import Text

from deploy.demo.line import Line
from deploy.demo.words import sentence

_WITA: Final = timezone(timedelta(hours=8))
_STYLES: Final[Mapping[str, str]] = {
    "cases": "cyan",
    "referrals": "yellow",
    "proceedings": "magenta",
    "placements": "green",
}
_OTHERS: Final = {"command-refused": "red", "clock-started": "blue", "clock-satisfied": "blue"}


@dataclass(slots=True)
class Teller:
    """Prints. `names` gives each case a short name, in the order of appearance."""

    console: Console
    names: dict[str, str] = field(default_factory=dict)

    def story(self, number: int, title_id: str, title_en: str) -> None:
        """Begin a story."""
        self.console.print()
        self.console.print(Rule(f"{number} · {title_id} · {title_en}", style="bold"))

    def says(self, text_id: str, text_en: str) -> None:
        """Tell what is about to happen."""
        self.console.print(f"[bold]{escape(text_id)}[/bold]\n[dim]{escape(text_en)}[/dim]", highlight=False)

    def phase(self, text: str) -> None:
        """Tell of a phase of the run."""
        self.console.print(escape(text), style="dim", highlight=False)

    @contextmanager
    def timed(self, what: str) -> Iterator[None]:
        """Tell how long a phase took."""
        begin = monotonic()
        yield
        self.phase(f"  {what}: {monotonic() - begin:.1f} s")

    def cases(self) -> None:
        """Tell which case is which, for whoever wants to look at one."""
        for case, name in self.names.items():
            self.phase(f"  {name} = {case}")

    def line(self, line: Line) -> None:
        """Show a line of Kafka, if it is one for people; keys and receipts are passed over."""
        if line.topic in _STYLES or line.topic.startswith("answers.") or line.topic == "dead-letters":
            self._said(line)
        elif line.topic.endswith(".out"):
            self._asked(line)
        elif line.topic.endswith(".in"):
            self._heard(line)

    def limit(self, line: Line) -> None:
        """Show a line of `clocks`: there are too many of them to show each as it comes."""
        self._said(line)

    def _said(self, line: Line) -> None:
        text_id, text_en = sentence(line)
        style = _STYLES.get(line.topic, _OTHERS.get(line.type, "white"))
        head = Text.assemble(
            (f"{line.where:<22}", "dim"), (f"{self._name(line):<8}", "bold"), (f"{line.type:<24}", style), times(line)
        )
        self.console.print(head, soft_wrap=True)
        self.console.print(Text.assemble("    ", text_id, (f" · {text_en}", "dim")), soft_wrap=True)

    def _asked(self, line: Line) -> None:
        party = line.topic.split(".")[1]
        head = Text.assemble((f"{line.where:<32}", "dim"), (f"{party} » ", "bold blue"), line.type or "?", " ")
        self.console.print(Text.assemble(head, times(line)), soft_wrap=True)

    def _heard(self, line: Line) -> None:
        party = line.topic.split(".")[1]
        self.console.print(
            Text(f"{line.where:<32}» {party} mendengar · hears: {line.type}", style="dim"), soft_wrap=True
        )

    def _name(self, line: Line) -> str:
        if line.type == "child-identified":
            self.names.setdefault(line.subject, f"anak-{len(self.names) + 1}")
        return self.names.get(line.subject, "")


def times(line: Line) -> Text:
    """When it happened, beside when it was recorded."""
    happened = line.text("occurred_at")
    local = datetime.fromisoformat(happened).astimezone(_WITA) if happened else None
    recorded = line.at.astimezone(_WITA)
    told = f"terjadi {local:%d/%m %H.%M.%S} · " if local else ""
    return Text(f"{told}tercatat {recorded:%d/%m %H.%M.%S}", style="dim italic")

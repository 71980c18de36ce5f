"""What lies in each mailbox, held against the profile table by somebody else than the service that filled it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import JsonValue

from deploy.demo.line import Line
from deploy.demo.readback.check import Check
from deploy.demo.readback.log import Log, by
from shared.contracts.directory.codes import PartyCode, Profile
from shared.contracts.profiles import Profiles, Sight
from shared.contracts.profiles.cells import RELATIONS

_OUTCOMES: Final = frozenset({"command-accepted", "command-refused"})
Reached = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Justice:
    """Who may have been told what. `own` are the commands that each party sent, by mailbox or by HTTP."""

    log: Log
    profiles: Profiles
    parties: Mapping[PartyCode, Profile]
    own: Mapping[str, frozenset[str]]

    def check(self, reached: Reached) -> Check:
        """Each message in a mailbox is justified; `reached` is what notifications itself says, and the same."""
        told = {party: self.log.mailbox(party) for party in self.parties}
        many = [line.where for party, lines in told.items() for line in lines if not self._justified(party, line)]
        counted = {party: dict(Counter(line.type for line in lines)) for party, lines in told.items()}
        differ = [
            f"{party}: {counted[party]} ≠ {dict(reached.get(party, {}))}"
            for party in self.parties
            if counted[party] != reached.get(party, {})
        ]
        return Check(
            "tidak ada pesan berlebih: setiap isi kotak surat dibenarkan tabel profil",
            "no message too many: the profile table justifies each one in a mailbox",
            sum(map(len, told.values())),
            [*many, *differ],
        )

    def _justified(self, party: PartyCode, line: Line) -> bool:
        if line.type in _OUTCOMES:
            return line.text("command") in self.own.get(party, frozenset())
        profile = self.parties[party]
        sights = {relation: self.profiles.see(profile, relation, line.type) for relation in RELATIONS}
        takes = self._takes_part(party, line)
        allowed = [s for relation, s in sights.items() if s and s.type == line.type and (takes or relation == "none")]
        if line.type == "in-protection":
            return takes and any(s.type == line.type for s in self._all_sights(profile))
        return any(set(_leaves(line.data)) <= set(sight.fields) for sight in allowed)

    def _all_sights(self, profile: Profile) -> Iterator[Sight]:
        for relation in RELATIONS:
            for type_ in self.profiles.types():
                if sight := self.profiles.see(profile, relation, type_):
                    yield sight

    def _takes_part(self, party: str, line: Line) -> bool:
        """Whether a fact of the case names the party; whoever knows only a referral must be the one it asks."""
        asked = by(self.log.of("referred"), "referral").get(line.subject)
        if asked:
            return asked[0].text("agency") == party
        return any(party in _named(fact) for fact in self.log.cases.get(line.subject, ()))


def _named(fact: Line) -> Iterator[str]:
    """The parties that a fact names; a court hearing names the district court by its forum (R63)."""
    yield from _texts(fact.data)
    if fact.text("forum") == "court":
        yield "pn"


def _leaves(data: JsonValue, path: str = "") -> Iterator[str]:
    if not isinstance(data, dict):
        yield path
        return
    for name, value in data.items():
        yield from _leaves(value, f"{path}.{name}" if path else name)


def _texts(data: JsonValue) -> Iterator[str]:
    if isinstance(data, dict):
        for value in data.values():
            yield from _texts(value)
    elif isinstance(data, str):
        yield data

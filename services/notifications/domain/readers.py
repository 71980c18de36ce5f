"""Who reads what, and under which name: the profile table laid over the parties of the directory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from services.notifications.domain.participation import Taking
from services.notifications.domain.state import Case
from shared.contracts.directory.codes import PartyCode, Profile
from shared.contracts.message import Message
from shared.contracts.profiles import Profiles, Relation, Sight


@dataclass(frozen=True)
class Readers:
    """The parties that have a mailbox, and what the table lets each of them see."""

    profiles: Profiles
    parties: Mapping[PartyCode, Profile]

    def party(self, code: str) -> PartyCode | None:
        """Return the party of a code, None where nobody has a mailbox of that name."""
        return next((party for party in self.parties if party == code), None)

    @cached_property
    def everywhere(self) -> frozenset[PartyCode]:
        """The parties that are told something of every case, whether they take part or not."""
        types = self.profiles.types()
        return frozenset(party for party in self.parties if any(self.sight(party, "none", type_) for type_ in types))

    def sight(self, party: PartyCode, relation: Relation, type_: str) -> Sight | None:
        """Return what a party is told of an event of a type, by its profile; None for nothing."""
        return self.profiles.see(self.parties[party], relation, type_)

    def learns_actor(self, party: PartyCode) -> bool:
        """Tell whether a party learns who acted."""
        return self.profiles.subjects[self.parties[party]].actor

    def can_name(self, state: Case, party: PartyCode) -> bool:
        """Tell whether there is an id by which a party may know the case: its own, or a referral to that party."""
        subject = self.profiles.subject(self.parties[party])
        return subject == "case" or (subject == "referral" and any(state.asked(party)))

    def name(self, state: Case, party: PartyCode, told: Message) -> UUID | None:
        """Return the subject of what a party is told: None for the case, or its referral that `told` is about.

        Where it may know neither, an id drawn for this one notice, which says nothing; the notice's opaque `ce_after`
        still leads back.
        """
        subject = self.profiles.subject(self.parties[party])
        if subject == "case":
            return None
        asked = list(state.asked(party)) if subject == "referral" else []
        return _about(asked, getattr(told.body, "referral", None)) if asked else told.draw()

    def name_of_outcome(self, state: Case, party: PartyCode, outcome: Message) -> UUID | None:
        """Return the subject of the outcome of a party's command: the case or the referral only where that is certain.

        Elsewhere an id drawn for this one notice.
        """
        subject, asked = self.profiles.subject(self.parties[party]), list(state.asked(party))
        takes = party in self.everywhere or any(taking.party == party for taking in state.takings)
        if subject == "case" and takes and state.cases.heard:
            return None
        return asked[0].matter if subject == "referral" and len(asked) == 1 else outcome.draw()


def _about(asked: Sequence[Taking], referral: UUID | None) -> UUID | None:
    """Return the referral that is meant, else the last open one, else the last."""
    still = [taking for taking in asked if taking.until is None] or asked
    return referral if any(taking.matter == referral for taking in asked) else still[-1].matter

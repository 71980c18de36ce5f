"""Builders of custody: who can have a child, and how it comes to them."""

from services.shelter.domain.custody import CustodyRow
from shared.contracts.commands import AdmitChild, OfferHandover
from shared.contracts.directory.codes import PartyCode
from shared.contracts.model import Custodian
from shared.contracts.placements import HandoverOffered
from tests.harness import Desk
from tests.shelter.city import a_case, a_held_bed, told

SATPOL, DINSOS, RPSA, FAMILY, UNKNOWN = (
    Custodian(kind="agency", party="satpol-pp"),
    Custodian(kind="agency", party="dinsos"),
    Custodian(kind="house", house="rpsa"),
    Custodian(kind="family"),
    Custodian(kind="unknown"),
)


def history(desk: Desk) -> list[tuple[str, str | None]]:
    """Who had the child, one after another."""
    return [(row.kind, row.house or row.party) for row in sorted(desk.rows(CustodyRow), key=lambda row: row.number)]


def offered(desk: Desk, to: PartyCode = "dinsos", by: PartyCode = "satpol-pp") -> HandoverOffered:
    """An offer of the child, not yet answered."""
    desk.takes(told(OfferHandover, desk.now, to=to), by)
    return desk.last(HandoverOffered)


def sheltered() -> Desk:
    """A child in the RPSA."""
    desk = a_case("dinsos")
    return desk.takes(told(AdmitChild, stay=a_held_bed(desk).stay), "dinsos", "house")

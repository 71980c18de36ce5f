"""What must hold between the tables on every day, so that no service meets a hole at work."""

from collections.abc import Iterable
from datetime import date, timedelta

from shared.contracts.directory.entries import Area, CommunityArea, Entry
from shared.contracts.directory.history import History, UnknownCodeError
from shared.contracts.directory.table import DirectoryError
from shared.contracts.directory.tables import Tables


def check(tables: Tables) -> None:
    """Check every reference on every day on which something changes; raises `DirectoryError`."""
    for day in _days_of_change(tables):
        _check_areas(tables, day)
        _check_communities(tables, day)
        _check_codes(tables, day)


def _days_of_change(tables: Tables) -> list[date]:
    records = [entry.record for history in tables.histories() for entry in history.ever()]
    begun = {record.valid_from for record in records}
    ended = {record.valid_to + timedelta(days=1) for record in records if record.valid_to}
    return sorted(begun | ended)


def _check_areas(tables: Tables, day: date) -> None:
    for area in tables.areas.on(day):
        if area.parent:
            _refer(area, tables.areas, [area.parent], day)


def _check_communities(tables: Tables, day: date) -> None:
    for party in tables.parties.on(day):
        if party.kelurahan:
            _refer(party, tables.areas, [party.kelurahan], day)
    for served in tables.community_areas.on(day):
        _refer(served, tables.areas, [served.code], day)
        _refer(served, tables.parties, [served.community], day)
        _check_basis(tables, served, day)
    for area in tables.areas.on(day):
        _check_served(tables, area, day)


def _check_served(tables: Tables, area: Area, day: date) -> None:
    served = {row.code for row in tables.community_areas.on(day)}
    if area.level == "kelurahan" and area.code not in served:
        raise DirectoryError(
            f"{area.record.place}: {area.code} has no community on {day}; add a row to community_areas.csv."
        )


def _check_basis(tables: Tables, served: CommunityArea, day: date) -> None:
    expected = _basis(tables, served, day)
    if served.basis != expected:
        raise DirectoryError(
            f"{served.record.place}: {served.community} serves {served.code} by {served.basis} on {day}, "
            f"where its seat says {expected}; correct the basis or choose the community that lies there."
        )


def _basis(tables: Tables, served: CommunityArea, day: date) -> str:
    """Say by which ground this community can serve here: a nearer one leaves no ground at all."""
    seats = {party.code: party.kelurahan for party in tables.parties.on(day) if party.kelurahan}
    own = seats.get(served.community, "")
    if served.code in seats.values():
        return "kelurahan" if own == served.code else "that another community lies in the kelurahan"
    if any(_kecamatan(seat) == _kecamatan(served.code) for seat in seats.values()):
        return "kecamatan" if _kecamatan(own) == _kecamatan(served.code) else "that another lies in the kecamatan"
    return "nearest"


def _kecamatan(kelurahan: str) -> str:
    return kelurahan.rpartition(".")[0]


def _check_codes(tables: Tables, day: date) -> None:
    for national in tables.national_codes.on(day):
        _refer(national, tables.categories, national.categories, day)
        _refer(national, tables.national_codes, [national.group_of] if national.group_of else [], day)
    for service in tables.services.on(day):
        _refer(service, tables.parties, service.given_by, day)
        _refer(service, tables.categories, service.categories, day)
    whoever = {who.code for who in tables.who.on(day)}
    for reason in tables.reasons.on(day):
        _refer(reason, tables.parties, set(reason.who_could) - whoever, day)


def _refer(entry: Entry, to: History[Entry], codes: Iterable[str], day: date) -> None:
    for code in codes:
        try:
            to.find(code, day)
        except UnknownCodeError as unknown:
            raise DirectoryError(f"{entry.record.place}: {unknown}") from None

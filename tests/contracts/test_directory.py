"""The directory: what is in it, on which day, and what is never in it."""

import re
from collections import Counter
from datetime import date, timedelta
from importlib.resources import files
from typing import get_args

import pytest

from shared.contracts.directory import Directory, DirectoryError, UnknownCodeError, codes

NOW = date(2026, 11, 2)
FIRST_DAY = date(2019, 1, 1)
PACKAGED = files("shared.contracts.directory") / "data"

PROFILES = {
    "dinsos": "A", "dp3akb": "A-shared", "sakti-peksos": "A-assigned",
    "dinkes": "B", "disdikbud": "B", "disnaker": "B", "bnnk": "B",
    "disporapar": "B-min", "kemenag": "B-min", "dkumkmp": "B-parent",
    "polresta": "C", "kejari": "C", "pn": "C", "lapas": "C", "bapas": "C-plan", "advokat": "C-client",
    "bappeda": "D", "disdukcapil": "E", "satpol-pp": "S",
    "sekolah-rakyat": "K", "nurul-ilmi": "K", "koppaja": "K", "papb": "K",
}  # fmt: skip

KELURAHAN_PER_KECAMATAN = {
    "64.71.01": 4,
    "64.71.02": 6,
    "64.71.03": 6,
    "64.71.04": 6,
    "64.71.05": 7,
    "64.71.06": 5,
}

TELEPHONE = re.compile(r"(\+\s?62|(?<![\d.])0)[\d\s.\-]{7,}|(?<![\d.])\d{7,}(?![\d.])")
"""A number that one could dial, or a NIK: area codes are parted by dots and begin with 64."""
PERSON = re.compile(r"(?i:\b(bapak|ibu|bpk|sdri?|saudara|hj|drs?|ustadz?|mr|mrs|kontak|cp|a\.n)\b)\.?\s+[A-Z]")
ADDRESS = re.compile(r"\b(jl|jalan|rt|rw|no|gang|komp|perum)\b\.?\s*\d|\bjl\.", re.IGNORECASE)


@pytest.fixture(scope="module")
def city() -> Directory:
    return Directory.load(NOW)


def test_the_city_has_nineteen_agencies_four_communities_and_their_profiles(city: Directory) -> None:
    assert len(city.agencies) == 19
    assert len(city.communities) == 4
    assert {party.code: party.profile for party in city.parties} == PROFILES


def test_the_city_has_six_kecamatan_and_thirty_four_kelurahan(city: Directory) -> None:
    """R103: the gaps in the codes of Balikpapan Selatan are real."""
    kecamatan = {area.code for area in city.areas if area.level == "kecamatan"}
    assert kecamatan == set(KELURAHAN_PER_KECAMATAN)
    assert {code: len(city.kelurahan_of(code)) for code in kecamatan} == KELURAHAN_PER_KECAMATAN
    assert len(city.kelurahan_of("64.71")) == 34
    assert city.kelurahan_of("64.72") == ()


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("64.71.01.1003", "Teritip"),
        ("64.71.02.1006", "Marga Sari"),
        ("64.71.03.1005", "Gunung Samarinda Baru"),
        ("64.71.04.1002", "Gunung Sari Ilir"),
        ("64.71.05.1012", "Damai Bahagia"),
        ("64.71.06.1005", "Damai"),
        ("64.72", "Kota Samarinda"),
        ("64.09", "Kabupaten Penajam Paser Utara"),
    ],
)
def test_areas_bear_their_kemendagri_codes(city: Directory, code: str, name: str) -> None:
    assert city.name(code, "id") == name


def test_every_kelurahan_has_exactly_one_community(city: Directory) -> None:
    served = Counter(city.community_for(area.code) for area in city.kelurahan_of("64.71"))
    assert set(served) == {community.code for community in city.communities}
    assert served.total() == 34


@pytest.mark.parametrize(
    ("kelurahan", "community"),
    [
        ("64.71.05.1009", "sekolah-rakyat"),
        ("64.71.03.1005", "nurul-ilmi"),
        ("64.71.05.1010", "koppaja"),
        ("64.71.02.1003", "papb"),
    ],
)
def test_a_community_serves_the_kelurahan_of_its_seat(city: Directory, kelurahan: str, community: str) -> None:
    """R105."""
    assert city.community_for(kelurahan) == community
    assert city.community(community).kelurahan == kelurahan


def test_a_kelurahan_without_a_seat_is_served_from_its_own_kecamatan_if_a_community_lies_there(city: Directory) -> None:
    seats = {community.code: city.area(str(community.kelurahan)).parent for community in city.communities}
    near = [area for area in city.kelurahan_of("64.71") if area.parent in seats.values()]
    assert len(near) == 19
    assert all(seats[city.community_for(area.code)] == area.parent for area in near)


def test_there_are_seven_categories_and_every_national_code_maps_to_them(city: Directory) -> None:
    categories = {entry.code for entry in city.tables.categories.on(NOW)}
    mapped = {code for national in city.tables.national_codes.on(NOW) for code in national.categories}
    assert len(categories) == 7
    assert mapped == categories
    assert sum(national.group_of == "AMPK" for national in city.tables.national_codes.on(NOW)) == 15
    assert city.national("AKTK").categories == ("AKTK", "ADS")


@pytest.mark.parametrize(("years", "fits"), [(0, True), (5, True), (6, False)])
def test_ages_include_both_edges(city: Directory, years: int, fits: bool) -> None:
    """R1: five is still a toddler here, six is not."""
    assert city.category("ABT").ages.fit(years) is fits


def test_the_services_say_who_takes_which_child(city: Directory) -> None:
    assert "training" in [service.code for service in city.services_for("AT", 15)]
    assert "training" not in [service.code for service in city.services_for("AT", 14)]
    assert "litmas" not in [service.code for service in city.services_for("AT", 15)]
    assert "training" in [service.code for service in city.services_for("AT", None)]
    assert city.service("community-coaching").given_by == get_args(codes.CommunityCode)


def test_every_party_but_those_without_casework_gives_some_service(city: Directory) -> None:
    givers = {party for service in city.tables.services.on(NOW) for party in service.given_by}
    without = {"bappeda", "satpol-pp", "pn", "kejari", "lapas"}
    assert {party.code for party in city.parties} - givers == without


@pytest.mark.parametrize(
    ("day", "police"),
    [
        (date(2019, 12, 31), "Kepolisian Resor Balikpapan"),
        (date(2020, 1, 1), "Kepolisian Resor Kota Balikpapan"),
    ],
)
def test_an_agency_bears_the_name_of_the_day(city: Directory, day: date, police: str) -> None:
    assert city.name("polresta", "id", day) == police
    assert Directory.load(day).agency("polresta").name.id == police


def test_a_referral_can_be_declined_for_eight_reasons_told_in_both_languages(city: Directory) -> None:
    """R147."""
    declines = [reason for reason in city.tables.reasons.on(NOW) if "decline" in reason.kinds]
    assert len(declines) == 8
    indonesian, english = city.sentences("already-accepted")

    assert indonesian.startswith("Rujukan ini sudah diterima.")
    assert english.startswith("This referral is already accepted.")
    assert city.who_could("where-a-child-sleeps", "id") == ("Dinas Sosial Kota Balikpapan",)


def test_every_sentence_of_a_refusal_says_what_to_do(city: Directory) -> None:
    refusals = [reason for reason in city.tables.reasons.on(NOW) if "refusal" in reason.kinds]
    assert len(refusals) == len(get_args(codes.RefusalCode))
    for reason in refusals:
        for sentence in (reason.sentence.id, reason.sentence.en):
            assert len(re.findall(r"[.;:](?:\s|$)", sentence)) >= 2 or re.match("(Silakan|Please) ", sentence), (
                reason.code
            )


def test_an_unknown_code_gets_a_plain_error(city: Directory) -> None:
    with pytest.raises(UnknownCodeError, match=r"'dinsoss' is no party .* on 2026-11-02; did you mean dinsos"):
        city.agency("dinsoss")
    with pytest.raises(UnknownCodeError, match=r"'64\.71\.05\.1001' is no area"):
        city.area("64.71.05.1001")
    with pytest.raises(UnknownCodeError, match="'koppaja' is no agency but a community"):
        city.agency("koppaja")
    with pytest.raises(UnknownCodeError, match=r"'64\.72' is no kelurahan with a community"):
        city.community_for("64.72")


def test_a_day_before_the_programme_is_refused() -> None:
    with pytest.raises(DirectoryError, match="The directory begins on 2019-01-01"):
        Directory.load(FIRST_DAY - timedelta(days=1))


def personal(text: str) -> list[str]:
    return [found.group() for pattern in (TELEPHONE, PERSON, ADDRESS) for found in pattern.finditer(text)]


def test_the_data_hold_no_telephone_number_person_or_street_address() -> None:
    texts = {file.name: file.read_text(encoding="utf-8") for file in PACKAGED.iterdir()}
    assert len(texts) == 14
    assert {name: personal(text) for name, text in texts.items() if personal(text)} == {}


@pytest.mark.parametrize(
    "text",
    ["0000 1111 2222", "+62 000-1111-222", "6471994107129001", "Ibu Fulanah", "kontak Fulan", "Jl. Contoh", "RT. 99"],
)
def test_the_search_for_personal_data_finds_it(text: str) -> None:
    assert personal(f"koppaja,{text},K")


def test_every_row_that_is_not_a_proposal_cites_a_rule_or_a_source(city: Directory) -> None:
    records = [entry.record for history in city.tables.histories() for entry in history.ever()]
    assert len(records) > 250
    cited = re.compile(r"(R\d+(\.\d+)?[a-z]?|S\d+)( (R\d+(\.\d+)?[a-z]?|S\d+))*")
    assert [r.place for r in records if not cited.fullmatch(r.rule) and (r.rule or r.certainty != "DESIGN")] == []

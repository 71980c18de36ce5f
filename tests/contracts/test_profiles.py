"""The profile table: whole, readable, and never telling what it must not."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest
from pydantic import BaseModel

from shared.contracts import outcomes
from shared.contracts.directory.table import DirectoryError
from shared.contracts.model import AboutChild, Fact
from shared.contracts.placements import PLACEMENTS
from shared.contracts.profiles import NOTICE, PROFILES, Profiles
from shared.contracts.profiles.cells import RELATIONS
from shared.contracts.topics import FACTS

DATA = Path("shared/contracts/profiles")
TYPES: tuple[type[Fact], ...] = (*FACTS, *outcomes.ANSWERS, *outcomes.NOTICES)
TABLE = Profiles.load()
BLIND = ("B", "B-min", "B-parent", "D", "E", "K")
"""Profiles that must not be able to join what they know with others."""
JUSTICE = ("C", "C-plan", "C-client")


def fields_of(type_: type[Fact]) -> Iterator[str]:
    """The fields of a model as the table names them: parts of an object one by one."""
    for name, field in type_.model_fields.items():
        model = AboutChild if name == "about_child" else _object(field.annotation)
        if model is None:
            yield name
        else:
            yield from (f"{name}.{part}" for part in model.model_fields)


def _object(annotation: Any) -> type[BaseModel] | None:
    options = (annotation,) if get_origin(annotation) is None else get_args(annotation)
    models = [one for one in options if isinstance(one, type) and issubclass(one, BaseModel)]
    return models[0] if models and get_origin(annotation) is not tuple else None


def differences(table: Profiles) -> set[str]:
    """Where rows and models differ, named."""
    wanted = {(t.type, field) for t in TYPES for field in (NOTICE, *fields_of(t))}
    missing = {f"missing: {type_} {field}" for type_, field in wanted - table.rows.keys()}
    return missing | {f"surplus: {type_} {field}" for type_, field in table.rows.keys() - wanted}


def mutated(folder: Path, old: str, new: str, file: str = "profiles.csv") -> Path:
    """The table with one text replaced."""
    for name in ("profiles.csv", "subjects.csv"):
        text = (DATA / name).read_text()
        assert name != file or text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        (folder / name).write_text(text.replace(old, new) if name == file else text)
    return folder


def row(type_: str, field: str) -> str:
    """A line of the table as it stands in the file."""
    lines = (DATA / "profiles.csv").read_text().splitlines(keepends=True)
    return next(line for line in lines if line.split(",")[1:3] == [type_, field])


def test_every_field_of_every_type_has_a_row_and_no_row_is_of_anything_else() -> None:
    assert len(TABLE.rows) > 300
    assert differences(TABLE) == set()


def test_a_field_without_a_row_is_named(tmp_path: Path) -> None:
    folder = mutated(tmp_path, row("bed-held", "house"), "")

    assert differences(Profiles.load(folder)) == {"missing: bed-held house"}


def test_a_row_without_a_field_is_named(tmp_path: Path) -> None:
    line = row("bed-held", "house")
    more = line.replace(",house,", ",room,").replace(line.split(",")[0], "P-9999")

    assert differences(Profiles.load(mutated(tmp_path, line, line + more))) == {"surplus: bed-held room"}


@pytest.mark.parametrize(
    ("type_", "field", "old", "new", "says"),
    [
        ("bed-held", "bed", "P-", "Q-", "does not have the form P-001"),
        ("bed-held", "bed", ",all,", ",some,", "column A 'some' cannot be read"),
        ("bed-held", "bed", ",all,", ",part>,", "column A 'part>' cannot be read"),
        ("bed-held", "bed", ",all,", ",own part,", "gives a field as more than one scope"),
        ("bed-held", "bed", ",all,", ",all>in-protection,", "gives a field as more than one scope"),
        ("bed-held", "bed", ",all,,", ",all,own,", "column A-shared reaches further than the notice"),
        ("bed-held", "occurred_at", ",all,", ",,", "column A differs from the notice"),
        ("placed", "*", "part>in-protection,part>in-protection,,", "part>in-hiding,part>in-protection,,", "no type"),
        ("placed", "*", ",all,", ",all>in-protection,", "sends in-protection, which that profile does not get"),
        ("bed-held", "bed", "bed-held,bed", "bed-held,house", "bed-held house is there twice"),
        ("bed-held", "*", "bed-held,*", "bed-hold,*", "has no row for * before its fields"),
        ("bed-held", "bed", "DESIGN", "sure", "certainty 'sure' is not known"),
        ("bed-held", "bed", "R88,", ",", "column rule is empty"),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_used_is_refused_with_file_line_and_remedy(
    type_: str, field: str, old: str, new: str, says: str, tmp_path: Path
) -> None:
    line = row(type_, field)
    assert old in line

    with pytest.raises(DirectoryError, match=r"^profiles.csv, line \d+: .*; .*\.$") as refused:
        Profiles.load(mutated(tmp_path, line, line.replace(old, new, 1)))

    assert says in str(refused.value)


def test_an_id_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DirectoryError, match="id P-001 is there twice"):
        Profiles.load(mutated(tmp_path, "P-002,", "P-001,"))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("D,none,", "D,name,", "subject 'name' is not known"),
        ("A,case,all", "A,case,some", "actor 'some' is not known"),
        ("E,referral", "D,referral", "profile D is there twice"),
        ("S,case,,R87 R156,DESIGN,of its own raids\n", "", "profile S is missing"),
    ],
)
def test_names_of_cases_that_cannot_be_used_are_refused(old: str, new: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(DirectoryError, match=says):
        Profiles.load(mutated(tmp_path, old, new, "subjects.csv"))


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("relation", RELATIONS)
def test_what_no_row_names_is_told_to_nobody(profile: Any, relation: Any) -> None:
    assert TABLE.see(profile, relation, "dead-letter") is None


def test_the_first_scope_that_covers_a_party_holds() -> None:
    own = TABLE.see("A-shared", "own", "handover-accepted")
    part = TABLE.see("A-shared", "part", "handover-accepted")

    assert own is not None
    assert (own.type, "giver.house" in own.fields) == ("handover-accepted", True)
    assert part is not None
    assert (part.type, part.fields) == ("in-protection", ("occurred_at",))
    assert TABLE.see("A-shared", "none", "handover-accepted") is None


def test_a_sight_names_the_rows_that_allow_it() -> None:
    sight = TABLE.see("K", "own", "referral-declined")

    assert sight is not None
    assert sight.rows == tuple(TABLE.rows["referral-declined", f].id for f in (NOTICE, *sight.fields))


def test_what_is_withheld_names_the_row_that_withholds_it() -> None:
    rows = TABLE.rows

    assert TABLE.withheld_by("B-min", "referred", "about_child.category") == rows["referred", "about_child.category"].id
    assert TABLE.withheld_by("B-min", "referred", "service") is None
    assert TABLE.withheld_by("B-min", "hearing-held", "outcome") == rows["hearing-held", NOTICE].id
    assert TABLE.withheld_by("B", "referred", NOTICE) is None
    assert TABLE.withheld_by("B", "referred", NOTICE, "part") == rows["referred", NOTICE].id
    assert TABLE.withheld_by("C", "admitted-to-rpsa", "house", "part") == rows["admitted-to-rpsa", NOTICE].id


def seen(profile: Any, *relations: Any) -> set[tuple[str, str]]:
    """All (type, field) that a profile is ever told, in some relation."""
    sights = [TABLE.see(profile, relation, t.type) for t in TYPES for relation in relations or RELATIONS]
    return {(sight.type, field) for sight in sights if sight for field in sight.fields}


@pytest.mark.parametrize("profile", BLIND)
def test_a_profile_that_must_not_join_gets_no_id_that_two_agencies_could_share(profile: Any) -> None:
    shared = ("id", "primary", "previous", "report", "assertion", "link", "closing", "hearing", "stay", "escort")
    leaks = {(t, f) for t, f in seen(profile) if f.rpartition(".")[2] in shared or f.startswith("reason.")}

    assert TABLE.subject(profile) != "case"
    assert leaks == set()


@pytest.mark.parametrize("profile", JUSTICE)
def test_police_prosecutor_and_court_learn_of_the_child_only_its_age_sex_and_role_in_law(profile: Any) -> None:
    about = {field for _, field in seen(profile) if field.startswith("about_child.")}

    assert about == {"about_child.age_years", "about_child.sex", "about_child.role"}
    assert not {t for t, _ in seen(profile) if t.startswith("category-") or t == "risk-assessed"}


@pytest.mark.parametrize("profile", JUSTICE)
def test_police_prosecutor_and_court_never_learn_the_house_not_even_of_a_way_of_their_own(profile: Any) -> None:
    assert not {field for _, field in seen(profile) if field.rpartition(".")[2] in {"house", "bed", "stay"}}


@pytest.mark.parametrize("profile", JUSTICE)
def test_police_prosecutor_and_court_learn_nothing_of_what_others_were_asked_for(profile: Any) -> None:
    """A referral of another agency would tell of health or drugs, by its service or by its agency."""
    others = {t for t, _ in seen(profile, "part", "none")}

    assert not {t for t in others if t.startswith(("referr", "service-"))}


def test_communities_get_no_justice_and_no_violence_data() -> None:
    fields = {field for _, field in seen("K")}

    assert not {t for t, _ in seen("K")} & {t.type for t in FACTS if "hearing" in t.type or "companion" in t.type}
    assert not fields & {"about_child.category", "about_child.national_code", "about_child.role", "forum"}


def test_the_public_order_unit_sees_only_its_own_raids_then_handed_over_or_closed() -> None:
    legs = {"handover-offered", "handover-accepted", "handover-declined"}
    types = {t for t, _ in seen("S")} - {"command-accepted", "command-refused"}

    assert {t for t, _ in seen("S", "part", "none")} == set()
    assert types == {"child-identified", "child-secured", *legs, "case-closed"}
    assert "about_child.category" not in {field for _, field in seen("S")}


def test_planners_hear_of_no_single_child() -> None:
    assert {t for t, _ in seen("D")} == {"command-accepted", "command-refused"}


def test_who_checks_identity_sees_nothing_that_describes_a_child() -> None:
    assert not {field for _, field in seen("E") | seen("B-parent") if field.startswith("about_child.")}


@pytest.mark.parametrize("profile", [p for p in PROFILES if p != "A"])
def test_where_a_child_sleeps_goes_only_to_dinsos_and_to_the_two_parties_of_a_leg(profile: Any) -> None:
    """R88: so to everybody else at most `in-protection`, and no movement of an escort."""
    places = {"house", "bed", "stay", "origin", "custodian", "giver", "receiver", "to", "last", "held", "claimed"}
    moves = {t.type for t in PLACEMENTS}
    told = seen(profile, "part", "none")

    assert {(t, f) for t, f in told if t in moves and set(f.split(".")) & places} == set()
    assert not {t for t, _ in told} & {"escort-departed", "escort-arrived", "escort-returned"}


def test_only_the_coordinator_sees_every_case() -> None:
    assert {profile for profile in PROFILES if seen(profile, "none")} == {"A"}


def test_only_parties_that_know_the_case_learn_of_groups() -> None:
    groups = {p for p in PROFILES if {f for _, f in seen(p)} & {"raid.id", "siblings.id", "raid.size", "siblings.size"}}

    assert groups == {"A", "A-shared", "A-assigned", *JUSTICE}


@pytest.mark.parametrize("type_", [*outcomes.ANSWERS[:2], *outcomes.NOTICES])
def test_what_is_no_fact_of_a_case_is_told_whole_or_not_at_all(type_: type[Fact]) -> None:
    for profile in PROFILES:
        sight = TABLE.see(profile, "own", type_.type)
        assert sight is None or set(sight.fields) == set(type_.model_fields)


def test_the_table_is_kept_as_a_person_reads_it() -> None:
    """In the order of the contracts, ids counting on, so that a change shows as a change."""
    with (DATA / "profiles.csv").open() as file:
        lines = list(csv.DictReader(file))

    assert list(dict.fromkeys(line["type"] for line in lines)) == [t.type for t in TYPES]
    assert [line["id"] for line in lines] == [f"P-{number:03d}" for number in range(1, len(lines) + 1)]

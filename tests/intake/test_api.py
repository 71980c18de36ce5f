"""Intake by HTTP, on its own engine and database: identity in clear is never stored so; who is shown duplicates."""

from collections.abc import Mapping
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
from pydantic import JsonValue

from services.intake import box, keyring
from services.intake.vault import Vault
from shared.contracts.message import Caller
from tests.intake.desk import Intake
from tests.intake.people import BIMA, SITI, sealed

SATPOL = Caller("satpol-pp", "officer", "uji-2")
TEACHER = Caller("nurul-ilmi", "officer", "uji-3")


async def reported(intake: Intake, *identities: Mapping[str, JsonValue] | None, key: str = "report-1") -> list[str]:
    children: JsonValue = [{"identity": dict(each)} if each else {} for each in identities]
    answer = await intake.asks("report-child", key=key, source="raid", children=children)
    assert answer.status_code == 200, answer.text
    subjects: list[str] = answer.json()["subjects"]
    return subjects


async def identity_of(intake: Intake, subject: str) -> dict[str, str]:
    async with intake.pool.acquire() as sql:
        return dict(await Vault(keyring.load(intake.keys / "keyring.json")).open(sql, UUID(subject)))


async def dump(intake: Intake) -> bytes:
    tables = await intake.pool.fetch("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
    select = (f'SELECT * FROM "{row[0]}"' for row in tables)  # noqa: S608  # our own tables' names
    rows = [row for each in select for row in await intake.pool.fetch(each)]
    return b"\n".join(value if isinstance(value, bytes) else str(value).encode() for row in rows for value in row)


def problem(answer: httpx.Response) -> tuple[int, str, list[str]]:
    body = answer.json()
    return answer.status_code, body["code"], body["where"]


async def test_an_identity_in_clear_reaches_the_vault_and_no_other_table(intake: Intake) -> None:
    siti, nobody, bima = await reported(intake, SITI, None, BIMA)

    assert await identity_of(intake, siti) == SITI
    assert await identity_of(intake, nobody) == {}
    assert await identity_of(intake, bima) == BIMA
    stored = (await dump(intake)).lower()
    words = {word.lower() for text in (*SITI.values(), *BIMA.values()) for word in text.split() if len(word) > 4}
    assert b"child-identified" in stored
    assert not [word for word in words if word.encode() in stored]


async def test_a_report_waiting_to_be_decided_holds_no_name_either(intake: Intake) -> None:
    """While Kafka is away commands are stored, and decided later."""
    intake.caught_up.clear()

    answer = await intake.asks("report-child", key="later", source="raid", children=[{"identity": dict(SITI)}])

    assert answer.status_code == 202
    stored = await dump(intake)
    assert b"report-child" in stored
    assert not [text for text in SITI.values() if text.encode() in stored]


async def test_an_identity_sealed_by_its_sender_is_taken_as_it_is(intake: Intake) -> None:
    keys = keyring.load(intake.keys / "keyring.json")

    [siti] = await reported(intake, sealed(keys, SITI).model_dump())

    assert await identity_of(intake, siti) == SITI


async def test_a_retry_gets_the_same_answer_though_every_seal_is_another_one(intake: Intake) -> None:
    first = await reported(intake, SITI, key="same")

    assert await reported(intake, SITI, key="same") == first
    answer = await intake.asks("report-child", key="same", source="raid", children=[{"identity": {**BIMA}}])
    assert problem(answer) == (409, "same-key-other-body", [])


async def test_identity_learnt_later_is_added_to_the_case(intake: Intake) -> None:
    [case] = await reported(intake, None)

    answer = await intake.asks("add-identity", key="add-1", about=case, identity={**SITI})

    assert answer.status_code == 200
    assert await identity_of(intake, case) == SITI


@pytest.mark.parametrize(("identity", "where"), [
    ({**SITI, "nik": 6471994107129001, "name": ""}, ["children.0.identity.name", "children.0.identity.nik"]),
    ({"Siti Uji Cobawati": "nama"}, ["children.0.identity.(unknown field)"]),
    ({}, ["children.0.identity.(whole)"]),
    ({"kid": "k"}, ["children.0.identity.(unknown field)"]),
])  # fmt: skip
async def test_what_is_wrong_in_an_identity_is_named_and_never_repeated(
    intake: Intake, identity: JsonValue, where: list[str]
) -> None:
    """R99."""
    answer = await intake.asks("report-child", key="wrong", source="raid", children=[{"identity": identity}])

    assert problem(answer) == (422, "identity-not-readable", where)
    assert "Siti" not in answer.text
    assert await intake.pool.fetchval("SELECT count(*) FROM commands") == 0


@pytest.mark.parametrize("children", [
    [{"identity": "Siti Uji Cobawati"}],
    [{"name": "Siti Uji Cobawati"}],
    [{"about_child": {"name": "Siti Uji Cobawati"}}],
    ["Siti Uji Cobawati"],
    "Siti Uji Cobawati",
    [],
])  # fmt: skip
async def test_a_name_where_none_belongs_is_refused_before_anything_is_stored(
    intake: Intake, children: JsonValue
) -> None:
    answer = await intake.asks("report-child", key="wrong", source="raid", children=children)

    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")
    assert "Siti" not in answer.text
    assert await intake.pool.fetchval("SELECT count(*) FROM commands") == 0


async def test_a_box_that_intake_cannot_open_is_refused(intake: Intake, tmp_path: Path) -> None:
    folder = tmp_path / "others"
    folder.mkdir()
    (folder / "keyring.json").write_text(keyring.fresh("2026"))
    others = box.seal(b'{"name": "Siti"}', *keyring.load(folder / "keyring.json").seals)

    answer = await intake.asks("report-child", key="box", source="raid", children=[{"identity": others.model_dump()}])

    assert problem(answer) == (422, "identity-not-readable", [])


async def test_who_knows_no_case_by_its_id_is_told_only_that_the_report_was_taken(intake: Intake) -> None:
    """R120: a community sees a referral's id, never a case's."""
    children: JsonValue = [{}]
    taken = await intake.asks("report-child", TEACHER, key="r", source="teacher", children=children)
    own_raid = await intake.asks("report-child", SATPOL, key="r", source="raid", children=children)

    assert (taken.status_code, taken.json()["subjects"], taken.json()["facts"]) == (200, [], [])
    assert len(own_raid.json()["subjects"]) == 1


# -- cases ------------------------------------------------------------------------------------------------------------


async def test_dinsos_sees_all_of_a_case_but_who_the_child_is(intake: Intake) -> None:
    child: JsonValue = {"about_child": {"age_years": 11, "category": "AT"}, "identity": dict(SITI)}
    report = await intake.asks("report-child", key="r", source="teacher", risk="high", children=[child])
    case = report.json()["subjects"][0]
    await intake.asks("confirm-category", key="c", about=case)
    await intake.asks("link-same-child", key="l", about=case, primary=str(uuid4()))
    boss = Caller("dinsos", "coordinator", "uji-9")
    await intake.asks("request-closing", boss, key="q", about=case, outcome="independent")

    answer = await intake.looks(f"/cases/{case}", Caller("dinsos", "officer", "uji-1"))

    shown = answer.json()
    assert (shown["report"]["source"], shown["report"]["age_years"], shown["risk"]) == ("teacher", 11, "high")
    assert [(each["category"], each["status"]) for each in shown["categories"]] == [("AT", "confirmed")]
    assert [each["status"] for each in shown["links"]] == ["linked"]
    assert shown["assignment"]["agency"] == "dinsos"
    assert (shown["closing"]["status"], shown["closing"]["outcome"]) == ("asked", "independent")
    assert "Siti" not in answer.text


@pytest.mark.parametrize("caller", [Caller("dinsos", "house", "x"), Caller("polresta", "officer", "x"), SATPOL])
async def test_nobody_else_reads_cases_here(intake: Intake, caller: Caller) -> None:
    [case] = await reported(intake, None)

    assert (await intake.looks(f"/cases/{case}", caller)).status_code == 403


@pytest.mark.parametrize("what", ["", "/possible-duplicates"])
@pytest.mark.parametrize("case", ["6d1f0a52-9f5e-4c1d-8a53-0c9d7f3b2a10", "not-a-case"])
async def test_a_case_that_is_not_there_is_unknown(intake: Intake, case: str, what: str) -> None:
    assert problem(await intake.looks(f"/cases/{case}{what}")) == (404, "unknown-case", [])


async def test_the_openapi_document_tells_that_identity_may_come_in_clear(intake: Intake) -> None:
    schemas = (await intake.client.get("/openapi.json")).json()["components"]["schemas"]

    assert schemas["Identity"]["properties"].keys() >= {"name", "nik", "birth_date", "address", "guardian"}
    assert "#/components/schemas/Identity" in str(schemas["AddIdentityByHttp"])


# -- possible duplicates ----------------------------------------------------------------------------------------------


async def test_dinsos_intake_sees_that_two_cases_may_be_of_one_child(intake: Intake) -> None:
    [first] = await reported(intake, SITI, key="1")
    [second] = await reported(intake, {**SITI, "sex": "male"}, key="2")

    shown = (await intake.looks(f"/cases/{second}/possible-duplicates")).json()

    found = shown["possible_duplicates"][0]
    assert (found["case"], found["equal"], found["linked"]) == (first, ["name-and-birth", "nik"], False)
    assert shown["warnings"] == ["sex-differs"]


async def test_a_link_made_by_dinsos_is_seen_there(intake: Intake) -> None:
    [first], [second] = await reported(intake, SITI, key="1"), await reported(intake, SITI, key="2")

    await intake.asks("link-same-child", key="link", about=second, primary=first)

    shown = (await intake.looks(f"/cases/{first}/possible-duplicates")).json()
    assert [each["linked"] for each in shown["possible_duplicates"]] == [True]


@pytest.mark.parametrize("caller", [
    Caller("dinsos", "officer", "x"), Caller("dinsos", "house", "x"), Caller("polresta", "intake", "x"), SATPOL,
])  # fmt: skip
async def test_nobody_else_is_shown_possible_duplicates(intake: Intake, caller: Caller) -> None:
    """R100, R152."""
    [case] = await reported(intake, SITI)

    assert (await intake.looks(f"/cases/{case}/possible-duplicates", caller)).status_code == 403
    assert (await intake.client.get(f"/cases/{case}/possible-duplicates")).status_code == 401


async def test_duplicates_are_said_in_no_stream(intake: Intake) -> None:
    await reported(intake, SITI, SITI)

    said = await intake.pool.fetch("SELECT DISTINCT stream FROM said")
    types = [bytes(row[0]) for row in await intake.pool.fetch("SELECT headers FROM said")]
    assert {row[0] for row in said} == {"cases", "case-keys"}
    assert not [headers for headers in types if b"duplicate" in headers]

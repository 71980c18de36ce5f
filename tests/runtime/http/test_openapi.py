"""The OpenAPI document: what it says is what is answered."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from shared.runtime.changes import Answered
from shared.runtime.http.openapi import document
from tests.runtime.http.conftest import COMMAND, OFFICER, OPERATOR, Side, rules

Ask = Callable[..., Any]
KEYED = {"idempotency-key": "k-1", "content-type": "application/json"}


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from nodes(each)
    if isinstance(value, list):
        for each in value:
            yield from nodes(each)


def validator(name: str) -> Draft202012Validator:
    """Of one schema of the document."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": document(rules())["components"]}
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def test_every_reference_leads_somewhere_and_every_schema_is_one() -> None:
    made: Any = document(rules())
    schemas = made["components"]["schemas"]

    references = {node["$ref"] for node in nodes(made) if "$ref" in node}
    known = {f"#/components/schemas/{name}" for name in schemas} | {"#/components/responses/problem"}

    assert references - known == set()
    assert known - references <= {"#/components/schemas/" + name for name in schemas}
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)


def test_each_command_has_its_path_and_its_contract() -> None:
    paths: Any = document(rules())["paths"]

    takes = {
        path: content["post"]["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        for path, content in paths.items()
        if path.startswith("/commands/") and "post" in content
    }
    assert takes == {
        "/commands/report-child": "ReportChild",
        "/commands/assess-risk": "AssessRisk",
        "/commands/add-identity": "Sentence",
    }


def test_all_that_is_open_is_named_as_open() -> None:
    paths: Any = document(rules())["paths"]

    open_ = {path for path, content in paths.items() if content.get("get", {}).get("security") == []}

    assert open_ == {"/health/live", "/health/ready", "/metrics", "/openapi.json"}


def test_every_path_of_the_document_is_answered_and_the_other_way_round(side: Side) -> None:
    routes = {route.path for route in side.app().routes}  # type: ignore[attr-defined]  # all are `Route`
    paths: Any = document(rules())["paths"]
    named = {"/commands/report-child", "/commands/assess-risk", "/commands/add-identity"}

    assert paths.keys() - named | {"/commands/{type}"} == routes
    assert named <= paths.keys()


async def test_a_command_that_the_document_allows_is_taken_and_one_it_forbids_is_not(http: Ask) -> None:
    fits, unknown_field = COMMAND, {**COMMAND, "more": 1}

    assert validator("AssessRisk").is_valid(fits)
    assert (await http("POST", "/commands/assess-risk", json=fits, headers=KEYED)).status_code == 202
    assert not validator("AssessRisk").is_valid(unknown_field)
    assert (await http("POST", "/commands/assess-risk", json=unknown_field, headers=KEYED)).status_code == 422


@pytest.mark.parametrize(("year", "taken"), [(1899, False), (1900, True), (2199, True), (2200, False)])
async def test_the_years_of_the_document_are_those_that_are_taken(http: Ask, year: int, taken: bool) -> None:
    command = {**COMMAND, "occurred_at": f"{year}-06-01T00:00:00Z"}

    assert validator("AssessRisk").is_valid(command) is taken
    response = await http("POST", "/commands/assess-risk", json=command, headers=KEYED)
    assert response.status_code == (202 if taken else 422)


async def test_an_unknown_field_deep_inside_is_forbidden_by_both(http: Ask) -> None:
    child = {"about_child": {"age_years": 9, "nama": "Melati"}}
    report = {"occurred_at": COMMAND["occurred_at"], "source": "raid", "children": [child]}

    assert not validator("ReportChild").is_valid(report)
    response = await http("POST", "/commands/report-child", json=report, headers=KEYED)
    assert "children.0.about_child.(unknown field)" in response.json()["where"]
    assert "nama" not in response.text


@pytest.mark.parametrize(
    ("name", "request_"),
    [
        ("Undecided", ("POST", "/commands/assess-risk", OFFICER)), ("Problem", ("GET", "/commands/none", OFFICER)),
        ("Problem", ("GET", "/operations/waiting", OFFICER)), ("WaitingPage", ("GET", "/operations/waiting", OPERATOR)),
        ("Problem", ("PUT", "/nowhere", OFFICER)), ("Readiness", ("GET", "/health/ready", None)),
        ("Liveness", ("GET", "/health/live", None)), ("PositionList", ("GET", "/operations/positions", OPERATOR)),
    ],
)  # fmt: skip
async def test_an_answer_is_as_the_document_says(http: Ask, name: str, request_: tuple[Any, ...]) -> None:
    body = {"json": COMMAND} if request_[0] == "POST" else {}

    response = await http(*request_, headers={"idempotency-key": "k-9"}, **body)

    assert list(validator(name).iter_errors(response.json())) == []


async def test_an_outcome_is_as_the_document_says(side: Side, http: Ask) -> None:
    side.submissions.decides = Answered("/agencies/dinsos", "k-1", b"", said=(("e-1", "risk-assessed", "cases", 3),))
    accepted = await http("POST", "/commands/assess-risk", json=COMMAND, headers=KEYED)
    assert list(validator("Accepted").iter_errors(accepted.json())) == []

    side.submissions.decides = Answered("/agencies/dinsos", "k-2", b"", code="not-ready")
    refused = await http("POST", "/commands/assess-risk", json=COMMAND, headers={**KEYED, "idempotency-key": "k-2"})
    assert list(validator("Problem").iter_errors(refused.json())) == []


async def test_the_document_is_served_to_anybody_and_is_always_the_same(http: Ask) -> None:
    served = await http("GET", "/openapi.json", None)

    assert served.json() == json.loads(json.dumps(document(rules())))
    assert served.json()["openapi"] == "3.1.0"

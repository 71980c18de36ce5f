"""The operators' desk."""

from collections.abc import Callable
from typing import Any

import pytest

from shared.contracts.message import Caller
from tests.runtime.http.conftest import OPERATOR, Side
from tests.runtime.http.fakes import SUBJECT

Ask = Callable[..., Any]
COORDINATOR = Caller("dinsos", "coordinator", "uji-5")


async def test_what_waits_comes_in_pages_the_newest_first(side: Side, http: Ask) -> None:
    side.operations.rows = 5

    first = (await http("GET", "/operations/waiting?limit=3", OPERATOR)).json()
    rest = (await http("GET", f"/operations/waiting?limit=3&before={first['next']}", OPERATOR)).json()

    assert ([row["id"] for row in first["waiting"]], first["next"]) == ([5, 4, 3], 3)
    assert ([row["id"] for row in rest["waiting"]], rest["next"]) == ([2, 1], None)
    assert first["waiting"][0] == {
        "id": 5, "subject": str(SUBJECT), "why": "gap", "since": "2026-11-02T14:00:00Z",
        "until": "2026-11-02T14:00:00Z", "type": "letter-sent", "event": "e-5", "topic": "letters",
        "partition": 0, "offset": 5, "detail": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=501",
        "limit=x",
        "limit=-1",
        "limit=1&limit=2",
        "before=0",
        "before=99999999999999999999",
        "limit=",
    ],
)
async def test_a_page_that_cannot_be_is_refused(http: Ask, query: str) -> None:
    response = await http("GET", f"/operations/waiting?{query}", OPERATOR)

    assert (response.status_code, response.json()["where"]) == (422, [query.partition("=")[0]])


async def test_what_waits_is_retried_or_discarded_by_whom(side: Side, http: Ask) -> None:
    retried = await http("POST", "/operations/waiting/2/retry", OPERATOR)
    discarded = await http("POST", "/operations/waiting/3/discard", OPERATOR, json={"reason": "said-twice"})

    assert (retried.status_code, discarded.status_code) == (204, 204)
    assert side.operations.acts == [("retry", 2, OPERATOR), ("discard", 3, "said-twice", OPERATOR)]


@pytest.mark.parametrize("row", ["4", "0", "0x1", "-1", "99999999999999999999", "²", "1%00"])
async def test_a_row_that_is_not_there_is_not_found(side: Side, http: Ask, row: str) -> None:
    response = await http("POST", f"/operations/waiting/{row}/retry", OPERATOR)

    assert (response.status_code, response.json()["code"]) == (404, "not-found")
    assert side.operations.acts == []


async def test_what_was_said_is_said_again(side: Side, http: Ask) -> None:
    one = {"stream": "letters", "subject": str(SUBJECT), "from_sequence": 3}

    assert (await http("POST", "/operations/resend", OPERATOR, json=one)).json() == {"count": 7}
    assert (await http("POST", "/operations/resend", OPERATOR, json={"stream": "letters"})).json() == {"count": 7}
    assert side.operations.acts == [
        ("resend", "letters", SUBJECT, 3, OPERATOR),
        ("resend", "letters", None, 1, OPERATOR),
    ]


async def test_positions_are_shown_and_accepted(side: Side, http: Ask) -> None:
    shown = (await http("GET", "/operations/positions", OPERATOR)).json()
    taken = await http("POST", "/operations/positions/accept", OPERATOR, json={"topic": "letters", "partition": 1})

    assert shown["positions"][1] == {
        "topic": "letters", "partition": 1, "next": 0, "at": None, "problem": ""
    }  # fmt: skip
    assert taken.status_code == 204
    assert side.operations.acts == [("accept", "letters", 1, OPERATOR)]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("waiting/1/discard", {"reason": "because Melati said so"}), ("waiting/1/discard", {}),
        ("waiting/1/discard", []), ("waiting/1/discard", {"reason": "said-twice", "more": 1}),
        ("resend", {"stream": "a b"}), ("resend", {}),
        ("resend", {"stream": "letters", "from_sequence": 0}), ("resend", {"stream": "letters", "subject": "1"}),
        ("positions/accept", {"topic": "letters", "partition": -1}),
        ("positions/accept", {"topic": "letters\n", "partition": 1}),
        ("positions/accept", {"topic": "letters", "partition": "1"}),
    ],
)  # fmt: skip
async def test_an_act_that_is_not_as_agreed_is_refused(side: Side, http: Ask, path: str, body: object) -> None:
    response = await http("POST", f"/operations/{path}", OPERATOR, json=body)

    assert (response.status_code, response.json()["code"]) == (422, "malformed")
    assert b"Melati" not in response.content
    assert side.operations.acts == []

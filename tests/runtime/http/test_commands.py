"""Commands by HTTP: taken, refused, undecided, asked for again."""

import json
from collections.abc import Callable
from typing import Any, ClassVar
from uuid import uuid4

import pytest

from shared.contracts.message import Caller
from shared.runtime.changes import Answered
from tests.runtime.http.conftest import COMMAND, Side
from tests.runtime.http.fakes import SUBJECT

DINKES = Caller("dinkes", "officer", "uji-2")
PATH = "/commands/assess-risk"
ACCEPTED = Answered(
    "/agencies/dinsos", "k-1", b"", said=(("e-1", "risk-assessed", "cases", 3),), subjects=(str(SUBJECT),)
)
Ask = Callable[..., Any]


def keyed(key: str = "k-1", **more: str) -> dict[str, str]:
    return {"idempotency-key": key, **more}


async def test_a_decided_command_is_answered_with_what_it_led_to(side: Side, http: Ask) -> None:
    side.submissions.decides = ACCEPTED

    response = await http("POST", PATH, json=COMMAND, headers=keyed(**{"ce-subject": str(SUBJECT)}))

    assert response.status_code == 200
    assert response.json() == {
        "status": "accepted",
        "command": "k-1",
        "facts": [{"id": "e-1", "type": "risk-assessed", "stream": "cases", "sequence": 3}],
        "subjects": [str(SUBJECT)],
    }


async def test_who_may_not_see_effects_learns_only_that_it_was_accepted(side: Side, http: Ask) -> None:
    side.submissions.decides = ACCEPTED

    response = await http("POST", PATH, DINKES, json=COMMAND, headers=keyed())

    assert response.json() == {"status": "accepted", "command": "k-1", "facts": [], "subjects": []}


async def test_an_undecided_command_is_stored_and_says_where_to_ask_again(side: Side, http: Ask) -> None:
    response = await http("POST", PATH, json=COMMAND, headers=keyed())

    assert (response.status_code, response.headers["location"]) == (202, "/commands/k-1")
    again = await http("GET", response.headers["location"])
    assert (again.status_code, again.content) == (202, response.content)


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("not-permitted", 403), ("not-the-sender", 403), ("unknown-case", 404), ("referral-not-open", 409),
        ("same-key-other-body", 409), ("malformed", 422), ("not-ready", 503), ("where-a-child-sleeps", 409),
    ],
)  # fmt: skip
async def test_a_refusal_is_a_problem_with_its_code_and_who_could(
    side: Side, http: Ask, code: str, status: int
) -> None:
    side.submissions.decides = Answered("/agencies/dinsos", "k-1", b"", code=code, who_could=("sender",))

    response = await http("POST", PATH, json=COMMAND, headers=keyed())

    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json() == {
        "type": f"urn:senandung:problem:{code}", "title": f"id {code}", "status": status, "detail": f"en {code}",
        "code": code, "who_could": ["sender"], "where": [],
    }  # fmt: skip


async def test_what_is_stored_is_what_was_sent_with_caller_and_trace(side: Side, http: Ask) -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    headers = keyed(**{"ce-subject": str(SUBJECT), "ce-after": "cases:0000000003", "traceparent": trace})

    await http("POST", PATH, json=COMMAND, headers=headers)

    stored = side.submissions.stored[0]
    assert (stored.type, stored.version, stored.id, stored.subject) == ("assess-risk", 1, "k-1", str(SUBJECT))
    assert (stored.after, stored.traceparent, stored.caller.actor) == (
        "cases:0000000003",
        trace,
        "dinsos/officer/uji-1",
    )
    assert json.loads(stored.data) == COMMAND
    assert stored.fingerprint == b""


@pytest.mark.parametrize("trace", ["", "00-0-0-01", "00-" + "0" * 32 + "-b7ad6b7169203331-01", "ff-x\r\nset-cookie: a"])
async def test_a_trace_that_is_none_is_replaced(side: Side, http: Ask, trace: str) -> None:
    await http("POST", PATH, json=COMMAND, headers=keyed(traceparent=trace))

    made = side.submissions.stored[0].traceparent
    assert len(made) == 55
    assert made != trace


async def test_the_subject_may_stand_in_the_query_but_not_differ(side: Side, http: Ask) -> None:
    await http("POST", f"{PATH}?subject={str(SUBJECT).upper()}", json=COMMAND, headers=keyed())
    assert side.submissions.stored[0].subject == str(SUBJECT)

    other = keyed(**{"ce-subject": str(uuid4())})
    response = await http("POST", f"{PATH}?subject={SUBJECT}", json=COMMAND, headers=other)
    assert (response.status_code, response.json()["where"]) == (400, ["ce-subject"])


async def test_a_quoted_key_is_the_same_key(side: Side, http: Ask) -> None:
    await http("POST", PATH, json=COMMAND, headers=keyed('"k-1"'))

    assert side.submissions.stored[0].id == "k-1"


async def test_without_a_key_nothing_is_taken(side: Side, http: Ask) -> None:
    response = await http("POST", PATH, json=COMMAND)

    assert (response.status_code, response.json()["code"]) == (400, "key-required")
    assert side.submissions.stored == []


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("idempotency-key", ""), ("idempotency-key", "k 1"), ("idempotency-key", "../k"),
        ("idempotency-key", "k" * 201), ("idempotency-key", '"'),
        ("idempotency-key", "k\r\nset-cookie: a=b"), ("idempotency-key", "k\n"), ("idempotency-key", "ké"),
        ("ce-subject", ""), ("ce-subject", "1"), ("ce-subject", f"{{{SUBJECT}}}"),
        ("ce-subject", f"urn:uuid:{SUBJECT}"), ("ce-subject", f"{SUBJECT}\n"),
        ("ce-subject", "\x00"), ("ce-after", "a b"), ("ce-after", "a\nb"),
        ("ce-after", "a" * 2001),
    ],
)  # fmt: skip
async def test_a_header_that_is_not_as_it_should_be_is_refused(side: Side, http: Ask, header: str, value: str) -> None:
    response = await http("POST", PATH, json=COMMAND, headers={**keyed(), header: value.encode()})

    assert (response.status_code, response.json()["code"]) == (400, "malformed")
    assert response.json()["where"] == [header]
    assert "set-cookie" not in response.headers
    assert side.submissions.stored == []


@pytest.mark.parametrize("header", ["idempotency-key", "ce-subject", "ce-after"])
async def test_a_header_twice_is_refused(side: Side, http: Ask, header: str) -> None:
    twice = [("idempotency-key", "k-1"), (header, str(SUBJECT)), (header, str(SUBJECT))]

    response = await http("POST", PATH, json=COMMAND, headers=twice)

    assert (response.status_code, response.json()["where"]) == (400, [header])
    assert side.submissions.stored == []


@pytest.mark.parametrize(
    ("type_", "code"),
    [
        ("accept-referral", "wrong-service"), ("no-such-thing", "unknown-type"), ("assess-risk.v0", "unknown-type"),
        ("assess-risk.vx", "unknown-type"), ("assess-risk%00", "unknown-type"), ("%0d%0aset-cookie:a", "unknown-type"),
    ],
)  # fmt: skip
async def test_an_unknown_type_has_the_same_shape_as_one_of_another_service(http: Ask, type_: str, code: str) -> None:
    response = await http("POST", f"/commands/{type_}", json=COMMAND, headers=keyed())

    assert (response.status_code, response.json()["code"]) == (404, code)
    assert sorted(response.json()) == ["code", "detail", "status", "title", "type", "where", "who_could"]


async def test_a_version_that_is_not_decided_is_refused(side: Side, http: Ask) -> None:
    response = await http("POST", f"{PATH}.v2", json=COMMAND, headers=keyed())
    assert (response.status_code, response.json()["code"]) == (422, "unsupported-version")

    assert (await http("POST", f"{PATH}.v1", json=COMMAND, headers=keyed())).status_code == 202
    assert side.submissions.stored[0].type == "assess-risk"


async def test_a_field_that_is_wrong_is_named_and_not_repeated(side: Side, http: Ask) -> None:
    wrong = {**COMMAND, "risk": "Melati Kembang", "Melati Kembang": 1}

    response = await http("POST", PATH, json=wrong, headers=keyed())

    assert (response.status_code, response.json()["code"]) == (422, "malformed")
    assert response.json()["where"] == ["(unknown field)", "risk"]
    assert b"Melati" not in response.content
    assert side.submissions.stored == []


async def test_the_same_key_for_something_else_is_refused(http: Ask) -> None:
    await http("POST", PATH, json=COMMAND, headers=keyed())

    response = await http("POST", PATH, json={**COMMAND, "risk": "low"}, headers=keyed())

    assert (response.status_code, response.json()["code"]) == (409, "same-key-other-body")


async def test_while_nothing_can_be_stored_the_sender_is_asked_to_come_again(side: Side, http: Ask) -> None:
    side.submissions.away = True

    for method, path in (("POST", PATH), ("GET", "/commands/k-1")):
        body = {"json": COMMAND} if method == "POST" else {}
        response = await http(method, path, headers=keyed(), **body)
        assert (response.status_code, response.json()["code"]) == (503, "not-ready")
        assert int(response.headers["retry-after"]) >= 1


async def test_an_outcome_of_another_agency_looks_like_none_at_all(side: Side, http: Ask) -> None:
    side.submissions.decides = ACCEPTED
    await http("POST", PATH, json=COMMAND, headers=keyed())

    others = await http("GET", "/commands/k-1", DINKES)
    none = await http("GET", "/commands/k-2", DINKES)
    no_key = await http("GET", "/commands/%0d%0a", DINKES)

    assert (await http("GET", "/commands/k-1")).status_code == 200
    assert others.status_code == 404
    assert (others.content, others.headers) == (none.content, none.headers) == (no_key.content, no_key.headers)


async def test_an_id_that_can_be_none_is_not_even_looked_for(side: Side, http: Ask) -> None:
    side.submissions.away = True

    assert (await http("GET", "/commands/k%00")).status_code == 404
    assert (await http("GET", "/commands/" + "k" * 201)).status_code == 404


class TestTransform:
    """Data that are changed before they are stored."""

    PATH = "/commands/add-identity"
    SENT: ClassVar = {"occurred_at": COMMAND["occurred_at"], "words": "Melati Kembang"}

    async def test_only_what_it_made_is_stored(self, side: Side, http: Ask) -> None:
        await http("POST", self.PATH, json=self.SENT, headers=keyed())

        stored = side.submissions.stored[0]
        assert b"Melati" not in stored.data
        assert json.loads(stored.data)["identity"]["kid"] == "k1"

    async def test_a_retry_is_known_though_the_seal_is_another(self, side: Side, http: Ask) -> None:
        first = await http("POST", self.PATH, json=self.SENT, headers=keyed())
        again = await http("POST", self.PATH, json=self.SENT, headers=keyed())
        other = await http("POST", self.PATH, json={**self.SENT, "words": "Kenanga"}, headers=keyed())

        assert (first.status_code, again.status_code, other.status_code) == (202, 202, 409)
        one, two = side.submissions.stored
        assert one.data != two.data
        assert one.fingerprint == two.fingerprint

    async def test_its_refusal_is_told(self, side: Side, http: Ask) -> None:
        response = await http("POST", self.PATH, json=COMMAND, headers=keyed())

        assert (response.status_code, response.json()["where"]) == (422, ["words"])
        assert side.submissions.stored == []

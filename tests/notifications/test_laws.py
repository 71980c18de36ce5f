"""Laws that hold whatever happens, in whatever order."""

from collections.abc import Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contracts.codec import encode
from shared.contracts.message import Say
from shared.contracts.model import AboutChild, Fact
from shared.contracts.topics import FACTS
from tests.harness import CASE
from tests.notifications.city import BOY, HOUSE, PARTIES, PROFILES, STREAM_OF, Post
from tests.notifications.histories import SOME, histories, of_type, parties
from tests.notifications.oracle import Tables, Told, concerns, expected

TABLES = Tables()


def paths(data: Mapping[str, Any], above: str = "") -> frozenset[str]:
    """The fields of a notice as the table names them."""
    parts = [
        paths(value, f"{name}.") if isinstance(value, dict) else {f"{above}{name}"} for name, value in data.items()
    ]
    return frozenset().union(*parts)


def known(fact: Fact) -> frozenset[str]:
    """What a fact holds: a notice cannot tell what is not there."""
    about = {"about_child": BOY} if "about_child" in type(fact).model_fields else {}
    return paths({**fact.model_dump(exclude_none=True), **{name: a.model_dump() for name, a in about.items()}})


def spoken(say: Say) -> Told:
    return Told(say.stream.split(".")[1], say.body.type, paths(say.body.model_dump(exclude_unset=True)))


@settings(max_examples=500)
@given(histories)
def test_every_notice_is_justified_by_a_row_and_every_row_that_applies_gave_one(history: list[Fact]) -> None:
    city, examined = Post(), 0
    for number, fact in enumerate(history, 1):
        told = {party: city.types(party) for party in PARTIES}
        before = len(city.said)
        city.tells(fact)

        wanted = expected(TABLES, PARTIES, history[:number], told)
        given_ = {spoken(say) for say in city.said[before:]}
        assert given_ == {t._replace(fields=t.fields & (known(fact) | {"occurred_at"})) for t in wanted}
        assert len(given_) == len(city.said) - before, "two notices of one fact in one mailbox"
        examined += 1
    assert examined == len(history)


@settings(max_examples=150)
@given(histories)
def test_no_profile_that_must_not_join_ever_gets_the_case_id_or_the_id_of_a_fact(history: list[Fact]) -> None:
    city = Post()
    for fact in history:
        city.tells(fact)

    for party, profile in PARTIES.items():
        if PROFILES.subject(profile) == "case":
            continue
        for say in city.mail(party):
            text = " ".join((str(say.alias), say.actor, say.causation, encode(say.body).decode()))
            assert say.alias is not None
            assert str(CASE) not in text
            assert not [id_ for id_ in city.ids_of_facts() if id_ in text]


@settings(max_examples=150)
@given(histories)
def test_the_house_reaches_nobody_but_dinsos_and_parties_of_a_way_and_never_the_police_or_a_court(
    history: list[Fact],
) -> None:
    city = Post()
    for number, fact in enumerate(history, 1):
        before = len(city.said)
        city.tells(fact)
        ways = concerns(history[:number], fact)
        readers = {say.stream.split(".")[1] for say in city.said[before:] if HOUSE in encode(say.body).decode()}
        assert readers <= {"dinsos", *ways}
        assert not [reader for reader in readers if PARTIES[reader].startswith("C")]


@settings(max_examples=150)
@given(histories)
def test_police_prosecutor_court_and_prison_never_learn_category_or_code(history: list[Fact]) -> None:
    city = Post()
    for fact in history:
        city.tells(fact)

    for party, profile in PARTIES.items():
        if profile.startswith("C"):
            text = str(city.data(party))
            assert "NAPZA" not in text
            assert "AMPK" not in text


@settings(max_examples=150)
@given(histories, parties, st.data())
def test_a_command_has_one_outcome_for_its_sender(history: list[Fact], sender: str, data: st.DataObject) -> None:
    """Its first effect where the sender sees that, else that it took effect; never both, never none."""
    city = Post()
    effects = data.draw(st.sets(st.integers(0, len(history) - 1), min_size=1, max_size=4))
    for number, fact in enumerate(history):
        city.tells(fact, by=sender if number in effects else "", command="perintah-1")

    first = history[min(effects)]
    outcomes = [say.body.type for say in city.mail(sender) if say.causation == "perintah-1"]
    accepted = [type_ for type_ in outcomes if type_ == "command-accepted"]
    assert outcomes, "no outcome"
    assert (accepted == ["command-accepted"]) == (first.type not in outcomes[:1])


@settings(max_examples=100)
@given(histories)
def test_facts_of_different_streams_commute(history: list[Fact]) -> None:
    """Whatever stream is read first, who takes part and what is remembered are the same."""
    city, by_stream = Post(), Post()
    messages = [
        city._message(fact, stream=STREAM_OF[type(fact)], time=city.now, about=AboutChild()) for fact in history
    ]
    for message in messages:
        city._evolve(message)
    for message in sorted(messages, key=lambda m: m.stream):
        by_stream._evolve(message)

    assert by_stream.state == city.state


@settings(max_examples=3)
@given(st.tuples(*[of_type(type_) for type_ in FACTS]))
def test_the_histories_are_made_of_every_type_and_every_profile(one_of_each: tuple[Fact, ...]) -> None:
    assert [type(fact) for fact in one_of_each] == list(FACTS)
    assert {PARTIES[party] for party in SOME} == set(PARTIES.values())

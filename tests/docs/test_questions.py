"""A newcomer's ten questions have answers that name a place in the code for each."""

import re

from tests.docs.places import PLACE, ROOT

PAGE = (ROOT / "docs" / "questions.md").read_text()
ANSWERS = re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]


def test_there_are_ten_questions_and_each_ends_as_one() -> None:
    titles = [answer.splitlines()[0] for answer in ANSWERS]

    assert [title.split(".")[0] for title in titles] == [str(number) for number in range(1, 11)]
    assert [title for title in titles if not title.endswith("?")] == []


def test_each_is_answered_by_places_in_the_code() -> None:
    assert [answer for answer in ANSWERS if len(PLACE.findall(answer)) < 2] == []

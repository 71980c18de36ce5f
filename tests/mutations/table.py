"""The mechanisms behind the guarantees of the README, each as the text that is taken out and the test that notices."""

from collections.abc import Mapping
from typing import Final

from tests.mutations.mutation import Mutation

ENGINE: Final = (
    Mutation(
        "command-once", "nobody looks whether a command was answered before",
        "shared/runtime/commands.py",
        "        known = self.fold.before.answered.get(come.key)\n",
        "        known = None\n",
        "tests/runtime/test_turns.py::test_the_same_command_twice_has_one_effect_and_two_answers",
    ),
    Mutation(
        "command-once", "answers are not stored with the turn",
        "shared/runtime/commands.py",
        "        self.fold.changes.answers.append(answered)\n",
        "",
        "tests/runtime/test_turns.py::test_a_command_by_http_that_two_hands_take_up_is_answered_once",
    ),
    Mutation(
        "fact-once", "a batch is taken though its position has moved",
        "shared/runtime/turns.py",
        "done = {place for place, end in ends.items() if rows.get(place, 0) > end.offset}",
        "done: set[Place] = set()",
        "tests/runtime/test_turns.py::test_a_batch_read_twice_takes_effect_once",
    ),
    Mutation(
        "fact-once", "a number that was applied is applied again",
        "shared/runtime/entry.py",
        "    if fact.sequence <= count:\n",
        "    if fact.sequence <= 0:\n",
        "tests/runtime/test_turns.py::test_a_fact_that_lies_twice_in_the_log_takes_effect_once",
    ),
    Mutation(
        "fact-once", "the predecessor is not compared",
        "shared/runtime/entry.py",
        "    if fact.previous != entry.last(chain):\n        return Standing.FORK\n",
        "",
        "tests/runtime/test_turns.py::test_a_fact_that_names_another_predecessor_stops_its_child_and_is_told",
    ),
    Mutation(
        "causes-first", "a gap in the numbers is passed over",
        "shared/runtime/entry.py",
        "    if fact.sequence > count + 1:\n        return Standing.GAP\n",
        "",
        "tests/runtime/test_turns.py::test_a_fact_that_comes_too_early_waits_for_the_one_before_it",
    ),
    Mutation(
        "causes-first", "what the speaker had heard is not asked for",
        "shared/runtime/entry.py",
        "missing = {s for s, n in after.items() if s in wiring.heard and entry.count(s) < n}",
        "missing: set[str] = set()",
        "tests/runtime/test_turns.py::test_a_fact_waits_for_what_its_speaker_had_heard_in_another_stream",
    ),
    Mutation(
        "lost-acknowledgement", "a turn that is done already is done again",
        "shared/runtime/turns.py",
        "done = {place for place, end in ends.items() if rows.get(place, 0) > end.offset}",
        "done: set[Place] = set()",
        "tests/runtime/test_contention.py"
        "::test_a_turn_whose_commit_was_not_acknowledged_is_done_again_and_takes_effect_once",
    ),
    Mutation(
        "lost-acknowledgement", "a replica that comes back too late is believed",
        "shared/runtime/turns.py",
        "        if wrong:\n            raise Misplaced(wrong)\n",
        "",
        "tests/runtime/test_turns.py::test_a_zombie_is_told_where_to_read_on",
    ),
    Mutation(
        "no-loss-by-a-crash", "a turn is no transaction",
        "shared/runtime/turns.py",
        "async with self.pool.acquire() as connection, connection.transaction():",
        "async with self.pool.acquire() as connection:",
        "tests/runtime/test_contention.py::test_a_turn_in_the_way_of_others_is_repeated_as_a_whole_and_parks_nothing",
    ),
    Mutation(
        "one-childs-trouble", "what cannot be applied is thrown away",
        "shared/runtime/facts.py",
        '            return self.fold.waits.add(fact.subject, "failed", fact, stored, type(problem).__name__)\n',
        "            return False\n",
        "tests/runtime/test_poison.py"
        "::test_a_poisoned_fact_waits_with_what_follows_it_and_all_other_children_go_on",
    ),
    Mutation(
        "one-childs-trouble", "what cannot be stored is not looked for one by one",
        "shared/runtime/turns.py",
        "        if careful:\n            raise problem\n",
        "        if True:\n            raise problem\n",
        "tests/runtime/test_poison.py"
        "::test_a_child_that_cannot_be_stored_stops_no_other_and_comes_back_when_it_is_mended",
    ),
    Mutation(
        "another-log", "the last record is not compared",
        "shared/runtime/positions.py",
        "            if first.offset == known[place].next - 1 and first.digest() != known[place].digest:\n",
        "            if False:\n",
        "tests/runtime/test_logs_changed.py"
        "::test_a_topic_made_anew_under_a_running_service_halts_it_before_anything_is_missed",
    ),
    Mutation(
        "in-time", "deadlines go by the clock on the wall",
        "shared/runtime/dues.py",
        "dues[0][1] > (due.by or self.fold.now)",
        "dues[0][1] > self.fold.now",
        "tests/runtime/test_dues.py"
        "::test_a_deadline_after_the_moment_by_which_the_logs_were_asked_waits_though_it_has_passed",
    ),
    Mutation(
        "in-time", "nobody waits for the end of the log",
        "shared/runtime/clockwork.py",
        "        if not due or not await self.subscription.reached(self._fence(list(due))):\n",
        "        if not due:\n",
        "tests/runtime/test_clockwork.py::test_no_deadline_fires_while_an_answer_may_still_lie_unread_in_the_log",
    ),
    Mutation(
        "rebuilt", "what own facts followed is decided again",
        "shared/runtime/facts.py",
        " or envelope.sequence <= entry.covered.get(stream, 0)",
        "",
        "tests/runtime/test_lost.py::test_what_was_decided_before_a_loss_is_not_decided_again",
    ),
    Mutation(
        "rebuilt", "own facts name no command that they answered",
        "shared/runtime/facts.py",
        "            self.fold.commands.remember(envelope, message.body)\n",
        "            pass\n",
        "tests/routing/test_engine.py"
        "::test_a_lost_database_is_rebuilt_from_the_streams_and_nothing_is_said_again",
    ),
)  # fmt: skip
SERVICES: Final = (
    Mutation(
        "one-custodian", "anybody may take the child to a hearing",
        "services/shelter/domain/escort.py",
        "    if state.placements.custody.keeper.speaker != message.caller.agency:\n",
        "    if False:\n",
        "tests/shelter/test_laws_of_custody.py::test_a_child_has_one_custodian_at_any_instant_whatever_is_told",
    ),
    Mutation(
        "one-custodian", "a movement told too late fits",
        "services/shelter/domain/custody.py",
        "    return custody.keeper.kind in leaves and fact.occurred_at >= custody.since(fact.occurred_at)\n",
        "    return custody.keeper.kind in leaves\n",
        "tests/shelter/test_custody.py::test_a_movement_told_too_late_is_disputed_and_not_lost",
    ),
    Mutation(
        "one-bed", "nobody locks the house",
        "shared/runtime/postgres.py",
        "        await self.sql.fetch("
        '"SELECT FROM locks WHERE name = ANY($1) ORDER BY name FOR UPDATE", list(shared.locks))\n',
        "",
        "tests/shelter/test_engine.py::test_two_turns_at_once_give_the_last_bed_to_one",
    ),
    Mutation(
        "one-bed", "the table takes two children in one bed",
        "services/shelter/migrations/0001_expand_placements.sql",
        "    PRIMARY KEY (subject, stay),\n    CONSTRAINT stays_one_child_a_bed UNIQUE (house, bed)\n",
        "    PRIMARY KEY (subject, stay)\n",
        "tests/shelter/test_engine.py::test_without_the_lock_the_database_still_gives_no_bed_twice",
    ),
    Mutation(
        "need-to-know", "a part of an object is shown with the rest of it",
        "services/notifications/domain/cut.py",
        "            shown[name] = _part(value, parts)\n",
        "            shown[name] = value\n",
        "tests/notifications/test_laws.py"
        "::test_every_notice_is_justified_by_a_row_and_every_row_that_applies_gave_one",
    ),
    Mutation(
        "need-to-know", "whoever takes part in the case is told what concerns others",
        "services/notifications/domain/notice.py",
        '"own" if party in own else "part" if party in part else "none"',
        '"own" if party in own or party in part else "none"',
        "tests/notifications/test_laws.py"
        "::test_every_notice_is_justified_by_a_row_and_every_row_that_applies_gave_one",
    ),
    Mutation(
        "no-joining", "a notice keeps the correlation of its fact",
        "shared/runtime/speech.py",
        '            correlation=str(uuid5(NAMESPACE_URL, f"{say.stream}/{envelope.subject}")),\n',
        "",
        "tests/notifications/test_engine.py::test_no_header_and_no_data_of_a_mailbox_could_be_joined_with_another",
    ),
    Mutation(
        "no-joining", "a notice goes on in the trace of its fact",
        "shared/runtime/speech.py",
        '            trace=self._trace(""),\n',
        "",
        "tests/notifications/test_engine.py::test_no_header_and_no_data_of_a_mailbox_could_be_joined_with_another",
    ),
    Mutation(
        "names-in-the-vault", "an officer's report is stored as it was written",
        "services/intake/api/sealing.py",
        '{**data, "children": [self._child(f"children.{n}", child) for n, child in enumerate(children)]}',
        "data",
        "tests/intake/test_api.py::test_an_identity_in_clear_reaches_the_vault_and_no_other_table",
    ),
    Mutation(
        "names-in-the-vault", "the vault keeps what it was told as it was told",
        "services/intake/vault.py",
        "seal_field(key, subject, field, text))\n",
        "text.encode())\n",
        "tests/intake/test_vault.py::test_no_row_holds_a_word_of_what_was_told",
    ),
)  # fmt: skip
MUTATIONS: Final = (*ENGINE, *SERVICES)
SIMULATED: Final[Mapping[str, tuple[str, ...]]] = {
    "fact-once": ("deduplication",),
    "causes-first": ("gap check", "ce_after of facts", "ce_after of commands"),
    "no-loss-by-a-crash": ("said", "positions moved with the turn", "positions"),
    "in-time": ("end offsets before a deadline",),
    "rebuilt": (
        "own streams first",
        "nothing decided while recalling",
        "commands remembered by own facts",
        "what own facts followed",
    ),
    "each-mechanism": ("waking",),
}
"""What the simulation takes out for a guarantee, by the names that it has there; it takes out more than these."""
SHORT: Final = tuple(m for m in MUTATIONS if m.test.partition("::")[0] in {
    "tests/runtime/test_dues.py", "tests/notifications/test_engine.py",
})  # fmt: skip
"""Those whose tests need no server and end at once."""

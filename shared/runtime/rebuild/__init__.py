"""A service's derived tables, made again from what it said and heard, with no decision taken.

*Derived* is what follows from facts alone: the rows of `subjects` and `aliases`, and every table of the service's own
that `Domain.tables` names. *Primary*, and never touched, is all else: `said` and `outbox`, `positions`, `waiting`,
`wakes`, `commands`, and tables such as the vault. A rebuild is of the moment at which the positions stand: it folds

1. what the service has said, from `said`, which is kept for ever, and what of it stands in the log alone (of a time
   that a restored database has forgotten);
2. the keys of cases, and then what it heard of others, from each log's beginning to the stored position;
3. without what stands in `waiting`: that was never applied, and goes on waiting.

Facts of different streams commute, so no order among partitions matters; only own facts and keys are read first, for
they tell which facts an operator has set aside, and open what is sealed. Every fact evolves and nothing is decided:
in the place of `decide` stands an error.

It happens in one transaction, in temporary tables that stand before the service's own under the same names and end
with it. To compare (`check`) reads one snapshot, so the service may go on meanwhile. To put in place takes a lock that
lets nobody else write, and is refused while a replica is connected; until it commits, everything is as it was.
Where a log no longer holds what was heard, nothing is put in place, and what to say again is told.
"""

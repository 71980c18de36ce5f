-- The engine's own tables, the same in every service's database.

CREATE TABLE subjects (
    key uuid PRIMARY KEY,
    lane smallint NOT NULL,
    doc bytea NOT NULL,
    next_due timestamptz
) WITH (fillfactor = 70);
COMMENT ON TABLE subjects IS 'derived: what was said and heard of a subject, and the state that this made; next_due is a hint. Kept for ever.';
CREATE INDEX subjects_due ON subjects (next_due) WHERE next_due IS NOT NULL;

CREATE TABLE aliases (alias uuid PRIMARY KEY, key uuid NOT NULL);
COMMENT ON TABLE aliases IS 'derived: other ids under which a command may name a subject. Kept for ever.';

CREATE TABLE positions (
    topic text NOT NULL,
    partition integer NOT NULL,
    next bigint NOT NULL DEFAULT 0,
    at timestamptz,
    digest bytea,
    PRIMARY KEY (topic, partition)
) WITH (fillfactor = 50);
COMMENT ON TABLE positions IS 'primary: the next offset to apply, with append time and digest of the record before it. Kept for ever.';

CREATE TABLE said (
    stream text NOT NULL,
    subject uuid NOT NULL,
    sequence integer NOT NULL,
    id uuid NOT NULL,
    owner uuid NOT NULL,
    lane smallint NOT NULL,
    partition smallint NOT NULL,
    headers bytea NOT NULL,
    data bytea NOT NULL,
    said_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (stream, subject, sequence)
);
COMMENT ON TABLE said IS 'primary: all that this service has said, insert-only, kept for ever.';

CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    lane smallint NOT NULL,
    stream text NOT NULL,
    subject uuid NOT NULL,
    sequence integer NOT NULL,
    since timestamptz NOT NULL DEFAULT now()
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
COMMENT ON TABLE outbox IS 'primary: what of said is not yet acknowledged by the broker. The relay deletes it.';

CREATE TABLE waiting (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subject uuid NOT NULL,
    why text NOT NULL,
    since timestamptz NOT NULL,
    until timestamptz NOT NULL,
    record bytea NOT NULL,
    detail text NOT NULL DEFAULT '',
    release boolean NOT NULL DEFAULT false,
    version text NOT NULL DEFAULT ''
);
COMMENT ON TABLE waiting IS 'primary: messages heard and not yet applied, with the reason. The turn that applies one deletes it.';
CREATE INDEX waiting_subject ON waiting (subject);
CREATE INDEX waiting_until ON waiting (until);

CREATE TABLE commands (
    source text NOT NULL,
    id text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    digest bytea NOT NULL,
    record bytea,
    answer bytea,
    PRIMARY KEY (source, id)
);
COMMENT ON TABLE commands IS 'primary: commands and what became of them; record only while undecided. Cleaned by the engine after 400 days.';
CREATE INDEX commands_undecided ON commands (at) WHERE answer IS NULL;

CREATE TABLE wakes (key uuid PRIMARY KEY, since timestamptz NOT NULL DEFAULT now());
COMMENT ON TABLE wakes IS 'primary: subjects that should look again because something shared changed. The turn that looks deletes it.';

CREATE TABLE locks (name text PRIMARY KEY);
COMMENT ON TABLE locks IS 'derived: rows that are only locks, for what subjects share.';

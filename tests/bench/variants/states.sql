CREATE TABLE states (id uuid PRIMARY KEY, doc bytea NOT NULL, next_due timestamptz);

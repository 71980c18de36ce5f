-- The vault: who a child is. Primary: nothing else in the city can say it again, so it lives by its backup alone.

CREATE TABLE vault_keys (
    subject uuid PRIMARY KEY,
    kid text NOT NULL,
    wrapped bytea NOT NULL CHECK (octet_length(wrapped) = 60)
);
COMMENT ON TABLE vault_keys IS
    'primary: the AES-256-GCM key of each case, wrapped under the key-encryption key kid; '
    'deleting a row shreds the identity of the case, here and in every backup of the other vault tables';

CREATE TABLE vault_statements (
    subject uuid NOT NULL REFERENCES vault_keys ON DELETE CASCADE,
    agency text NOT NULL,
    statement text NOT NULL,
    stored_at timestamptz NOT NULL DEFAULT now(),
    warnings text[] NOT NULL,
    PRIMARY KEY (subject, agency, statement)
);
COMMENT ON TABLE vault_statements IS
    'primary: which command of which agency told an identity, and where its NIK differs from the rest (R99); '
    'cleaned with the key of the case';

CREATE TABLE vault_fields (
    subject uuid NOT NULL,
    agency text NOT NULL,
    statement text NOT NULL,
    field text NOT NULL,
    sealed bytea NOT NULL,
    PRIMARY KEY (subject, agency, statement, field),
    FOREIGN KEY (subject, agency, statement) REFERENCES vault_statements ON DELETE CASCADE
);
COMMENT ON TABLE vault_fields IS
    'primary: each field of an identity, sealed under the key of the case and bound to case and field; '
    'cleaned with the key of the case';

CREATE TABLE vault_marks (
    subject uuid NOT NULL REFERENCES vault_keys ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('nik', 'name-and-birth')),
    kid text NOT NULL,
    mark bytea NOT NULL CHECK (octet_length(mark) = 32),
    PRIMARY KEY (subject, kind, kid, mark)
);
CREATE INDEX vault_marks_equal ON vault_marks (kind, kid, mark);
COMMENT ON TABLE vault_marks IS
    'primary: keyed hashes by which equal identities are found without opening any (R100); '
    'cleaned with the key of the case';

CREATE TABLE possible_duplicates (
    subject uuid NOT NULL REFERENCES vault_keys ON DELETE CASCADE,
    other uuid NOT NULL REFERENCES vault_keys ON DELETE CASCADE,
    kind text NOT NULL,
    found_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (subject, other, kind),
    CHECK (subject <> other)
);
CREATE INDEX possible_duplicates_other ON possible_duplicates (other);
COMMENT ON TABLE possible_duplicates IS
    'primary: pairs of cases with an equal mark, each pair in both directions; shown to Dinsos intake and said in no '
    'stream; cleaned with the key of either case';

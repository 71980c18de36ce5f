-- Tables that notifications reads from. All of them are derived: the runtime rewrites them from the streams.

CREATE TABLE facts (
    subject uuid NOT NULL,
    stream text NOT NULL,
    number integer NOT NULL,
    type text NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (subject, stream, number)
);
CREATE INDEX facts_type ON facts (type);
COMMENT ON TABLE facts IS
    'derived: which facts were heard of each case, without their data; cleaned when the case is shredded';

CREATE TABLE participation (
    subject uuid NOT NULL,
    stream text NOT NULL,
    number integer NOT NULL,
    party text NOT NULL,
    way text NOT NULL CHECK (way IN (
        'reporter', 'secured', 'owner', 'asked', 'forum', 'companion', 'giver', 'receiver', 'custodian', 'escort'
    )),
    matter uuid,
    since timestamptz NOT NULL,
    until timestamptz,
    PRIMARY KEY (subject, stream, number)
);
CREATE INDEX participation_party ON participation (party) WHERE until IS NULL;
COMMENT ON TABLE participation IS
    'derived: who takes part in each case, how, and until when; cleaned when the case is shredded';

CREATE TABLE notices (
    subject uuid NOT NULL,
    party text NOT NULL,
    number integer NOT NULL,
    id text NOT NULL,
    type text NOT NULL,
    said_at timestamptz NOT NULL,
    processed_at timestamptz,
    PRIMARY KEY (subject, party, number)
);
CREATE INDEX notices_party_type ON notices (party, type);
COMMENT ON TABLE notices IS
    'derived: what each party was told of each case, without its data, and whether it was processed; cleaned when the case is shredded';

-- Children of whom nobody knows who has them: asked for every morning. Derived: the runtime rewrites it from the streams.

CREATE TABLE adrift (
    subject uuid NOT NULL PRIMARY KEY,
    since timestamptz NOT NULL
);
CREATE INDEX adrift_since ON adrift (since);
COMMENT ON TABLE adrift IS
    'derived: children of open cases of whom nobody is known to have them, and since when (R87a, R148); a child that somebody has is deleted by its turn';

INSERT INTO adrift SELECT subject, since FROM custody WHERE until IS NULL AND kind = 'unknown';

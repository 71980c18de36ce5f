CREATE TABLE moved (partition integer NOT NULL, position bigint NOT NULL, key bytea, value bytea);

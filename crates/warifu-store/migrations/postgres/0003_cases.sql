-- Cases that people have sent. What a case says is in its bundle, a JSON file; notes are a JSON array of texts: when, by whom and what, three by three.
CREATE TABLE warifu.support_case (
    id uuid PRIMARY KEY,
    revision bigint NOT NULL,
    number bigint NOT NULL UNIQUE,
    -- SHA-256 of the secret in its private link, and of what it says.
    link bytea NOT NULL UNIQUE,
    digest bytea NOT NULL UNIQUE,
    subject text NOT NULL,
    cause text,
    unknown boolean NOT NULL,
    installation bytea,
    received bigint NOT NULL,
    closed bigint,
    closed_by uuid,
    bundle bytea NOT NULL,
    notes text NOT NULL
);

CREATE INDEX support_case_open ON warifu.support_case (id) WHERE closed IS NULL;
CREATE INDEX support_case_received ON warifu.support_case (received);

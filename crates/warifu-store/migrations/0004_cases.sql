-- Cases that people have sent. What a case says is in its bundle, a JSON file; notes are a JSON array of texts: when, by whom and what, three by three.
CREATE TABLE support_case (
    id BLOB NOT NULL PRIMARY KEY,
    revision INTEGER NOT NULL,
    number INTEGER NOT NULL UNIQUE,
    -- SHA-256 of the secret in its private link, and of what it says.
    link BLOB NOT NULL UNIQUE,
    digest BLOB NOT NULL UNIQUE,
    subject TEXT NOT NULL,
    cause TEXT,
    unknown INTEGER NOT NULL,
    installation BLOB,
    received INTEGER NOT NULL,
    closed INTEGER,
    closed_by BLOB,
    bundle BLOB NOT NULL,
    notes TEXT NOT NULL
) STRICT;

CREATE INDEX support_case_open ON support_case (id) WHERE closed IS NULL;
CREATE INDEX support_case_received ON support_case (received);

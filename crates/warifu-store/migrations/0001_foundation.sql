-- Ids are UUIDs of version 7 (16 bytes), so that new rows of a table lie beside each other. Times are seconds since 1970. Unsigned 64-bit
-- numbers keep their bits in a signed column. There are no foreign keys: a commit may write its records in any order, and a row that is missing is
-- found where it is read.

CREATE TABLE product (
    id BLOB NOT NULL PRIMARY KEY,
    revision INTEGER NOT NULL,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    created INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sku (
    number INTEGER NOT NULL PRIMARY KEY,
    revision INTEGER NOT NULL,
    product BLOB NOT NULL,
    edition TEXT NOT NULL,
    name TEXT NOT NULL,
    -- A JSON array of texts.
    features TEXT NOT NULL,
    created INTEGER NOT NULL,
    UNIQUE (product, edition)
) STRICT, WITHOUT ROWID;

-- Every version of every policy. The highest version is the one that holds.
CREATE TABLE policy (
    id BLOB NOT NULL,
    version INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    -- A JSON object that names its own format.
    rules TEXT NOT NULL,
    PRIMARY KEY (id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE batch (
    id BLOB NOT NULL PRIMARY KEY,
    revision INTEGER NOT NULL,
    sku INTEGER NOT NULL,
    policy BLOB NOT NULL,
    format INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    first_index INTEGER NOT NULL,
    count INTEGER NOT NULL,
    label TEXT,
    withdrawn INTEGER NOT NULL,
    created INTEGER NOT NULL,
    -- Two nodes that issue at once must not deal the same serials.
    UNIQUE (format, sku, first_index)
) STRICT, WITHOUT ROWID;

CREATE TABLE staff (
    id BLOB NOT NULL PRIMARY KEY,
    revision INTEGER NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    token BLOB NOT NULL UNIQUE,
    removed INTEGER NOT NULL,
    created INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE imported_key (
    hash BLOB NOT NULL PRIMARY KEY,
    revision INTEGER NOT NULL,
    sku INTEGER NOT NULL,
    policy BLOB NOT NULL,
    weak INTEGER NOT NULL,
    created INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE licence (
    id BLOB NOT NULL PRIMARY KEY,
    revision INTEGER NOT NULL,
    sku INTEGER NOT NULL,
    policy BLOB NOT NULL,
    -- At most one of key_number (with batch) and imported.
    key_number INTEGER,
    batch BLOB,
    imported BLOB,
    key_generation INTEGER NOT NULL,
    standing TEXT NOT NULL,
    standing_since INTEGER,
    standing_effective INTEGER,
    seats INTEGER NOT NULL,
    seats_taken INTEGER NOT NULL,
    starts INTEGER NOT NULL,
    ends INTEGER,
    label TEXT,
    created INTEGER NOT NULL,
    -- Whether the licence's seats stand in crowded_seat.
    crowded INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

-- Unique, so that two nodes that start a licence from one key at once make one.
CREATE UNIQUE INDEX licence_key ON licence (key_number) WHERE key_number IS NOT NULL;
CREATE UNIQUE INDEX licence_imported ON licence (imported) WHERE imported IS NOT NULL;
CREATE INDEX licence_label ON licence (label) WHERE label IS NOT NULL;
CREATE INDEX licence_sku ON licence (sku);

CREATE TABLE device (
    id BLOB NOT NULL PRIMARY KEY,
    revision INTEGER NOT NULL,
    fingerprint BLOB NOT NULL,
    name TEXT,
    created INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A licence's activations lie together, in the order of their ids.
CREATE TABLE activation (
    licence BLOB NOT NULL,
    id BLOB NOT NULL,
    revision INTEGER NOT NULL,
    device BLOB NOT NULL,
    released_at INTEGER,
    released_by TEXT,
    lingers_until INTEGER,
    created INTEGER NOT NULL,
    PRIMARY KEY (licence, id)
) STRICT, WITHOUT ROWID;

-- An activation's installations lie together, in the order of their making.
CREATE TABLE installation (
    activation BLOB NOT NULL,
    created INTEGER NOT NULL,
    id BLOB NOT NULL,
    revision INTEGER NOT NULL,
    licence BLOB NOT NULL,
    lease BLOB NOT NULL,
    parent BLOB,
    sequence INTEGER NOT NULL,
    command TEXT NOT NULL,
    request BLOB NOT NULL,
    nonce_millis INTEGER NOT NULL,
    issued INTEGER NOT NULL,
    renew_after INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    rewinds INTEGER NOT NULL,
    ended INTEGER NOT NULL,
    PRIMARY KEY (activation, created, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX installation_id ON installation (id);

-- How the seats of a licence with many are found: by anchor, by device, by how long they have been silent, and what was given back. Derived from
-- the tables above. A licence whose seats are few has no rows here, for all its seats are read anyway; it gets them when it grows.
CREATE TABLE crowded_seat (
    licence BLOB NOT NULL,
    activation BLOB NOT NULL,
    device BLOB NOT NULL,
    anchor_1 BLOB,
    anchor_2 BLOB,
    held INTEGER NOT NULL,
    lease_until INTEGER NOT NULL,
    released_at INTEGER,
    lingers_until INTEGER,
    PRIMARY KEY (licence, activation)
) STRICT, WITHOUT ROWID;

CREATE INDEX crowded_seat_device ON crowded_seat (device);
CREATE INDEX crowded_seat_anchor_1 ON crowded_seat (licence, anchor_1, held) WHERE anchor_1 IS NOT NULL;
CREATE INDEX crowded_seat_anchor_2 ON crowded_seat (licence, anchor_2, held) WHERE anchor_2 IS NOT NULL;
CREATE INDEX crowded_seat_silent ON crowded_seat (licence, lease_until) WHERE held = 1;
CREATE INDEX crowded_seat_lingering ON crowded_seat (licence, lingers_until) WHERE held = 0;
CREATE INDEX crowded_seat_released ON crowded_seat (licence, released_at) WHERE held = 0;

CREATE TABLE event (
    id BLOB NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    -- At most one of both; neither is the service itself.
    installation BLOB,
    staff BLOB,
    action TEXT NOT NULL,
    licence BLOB,
    activation BLOB,
    device BLOB,
    batch BLOB,
    code TEXT,
    -- A JSON array of texts: name, value, name, value …
    details TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX event_licence ON event (licence) WHERE licence IS NOT NULL;

CREATE TABLE reply (
    staff BLOB NOT NULL,
    request BLOB NOT NULL,
    digest BLOB NOT NULL,
    subject TEXT NOT NULL,
    created INTEGER NOT NULL,
    PRIMARY KEY (staff, request)
) STRICT, WITHOUT ROWID;

CREATE INDEX reply_created ON reply (created);

-- How many rows the large tables have: one row, because counting ten million takes a second.
CREATE TABLE tally (
    licences INTEGER NOT NULL,
    activations INTEGER NOT NULL
) STRICT;

INSERT INTO tally (licences, activations) VALUES (0, 0);

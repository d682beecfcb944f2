-- Ids are UUIDs of version 7, so that new rows of a table lie beside each other. Times are seconds since 1970. Unsigned 64-bit numbers keep their
-- bits in a signed column. There are no foreign keys: a commit may write its records in any order, and a row that is missing is found where it is
-- read. Tables whose rows are rewritten leave room in their pages, and what is rewritten stands in no index where that can be had: then a new version
-- of a row costs no index entry.

CREATE TABLE warifu.product (
    id uuid PRIMARY KEY,
    revision bigint NOT NULL,
    code text NOT NULL UNIQUE,
    name text NOT NULL,
    created bigint NOT NULL
);

CREATE TABLE warifu.sku (
    number bigint PRIMARY KEY,
    revision bigint NOT NULL,
    product uuid NOT NULL,
    edition text NOT NULL,
    name text NOT NULL,
    -- A JSON array of texts.
    features text NOT NULL,
    created bigint NOT NULL,
    UNIQUE (product, edition)
);

-- Every version of every policy. The highest version is the one that holds.
CREATE TABLE warifu.policy (
    id uuid NOT NULL,
    version bigint NOT NULL,
    revision bigint NOT NULL,
    -- A JSON object that names its own format.
    rules text NOT NULL,
    PRIMARY KEY (id, version),
    -- Two nodes that change a policy at once must not both follow the same version.
    UNIQUE (id, revision)
);

CREATE TABLE warifu.batch (
    id uuid PRIMARY KEY,
    revision bigint NOT NULL,
    sku bigint NOT NULL,
    policy uuid NOT NULL,
    format bigint NOT NULL,
    epoch bigint NOT NULL,
    first_index bigint NOT NULL,
    count bigint NOT NULL,
    label text,
    withdrawn boolean NOT NULL,
    created bigint NOT NULL,
    -- Two nodes that issue at once must not deal the same serials.
    UNIQUE (format, sku, first_index)
);

CREATE TABLE warifu.staff (
    id uuid PRIMARY KEY,
    revision bigint NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    token bytea NOT NULL UNIQUE,
    removed boolean NOT NULL,
    created bigint NOT NULL
);

-- How often products, SKUs, policies, batches or staff were changed: one row, by which every node notices what another one did.
CREATE TABLE warifu.registry (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    version bigint NOT NULL
);

INSERT INTO warifu.registry (version) VALUES (1);

CREATE TABLE warifu.imported_key (
    hash bytea PRIMARY KEY,
    revision bigint NOT NULL,
    sku bigint NOT NULL,
    policy uuid NOT NULL,
    weak boolean NOT NULL,
    created bigint NOT NULL
);

CREATE TABLE warifu.licence (
    id uuid PRIMARY KEY,
    revision bigint NOT NULL,
    sku bigint NOT NULL,
    policy uuid NOT NULL,
    -- At most one of key_number (with batch) and imported.
    key_number bigint,
    batch uuid,
    imported bytea,
    key_generation bigint NOT NULL,
    standing text NOT NULL,
    standing_since bigint,
    standing_effective bigint,
    seats bigint NOT NULL,
    seats_taken bigint NOT NULL,
    starts bigint NOT NULL,
    ends bigint,
    label text,
    created bigint NOT NULL,
    -- Whether the licence's seats stand in crowded_seat.
    crowded boolean NOT NULL DEFAULT false
) WITH (fillfactor = 85);

-- Unique, so that two nodes that start a licence from one key at once make one.
CREATE UNIQUE INDEX licence_key ON warifu.licence (key_number) WHERE key_number IS NOT NULL;
CREATE UNIQUE INDEX licence_imported ON warifu.licence (imported) WHERE imported IS NOT NULL;
CREATE INDEX licence_label ON warifu.licence (label, id) WHERE label IS NOT NULL;
CREATE INDEX licence_sku ON warifu.licence (sku, id);
CREATE INDEX licence_crowded ON warifu.licence (id) WHERE crowded;

CREATE TABLE warifu.device (
    id uuid PRIMARY KEY,
    revision bigint NOT NULL,
    fingerprint bytea NOT NULL,
    -- What the device may be recognised by, from its fingerprint.
    anchor_1 bytea,
    anchor_2 bytea,
    name text,
    created bigint NOT NULL,
    -- The changes of hardware that were followed within a year: 10 bytes each, when and with what score, big-endian.
    drift bytea NOT NULL
) WITH (fillfactor = 90);

CREATE TABLE warifu.activation (
    id uuid NOT NULL,
    revision bigint NOT NULL,
    licence uuid NOT NULL,
    device uuid NOT NULL,
    released_at bigint,
    released_by text,
    lingers_until bigint,
    created bigint NOT NULL,
    -- When the seat was last taken; none: when it was first granted. When its release was asked for, and from when that may take effect.
    held_since bigint,
    release_asked bigint,
    release_effective bigint,
    PRIMARY KEY (licence, id)
) WITH (fillfactor = 90);

CREATE INDEX activation_contested ON warifu.activation (id) WHERE released_by = 'reclaim' OR release_effective IS NOT NULL;

CREATE TABLE warifu.installation (
    id bytea PRIMARY KEY,
    revision bigint NOT NULL,
    licence uuid NOT NULL,
    activation uuid NOT NULL,
    lease uuid NOT NULL,
    parent uuid,
    sequence bigint NOT NULL,
    command text NOT NULL,
    request uuid NOT NULL,
    nonce_millis bigint NOT NULL,
    issued bigint NOT NULL,
    renew_after bigint NOT NULL,
    expires bigint NOT NULL,
    rewinds bigint NOT NULL,
    ended boolean NOT NULL,
    created bigint NOT NULL,
    -- Which stretches of the chain were superseded: 32 bytes each, the lease after which it begins and its last; and when a copy was last noticed.
    superseded bytea NOT NULL,
    copy_seen bigint
) WITH (fillfactor = 80);

CREATE INDEX installation_activation ON warifu.installation (activation);

-- How the seats of a licence with many are found: by anchor, by device, by how long they have been silent, and what was given back. Derived from
-- the tables above. A licence whose seats are few has no rows here, for all its seats are read anyway; it gets them when it grows.
CREATE TABLE warifu.crowded_seat (
    licence uuid NOT NULL,
    activation uuid NOT NULL,
    device uuid NOT NULL,
    anchor_1 bytea,
    anchor_2 bytea,
    held boolean NOT NULL,
    lease_until bigint NOT NULL,
    released_at bigint,
    lingers_until bigint,
    held_since bigint NOT NULL,
    PRIMARY KEY (licence, activation)
) WITH (fillfactor = 80);

CREATE INDEX crowded_seat_device ON warifu.crowded_seat (device);
CREATE INDEX crowded_seat_anchor_1 ON warifu.crowded_seat (licence, anchor_1, held, activation) WHERE anchor_1 IS NOT NULL;
CREATE INDEX crowded_seat_anchor_2 ON warifu.crowded_seat (licence, anchor_2, held, activation) WHERE anchor_2 IS NOT NULL;
CREATE INDEX crowded_seat_silent ON warifu.crowded_seat (licence, lease_until, activation) WHERE held;
CREATE INDEX crowded_seat_latest ON warifu.crowded_seat (licence, held_since, activation) WHERE held;
CREATE INDEX crowded_seat_lingering ON warifu.crowded_seat (licence, lingers_until) WHERE NOT held;
CREATE INDEX crowded_seat_released ON warifu.crowded_seat (licence, released_at) WHERE NOT held;

CREATE TABLE warifu.event (
    id uuid PRIMARY KEY,
    at bigint NOT NULL,
    -- At most one of both; neither is the service itself.
    installation bytea,
    staff uuid,
    action text NOT NULL,
    licence uuid,
    activation uuid,
    device uuid,
    batch uuid,
    code text,
    -- A JSON array of texts: name, value, name, value …
    details text NOT NULL
);

CREATE INDEX event_licence ON warifu.event (licence, id) WHERE licence IS NOT NULL;

CREATE TABLE warifu.reply (
    staff uuid NOT NULL,
    request uuid NOT NULL,
    digest bytea NOT NULL,
    subject text NOT NULL,
    created bigint NOT NULL,
    PRIMARY KEY (staff, request)
);

CREATE INDEX reply_created ON warifu.reply (created);

-- One row for each opening of the store that writes. A commit raises its writer's count, so that after a lost connection it can be told whether the
-- commit was made, and nothing of it can arrive later. The row keeps count of what its writer has made besides: counting ten million rows takes
-- seconds, and one count for all writers would make them wait for each other.
CREATE TABLE warifu.writer (
    id uuid PRIMARY KEY,
    commits bigint NOT NULL,
    licences bigint NOT NULL,
    activations bigint NOT NULL,
    seen timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);

-- Refuses what is being written unless as many rows were found as must be.
CREATE FUNCTION warifu.expect(counted bigint, wanted bigint, code text) RETURNS void
    LANGUAGE plpgsql AS $$
BEGIN
    IF counted <> wanted THEN
        RAISE EXCEPTION 'found % of % rows', counted, wanted USING ERRCODE = code;
    END IF;
END
$$;

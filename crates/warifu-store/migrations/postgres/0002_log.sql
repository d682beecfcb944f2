-- The verifiable log. Each commit with events leaves one row in log_waiting, which names them. The sequencer removes it in the transaction in which it
-- gives them their places. A row that commits late has a small mark and is found all the same.
CREATE TABLE warifu.log_waiting (
    mark bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    events uuid[] NOT NULL CHECK (cardinality(events) > 0)
);

-- Which event has which place. Each event has at most one.
CREATE TABLE warifu.log_place (
    place bigint PRIMARY KEY,
    event uuid NOT NULL UNIQUE
);

-- Tiles of the Merkle tree: up to 256 hashes of 32 bytes.
CREATE TABLE warifu.log_tile (
    level bigint NOT NULL,
    place bigint NOT NULL,
    hashes bytea NOT NULL,
    PRIMARY KEY (level, place)
);

-- One row: the log's last state, with the signed checkpoint where there is a log key.
CREATE TABLE warifu.log_head (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    size bigint NOT NULL,
    root bytea NOT NULL,
    checkpoint text,
    certificate text,
    at bigint NOT NULL
);

INSERT INTO warifu.log_head (size, root, at)
VALUES (0, '\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 0);

-- What was logged before there was a tree.
INSERT INTO warifu.log_waiting (events) SELECT ARRAY[id] FROM warifu.event ORDER BY id;

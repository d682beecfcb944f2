-- The verifiable log. Each commit with events leaves one row in log_waiting, which names them: 16 bytes of id after 16 bytes of id. The sequencer removes
-- it in the transaction in which it gives them their places.
CREATE TABLE log_waiting (
    mark INTEGER NOT NULL PRIMARY KEY,
    events BLOB NOT NULL
) STRICT;

-- Which event has which place. Each event has at most one.
CREATE TABLE log_place (
    place INTEGER NOT NULL PRIMARY KEY,
    event BLOB NOT NULL UNIQUE
) STRICT;

-- Tiles of the Merkle tree: up to 256 hashes of 32 bytes.
CREATE TABLE log_tile (
    level INTEGER NOT NULL,
    place INTEGER NOT NULL,
    hashes BLOB NOT NULL,
    PRIMARY KEY (level, place)
) STRICT;

-- One row: the log's last state, with the signed checkpoint where there is a log key.
CREATE TABLE log_head (
    size INTEGER NOT NULL,
    root BLOB NOT NULL,
    checkpoint TEXT,
    certificate TEXT,
    at INTEGER NOT NULL
) STRICT;

INSERT INTO log_head (size, root, at)
VALUES (0, x'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 0);

-- What was logged before there was a tree.
INSERT INTO log_waiting (events) SELECT id FROM event ORDER BY id;

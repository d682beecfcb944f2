-- Chains with branches, hardware that drifts, and seats that are contested.

-- Which stretches of the chain were superseded: 32 bytes each, the lease after which it begins and its last; and when a copy was last noticed.
ALTER TABLE installation ADD COLUMN superseded BLOB NOT NULL DEFAULT x'';
ALTER TABLE installation ADD COLUMN copy_seen INTEGER;

-- The changes of hardware that were followed within a year: 10 bytes each, when and with what score, big-endian.
ALTER TABLE device ADD COLUMN drift BLOB NOT NULL DEFAULT x'';

-- When the seat was last taken; none: when it was first granted. When its release was asked for, and from when that may take effect.
ALTER TABLE activation ADD COLUMN held_since INTEGER;
ALTER TABLE activation ADD COLUMN release_asked INTEGER;
ALTER TABLE activation ADD COLUMN release_effective INTEGER;

CREATE INDEX activation_contested ON activation (id) WHERE released_by = 'reclaim' OR release_effective IS NOT NULL;

ALTER TABLE crowded_seat ADD COLUMN held_since INTEGER NOT NULL DEFAULT 0;
UPDATE crowded_seat SET held_since = coalesce(
    (SELECT created FROM activation WHERE activation.licence = crowded_seat.licence AND activation.id = crowded_seat.activation), 0);
CREATE INDEX crowded_seat_latest ON crowded_seat (licence, held_since, activation) WHERE held = 1;

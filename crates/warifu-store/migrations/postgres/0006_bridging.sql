-- Whose journal of provisional leases bridges outages: of all nodes' journals one at most.
CREATE TABLE warifu.bridging (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    journal uuid NOT NULL,
    since bigint NOT NULL
);

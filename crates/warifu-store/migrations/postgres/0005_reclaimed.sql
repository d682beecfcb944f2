-- When the seat was given to another device because nothing was heard of its own.
ALTER TABLE warifu.activation ADD COLUMN reclaimed bigint;
UPDATE warifu.activation SET reclaimed = released_at WHERE released_by = 'reclaim';

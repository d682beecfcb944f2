-- When the seat was given to another device because nothing was heard of its own.
ALTER TABLE activation ADD COLUMN reclaimed INTEGER;
UPDATE activation SET reclaimed = released_at WHERE released_by = 'reclaim';

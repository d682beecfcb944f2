-- When the newest proof of purchase was issued that a device was let in by.
ALTER TABLE licence ADD COLUMN proof_used INTEGER;

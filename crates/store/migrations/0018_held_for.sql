-- Who would have what a held change is about: a customer who waits for a device asks why it is not there.
ALTER TABLE held_changes ADD COLUMN holder TEXT;
CREATE INDEX held_changes_holder ON held_changes (system, holder) WHERE dry = 0 AND holder IS NOT NULL;

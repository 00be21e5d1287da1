-- The digest that an entry was written with, if identifiers of an erased person were taken out of it since (H10).
ALTER TABLE timeline ADD COLUMN digest BYTEA;
-- The files of a person, without reading all files.
CREATE INDEX attachments_person ON attachments (person_id) WHERE person_id IS NOT NULL;

-- How far a reading of the tickets has come that takes more than one run: the page read last, what it looks for, and when it began.
ALTER TABLE ticket_readings ADD COLUMN page BIGINT;
ALTER TABLE ticket_readings ADD COLUMN page_since BIGINT;
ALTER TABLE ticket_readings ADD COLUMN page_began BIGINT;

-- Since when the effect of a job is under way that nobody can look for afterwards: an e-mail that is being sent. A job that ends without an
-- outcome keeps the mark: it is in doubt whether the effect happened, and staff decide.
ALTER TABLE jobs ADD COLUMN under_way_at BIGINT;

-- Indexes for the home page of the console: activations by day, invitations by age, what is in doubt or held, and the last decisions.
CREATE INDEX activations_state ON activations (state, finished_at);
CREATE INDEX invitations_created ON invitations (created_at) WHERE ground IS NULL;
CREATE INDEX jobs_in_doubt ON jobs (finished_at) WHERE state = 'failed' AND under_way_at IS NOT NULL;
CREATE INDEX reviews_decided ON reviews (decided_at) WHERE decided_at IS NOT NULL;
CREATE INDEX sweeps_held ON sweeps (started_at) WHERE state = 'held';
CREATE INDEX sweeps_decided ON sweeps (finished_at) WHERE decided_by IS NOT NULL;

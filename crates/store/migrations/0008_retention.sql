-- Indexes for the deletion of rows by age.
CREATE INDEX activations_finished ON activations (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX invitations_expiry ON invitations (expires_at);
CREATE INDEX registrations_decided ON registrations (decided_at) WHERE decided_at IS NOT NULL;
CREATE INDEX device_writes_finished ON device_writes (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX records_gone ON records (gone_at) WHERE gone_at IS NOT NULL AND raw <> 'null' AND kind <> 'account';
-- Planned changes of dry runs that were deleted before.
DELETE FROM held_changes WHERE dry = 1 AND NOT EXISTS (SELECT 1 FROM sweeps s WHERE s.id = held_changes.run_id);

-- An invitation is for a requester or for a marketplace's account: the column says no more than that.
ALTER TABLE invitations RENAME COLUMN requester_id TO external_id;

-- Somebody who comes with a requester's number is admitted once, however often and at how many places at once they ask (A20).
CREATE UNIQUE INDEX invitations_without_link ON invitations (system, requester_id, claimed_issuer, claimed_subject)
    WHERE ground IS NOT NULL AND claimed_at IS NOT NULL AND consumed_at IS NULL;

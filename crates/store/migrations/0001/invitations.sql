-- Invitations (A11). Only the token's hash is kept.
CREATE TABLE invitations (
    id UUID NOT NULL PRIMARY KEY,
    system TEXT NOT NULL,
    external_id TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    token_hash BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    opened_at BIGINT,
    claimed_issuer TEXT,
    claimed_subject TEXT,
    claimed_as TEXT,
    claimed_at BIGINT,
    consumed_at BIGINT,
    revoked_at BIGINT,
    revoked_why TEXT,
    -- What entitles whoever signs in through an invitation, when it is not the token that was mailed (A20).
    ground TEXT,
    -- An invitation is for a requester, or for a marketplace's account (M13).
    kind TEXT NOT NULL DEFAULT 'requester'
        CONSTRAINT invitations_kind_check CHECK (kind IN ('requester', 'contact', 'asset', 'user', 'account'))
);
CREATE UNIQUE INDEX invitations_token ON invitations (token_hash);
CREATE INDEX invitations_requester ON invitations (system, external_id);
-- Somebody who comes with a requester's number is admitted once, however often and at how many places at once they ask (A20).
CREATE UNIQUE INDEX invitations_without_link ON invitations (system, external_id, claimed_issuer, claimed_subject)
    WHERE ground IS NOT NULL AND claimed_at IS NOT NULL AND consumed_at IS NULL;

-- Sign-ins through an invitation, and how far their background steps are (A13).
CREATE TABLE activations (
    id UUID NOT NULL PRIMARY KEY,
    invitation_id UUID NOT NULL REFERENCES invitations (id) DEFERRABLE INITIALLY DEFERRED,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    sign_in TEXT NOT NULL,
    state TEXT NOT NULL
        CONSTRAINT activations_state_check CHECK (state IN ('pending', 'refused', 'done')),
    refusal TEXT,
    progress TEXT NOT NULL,
    customer_id UUID REFERENCES customers (id),
    created_at BIGINT NOT NULL,
    finished_at BIGINT
);
CREATE INDEX activations_invitation ON activations (invitation_id, created_at);
CREATE INDEX activations_subject ON activations (issuer, subject, created_at);

//! Statements about invitations.

use super::rows::columns;
use crate::engine::{room, statements};

statements! {
    INVITATION_CREATE =
        "INSERT INTO invitations (id, system, external_id, name, email, token_hash, created_at, created_by,
            expires_at, ground, kind)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    /// Locks the invited record. So of two invitations issued at once the second revokes the first, and one that is issued
    /// while its record ends is found by the plan that revokes it.
    INVITATIONS_LOCK =
        "UPDATE records SET read_at = read_at
        WHERE system = $1 AND kind IN ('requester', 'account') AND external_id = $2";
    INVITATIONS_REVOKE =
        "UPDATE invitations SET revoked_at = $1, revoked_why = $2
        WHERE system = $3 AND external_id = $4 AND claimed_at IS NULL AND revoked_at IS NULL AND consumed_at IS NULL";
    INVITATION_OPENED = "UPDATE invitations SET opened_at = $1 WHERE id = $2 AND opened_at IS NULL";
    INVITATION_CLAIM =
        "UPDATE invitations SET claimed_issuer = $1, claimed_subject = $2, claimed_as = $3, claimed_at = $4
        WHERE id = $5 AND claimed_at IS NULL AND revoked_at IS NULL AND consumed_at IS NULL AND expires_at > $4";
    INVITATION_RELEASE =
        "UPDATE invitations SET claimed_issuer = NULL, claimed_subject = NULL, claimed_as = NULL, claimed_at = NULL
        WHERE id = $1 AND consumed_at IS NULL";
    INVITATION_CONSUME =
        "UPDATE invitations SET consumed_at = $1
        WHERE id = $2 AND claimed_at IS NOT NULL AND consumed_at IS NULL AND revoked_at IS NULL";
    INVITATION = concat!("SELECT ", columns!(invitations), " FROM invitations WHERE id = $1");
    INVITATIONS_LISTED = concat!("SELECT ", columns!(invitations), " FROM invitations WHERE id IN (", room!(), ")");
    INVITATION_BY_TOKEN = concat!("SELECT ", columns!(invitations), " FROM invitations WHERE token_hash = $1");
    /// Only invitations with a link. One without a link cannot be shown or revoked.
    INVITATIONS = concat!(
        "SELECT ", columns!(invitations), " FROM invitations
        WHERE system = $1 AND external_id = $2 AND ground IS NULL
        ORDER BY created_at DESC, id DESC LIMIT $3"
    );
    /// Invitations of several requesters that are not revoked. If there are fewer ids than placeholders, one is
    /// repeated.
    INVITATIONS_STANDING = concat!(
        "SELECT ", columns!(invitations), " FROM invitations
        WHERE system = $1
          AND external_id IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
              $20, $21, $22, $23, $24, $25, $26) AND revoked_at IS NULL AND ground IS NULL
        ORDER BY created_at DESC, id DESC"
    );
}

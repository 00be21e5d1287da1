//! Lowers changes of invitations to statements.

use tessera_core::invitations::change::InvitationChange;
use tessera_core::invitations::{Entitlement, Invitation};

use super::sql;
use crate::engine::Statement;
use crate::kernel::lower::{Lower, json};
use crate::{Conflict, values};

impl Lower for InvitationChange {
    fn lower(&self, to: &mut Vec<Statement>) {
        match self {
            Self::Create(invitation) => to.push(create_invitation(invitation)),
            Self::Revoke { system, external_id, at, why } => {
                to.push(Statement::any(sql::INVITATIONS_LOCK, values![system, external_id]));
                to.push(Statement::any(sql::INVITATIONS_REVOKE, values![*at, why.as_str(), system, external_id]));
            }
            Self::Claim { id, claim } => {
                let values = values![&claim.identity.issuer, &claim.identity.subject, &claim.shown_as, claim.at, *id];
                to.push(Statement::one(sql::INVITATION_CLAIM, values, Conflict::Invitation));
            }
            Self::Release { id } => {
                to.push(Statement::one(sql::INVITATION_RELEASE, values![*id], Conflict::Invitation));
            }
            Self::Consume { id, at } => {
                to.push(Statement::one(sql::INVITATION_CONSUME, values![*at, *id], Conflict::Invitation));
            }
        }
    }
}

fn create_invitation(invitation: &Invitation) -> Statement {
    let values = values![
        invitation.id,
        &invitation.system,
        &invitation.external_id,
        &invitation.name,
        &invitation.email,
        invitation.token_hash,
        invitation.created_at,
        &invitation.created_by,
        invitation.expires_at,
        Some(&invitation.ground).filter(|ground| **ground != Entitlement::Token).map(json),
        invitation.kind.as_str(),
    ];
    Statement::one(sql::INVITATION_CREATE, values, Conflict::Exists)
}

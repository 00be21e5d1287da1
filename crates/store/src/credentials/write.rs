//! Lowers changes of identities, credentials and sessions to statements.

use tessera_core::credentials::change::{CredentialChange, IdentityChange};
use tessera_core::credentials::session::{NewSession, Proof};
use tessera_core::credentials::{ISSUER, OneTimeLink, PASSKEY_ISSUER, Passkey};
use tessera_core::kernel::customer::{Identity, IdentityKey};
use tessera_core::kernel::ids::{IdentityId, PersonId};

use super::sql;
use crate::engine::{Sql, Statement};
use crate::kernel::lower::{Lower, json};
use crate::{Conflict, persons, values};

impl Lower for IdentityChange {
    fn lower(&self, to: &mut Vec<Statement>) {
        match self {
            Self::Create(identity) => to.push(create_identity(identity)),
            Self::Remove(id) => remove_identity(*id, sql::IDENTITY_REMOVE, to),
            Self::RemoveSpare(id) => remove_identity(*id, sql::IDENTITY_REMOVE_SPARE, to),
        }
    }
}

impl Lower for CredentialChange {
    fn lower(&self, to: &mut Vec<Statement>) {
        match self {
            Self::OpenSession(session) => open_session(session, to),
            Self::EndSessions { person, except } => {
                // No token has the hash of zeros, so none is exempted by default.
                let spared = except.unwrap_or_default();
                to.push(Statement::any(sql::HALF_SIGN_INS_END, values![*person]));
                to.push(Statement::any(sql::IDENTITIES_LOCK_OF_PERSON, values![*person]));
                to.push(Statement::any(sql::SESSIONS_END_OF_PERSON, values![*person, spared]));
                to.push(Statement::any(sql::SESSIONS_END_OF_IDENTITIES, values![*person, spared]));
            }
            Self::CreateOneTimeLink(link) => to.push(create_one_time_link(link)),
            Self::RevokeOneTimeLinks { person, at } => {
                to.push(Statement::any(sql::ONE_TIME_LINKS_REVOKE, values![*at, *person]));
            }
            Self::UseOneTimeLink { id, at } => {
                to.push(Statement::any(persons::sql::PERSON_LOCK_OF_LINK, values![*id]));
                to.push(Statement::one(sql::ONE_TIME_LINK_USE, values![*at, *id], Conflict::OneTimeLink));
            }
            Self::PutPassword { person, hash, at } => {
                to.push(Statement::any(sql::PASSWORD_PUT, values![*person, hash, *at]));
            }
            Self::Forget(person) => forget(*person, to),
            Self::PutSecondFactor { person, key_id, sealed, step, at } => {
                let values = values![*key_id, sealed, *at, *step, *person];
                to.push(Statement::one(sql::FACTOR_PUT, values, Conflict::Identity));
            }
            Self::ForgetSecondFactor(person) => forget_factor(*person, to),
            Self::PutRecoveryCodes { person, codes } => put_codes(*person, codes, to),
            Self::UseRecoveryCode { person, code_hash } => {
                to.push(Statement::one(sql::RECOVERY_CODE_USE, values![*person, code_hash], Conflict::Exists));
            }
            Self::CreatePasskey(passkey) => to.push(create_passkey(passkey)),
        }
    }
}

fn create_one_time_link(link: &OneTimeLink) -> Statement {
    let values = values![
        link.id,
        link.person,
        link.person_version,
        &link.email,
        link.token_hash,
        link.created_at,
        &link.created_by,
        link.expires_at,
    ];
    Statement::one(sql::ONE_TIME_LINK_CREATE, values, Conflict::Exists)
}

fn forget(person: PersonId, to: &mut Vec<Statement>) {
    to.push(Statement::any(sql::RECOVERY_CODES_CLEAR, values![person]));
    to.push(Statement::any(sql::CREDENTIALS_FORGET, values![person]));
}

fn forget_factor(person: PersonId, to: &mut Vec<Statement>) {
    to.push(Statement::any(sql::RECOVERY_CODES_LEAVE, values![person]));
    to.push(Statement::any(sql::FACTOR_FORGET, values![person]));
}

fn put_codes(person: PersonId, codes: &[[u8; 32]], to: &mut Vec<Statement>) {
    to.push(Statement::any(sql::RECOVERY_CODES_CLEAR, values![person]));
    to.extend(codes.iter().map(|code| Statement::any(sql::RECOVERY_CODE_ADD, values![person, code])));
}

fn create_passkey(passkey: &Passkey) -> Statement {
    let values = values![passkey.id, passkey.person, &passkey.credential_id, &passkey.key, passkey.counter];
    Statement::one(sql::PASSKEY_CREATE, values, Conflict::Identity)
}

fn remove_identity(id: IdentityId, remove: Sql, to: &mut Vec<Statement>) {
    to.push(Statement::any(sql::IDENTITY_LOCK, values![id]));
    remove_passkey(id, to);
    to.push(Statement::any(sql::SESSIONS_END_OF_IDENTITY, values![id]));
    to.push(Statement::one(remove, values![id], Conflict::Identity));
}

/// For any removed identity: if it is a passkey, deletes its credential and the recovery codes that no second factor
/// needs any more.
fn remove_passkey(id: IdentityId, to: &mut Vec<Statement>) {
    to.push(Statement::any(sql::RECOVERY_CODES_LEAVE_PASSKEY, values![id]));
    to.push(Statement::any(sql::PASSKEY_REMOVE, values![id]));
}

/// Opens a session, ends the one it replaces, and records the use of its identity. The identity is locked before the
/// session is written, because it is locked, too, when its sessions end.
pub(crate) fn open_session(session: &NewSession, to: &mut Vec<Statement>) {
    to.extend(session.proof.as_ref().map(stands));
    let identity = session.identity.as_ref();
    if let Some(IdentityKey { issuer, subject }) = identity {
        to.push(Statement::any(sql::IDENTITY_USED, values![session.created_at, issuer, subject]));
        if matches!(issuer.as_str(), ISSUER | PASSKEY_ISSUER) {
            let password_alone = matches!(session.proof, Some(Proof::Password { .. }));
            let values = values![issuer, subject, password_alone];
            to.push(Statement::one(sql::IDENTITY_STANDS, values, Conflict::Credentials));
        }
    }
    to.push(Statement::one(
        sql::SESSION_CREATE,
        values![
            session.token_hash,
            json(&session.who),
            &session.owner,
            session.created_at,
            session.expires_at,
            session.device.as_deref(),
            session.address.as_deref(),
            session.proved_at,
            identity.map(|identity| identity.issuer.as_str()),
            identity.map(|identity| identity.subject.as_str()),
            session.provider_session,
        ],
        Conflict::Exists,
    ));
    if let Some(before) = &session.replaces {
        to.push(Statement::any(sql::SESSION_END, values![before]));
    }
}

/// Guards that a proof is still valid.
pub(crate) fn stands(proof: &Proof) -> Statement {
    let (sql, values) = match proof {
        Proof::Password { person, hash } => (sql::PASSWORD_STANDS, values![*person, hash]),
        Proof::StaffPassword { login, hash } => (sql::STAFF_PASSWORD_STANDS, values![login, hash]),
        Proof::SecondStep(token_hash) => (sql::HALF_SIGN_IN_END, values![token_hash]),
    };
    Statement::one(sql, values, Conflict::Credentials)
}

fn create_identity(identity: &Identity) -> Statement {
    let values = values![
        identity.id,
        &identity.sign_in.identity.issuer,
        &identity.sign_in.identity.subject,
        identity.person_id,
        identity.customer_id,
        json(&identity.sign_in),
        identity.created_at,
    ];
    Statement::one(sql::IDENTITY_CREATE, values, Conflict::Identity)
}

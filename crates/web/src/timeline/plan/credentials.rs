//! Changes of identities, credentials and sessions.

use tessera_core::credentials::change::{CredentialChange, IdentityChange};

use super::Describe;

impl Describe for IdentityChange {
    fn describe(&self) -> String {
        match self {
            Self::Create(it) => {
                format!("create identity {} at {}", it.sign_in.identity.subject, it.sign_in.identity.issuer)
            }
            Self::Remove(id) => format!("remove identity {id} and end its sessions"),
            Self::RemoveSpare(id) => format!("remove identity {id}, unless it is the last"),
        }
    }
}

impl Describe for CredentialChange {
    fn describe(&self) -> String {
        match self {
            Self::OpenSession(_) => "begin a session".to_owned(),
            Self::EndSessions { .. } => "end the person's other sessions".to_owned(),
            Self::CreateOneTimeLink(it) => format!("create a one-time link, created by {}", it.created_by),
            Self::RevokeOneTimeLinks { .. } => "older one-time links work no longer".to_owned(),
            Self::UseOneTimeLink { .. } => "use a one-time link up".to_owned(),
            Self::PutPassword { .. } => "set a password".to_owned(),
            Self::Forget(_) => "take password and second factor away".to_owned(),
            Self::PutSecondFactor { .. } => "add a second factor".to_owned(),
            Self::ForgetSecondFactor(_) => "take the second factor away".to_owned(),
            Self::PutRecoveryCodes { codes, .. } => format!("make {} recovery codes", codes.len()),
            Self::UseRecoveryCode { .. } => "use a recovery code up".to_owned(),
            Self::CreatePasskey(passkey) => format!("keep passkey {} of person {}", passkey.id, passkey.person),
        }
    }
}

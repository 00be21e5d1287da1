//! Wording of the timeline events of sign-in and of stored secrets.

use tessera_core::credentials::event::CredentialEvent;

use super::Wording;
use crate::locale::{Arg, text};
use crate::timeline::security_notice;

impl Wording for CredentialEvent {
    fn staff(&self) -> String {
        match self {
            Self::IdentityAdded { provider, shown_as } => {
                format!("The customer added the sign-in {shown_as} at {provider}")
            }
            Self::IdentityRemoved { provider, shown_as } => {
                format!("The customer removed the sign-in {shown_as} at {provider}")
            }
            Self::PasswordLinkSent { person_id, sent_to } => {
                format!("A link to set the password of {person_id} was sent to {sent_to}")
            }
            Self::SignInSecured { person_id, what } => format!("{} for {person_id}", security_notice(*what)),
            Self::SessionsEnded { person_id } => format!("{person_id} was signed out"),
            Self::SecretsReencrypted { key, values: 1 } => format!("1 secret was re-encrypted with secret key {key}"),
            Self::SecretsReencrypted { key, values } => {
                format!("{values} secrets were re-encrypted with secret key {key}")
            }
        }
    }

    fn customer(&self) -> Option<String> {
        match self {
            Self::IdentityAdded { shown_as, .. } => {
                Some(text!("timeline-method-added", shown_as = Arg::shown(&shown_as)))
            }
            Self::IdentityRemoved { shown_as, .. } => {
                Some(text!("timeline-method-removed", shown_as = Arg::shown(&shown_as)))
            }
            Self::PasswordLinkSent { sent_to, .. } => Some(text!("timeline-link-sent", sent_to = Arg::shown(&sent_to))),
            Self::SignInSecured { what, .. } => Some(security_notice(*what)),
            Self::SecretsReencrypted { .. } | Self::SessionsEnded { .. } => None,
        }
    }
}

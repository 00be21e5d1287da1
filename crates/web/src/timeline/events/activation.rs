//! Wording of the timeline events of activations.

use tessera_core::activation::event::ActivationEvent;

use super::Wording;
use crate::locale::text;

impl Wording for ActivationEvent {
    fn staff(&self) -> String {
        match self {
            Self::Activated { provider, email: Some(email), .. } => {
                format!("Account activated; signed in through {provider} as {email}")
            }
            Self::Activated { provider, email: None, .. } => format!("Account activated; signed in through {provider}"),
        }
    }

    fn customer(&self) -> Option<String> {
        match self {
            Self::Activated { .. } => Some(text!("timeline-activated")),
        }
    }
}

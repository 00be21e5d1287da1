//! Timeline events of licences and seats.

use serde::{Deserialize, Serialize};
use strum::VariantNames;

use crate::access::licence::LicenceType;
use crate::kernel::timeline::{FeatureEvent, Personal};

/// Timeline events of licences and seats.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr, VariantNames)]
#[serde(tag = "event", content = "detail", rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum AccessEvent {
    /// A person of the customer was given sign-in with a licence (`P05`).
    Licensed {
        /// The person's name.
        name: Personal,
        /// The licence.
        licence: LicenceType,
    },
    /// Staff freed a licence seat (`P12`).
    SeatFreed {
        /// Person id of the previous holder.
        person_id: String,
        /// The licence of the seat.
        licence: LicenceType,
    },
}

impl FeatureEvent for AccessEvent {
    const NAMES: &'static [&'static str] = Self::VARIANTS;

    fn name(&self) -> &'static str {
        self.into()
    }

    fn person(&self) -> Option<&str> {
        match self {
            Self::SeatFreed { person_id, .. } => Some(person_id),
            Self::Licensed { .. } => None,
        }
    }
}

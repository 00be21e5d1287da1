//! Timeline events of people, contacts, places and registration.

use serde::{Deserialize, Serialize};
use strum::VariantNames;

use super::PersonDifference;
use crate::access::licence::LicenceType;
use crate::kernel::ids::{ContactId, PlaceId};
use crate::kernel::timeline::{FeatureEvent, Personal, Rewritten};
use crate::persons::profile::ProfileField;

/// Timeline events of people, contacts, places and registration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr, VariantNames)]
#[serde(tag = "event", content = "detail", rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum PersonEvent {
    /// A person was created (`P02`).
    PersonAdded {
        /// Person id.
        person_id: String,
        /// The person's name.
        name: Personal,
        /// The licence, if any.
        licence: Option<LicenceType>,
    },
    /// A person was changed.
    PersonChanged {
        /// Person id.
        person_id: String,
        /// The differences.
        changes: Vec<PersonDifference>,
    },
    /// A person was deactivated (`P04`).
    PersonDeactivated {
        /// Person id.
        person_id: String,
    },
    /// A person was reactivated.
    PersonReactivated {
        /// Person id.
        person_id: String,
    },
    /// The data of a person was erased (`H10`).
    PersonErased {
        /// Person id from then on.
        person_id: String,
        /// Number of entries of this timeline whose personal data was erased.
        facts: usize,
        /// The entries whose identifiers were erased, too.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        rewritten: Vec<Rewritten>,
    },
    /// A person requested a new e-mail address, not yet confirmed (`P09`).
    PersonEmailAsked {
        /// The person's name.
        name: Personal,
        /// The new address, masked.
        to: Personal,
    },
    /// A person confirmed their new e-mail address (`P09`).
    PersonEmailChanged {
        /// The person's name.
        name: Personal,
        /// The address before, masked.
        from: Option<Personal>,
        /// The address now, masked.
        to: Personal,
    },
    /// A marketplace corrected an account's address, and with it the address of the person created from it (`M08`).
    PersonEmailCorrected {
        /// The person's name.
        name: Personal,
        /// The address before, masked.
        from: Option<Personal>,
        /// The address now, masked.
        to: Personal,
    },
    /// A person changed their own profile (`P09`).
    ProfileChanged {
        /// The person's name.
        name: Personal,
        /// The changed fields.
        changes: Vec<ProfileField>,
    },
    /// Staff previewed the customer portal as a person (`P14`).
    Previewed {
        /// Person id of the person previewed.
        person_id: String,
    },
    /// A place was added (`P08`).
    PlaceAdded {
        /// The place.
        place_id: PlaceId,
        /// Its name.
        name: Personal,
    },
    /// A place was changed.
    PlaceChanged {
        /// The place.
        place_id: PlaceId,
        /// Its current name.
        name: Personal,
        /// Whether it is in use.
        active: bool,
    },
    /// A contact was added (`P01`).
    ContactAdded {
        /// The contact.
        contact_id: ContactId,
        /// The contact's name.
        name: Personal,
    },
    /// A contact was changed.
    ContactChanged {
        /// The contact.
        contact_id: ContactId,
        /// The contact's current name.
        name: Personal,
    },
    /// Someone registered and verified their address (`P12`).
    Registered {
        /// Person id chosen.
        person_id: String,
        /// The applicant's name.
        name: Personal,
    },
    /// Someone signed up in the storefront and verified their address (`M06`).
    SignedUp {
        /// Person id.
        person_id: String,
        /// The person's name.
        name: Personal,
    },
    /// A registration was approved.
    RegistrationApproved {
        /// Person id.
        person_id: String,
        /// The person's name.
        name: Personal,
        /// The licence.
        licence: LicenceType,
    },
    /// A registration was rejected.
    RegistrationRefused {
        /// Person id chosen.
        person_id: String,
        /// The applicant's name.
        name: Personal,
        /// Reason, as shown to the applicant.
        reason: Personal,
    },
}

impl FeatureEvent for PersonEvent {
    const NAMES: &'static [&'static str] = Self::VARIANTS;

    fn name(&self) -> &'static str {
        self.into()
    }

    fn person(&self) -> Option<&str> {
        match self {
            Self::PersonAdded { person_id, .. }
            | Self::PersonChanged { person_id, .. }
            | Self::PersonDeactivated { person_id }
            | Self::PersonReactivated { person_id }
            | Self::PersonErased { person_id, .. }
            | Self::Previewed { person_id } => Some(person_id),
            _ => None,
        }
    }
}

//! Wording of the timeline events of people, contacts, places and registration.

use tessera_core::access::licence::LicenceType;
use tessera_core::persons::PersonDifference;
use tessera_core::persons::event::PersonEvent;
use tessera_core::persons::profile::ProfileField;

use super::{Wording, listed, or_none};
use crate::locale::{Arg, text};

impl Wording for PersonEvent {
    fn staff(&self) -> String {
        match self {
            Self::ProfileChanged { name, changes } => {
                format!("{name} changed their own {}", listed(changes, |field| profile_field(*field)))
            }
            Self::PersonEmailAsked { name, to } => {
                format!("{name} asked to change the e-mail address to {to}; not confirmed yet")
            }
            Self::PersonEmailChanged { name, from, to } => {
                format!("{name} changed their e-mail address from {} to {to}", or_none(from.as_ref()))
            }
            Self::PersonAdded { person_id, name, licence: Some(licence) } => {
                format!("{name} may sign in as {person_id} with licence {}", licence.as_str())
            }
            Self::PersonAdded { person_id, name, licence: None } => {
                format!("{name} was added as {person_id}, without a licence")
            }
            Self::PersonChanged { person_id, changes } => {
                format!("{person_id} changed: {}", listed(changes, person_change))
            }
            Self::PersonDeactivated { person_id } => format!("{person_id} was deactivated and signed out"),
            Self::PersonReactivated { person_id } => format!("{person_id} is active again"),
            Self::PlaceAdded { name, .. } => format!("Place {name} added"),
            Self::PlaceChanged { name, active: true, .. } => format!("Place {name} changed"),
            Self::PlaceChanged { name, active: false, .. } => format!("Place {name} is no longer in use"),
            Self::ContactAdded { name, .. } => format!("Contact {name} added"),
            Self::ContactChanged { name, .. } => format!("Contact {name} changed"),
            Self::Previewed { person_id } => format!("The portal was viewed as {person_id}"),
            Self::PersonErased { person_id, facts, .. } => {
                let entries = if *facts == 1 { "entry" } else { "entries" };
                format!("The personal data of {person_id} was erased, also from {facts} {entries} of this timeline")
            }
            Self::SignedUp { person_id, name } => format!("{name} signed up in the storefront as {person_id}"),
            Self::Registered { person_id, name } => {
                format!("{name} registered as {person_id} and is waiting for approval")
            }
            Self::RegistrationApproved { person_id, name, licence } => {
                format!("{name} was approved: signs in as {person_id} with licence {}", licence.as_str())
            }
            Self::RegistrationRefused { person_id, name, reason } => {
                format!("The registration of {name} as {person_id} was refused: {reason}")
            }
            Self::PersonEmailCorrected { name, from, to } => {
                format!(
                    "The marketplace corrected the e-mail address of {name} from {} to {to}",
                    or_none(from.as_ref())
                )
            }
        }
    }

    fn customer(&self) -> Option<String> {
        match self {
            Self::PersonAdded { name, .. } | Self::RegistrationApproved { name, .. } => {
                Some(text!("timeline-person-added", name = Arg::shown(&name)))
            }
            Self::PlaceAdded { name, .. } => Some(text!("timeline-place-added", name = Arg::shown(&name))),
            Self::ContactAdded { name, .. } => Some(text!("timeline-contact-added", name = Arg::shown(&name))),
            Self::ProfileChanged { name, changes } => {
                let changed: Vec<_> = changes.iter().map(|field| profile_field_for_customer(*field)).collect();
                Some(text!("timeline-profile-changed", name = Arg::shown(name), fields = changed.join(", ")))
            }
            Self::PersonEmailAsked { name, to } => {
                Some(text!("timeline-email-asked", name = Arg::shown(&name), to = Arg::shown(&to)))
            }
            Self::PersonEmailChanged { name, to, .. } => {
                Some(text!("timeline-person-email-changed", name = Arg::shown(&name), to = Arg::shown(&to)))
            }
            Self::PersonEmailCorrected { name, to, .. } => {
                Some(text!("timeline-email-corrected", name = Arg::shown(&name), to = Arg::shown(&to)))
            }
            Self::PersonChanged { .. }
            | Self::PersonDeactivated { .. }
            | Self::PersonReactivated { .. }
            | Self::PlaceChanged { .. }
            | Self::ContactChanged { .. }
            | Self::Previewed { .. }
            | Self::PersonErased { .. }
            | Self::Registered { .. }
            | Self::SignedUp { .. }
            | Self::RegistrationRefused { .. } => None,
        }
    }
}

fn person_change(change: &PersonDifference) -> String {
    let licence = |licence: &Option<LicenceType>| licence.map_or("none", LicenceType::as_str);
    match change {
        PersonDifference::PersonId { from, to } => return format!("person id {from} → {to}"),
        PersonDifference::Licence { from, to } => return format!("licence {} → {}", licence(from), licence(to)),
        PersonDifference::Name => "name",
        PersonDifference::Email => "e-mail",
        PersonDifference::MobileUser => "mobile user",
        PersonDifference::DefaultPlace => "default place",
        PersonDifference::Places => "places",
        PersonDifference::RoleFunctions => "role functions",
        PersonDifference::Contact => "contact",
    }
    .to_owned()
}

fn profile_field(field: ProfileField) -> String {
    match field {
        ProfileField::Name => "name",
        ProfileField::Phone => "telephone number",
        ProfileField::Notices => "notices",
        ProfileField::Language => "language",
        ProfileField::TimeZone => "time zone",
    }
    .to_owned()
}

fn profile_field_for_customer(field: ProfileField) -> String {
    match field {
        ProfileField::Name => text!("timeline-field-name"),
        ProfileField::Phone => text!("timeline-field-phone"),
        ProfileField::Notices => text!("timeline-field-notices"),
        ProfileField::Language => text!("timeline-field-language"),
        ProfileField::TimeZone => text!("timeline-field-time-zone"),
    }
}

//! Places: where devices stand and requests come from. What a person sees follows from the places listed for them (`P08`).

use jiff::Timestamp;

use crate::kernel::ids::{CustomerId, PlaceId};
use crate::kernel::input;
use crate::kernel::plan::{CustomerEdit, Plan, Stamp};
use crate::kernel::rejection::{Rejection, RejectionKind};
use crate::kernel::timeline::Event;
use crate::persons::change::PlaceChange;

/// Somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its id; a customer's home place has the customer's.
    pub id: PlaceId,
    /// What it is called.
    pub name: String,
    /// The place it is part of. That says where it is, not who sees it: nobody sees a place because they see the one around it.
    pub parent_id: Option<PlaceId>,
    /// The postal address, in lines.
    pub address: Option<String>,
    /// The customer whose it is; none: the operating company's.
    pub owner: Option<CustomerId>,
    /// Whether it is in use.
    pub active: bool,
    /// Counts changes.
    pub version: i64,
    /// Since when it is known.
    pub created_at: Timestamp,
}

impl Place {
    /// The home place that every customer has.
    pub fn home(customer: CustomerId, name: &str, at: Timestamp) -> Self {
        Self {
            id: PlaceId::home_of(customer),
            name: name.to_owned(),
            parent_id: None,
            address: None,
            owner: Some(customer),
            active: true,
            version: 1,
            created_at: at,
        }
    }
}

/// Where a device of a customer is: where it was `put`, if that is one of their places, else at home. A place of whoever had it before does
/// not count.
pub fn of_device(put: Option<PlaceId>, owner: CustomerId, theirs: &[Place]) -> PlaceId {
    put.filter(|put| theirs.iter().any(|place| place.id == *put)).unwrap_or(PlaceId::home_of(owner))
}

/// What somebody wants a place to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceDraft {
    /// What it is called.
    pub name: String,
    /// The place it is part of.
    pub parent_id: Option<PlaceId>,
    /// The postal address, in lines.
    pub address: Option<String>,
    /// Whether it is in use.
    pub active: bool,
}

/// Why a place cannot be as wanted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// Without a name nobody can tell it from others.
    #[error("a place needs a name of at most 200 characters")]
    Name,
    /// A place cannot be part of itself, however many places lie between.
    #[error("{0} cannot be part of itself, nor of a place inside it")]
    Loop(String),
    /// There are too many places around it.
    #[error("places stand at most {0} deep inside each other; choose one further out")]
    TooDeep(usize),
}

impl Rejection for PlaceError {
    fn code(&self) -> &'static str {
        match self {
            Self::Name | Self::Loop(_) => "invalid_place",
            Self::TooDeep(_) => "too_deep",
        }
    }

    fn kind(&self) -> RejectionKind {
        match self {
            Self::Name | Self::Loop(_) => RejectionKind::Invalid,
            Self::TooDeep(_) => RejectionKind::Conflict,
        }
    }
}

/// A new place of a customer.
pub fn create(draft: PlaceDraft, mut owner: CustomerEdit<'_>, stamp: Stamp<'_>) -> Result<(Place, Plan), PlaceError> {
    let name = checked_name(&draft.name)?;
    let place = Place {
        id: stamp.id(),
        name,
        parent_id: draft.parent_id,
        address: draft.address.filter(|address| !address.trim().is_empty()),
        owner: Some(owner.customer.id),
        active: draft.active,
        version: 1,
        created_at: stamp.now,
    };
    owner.note(&Event::PlaceAdded { place_id: place.id, name: (&place.name).into() });
    owner.push(PlaceChange::Create(place.clone()), "a place of the customer");
    Ok((place, owner.finish()))
}

/// A place becomes as wanted. `around` are the places around the new parent, from the inside out.
pub fn change(
    before: &Place,
    draft: PlaceDraft,
    around: &[PlaceId],
    mut owner: CustomerEdit<'_>,
) -> Result<(Place, Plan), PlaceError> {
    let name = checked_name(&draft.name)?;
    if draft.parent_id == Some(before.id) || around.contains(&before.id) {
        return Err(PlaceError::Loop(before.name.clone()));
    }
    let after = Place {
        name,
        parent_id: draft.parent_id,
        address: draft.address.filter(|address| !address.trim().is_empty()),
        active: draft.active,
        ..before.clone()
    };
    if after != *before {
        owner.note(&Event::PlaceChanged { place_id: after.id, name: (&after.name).into(), active: after.active });
        owner.push(PlaceChange::Update(after.clone()), "the place changes");
    }
    Ok((after, owner.finish()))
}

fn checked_name(name: &str) -> Result<String, PlaceError> {
    input::name(name).map_err(|_| PlaceError::Name)
}

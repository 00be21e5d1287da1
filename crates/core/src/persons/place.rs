//! Places: locations of devices and origins of requests. A person's places decide what they can see (`P08`).

use jiff::Timestamp;

use crate::kernel::ids::{CustomerId, PlaceId};
use crate::kernel::input;
use crate::kernel::plan::{CustomerEdit, Plan, Stamp};
use crate::kernel::rejection::{Rejection, RejectionKind};
use crate::persons::change::PlaceChange;
use crate::persons::event::PersonEvent;

/// A place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The place's id; a home place has its customer's id.
    pub id: PlaceId,
    /// Name of the place.
    pub name: String,
    /// The containing place. It describes the location only: access to a place does not include the places inside it.
    pub parent_id: Option<PlaceId>,
    /// The postal address, with line breaks.
    pub address: Option<String>,
    /// The customer that owns it; `None` for the operating company.
    pub owner: Option<CustomerId>,
    /// Whether it is in use.
    pub active: bool,
    /// Version for optimistic locking.
    pub version: i64,
    /// Time of creation.
    pub created_at: Timestamp,
}

impl Place {
    /// The home place of a customer.
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

/// The place of a customer's device: the place it was `put` at if it is one of theirs, otherwise their home place. A
/// place of a previous owner does not count.
pub fn of_device(put: Option<PlaceId>, owner: CustomerId, theirs: &[Place]) -> PlaceId {
    put.filter(|put| theirs.iter().any(|place| place.id == *put)).unwrap_or(PlaceId::home_of(owner))
}

/// Input for a new or changed place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceDraft {
    /// Name of the place.
    pub name: String,
    /// The containing place.
    pub parent_id: Option<PlaceId>,
    /// The postal address, with line breaks.
    pub address: Option<String>,
    /// Whether it is in use.
    pub active: bool,
}

/// Validation error of a place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// The name is empty or too long.
    #[error("a place needs a name of at most 200 characters")]
    Name,
    /// The place would contain itself, directly or indirectly.
    #[error("{0} cannot be part of itself, nor of a place inside it")]
    Loop(String),
    /// The place would be nested too deeply.
    #[error("places stand at most {0} deep inside each other; choose one further out")]
    TooDeep(usize),
    /// The containing place belongs to another customer.
    #[error("{0} belongs to another customer; choose a place of the same customer, or of the operating company")]
    OfSomebodyElse(String),
}

impl Rejection for PlaceError {
    fn code(&self) -> &'static str {
        match self {
            Self::Name | Self::Loop(_) => "invalid_place",
            Self::TooDeep(_) => "too_deep",
            Self::OfSomebodyElse(_) => "place_of_somebody_else",
        }
    }

    fn kind(&self) -> RejectionKind {
        match self {
            Self::Name | Self::Loop(_) | Self::OfSomebodyElse(_) => RejectionKind::Invalid,
            Self::TooDeep(_) => RejectionKind::Conflict,
        }
    }
}

/// Checks that a place of `owner` may be inside this one.
///
/// # Errors
/// If it belongs to another customer.
pub fn may_contain(outer: &Place, owner: Option<CustomerId>) -> Result<(), PlaceError> {
    let of_company = |owner: Option<CustomerId>| owner.is_none_or(|owner| owner == CustomerId::OPERATOR);
    if of_company(outer.owner) || outer.owner == owner {
        return Ok(());
    }
    Err(PlaceError::OfSomebodyElse(outer.name.clone()))
}

/// Creates a place of a customer.
pub fn create(draft: PlaceDraft, mut owner: CustomerEdit<'_>, stamp: Stamp<'_>) -> Result<(Place, Plan), PlaceError> {
    let name = checked_name(&draft.name)?;
    let place = Place {
        id: stamp.id(),
        name,
        parent_id: draft.parent_id,
        address: draft.address.and_then(|address| input::text(&address, usize::MAX).ok()),
        owner: Some(owner.customer.id),
        active: draft.active,
        version: 1,
        created_at: stamp.now,
    };
    owner.note(PersonEvent::PlaceAdded { place_id: place.id, name: (&place.name).into() });
    owner.push(PlaceChange::Create(place.clone()), "a place of the customer");
    Ok((place, owner.finish()))
}

/// Changes a place. `around` are the places that contain the new parent, innermost first.
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
        address: draft.address.and_then(|address| input::text(&address, usize::MAX).ok()),
        active: draft.active,
        ..before.clone()
    };
    if after != *before {
        owner.note(PersonEvent::PlaceChanged { place_id: after.id, name: (&after.name).into(), active: after.active });
        owner.push(PlaceChange::Update(after.clone()), "the place changes");
        if after.parent_id != before.parent_id {
            let parents = around.iter().skip(1).copied().map(Some).chain([None]);
            for (id, parent_id) in around.iter().copied().zip(parents) {
                owner.push(PlaceChange::ExpectParent { id, parent_id }, "no place contains itself");
            }
        }
    }
    Ok((after, owner.finish()))
}

fn checked_name(name: &str) -> Result<String, PlaceError> {
    input::name(name).map_err(|_| PlaceError::Name)
}

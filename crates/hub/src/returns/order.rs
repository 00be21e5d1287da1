//! Returns that staff or a machine open for a customer (`P09`): the same return as the customer's own, recorded as
//! opened by them.

use std::collections::{BTreeMap, BTreeSet};

use tessera_core::devices::Device;
use tessera_core::kernel::ids::{CustomerId, PersonId, PlaceId};
use tessera_core::persons::place::Place;
use tessera_core::returns::ReturnOrderError;
use tessera_core::returns::{DeviceRef, Return, ReturnDraft, ReturnDraftLine};

use tessera_store::{Reads, StoreError};

use super::{NewReturn, Sight};
use crate::{Ctx, Hub, HubError};

/// A line of an order, which names its device by display id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrderedLine {
    /// The device. `None`: another article, described by its model.
    pub device: Option<String>,
    /// The model of an article that is not a device.
    pub model: String,
    /// Number of units. Always one for a device.
    pub quantity: u32,
    /// Known serial numbers. Those of a device are known anyway.
    pub serials: Vec<String>,
    /// The code of the return reason.
    pub reason: String,
    /// Description of the problem.
    pub problem: String,
}

impl OrderedLine {
    /// Converts the line to a draft line. Its device must be one of these.
    ///
    /// # Errors
    /// [`HubError::Rejected`] `no_such_device`.
    pub fn among(self, number: usize, devices: &[(PlaceId, Device)]) -> Result<ReturnDraftLine, ReturnOrderError> {
        let Self { device, model, quantity, serials, reason, problem } = self;
        let Some(named) = device else {
            return Ok(ReturnDraftLine { device: None, model, quantity, serials, reason, problem });
        };
        let Some((_, device)) = devices.iter().find(|(_, device)| device.external_id == named) else {
            return Err(ReturnOrderError::NoSuchDevice(number));
        };
        Ok(ReturnDraftLine {
            device: Some(DeviceRef { system: device.system.clone(), external_id: device.external_id.clone() }),
            model: device.name.clone(),
            quantity: 1,
            serials: device.serial.iter().cloned().collect(),
            reason,
            problem,
        })
    }
}

/// A return as ordered by staff or a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnOrder {
    /// The customer.
    pub customer: CustomerId,
    /// The place of the customer. `None`: the place of the first device, else the home place.
    pub place: Option<PlaceId>,
    /// The person who is notified by e-mail. `None`: the customer's own address.
    pub told: Option<PersonId>,
    /// The lines of the order.
    pub lines: Vec<OrderedLine>,
}

/// The devices and places available for a return.
#[derive(Debug, Clone, Default)]
pub struct Returnable {
    /// The devices, each with its place.
    pub devices: Vec<(PlaceId, Device)>,
    /// The active places.
    pub places: Vec<Place>,
}

/// The devices and places that a customer can use in a return.
pub(crate) async fn returnable(store: &Reads, of: CustomerId) -> Result<Returnable, StoreError> {
    let (owned, mut places) = (store.devices_of(of).await?, store.places_of(of).await?);
    places.retain(|place| place.active);
    let mut put = BTreeMap::new();
    for system in owned.iter().map(|device| device.system.as_str()).collect::<BTreeSet<_>>() {
        let ids = owned.iter().filter(|device| device.system == system).map(|device| device.external_id.as_str());
        put.insert(system.to_owned(), store.places_of_devices(system, &ids.collect::<Vec<_>>()).await?);
    }
    let at = |device: &Device| {
        let at = put.get(&device.system).and_then(|put| put.get(&device.external_id));
        // A place of a previous holder does not count.
        let at = at.filter(|at| places.iter().any(|place| place.id == **at));
        at.copied().unwrap_or(PlaceId::home_of(of))
    };
    let devices = owned.into_iter().map(|device| (at(&device), device)).collect();
    Ok(Returnable { devices, places })
}

impl Hub {
    /// Opens a return for a customer.
    ///
    /// # Errors
    /// As [`Hub::open_return`]; [`HubError::NotFound`] if there is no such customer; [`HubError::Rejected`]
    /// `no_such_device`, `no_such_place`, `no_such_person` or `place_not_theirs` if an object does not belong to the
    /// customer.
    pub async fn order_return(&self, order: ReturnOrder, ctx: &Ctx) -> Result<Return, HubError> {
        self.open(NewReturn::Order(&order), Sight::All, ctx).await
    }

    /// Converts an order to a draft, with the customer's present devices and places.
    pub(super) async fn draft_of_order(&self, order: &ReturnOrder) -> Result<ReturnDraft, HubError> {
        let of = order.customer;
        let Returnable { devices, places } = returnable(self.reads(), of).await?;
        let first = order.lines.first().and_then(|line| line.device.as_deref());
        let of_device = devices.iter().find(|(_, device)| Some(device.external_id.as_str()) == first);
        let wanted = order.place.or(of_device.map(|(at, _)| *at)).unwrap_or(PlaceId::home_of(of));
        let Some(place) = places.iter().find(|place| place.id == wanted) else {
            return Err(ReturnOrderError::NoSuchPlace.into());
        };
        let email = match order.told {
            Some(person) => Some(self.address_at(person, of, place).await?),
            None => None,
        };
        let lines = (1..).zip(order.lines.clone()).map(|(number, line)| line.among(number, &devices));
        let lines = lines.collect::<Result<_, ReturnOrderError>>()?;
        Ok(ReturnDraft { customer_id: of, place_id: place.id, person_id: None, email, lines })
    }

    /// The e-mail address of a person of the customer who has access to this place, and so to the return.
    async fn address_at(&self, person: PersonId, of: CustomerId, place: &Place) -> Result<String, HubError> {
        let found = self.reads().person(person).await?.filter(|person| person.customer_id == of);
        let found = found.and_then(|person| {
            let email = person.reachable_at()?.to_owned();
            Some((person, email))
        });
        let Some((person, email)) = found else {
            return Err(ReturnOrderError::NoSuchPerson.into());
        };
        if !person.places.contains(&place.id) {
            let (person, place) = (person.name, place.name.clone());
            return Err(ReturnOrderError::PlaceNotTheirs { person, place }.into());
        }
        Ok(email)
    }
}

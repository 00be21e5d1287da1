//! Persons, places and contacts: created and changed by staff and by other systems (`P01`–`P08`).

mod emails;
pub(crate) mod privacy;
pub(crate) mod profile;
pub(crate) mod registration;
mod unsubscribe;

use tessera_core::access::change::AccessChange;
use tessera_core::access::event::AccessEvent;
use tessera_core::access::licence::LicenceType;
use tessera_core::devices::DeviceError;
use tessera_core::devices::change::DeviceChange;
use tessera_core::devices::event::DeviceEvent;
use tessera_core::kernel::customer::Customer;
use tessera_core::kernel::ids::{ContactId, CustomerId, PersonId, PlaceId};
use tessera_core::kernel::plan::{CustomerEdit, Stamp};
use tessera_core::kernel::record::{Kind, RecordKey};
use tessera_core::persons::PersonError;
use tessera_core::persons::contact::{self, Contact, ContactDraft};
use tessera_core::persons::event::PersonEvent;
use tessera_core::persons::place::PlaceError;
use tessera_core::persons::place::{self, Place, PlaceDraft};
use tessera_core::persons::{self, Person, PersonDraft};

use crate::commit::commit;
use crate::{Ctx, Hub, HubError};

/// Maximum nesting of places; deeper than any address.
const DEEPEST: usize = 32;

fn check_contact(contact: Option<&Contact>, customer: CustomerId) -> Result<(), HubError> {
    match contact {
        Some(contact) if contact.customer_id != customer => {
            Err(PersonError::ContactOfSomebodyElse(contact.name.clone()).into())
        }
        _ => Ok(()),
    }
}

impl Hub {
    /// The customer on whose timeline a change is recorded.
    pub(crate) async fn noted_on(&self, id: CustomerId) -> Result<Customer, HubError> {
        let found = self.reads().customer(id).await?;
        found.ok_or_else(|| HubError::NotFound("the customer record is gone".to_owned()))
    }

    /// Creates a person. Their customer is the one named, else the one of their contact, else the owner of their default place, else the
    /// operator.
    ///
    /// # Errors
    /// [`HubError::Rejected`] when the person id is taken or the data is invalid; [`HubError::NotFound`] when a named place, contact or
    /// customer does not exist.
    pub async fn create_person(
        &self,
        wanted: PersonDraft,
        customer: Option<CustomerId>,
        ctx: &Ctx,
    ) -> Result<Person, HubError> {
        commit!(self, ctx, |tx| {
            let contact = self.check_named(&wanted).await?;
            let owner = match (customer, &contact, wanted.default_place) {
                (Some(id), ..) => Some(id),
                (None, Some(contact), _) => Some(contact.customer_id),
                (None, None, Some(place)) => self.reads().place(place).await?.and_then(|place| place.owner),
                (None, None, None) => None,
            };
            if let Some(taken) = &wanted.person_id {
                self.check_free(taken, None).await?;
            }
            let owner = self.customer_or_operator(owner).await?;
            check_contact(contact.as_ref(), owner.as_ref().map_or(CustomerId::OPERATOR, |owner| owner.id))?;
            let planned = { persons::create(wanted.clone(), self.draft_of(owner, tx.stamp), tx.stamp) };
            let (made, plan) = planned?;
            tx.extend(plan);
            Ok(made)
        })
    }

    /// Changes a person. `version`: the expected version; none accepts any.
    ///
    /// # Errors
    /// As for [`Hub::create_person`]; [`PersonError::Changed`] when the version differs.
    pub async fn change_person(
        &self,
        id: PersonId,
        version: Option<i64>,
        change: impl Fn(&Person) -> PersonDraft,
        ctx: &Ctx,
    ) -> Result<Person, HubError> {
        commit!(self, ctx, |tx| {
            let before = self.reads().person(id).await?;
            let before = before.ok_or_else(|| HubError::NotFound(format!("there is no person {id}")))?;
            if version.is_some_and(|version| version != before.version) {
                return Err(PersonError::Changed(before.person_id).into());
            }
            let wanted = change(&before);
            let contact = self.check_named(&wanted).await?;
            if wanted.contact_id != before.contact_id {
                check_contact(contact.as_ref(), before.customer_id)?;
            }
            if let Some(taken) = &wanted.person_id {
                self.check_free(taken, Some(id)).await?;
            }
            let owner = self.customer_or_operator(Some(before.customer_id)).await?;
            let planned = { persons::change(&before, wanted, self.draft_of(owner, tx.stamp), tx.stamp) };
            let (mut after, plan) = planned?;
            if !plan.is_empty() {
                after.version += 1;
            }
            tx.extend(plan);
            Ok(after)
        })
    }

    /// Records a request for an unknown licence type, so that the explanation can name it (`P13`), and returns the error.
    pub async fn refuse_licence(&self, person_id: Option<&str>, code: &str, ctx: &Ctx) -> Result<HubError, HubError> {
        let code: String = code.trim().chars().take(64).collect();
        let nearest = LicenceType::nearest(&code).as_str();
        if let Some(person_id) = person_id {
            let person_key: String = persons::key(person_id).chars().take(64).collect();
            commit!(self, ctx, |tx| {
                let (person_key, code, at) = (person_key.clone(), code.clone(), tx.stamp.now);
                tx.push(AccessChange::NoteRefusedLicence { person_key, code, at }, "whoever asks why is told");
                Ok(())
            })?;
        }
        Ok(PersonError::UnknownLicence { code, nearest }.into())
    }

    /// Creates a place of a customer, or of the operator when none is named.
    pub async fn create_place(
        &self,
        wanted: PlaceDraft,
        owner: Option<CustomerId>,
        ctx: &Ctx,
    ) -> Result<Place, HubError> {
        commit!(self, ctx, |tx| {
            self.around(wanted.parent_id).await?;
            let owner = self.customer_or_operator(owner).await?;
            self.check_outer(wanted.parent_id, owner.as_ref().map(|owner| owner.id)).await?;
            let planned = { place::create(wanted.clone(), self.draft_of(owner, tx.stamp), tx.stamp) };
            let (made, plan) = planned?;
            tx.extend(plan);
            Ok(made)
        })
    }

    /// Changes a place.
    pub async fn change_place(
        &self,
        id: PlaceId,
        change: impl Fn(&Place) -> PlaceDraft,
        ctx: &Ctx,
    ) -> Result<Place, HubError> {
        commit!(self, ctx, |tx| {
            let before = self.reads().place(id).await?;
            let before = before.ok_or_else(|| HubError::NotFound(format!("there is no place {id}")))?;
            let wanted = change(&before);
            let around = self.around(wanted.parent_id).await?;
            if wanted.parent_id != before.parent_id {
                self.check_outer(wanted.parent_id, before.owner).await?;
            }
            let owner = self.customer_or_operator(before.owner).await?;
            let planned = { place::change(&before, wanted, &around, self.draft_of(owner, tx.stamp)) };
            let (mut after, plan) = planned?;
            if !plan.is_empty() {
                after.version += 1;
            }
            tx.extend(plan);
            Ok(after)
        })
    }

    /// Assigns a device to a place of its holder. `None`: the home place. A device in stock is put at a place of the operating
    /// company, such as a warehouse or a van.
    ///
    /// # Errors
    /// [`HubError::NotFound`] when the device or place does not exist; [`HubError::Rejected`] when the holder is no customer, or the
    /// place belongs to another customer.
    pub async fn place_device(&self, external_id: &str, place: Option<PlaceId>, ctx: &Ctx) -> Result<(), HubError> {
        let system = self.desk.name();
        commit!(self, ctx, |tx| {
            let device = self.reads().device(system, external_id).await?;
            let device = device.ok_or_else(|| HubError::NotFound(format!("there is no device {external_id}")))?;
            let owner = match &device.holder {
                Some(requester_id) => self.reads().customer_of(&self.requester_key(requester_id)).await?,
                None => self.customer_or_operator(None).await?,
            };
            let owner = owner.ok_or_else(|| DeviceError::NobodyHasIt(external_id.to_owned()))?;
            let at = place.unwrap_or(PlaceId::home_of(owner.id));
            let found = self.reads().place(at).await?;
            let found = found.ok_or_else(|| HubError::NotFound(format!("there is no place {at}")))?;
            if found.owner != Some(owner.id) {
                return Err(DeviceError::PlaceOfSomebodyElse { place: found.name, holder: owner.name }.into());
            }
            let plan = {
                let mut draft = CustomerEdit::of(owner, tx.stamp);
                let record = RecordKey::new(system, Kind::Asset, external_id);
                draft.note(DeviceEvent::DevicePlaced { record, place: (&found.name).into() });
                let (system, external_id) = (system.to_owned(), external_id.to_owned());
                // A customer's device without a place is at the home place; one in stock is nowhere.
                let is_home = device.holder.is_some() && at == PlaceId::home_of(draft.customer.id);
                let place = Some(at).filter(|_| !is_home);
                draft.push(DeviceChange::PutPlace { system, external_id, place }, "the device is there");
                draft.finish()
            };
            tx.extend(plan);
            Ok(())
        })
    }

    /// Records a preview of the portal by staff (`P14`).
    pub async fn note_preview(&self, person: &Person, ctx: &Ctx) -> Result<(), HubError> {
        commit!(self, ctx, |tx| {
            let owner = self.customer_or_operator(Some(person.customer_id)).await?;
            let mut draft = self.draft_of(owner, tx.stamp);
            draft.note(PersonEvent::Previewed { person_id: person.person_id.clone() });
            tx.extend(draft.finish());
            Ok(())
        })
    }

    /// Frees a licence seat (`P12`).
    ///
    /// # Errors
    /// [`HubError::NotFound`] when the seat is free.
    pub async fn free_seat(&self, licence: LicenceType, number: i64, ctx: &Ctx) -> Result<(), HubError> {
        commit!(self, ctx, |tx| {
            let taken = self.seats_taken(&[licence]).await?;
            let seat = taken.into_iter().find(|seat| seat.number == number).ok_or_else(|| {
                HubError::NotFound(format!("nobody has seat {number} of {} any more", licence.as_str()))
            })?;
            if let Some(person) = self.reads().person(seat.person).await? {
                let owner = self.customer_or_operator(Some(person.customer_id)).await?;
                let mut draft = self.draft_of(owner, tx.stamp);
                draft.note(AccessEvent::SeatFreed { person_id: person.person_id, licence });
                tx.extend(draft.finish());
            }
            tx.push(AccessChange::FreeSeat { licence, number, person: seat.person }, "staff free the seat");
            Ok(())
        })
    }

    /// Creates a contact of a customer, or of the operator when none is named.
    pub async fn create_contact(
        &self,
        wanted: ContactDraft,
        customer: Option<CustomerId>,
        ctx: &Ctx,
    ) -> Result<Contact, HubError> {
        commit!(self, ctx, |tx| {
            let owner = self.customer_or_operator(customer).await?;
            let planned = { contact::create(wanted.clone(), self.draft_of(owner, tx.stamp), tx.stamp) };
            let (made, plan) = planned?;
            tx.extend(plan);
            Ok(made)
        })
    }

    /// Changes a contact.
    pub async fn change_contact(&self, id: ContactId, wanted: ContactDraft, ctx: &Ctx) -> Result<Contact, HubError> {
        commit!(self, ctx, |tx| {
            let before = self.reads().contact(id).await?;
            let before = before.ok_or_else(|| HubError::NotFound(format!("there is no contact {id}")))?;
            let owner = self.customer_or_operator(Some(before.customer_id)).await?;
            let planned = { contact::change(&before, wanted.clone(), self.draft_of(owner, tx.stamp)) };
            let (mut after, plan) = planned?;
            if !plan.is_empty() {
                after.version += 1;
            }
            tx.extend(plan);
            Ok(after)
        })
    }

    /// The customer named, or else the operator; none while the operator's record does not exist.
    pub(crate) async fn customer_or_operator(&self, named: Option<CustomerId>) -> Result<Option<Customer>, HubError> {
        let id = named.unwrap_or(CustomerId::OPERATOR);
        let found = self.reads().customer(id).await?;
        if found.is_none() && id != CustomerId::OPERATOR {
            return Err(HubError::NotFound(format!("there is no customer {id}")));
        }
        Ok(found)
    }

    /// A change of a customer, or the creation of the operator's record.
    pub(crate) fn draft_of<'a>(&self, owner: Option<Customer>, stamp: Stamp<'a>) -> CustomerEdit<'a> {
        owner.map_or_else(
            || CustomerEdit::operator(&self.config.brand.name, stamp),
            |owner| CustomerEdit::of(owner, stamp),
        )
    }

    async fn check_free(&self, person_id: &str, but: Option<PersonId>) -> Result<(), HubError> {
        match self.reads().person_by_key(person_id).await? {
            Some(other) if Some(other.id) != but => Err(PersonError::PersonIdTaken(other.person_id).into()),
            _ => Ok(()),
        }
    }

    /// Checks that everything a person refers to exists.
    async fn check_named(&self, wanted: &PersonDraft) -> Result<Option<Contact>, HubError> {
        for place in wanted.places.iter().copied().chain(wanted.default_place) {
            if self.reads().place(place).await?.is_none() {
                return Err(HubError::NotFound(format!("there is no place {place}")));
            }
        }
        match wanted.contact_id {
            None => Ok(None),
            Some(id) => {
                let found = self.reads().contact(id).await?;
                found.map(Some).ok_or_else(|| HubError::NotFound(format!("there is no contact {id}")))
            }
        }
    }

    async fn check_outer(&self, outer: Option<PlaceId>, owner: Option<CustomerId>) -> Result<(), HubError> {
        let Some(outer) = outer else { return Ok(()) };
        match self.reads().place(outer).await? {
            Some(outer) => Ok(place::may_contain(&outer, owner)?),
            None => Err(HubError::NotFound(format!("there is no place {outer}"))),
        }
    }

    /// A place and the places that enclose it, from the inside out.
    async fn around(&self, inside: Option<PlaceId>) -> Result<Vec<PlaceId>, HubError> {
        let (mut around, mut next) = (Vec::new(), inside);
        while let Some(id) = next.filter(|id| !around.contains(id)) {
            if around.len() == DEEPEST {
                return Err(PlaceError::TooDeep(DEEPEST).into());
            }
            let place = self.reads().place(id).await?;
            next = place.ok_or_else(|| HubError::NotFound(format!("there is no place {id}")))?.parent_id;
            around.push(id);
        }
        Ok(around)
    }
}

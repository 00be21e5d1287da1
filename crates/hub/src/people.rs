//! Persons, places and contacts: made and changed by staff and by other systems (`P01`–`P08`).

use tessera_core::contact::{self, Contact, ContactDraft};
use tessera_core::customer::Customer;
use tessera_core::id::{ContactId, CustomerId, PersonId, PlaceId};
use tessera_core::licence::LicenceType;
use tessera_core::person::{self, Person, PersonDraft};
use tessera_core::place::{self, Place, PlaceDraft};
use tessera_core::plan::{Change, Draft, Plan, Stamp};
use tessera_core::record::{Kind, RecordKey};
use tessera_core::timeline::Event;

use crate::error::again;
use crate::{ATTEMPTS, Hub, HubError};

/// Places within places are followed no further than this; deeper than any address is.
const DEEPEST: usize = 32;

/// Who changes something, and through which door.
#[derive(Debug, Clone, Copy)]
pub struct By<'a> {
    /// Who: `staff:jo`, `api_key:portal`, `person:ada`.
    pub actor: &'a str,
    /// The door: `api`, `console`, `portal`, `cli`.
    pub channel: &'a str,
}

impl Hub {
    /// Makes a person. Whose they are follows from the customer named, else from the contact they are, else from the owner of their default
    /// place, else they are the house's.
    ///
    /// # Errors
    /// [`HubError::Precondition`] when the person id is taken or something does not fit; [`HubError::NotFound`] when a place, contact or
    /// customer named does not exist.
    pub async fn create_person(
        &self,
        wanted: PersonDraft,
        customer: Option<CustomerId>,
        by: By<'_>,
    ) -> Result<Person, HubError> {
        let contact = self.check_named(&wanted).await?;
        let owner = match (customer, contact, wanted.default_place) {
            (Some(id), ..) => Some(id),
            (None, Some(contact), _) => Some(contact.customer_id),
            (None, None, Some(place)) => self.store.place(place).await?.and_then(|place| place.owner),
            (None, None, None) => None,
        };
        for _ in 0..ATTEMPTS {
            if let Some(taken) = &wanted.person_id {
                self.check_free(taken, None).await?;
            }
            let owner = self.customer_or_house(owner).await?;
            let planned = self.stamped(by.actor, by.channel, |stamp| {
                person::create(wanted.clone(), self.draft_of(owner, stamp), stamp)
            });
            let (made, plan) =
                planned.map_err(|refusal| HubError::precondition(refusal.code(), refusal.to_string()))?;
            if self.try_apply(&plan).await? {
                return Ok(made);
            }
        }
        Err(HubError::Busy)
    }

    /// Changes a person. `version`: the version that was looked at; none: whatever it is now.
    ///
    /// # Errors
    /// As for [`Hub::create_person`]; [`HubError::Precondition`] with `changed_meanwhile` when the version is another one.
    pub async fn change_person(
        &self,
        id: PersonId,
        version: Option<i64>,
        change: impl Fn(&Person) -> PersonDraft,
        by: By<'_>,
    ) -> Result<Person, HubError> {
        for _ in 0..ATTEMPTS {
            let before = self.store.person(id).await?;
            let before = before.ok_or_else(|| HubError::NotFound(format!("there is no person {id}")))?;
            if version.is_some_and(|version| version != before.version) {
                return Err(HubError::precondition(
                    "changed_meanwhile",
                    format!("the person {} was changed meanwhile: look at it again", before.person_id),
                ));
            }
            let wanted = change(&before);
            self.check_named(&wanted).await?;
            if let Some(taken) = &wanted.person_id {
                self.check_free(taken, Some(id)).await?;
            }
            let owner = self.customer_or_house(Some(before.customer_id)).await?;
            let planned = self.stamped(by.actor, by.channel, |stamp| {
                person::change(&before, wanted, self.draft_of(owner, stamp), stamp)
            });
            let (mut after, plan) =
                planned.map_err(|refusal| HubError::precondition(refusal.code(), refusal.to_string()))?;
            if plan.is_empty() {
                return Ok(after);
            }
            if self.try_apply(&plan).await? {
                after.version += 1;
                return Ok(after);
            }
        }
        Err(HubError::Busy)
    }

    /// Notes that a licence type that does not exist was asked for somebody, so that the explanation can name it (`P13`), and says so.
    pub async fn refuse_licence(&self, person_id: Option<&str>, code: &str) -> Result<HubError, HubError> {
        let code: String = code.trim().chars().take(64).collect();
        let nearest = LicenceType::nearest(&code).as_str();
        if let Some(person_id) = person_id {
            let person_key = person::key(person_id).chars().take(64).collect();
            let mut plan = Plan::default();
            let change = Change::NoteRefusedLicence { person_key, code: code.clone(), at: self.env.now() };
            plan.push(change, "whoever asks why is told");
            self.store.apply(&plan).await?;
        }
        Ok(HubError::precondition(
            "unknown_licence_type",
            format!("unknown licence type {code}; did you mean {nearest}? Nothing was changed"),
        ))
    }

    /// Makes a place of a customer; of the house, when none is named.
    pub async fn create_place(
        &self,
        wanted: PlaceDraft,
        owner: Option<CustomerId>,
        by: By<'_>,
    ) -> Result<Place, HubError> {
        for _ in 0..ATTEMPTS {
            self.around(wanted.parent_id).await?;
            let owner = self.customer_or_house(owner).await?;
            let planned = self.stamped(by.actor, by.channel, |stamp| {
                place::create(wanted.clone(), self.draft_of(owner, stamp), stamp)
            });
            let (made, plan) =
                planned.map_err(|refusal| HubError::precondition("invalid_place", refusal.to_string()))?;
            if self.try_apply(&plan).await? {
                return Ok(made);
            }
        }
        Err(HubError::Busy)
    }

    /// Changes a place.
    pub async fn change_place(
        &self,
        id: PlaceId,
        change: impl Fn(&Place) -> PlaceDraft,
        by: By<'_>,
    ) -> Result<Place, HubError> {
        for _ in 0..ATTEMPTS {
            let before = self.store.place(id).await?;
            let before = before.ok_or_else(|| HubError::NotFound(format!("there is no place {id}")))?;
            let wanted = change(&before);
            let around = self.around(wanted.parent_id).await?;
            let owner = self.customer_or_house(before.owner).await?;
            let planned = self.stamped(by.actor, by.channel, |stamp| {
                place::change(&before, wanted, &around, self.draft_of(owner, stamp))
            });
            let (mut after, plan) =
                planned.map_err(|refusal| HubError::precondition("invalid_place", refusal.to_string()))?;
            if plan.is_empty() {
                return Ok(after);
            }
            if self.try_apply(&plan).await? {
                after.version += 1;
                return Ok(after);
            }
        }
        Err(HubError::Busy)
    }

    /// Puts a device at a place of whoever has it; none: at their home place.
    ///
    /// # Errors
    /// [`HubError::NotFound`] when there is no such device or place; [`HubError::Precondition`] when nobody has the device, or the place is
    /// somebody else's.
    pub async fn place_device(&self, external_id: &str, place: Option<PlaceId>, by: By<'_>) -> Result<(), HubError> {
        let system = self.desk.name();
        for _ in 0..ATTEMPTS {
            let device = self.store.device(system, external_id).await?;
            let device = device.ok_or_else(|| HubError::NotFound(format!("there is no device {external_id}")))?;
            let owner = match &device.holder {
                Some(requester_id) => self.store.customer_of(&self.requester_key(requester_id)).await?,
                None => None,
            };
            let owner = owner.ok_or_else(|| {
                HubError::precondition(
                    "nobody_has_it",
                    format!("no customer has the device {external_id}: assign it first"),
                )
            })?;
            let at = place.unwrap_or(PlaceId::home_of(owner.id));
            let found = self.store.place(at).await?;
            let found = found.ok_or_else(|| HubError::NotFound(format!("there is no place {at}")))?;
            if found.owner != Some(owner.id) {
                return Err(HubError::precondition(
                    "place_of_somebody_else",
                    format!("the place {} is not one of {}, who has the device", found.name, owner.name),
                ));
            }
            let plan = self.stamped(by.actor, by.channel, |stamp| {
                let mut draft = Draft::of(owner, stamp);
                let record = RecordKey::new(system, Kind::Asset, external_id);
                draft.note(&Event::DevicePlaced { record, place: (&found.name).into() });
                let (system, external_id) = (system.to_owned(), external_id.to_owned());
                let place = Some(at).filter(|at| *at != PlaceId::home_of(draft.customer.id));
                draft.push(Change::PutDevicePlace { system, external_id, place }, "the device is there");
                draft.finish()
            });
            if self.try_apply(&plan).await? {
                return Ok(());
            }
        }
        Err(HubError::Busy)
    }

    /// Puts on record that staff look at the portal through somebody's eyes (`P14`).
    pub async fn note_preview(&self, person: &Person, by: By<'_>) -> Result<(), HubError> {
        let event = Event::Previewed { person_id: person.person_id.clone() };
        self.note(person.customer_id, &event, by).await
    }

    /// Takes a seat from whoever has it (`P12`).
    ///
    /// # Errors
    /// [`HubError::NotFound`] when nobody has it.
    pub async fn free_seat(&self, licence: LicenceType, number: i64, by: By<'_>) -> Result<(), HubError> {
        let taken = self.seats_taken(licence).await?;
        let seat = taken
            .into_iter()
            .find(|seat| seat.number == number)
            .ok_or_else(|| HubError::NotFound(format!("nobody has seat {number} of {} any more", licence.as_str())))?;
        if let Some(person) = self.store.person(seat.person).await? {
            self.note(person.customer_id, &Event::SeatFreed { person_id: person.person_id, licence }, by).await?;
        }
        Ok(self.store.free_seat(licence, number).await?)
    }

    /// Writes something to a customer's timeline that changes nothing else.
    async fn note(&self, customer: CustomerId, event: &Event, by: By<'_>) -> Result<(), HubError> {
        for _ in 0..ATTEMPTS {
            let owner = self.customer_or_house(Some(customer)).await?;
            let plan = self.stamped(by.actor, by.channel, |stamp| {
                let mut draft = self.draft_of(owner, stamp);
                draft.note(event);
                draft.finish()
            });
            if self.try_apply(&plan).await? {
                return Ok(());
            }
        }
        Err(HubError::Busy)
    }

    /// Makes a contact of a customer; of the house, when none is named.
    pub async fn create_contact(
        &self,
        wanted: ContactDraft,
        customer: Option<CustomerId>,
        by: By<'_>,
    ) -> Result<Contact, HubError> {
        for _ in 0..ATTEMPTS {
            let owner = self.customer_or_house(customer).await?;
            let planned = self.stamped(by.actor, by.channel, |stamp| {
                contact::create(wanted.clone(), self.draft_of(owner, stamp), stamp)
            });
            let (made, plan) =
                planned.map_err(|refusal| HubError::precondition(refusal.code(), refusal.to_string()))?;
            if self.try_apply(&plan).await? {
                return Ok(made);
            }
        }
        Err(HubError::Busy)
    }

    /// Changes a contact.
    pub async fn change_contact(&self, id: ContactId, wanted: ContactDraft, by: By<'_>) -> Result<Contact, HubError> {
        for _ in 0..ATTEMPTS {
            let before = self.store.contact(id).await?;
            let before = before.ok_or_else(|| HubError::NotFound(format!("there is no contact {id}")))?;
            let owner = self.customer_or_house(Some(before.customer_id)).await?;
            let planned = self.stamped(by.actor, by.channel, |stamp| {
                contact::change(&before, wanted.clone(), self.draft_of(owner, stamp))
            });
            let (mut after, plan) =
                planned.map_err(|refusal| HubError::precondition(refusal.code(), refusal.to_string()))?;
            if plan.is_empty() {
                return Ok(after);
            }
            if self.try_apply(&plan).await? {
                after.version += 1;
                return Ok(after);
            }
        }
        Err(HubError::Busy)
    }

    /// The customer named, or the house; none: the house, which nobody needed yet.
    async fn customer_or_house(&self, named: Option<CustomerId>) -> Result<Option<Customer>, HubError> {
        let id = named.unwrap_or(CustomerId::HOUSE);
        let found = self.store.customer(id).await?;
        if found.is_none() && id != CustomerId::HOUSE {
            return Err(HubError::NotFound(format!("there is no customer {id}")));
        }
        Ok(found)
    }

    /// A change of a customer, or the house for the first time.
    fn draft_of<'a>(&self, owner: Option<Customer>, stamp: Stamp<'a>) -> Draft<'a> {
        owner.map_or_else(|| Draft::house(&self.config.brand.name, stamp), |owner| Draft::of(owner, stamp))
    }

    /// Whether a plan was applied; when the world moved, it has to be made again.
    pub(crate) async fn try_apply(&self, plan: &Plan) -> Result<bool, HubError> {
        match self.store.apply(plan).await {
            Ok(()) => Ok(true),
            Err(error) => again(error).map(|()| false),
        }
    }

    async fn check_free(&self, person_id: &str, but: Option<PersonId>) -> Result<(), HubError> {
        match self.store.person_by_key(person_id).await? {
            Some(other) if Some(other.id) != but => Err(HubError::precondition(
                "person_id_taken",
                format!("the person id {} is taken; choose another one", other.person_id),
            )),
            _ => Ok(()),
        }
    }

    /// Whatever a person names must exist.
    async fn check_named(&self, wanted: &PersonDraft) -> Result<Option<Contact>, HubError> {
        for place in wanted.places.iter().copied().chain(wanted.default_place) {
            if self.store.place(place).await?.is_none() {
                return Err(HubError::NotFound(format!("there is no place {place}")));
            }
        }
        match wanted.contact_id {
            None => Ok(None),
            Some(id) => {
                let found = self.store.contact(id).await?;
                found.map(Some).ok_or_else(|| HubError::NotFound(format!("there is no contact {id}")))
            }
        }
    }

    /// The places around one, from the inside out, itself first.
    async fn around(&self, inside: Option<PlaceId>) -> Result<Vec<PlaceId>, HubError> {
        let (mut around, mut next) = (Vec::new(), inside);
        while let Some(id) = next.filter(|id| !around.contains(id)) {
            if around.len() == DEEPEST {
                let detail = format!("places stand at most {DEEPEST} deep inside each other; choose one further out");
                return Err(HubError::precondition("too_deep", detail));
            }
            let place = self.store.place(id).await?;
            next = place.ok_or_else(|| HubError::NotFound(format!("there is no place {id}")))?.parent_id;
            around.push(id);
        }
        Ok(around)
    }
}

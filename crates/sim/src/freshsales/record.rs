//! The records of an account, and their creation from the demo world.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::world::{Person, World};

use super::contacts::{Contact, Email, SalesAccount};
use super::deals::Deal;
use super::selectors::{CUSTOMER_STAGE, CUSTOMER_STATUS, LEAD_STAGE, LEAD_STATUS, NEW_STAGE, OWNERS, WON_STAGE};

const FIRST_CONTACT_ID: u64 = 31_016_358_306;
const FIRST_EMAIL_ID: u64 = 31_015_026_486;
const FIRST_DEAL_ID: u64 = 31_001_944_158;
const FIRST_ACCOUNT_ID: u64 = 31_002_771_040;
/// Greater than 2^53, to detect clients that parse it as a double.
const FIRST_MCR_ID: u64 = 1_656_220_499_163_897_856;

/// All records of the account.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Records {
    pub(super) contacts: BTreeMap<u64, Contact>,
    pub(super) deals: BTreeMap<u64, Deal>,
    ids: Ids,
}

/// The next id of each kind.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Ids {
    contact: u64,
    email: u64,
    deal: u64,
    job: u64,
    mcr: u64,
}

impl Default for Records {
    fn default() -> Self {
        let ids =
            Ids { contact: FIRST_CONTACT_ID, email: FIRST_EMAIL_ID, deal: FIRST_DEAL_ID, job: 1, mcr: FIRST_MCR_ID };
        Self { contacts: BTreeMap::new(), deals: BTreeMap::new(), ids }
    }
}

impl Ids {
    pub(super) fn email(&mut self) -> u64 {
        take(&mut self.email, 1)
    }

    pub(super) fn job(&mut self) -> u64 {
        take(&mut self.job, 1)
    }
}

impl Records {
    pub(super) fn is_empty(&self) -> bool {
        self.contacts.is_empty() && self.deals.is_empty()
    }

    /// The contact, unless it is in the recycle bin.
    pub(super) fn contact(&self, id: u64) -> Option<&Contact> {
        self.contacts.get(&id).filter(|contact| !contact.deleted)
    }

    pub(super) fn deals_of(&self, contact: u64) -> impl Iterator<Item = &Deal> {
        self.deals.values().filter(move |deal| deal.contact_ids.contains(&contact) && !deal.deleted)
    }

    /// Whether another contact has this address, ignoring case.
    pub(super) fn email_taken(&self, address: &str, except: Option<u64>) -> bool {
        self.contacts
            .values()
            .any(|contact| Some(contact.id) != except && !contact.deleted && contact.has_email(address))
    }

    pub(super) fn ids(&mut self) -> &mut Ids {
        &mut self.ids
    }

    /// Creates a contact with ids only.
    pub(super) fn new_contact(&mut self, now: Timestamp, lag: Duration) -> Contact {
        Contact::new(take(&mut self.ids.contact, 1), take(&mut self.ids.mcr, 749_741_824), now, lag)
    }

    pub(super) fn new_deal(&mut self, now: Timestamp) -> Deal {
        Deal::new(take(&mut self.ids.deal, 1), now)
    }

    /// Creates the demo world's contacts, with deals that match their devices.
    pub(super) fn fill(&mut self, world: &World, now: Timestamp) {
        for (number, person) in world.people.iter().enumerate() {
            let age = SignedDuration::from_hours(24 * (700 - i64::try_from(number % 600).unwrap_or_default()));
            let created = now.checked_sub(age).unwrap_or(now);
            for id in &person.contact_ids {
                let mcr_id = take(&mut self.ids.mcr, 749_741_824);
                let mut contact = Contact::new(*id, mcr_id, created, Duration::ZERO);
                self.describe(&mut contact, person, number);
                self.contacts.insert(*id, contact);
                self.ids.contact = self.ids.contact.max(id + 1);
            }
            if let Some(contact) = person.contact_ids.first() {
                self.sell(*contact, person, number, created);
            }
        }
    }

    fn describe(&mut self, contact: &mut Contact, person: &Person, number: usize) {
        let mut parts = person.address.splitn(3, ", ");
        let (street, city, zipcode) = (parts.next(), parts.next(), parts.next());
        let (stage, status) =
            if person.devices.is_empty() { (LEAD_STAGE, LEAD_STATUS) } else { (CUSTOMER_STAGE, CUSTOMER_STATUS) };
        let fields = json!({
            "first_name": person.first_name, "last_name": person.last_name, "mobile_number": person.phone,
            "address": street, "city": city, "zipcode": zipcode, "owner_id": OWNERS[number % OWNERS.len()].0,
            "lifecycle_stage_id": stage, "contact_status_id": status, "lead_score": 20 + number % 60,
        });
        contact.fields = fields.as_object().cloned().unwrap_or_default();
        contact.custom_field = Map::from_iter([("cf_is_active".to_owned(), Value::Bool(!person.devices.is_empty()))]);
        if let Some(address) = &person.email {
            contact.emails = vec![Email { id: self.ids.email(), value: address.clone(), is_primary: true }];
        }
        if number % 9 == 4 {
            let name = format!("{} household", person.last_name);
            contact.sales_accounts =
                vec![SalesAccount { id: FIRST_ACCOUNT_ID + number as u64, name, is_primary: true }];
        }
    }

    /// Creates a won deal for each device, and an open one for some of the contacts without devices.
    fn sell(&mut self, contact: u64, person: &Person, number: usize, created: Timestamp) {
        let offers = person.devices.iter().map(|serial| (format!("Hybrid Inverter Bundle {serial}"), true));
        let wanted = (person.devices.is_empty() && number.is_multiple_of(2))
            .then(|| (format!("Hybrid Inverter Bundle for {}", person.full_name()), false));
        for (step, (name, won)) in offers.chain(wanted).enumerate() {
            let mut deal = self.new_deal(created);
            deal.name = name;
            deal.amount = [5_600.0, 3_200.0, 7_450.5, 4_000.0][(number + step) % 4];
            deal.stage_id = if won { WON_STAGE } else { NEW_STAGE };
            deal.contact_ids = vec![contact];
            deal.owner_id = OWNERS[number % OWNERS.len()].0;
            let close = created.to_zoned(jiff::tz::TimeZone::UTC).date().saturating_add(30.days());
            deal.expected_close = Some(close.to_string());
            deal.closed_date = won.then(|| close.to_string());
            self.deals.insert(deal.id, deal);
        }
    }
}

fn take(counter: &mut u64, step: u64) -> u64 {
    let id = *counter;
    *counter += step;
    id
}

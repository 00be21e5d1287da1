//! The service desk: requesters, assets, and tickets, as they truly are.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::json;
use tessera_core::kernel::record::{self, Attributes, Kind, Observation, RecordKey};
use tessera_hub::ports::{Said, Ticket};

use crate::weather::System;

/// The type of devices.
pub const DEVICE_TYPE: (&str, &str) = ("9", "Hybrid Inverter Bundle");

/// A requester.
#[derive(Debug, Clone)]
pub struct Requester {
    /// The name.
    pub name: String,
    /// The primary address.
    pub email: String,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// An asset of the device type.
#[derive(Debug, Clone)]
pub struct Asset {
    /// The display name.
    pub name: String,
    /// The serial number.
    pub serial: String,
    /// The requester who has it.
    pub holder: Option<u64>,
    /// It is in the trash.
    pub trashed: bool,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// A ticket with its conversation.
#[derive(Debug, Clone)]
pub struct TicketFile {
    /// The ticket.
    pub ticket: Ticket,
    /// What was said.
    pub notes: Vec<Said>,
}

/// What is true in the service desk.
#[derive(Debug, Default)]
pub struct Desk {
    /// The requesters, by id.
    pub requesters: BTreeMap<u64, Requester>,
    /// The assets, by display id.
    pub assets: BTreeMap<u64, Asset>,
    /// The tickets, by number.
    pub tickets: BTreeMap<u64, TicketFile>,
    /// How often the hub gave an asset to someone, by display id and holder.
    pub handed: BTreeMap<(u64, Option<u64>), usize>,
    /// How often the hub gave a ticket a status.
    pub statuses: BTreeMap<(u64, i64), usize>,
    last_id: u64,
}

impl Desk {
    /// A new id.
    pub fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        5000 + self.last_id
    }

    /// A requester as it is read.
    pub fn requester(&self, id: u64, read_at: Timestamp) -> Option<Observation> {
        let row = self.requesters.get(&id)?;
        let attributes = record::Requester {
            name: row.name.clone(),
            primary_email: Some(row.email.clone()),
            active: true,
            ..record::Requester::default()
        };
        Some(observation(Kind::Requester, id, Attributes::Requester(attributes), (row.updated_at, read_at)))
    }

    /// An asset as it is read; one in the trash does not answer by its id.
    pub fn asset(&self, id: u64, trashed: bool, read_at: Timestamp) -> Option<Observation> {
        let row = self.assets.get(&id).filter(|row| row.trashed == trashed)?;
        let attributes = record::Asset {
            asset_id: (100_000 + id).to_string(),
            name: row.name.clone(),
            asset_type_id: DEVICE_TYPE.0.to_owned(),
            asset_type: Some(DEVICE_TYPE.1.to_owned()),
            used_by: row.holder.map(|holder| holder.to_string()),
            serial: Some(row.serial.clone()),
            trashed: row.trashed,
            ..record::Asset::default()
        };
        Some(observation(Kind::Asset, id, Attributes::Asset(attributes), (row.updated_at, read_at)))
    }

    /// A ticket as it is read.
    pub fn ticket(&self, id: u64, read_at: Timestamp) -> Option<Ticket> {
        self.tickets.get(&id).map(|file| Ticket { read_at, ..file.ticket.clone() })
    }
}

/// What the hub's client makes of an object.
pub fn observation(
    kind: Kind,
    id: u64,
    attributes: Attributes,
    (updated_at, read_at): (Timestamp, Timestamp),
) -> Observation {
    let system = if kind == Kind::Contact { System::Crm } else { System::Desk };
    let key = RecordKey::new(system.name(), kind, id.to_string());
    Observation { key, attributes, raw: json!({ "id": id }), updated_at: Some(updated_at), read_at }
}

/// A time as outside systems tell it: in whole seconds.
pub fn in_seconds(time: Timestamp) -> Timestamp {
    Timestamp::from_second(time.as_second()).unwrap_or(time)
}

/// Text without its tags.
pub fn without_tags(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut in_tag = false;
    for letter in html.chars() {
        match letter {
            '<' => in_tag = true,
            '>' if in_tag => in_tag = false,
            _ if !in_tag => text.push(letter),
            _ => {}
        }
    }
    text
}

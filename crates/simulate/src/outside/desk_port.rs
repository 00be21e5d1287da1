//! The service desk as the hub reaches it.

use std::sync::LazyLock;
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use tessera_core::devices::asset_form::{AssetForm, FormField};
use tessera_core::devices::device_writes::NewAsset;
use tessera_core::kernel::record::Observation;
use tessera_core::service_requests::TicketClass;
use tessera_hub::ports::{
    ConnectError, Finding, Health, NewNote, NewTicket, Order, Page, Priority, Said, ServiceDesk,
    ServiceDeskCapabilities, Ticket, TicketPage,
};
use url::Url;

use super::desk::{Asset, DEVICE_TYPE, Desk, TicketFile, in_seconds, without_tags};
use super::{Link, Truth};
use crate::weather::System;

/// Rows on a page, so that even small lists have several.
const ROWS: usize = 3;

static ADDRESS: LazyLock<Url> = LazyLock::new(|| Url::parse("https://desk.example.com").expect("it is a URL"));

/// The service desk as one process of the hub reaches it.
#[derive(Debug)]
pub struct DeskPort(pub Link);

type Answer<T> = Result<T, ConnectError>;

impl DeskPort {
    async fn read<T: Send + 'static>(
        &self,
        what: &str,
        priority: Priority,
        read: impl FnOnce(&Desk, Timestamp) -> T + Send + 'static,
    ) -> Answer<T> {
        let read_at = self.0.reading();
        self.0.call((what, priority), move |truth, _| Ok(read(&truth.desk, read_at))).await
    }

    async fn write<T: Send + 'static>(
        &self,
        what: &str,
        priority: Priority,
        write: impl FnOnce(&mut Desk, Timestamp) -> T + Send + 'static,
    ) -> Answer<T> {
        self.0.call((what, priority), move |truth: &mut Truth, now| Ok(write(&mut truth.desk, in_seconds(now)))).await
    }

    /// What the search knows by now.
    fn indexed(&self) -> Timestamp {
        let scene = &self.0.world.scene;
        scene.clocks.true_now() - SignedDuration::try_from(scene.search_lag).unwrap_or_default()
    }

    async fn assets_where(
        &self,
        what: String,
        priority: Priority,
        fits: impl Fn(&Asset) -> bool + Send + 'static,
    ) -> Answer<Vec<Observation>> {
        let indexed = self.indexed();
        self.read(&what, priority, move |desk, read_at| {
            let found = desk.assets.iter().filter(|(_, asset)| asset.updated_at <= indexed && fits(asset));
            found.filter_map(|(id, _)| desk.asset(*id, false, read_at)).collect()
        })
        .await
    }
}

fn number(id: &str) -> u64 {
    id.parse().unwrap_or_default()
}

fn page<T>(all: Vec<T>, page: u32) -> (Vec<T>, bool, u64) {
    let total = all.len();
    let from = ROWS * usize::try_from(page.saturating_sub(1)).unwrap_or_default();
    (all.into_iter().skip(from).take(ROWS).collect(), from + ROWS < total, total as u64)
}

fn listed(mut all: Vec<Observation>, number: u32, order: Order) -> Page {
    if order == Order::LatestChange {
        all.sort_by_key(|listed| std::cmp::Reverse(listed.updated_at));
    }
    let (items, next, total) = page(all, number);
    Page { items, next, total: Some(total) }
}

#[async_trait]
impl ServiceDesk for DeskPort {
    fn name(&self) -> &str {
        System::Desk.name()
    }

    fn address(&self) -> &Url {
        &ADDRESS
    }

    fn capabilities(&self) -> ServiceDeskCapabilities {
        ServiceDeskCapabilities {
            device_writes: true,
            tickets: true,
            merged_requesters: true,
            requesters_by_change: false,
            assets_by_change: true,
        }
    }

    fn health(&self) -> Health {
        self.0.health()
    }

    fn forecast(&self, _: Priority, requesters: u64, assets: u64) -> Timestamp {
        self.0.hub_now() + SignedDuration::try_from(Duration::from_secs(requesters + assets)).unwrap_or_default()
    }

    async fn check(&self) -> Vec<Finding> {
        Vec::new()
    }

    async fn requester(&self, id: &str, priority: Priority) -> Answer<Option<Observation>> {
        let key = number(id);
        self.read(&format!("requester {id}"), priority, move |desk, at| desk.requester(key, at)).await
    }

    async fn requesters_by_email(&self, email: &str, priority: Priority) -> Answer<Vec<Observation>> {
        let email = email.to_owned();
        self.read("requesters by address", priority, move |desk, at| {
            let found = desk.requesters.iter().filter(|(_, row)| row.email == email);
            found.filter_map(|(id, _)| desk.requester(*id, at)).collect()
        })
        .await
    }

    async fn requesters_page(&self, number: u32, order: Order, priority: Priority) -> Answer<Page> {
        self.read(&format!("requesters page {number}"), priority, move |desk, at| {
            listed(desk.requesters.keys().filter_map(|id| desk.requester(*id, at)).collect(), number, order)
        })
        .await
    }

    async fn asset(&self, id: &str, priority: Priority) -> Answer<Option<Observation>> {
        let key = number(id);
        self.read(&format!("asset {id}"), priority, move |desk, at| desk.asset(key, false, at)).await
    }

    async fn trashed_asset(&self, id: &str, priority: Priority) -> Answer<Option<Observation>> {
        let key = number(id);
        self.read(&format!("trashed asset {id}"), priority, move |desk, at| desk.asset(key, true, at)).await
    }

    async fn assets_of(&self, requester_id: &str, priority: Priority) -> Answer<Vec<Observation>> {
        let holder = number(requester_id);
        let what = format!("assets of {requester_id}");
        self.assets_where(what, priority, move |asset| asset.holder == Some(holder)).await
    }

    async fn assets_by_tag(&self, _: &str, priority: Priority) -> Answer<Vec<Observation>> {
        self.assets_where("assets by tag".to_owned(), priority, |_| false).await
    }

    async fn assets_by_serial(&self, serial: &str, priority: Priority) -> Answer<Vec<Observation>> {
        let (what, serial) = (format!("assets by serial {serial}"), serial.to_owned());
        self.assets_where(what, priority, move |asset| asset.serial == serial).await
    }

    async fn assets_page(&self, number: u32, order: Order, priority: Priority) -> Answer<Page> {
        self.read(&format!("assets page {number}"), priority, move |desk, at| {
            listed(desk.assets.keys().filter_map(|id| desk.asset(*id, false, at)).collect(), number, order)
        })
        .await
    }

    async fn asset_form(&self, priority: Priority) -> Answer<AssetForm> {
        self.read("form for assets", priority, |_, _| {
            let serial = "serial_number".to_owned();
            let field = FormField {
                key: serial.clone(),
                name: "serial_number_9".to_owned(),
                label: "Serial number".to_owned(),
                required: true,
                choices: Vec::new(),
            };
            AssetForm {
                asset_type_id: DEVICE_TYPE.0.to_owned(),
                asset_type: DEVICE_TYPE.1.to_owned(),
                fields: vec![field],
                serial,
                inverter_serial: "inverter_serial_number".to_owned(),
            }
        })
        .await
    }

    async fn create_asset(&self, asset: &NewAsset, priority: Priority) -> Answer<String> {
        let (name, serial) = (asset.name.clone(), asset.serial.clone());
        let holder = asset.used_by.as_deref().map(number);
        self.write(&format!("new asset {serial}"), priority, move |desk, updated_at| {
            let id = desk.next_id();
            desk.assets.insert(id, Asset { name, serial, holder, trashed: false, updated_at });
            id.to_string()
        })
        .await
    }

    async fn reassign_asset(&self, asset: &Observation, to: Option<&str>, priority: Priority) -> Answer<bool> {
        let id = asset.key.external_id.as_str();
        let (id, to) = (number(id), to.map(number));
        self.write(&format!("asset {id} to {to:?}"), priority, move |desk, now| {
            let Some(asset) = desk.assets.get_mut(&id).filter(|asset| !asset.trashed) else { return false };
            (asset.holder, asset.updated_at) = (to, now);
            *desk.handed.entry((id, to)).or_default() += 1;
            true
        })
        .await
    }

    async fn create_ticket(&self, ticket: &NewTicket<'_>, priority: Priority) -> Answer<String> {
        let (subject, description) = (ticket.subject.to_owned(), without_tags(ticket.description));
        let (requester_id, assets) = (ticket.requester_id.to_owned(), ticket.asset.map(ToOwned::to_owned));
        self.write(&format!("new ticket {subject}"), priority, move |desk, now| {
            let id = desk.next_id();
            let ticket = Ticket {
                id: id.to_string(),
                subject,
                description,
                requester_id: Some(requester_id),
                status: 2,
                class: TicketClass::default(),
                assets: assets.into_iter().collect(),
                removed: false,
                created_at: Some(now),
                updated_at: Some(now),
                read_at: now,
            };
            desk.tickets.insert(id, TicketFile { ticket, notes: Vec::new() });
            id.to_string()
        })
        .await
    }

    async fn ticket(&self, id: &str, priority: Priority) -> Answer<Option<Ticket>> {
        let key = number(id);
        self.read(&format!("ticket {id}"), priority, move |desk, at| desk.ticket(key, at)).await
    }

    async fn tickets_changed(&self, since: Timestamp, number: u32, priority: Priority) -> Answer<TicketPage> {
        self.read(&format!("tickets page {number}"), priority, move |desk, at| {
            let changed = desk.tickets.keys().filter_map(|id| desk.ticket(*id, at));
            let (items, next, _) = page(changed.filter(|it| it.updated_at >= Some(since)).collect(), number);
            TicketPage { items, next }
        })
        .await
    }

    async fn tickets_of(&self, requester: &str, since: Timestamp, priority: Priority) -> Answer<Vec<Ticket>> {
        let (what, requester) = (format!("tickets of {requester}"), requester.to_owned());
        self.read(&what, priority, move |desk, at| {
            let all = desk.tickets.keys().filter_map(|id| desk.ticket(*id, at));
            all.filter(|it| it.requester_id.as_ref() == Some(&requester) && it.updated_at >= Some(since)).collect()
        })
        .await
    }

    async fn notes_of_ticket(&self, ticket: &str, priority: Priority) -> Answer<Vec<Said>> {
        let key = number(ticket);
        self.read(&format!("notes of {ticket}"), priority, move |desk, _| {
            desk.tickets.get(&key).map(|file| file.notes.clone()).unwrap_or_default()
        })
        .await
    }

    async fn add_note(&self, note: &NewNote<'_>, priority: Priority) -> Answer<Option<String>> {
        let (key, text) = (number(note.ticket_id), without_tags(note.body));
        let author = note.requester_id.map(ToOwned::to_owned);
        self.write(&format!("new note on {key}"), priority, move |desk, now| {
            let id = desk.next_id().to_string();
            let file = desk.tickets.get_mut(&key)?;
            file.ticket.updated_at = Some(now);
            let (private, files) = (false, Vec::new());
            file.notes.push(Said {
                id: id.clone(),
                private,
                author_id: author,
                text,
                has_picture: false,
                files,
                at: Some(now),
            });
            Some(id)
        })
        .await
    }

    async fn set_ticket_status(&self, id: &str, status: i64, priority: Priority) -> Answer<bool> {
        let key = number(id);
        self.write(&format!("ticket {id} status {status}"), priority, move |desk, now| {
            let Some(file) = desk.tickets.get_mut(&key) else { return false };
            (file.ticket.status, file.ticket.updated_at) = (status, Some(now));
            *desk.statuses.entry((key, status)).or_default() += 1;
            true
        })
        .await
    }
}

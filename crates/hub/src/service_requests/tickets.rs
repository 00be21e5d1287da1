//! Reads tickets from the service desk: one named by a webhook, and all that changed, so that a lost delivery loses
//! nothing.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tessera_core::devices::Device;
use tessera_core::kernel::actor::Channel;
use tessera_core::kernel::clock::is_due;
use tessera_core::kernel::customer::Customer;
use tessera_core::kernel::ids::LinkId;
use tessera_core::kernel::job::{Leased, Retries};
use tessera_core::service_requests::jobs::{ReadTickets, SyncTicket};
use tessera_core::service_requests::{self, DeviceNamed, Loss, ServiceRequest, TicketEntry, TicketLink, TicketState};
use tessera_core::sync::jobs::Hint;
use tessera_store::TicketPosition;
use uuid::Uuid;

use crate::commit::commit;
use crate::jobs::{JobOutcome, OnUpstreamError, Run, progressed};
use crate::ports::{Priority, Ticket, TicketPage};
use crate::{Ctx, Hub, HubError};

/// Channel of these changes.
const CHANNEL: Channel = Channel::Hook;
/// Maximum number of pages per run. The next run goes on from there.
const PAGES_PER_RUN: u32 = 10;
/// Maximum number of requests or requesters per run.
const AT_ONCE: usize = 500;
/// Maximum number of a requester's tickets that are shown.
const MAX_TICKETS: usize = 200;
/// Ticket times have a resolution of seconds, and clocks differ by a few.
const SECONDS: SignedDuration = SignedDuration::from_secs(5);

impl Run for ReadTickets {
    const ON_UPSTREAM_ERROR: OnUpstreamError = OnUpstreamError::AwaitRepair;
    const TIME_LIMIT: Duration = Duration::from_mins(2);
    const RETRIES: Retries = Retries::FOR_EVER;

    async fn run(&self, hub: &Hub, job: &Leased) -> Result<JobOutcome, HubError> {
        hub.read_tickets(job).await?;
        Ok(JobOutcome::Already)
    }
}

/// The tickets of a requester, as the service desk has them.
#[derive(Debug, Clone)]
pub struct RequesterTickets {
    /// The tickets that changed since, newest first.
    pub tickets: Vec<Ticket>,
    /// Start of the period.
    pub since: Timestamp,
}

impl Hub {
    /// The tickets of a requester (`A02`), linked to a customer or not, as the service desk has them now. Before the
    /// activation, tickets are not stored, because they belong to nobody here.
    ///
    /// # Errors
    /// [`HubError::Connect`] if the service desk does not answer, or has no tickets.
    pub async fn tickets_of_requester(&self, requester_id: &str) -> Result<RequesterTickets, HubError> {
        let now_there = self.desk.health().now_there(self.env.now());
        let since = now_there - SignedDuration::from_hours(24 * i64::from(self.config.requests.history_days));
        let mut tickets = self.desk.tickets_of(requester_id, since, Priority::Interactive).await?;
        tickets.retain(|ticket| !ticket.removed);
        tickets.sort_by(|one, other| other.created_at.cmp(&one.created_at).then_with(|| other.id.cmp(&one.id)));
        tickets.truncate(MAX_TICKETS);
        Ok(RequesterTickets { tickets, since })
    }

    /// Reads one ticket and finishes the job.
    pub(crate) async fn reread_ticket(&self, id: &str, job: &Leased) -> Result<(), HubError> {
        self.read_ticket(id).await?;
        Ok(self.technical().finish_job(job, self.env.now()).await?)
    }

    async fn read_ticket(&self, id: &str) -> Result<(), HubError> {
        let read_at = self.env.reading();
        let Some(ticket) = self.desk.ticket(id, Priority::Background).await? else {
            return match self.reads().request_of_ticket(id).await? {
                Some(known) => self.note_missing(known.id, read_at).await,
                None => Ok(()),
            };
        };
        if ticket.removed {
            return self.note_ticket_loss(id, Loss::Deleted).await;
        }
        let Some((requester, customer)) = self.whose(&ticket).await? else {
            return self.note_ticket_loss(id, Loss::OtherRequester).await;
        };
        let says = self.says(ticket, requester, &customer).await?;
        commit!(self, &Ctx::new(self.desk_actor(), CHANNEL), |tx| {
            // The requester's customer at present. If there is none, the next reading records what became of the
            // ticket.
            let owner = self.reads().customer_of(&self.requester_key(&says.requester_id)).await?;
            let Some(customer) = owner else { return Ok(()) };
            let plan = match self.request_of(&says, &customer).await? {
                Some(known) if known.customer_id != customer.id => {
                    return self.note_loss(known.id, Loss::OtherCustomer).await;
                }
                Some(known) if matches!(known.mirror, TicketLink::Lost { .. }) => return Ok(()),
                Some(known) => {
                    let comments = self.reads().comments(known.id).await?;
                    service_requests::apply_ticket(&known, &comments, &says, customer, tx.stamp)
                }
                None => {
                    let kind = self.config.requests.kind_of(&says.class);
                    service_requests::arrived(&says, customer, kind, tx.stamp)
                }
            };
            tx.extend(plan);
            Ok(())
        })
    }

    async fn note_ticket_loss(&self, ticket: &str, why: Loss) -> Result<(), HubError> {
        match self.reads().request_of_ticket(ticket).await? {
            Some(known) => self.note_loss(known.id, why).await,
            None => Ok(()),
        }
    }

    /// The ticket's requester, and the customer linked to it.
    async fn whose(&self, ticket: &Ticket) -> Result<Option<(String, Customer)>, HubError> {
        let Some(requester) = ticket.requester_id.clone() else { return Ok(None) };
        let customer = self.reads().customer_of(&self.requester_key(&requester)).await?;
        Ok(customer.map(|customer| (requester, customer)))
    }

    async fn says(&self, ticket: Ticket, requester_id: String, customer: &Customer) -> Result<TicketState, HubError> {
        let said = self.desk.notes_of_ticket(&ticket.id, Priority::Background).await?;
        let spoken = said.into_iter().map(|said| {
            let by_requester = said.author_id.as_deref() == Some(requester_id.as_str());
            let mut text = said.text;
            if text.trim().is_empty() && said.has_picture {
                "[a picture, at the service desk]".clone_into(&mut text);
            }
            for file in &said.files {
                text.extend(["\n[", file, ", at the service desk]"]);
            }
            TicketEntry {
                entry: said.id,
                private: said.private,
                by_requester,
                text,
                at: said.at.unwrap_or(ticket.read_at),
            }
        });
        let spoken = spoken.collect();
        let device = self.device_of(&ticket, customer).await?;
        Ok(TicketState {
            ticket_id: ticket.id,
            subject: ticket.subject,
            description: ticket.description,
            status: ticket.status,
            requester_id,
            class: ticket.class,
            device,
            spoken,
            created_at: ticket.created_at.unwrap_or(ticket.read_at),
            read_at: ticket.read_at,
        })
    }

    /// The device that the ticket is about: an associated asset, or else the customer's device whose serial number is in
    /// its text.
    async fn device_of(&self, ticket: &Ticket, customer: &Customer) -> Result<Option<DeviceNamed>, HubError> {
        let named =
            |device: Device| DeviceNamed { system: device.system, external_id: device.external_id, name: device.name };
        for asset in &ticket.assets {
            if let Some(known) = self.reads().device(self.desk.name(), asset).await? {
                return Ok(Some(named(known)));
            }
        }
        let theirs = self.reads().devices_of(customer.id).await?;
        let text = [ticket.subject.as_str(), ticket.description.as_str()].join("\n");
        Ok(service_requests::device_in_text(&text, &theirs).cloned().map(named))
    }

    /// The request that belongs to the ticket: by the ticket's number, or, if the answer with the number was lost, by
    /// the marker in its description.
    async fn request_of(&self, says: &TicketState, customer: &Customer) -> Result<Option<ServiceRequest>, HubError> {
        if let Some(known) = self.reads().request_of_ticket(&says.ticket_id).await? {
            return Ok(Some(known));
        }
        let Some((_, mark)) = says.description.rsplit_once("Portal reference ") else { return Ok(None) };
        let mark: String = mark.chars().take_while(char::is_ascii_alphanumeric).collect();
        let Some(request) = self.reads().request_by_mark(&mark).await? else { return Ok(None) };
        let waits =
            request.customer_id == customer.id && request.mirror == TicketLink::Waiting && request.sent_at.is_some();
        Ok(waits.then(|| service_requests::adopt(&request, &says.ticket_id)))
    }

    /// Requests a reading of changed tickets when it is due, and sends requests whose customer has been linked to a
    /// requester since.
    pub async fn request_due_ticket_readings(&self) -> Result<(), HubError> {
        // Without tickets in the service desk, requests are answered in Tessera only.
        if !self.desk.capabilities().tickets {
            return Ok(());
        }
        for request_id in self.reads().requests_linked_now(AT_ONCE).await? {
            commit!(self, &Ctx::background(), |tx| {
                tx.enqueue(SyncTicket { request_id }, "its customer has a requester now");
                Ok(())
            })?;
        }
        let (now, every) = (self.env.now(), self.config.sweep.changes_every);
        let last = self.reads().ticket_reading(self.desk.name()).await?;
        if every > SignedDuration::ZERO && last.is_none_or(|last| is_due(last.asked_at, every, now)) {
            self.request_ticket_reading().await?;
        }
        Ok(())
    }

    /// Requests a reading of the tickets that changed.
    pub async fn request_ticket_reading(&self) -> Result<(), HubError> {
        self.technical().request_ticket_sync(self.desk.name(), self.env.now()).await?;
        commit!(self, &Ctx::background(), |tx| {
            tx.enqueue(ReadTickets, "the service desk's tickets are looked through");
            Ok(())
        })
    }

    /// Lists the tickets that changed, and requests a reading of those that belong to a customer. A reading that takes
    /// several runs, or fails, goes on with the page that was read last. The next reading starts a little before the
    /// start of this one.
    pub(crate) async fn read_tickets(&self, job: &Leased) -> Result<(), HubError> {
        let now_there = self.desk.health().now_there(self.env.now());
        let system = self.desk.name();
        let earliest = now_there - SignedDuration::from_hours(24 * i64::from(self.config.requests.history_days));
        let last = self.reads().ticket_reading(system).await?;
        let position = last.and_then(|last| last.position).unwrap_or_else(|| {
            let since = last.and_then(|last| last.since).map_or(earliest, |since| since - self.config.sweep.overlap);
            TicketPosition { page: 1, since, began: now_there }
        });
        let seen =
            last.filter(|last| last.position.is_some()).map_or(0, |last| usize::try_from(last.seen).unwrap_or(0));
        let Some(seen) = self.read_changed_tickets(position, seen).await? else {
            return self.continue_reading_tickets(job).await;
        };
        self.read_older_tickets(position.since, earliest).await?;
        self.technical().record_ticket_sync(system, position.began, self.env.now(), seen).await?;
        Ok(self.technical().finish_job(job, self.env.now()).await?)
    }

    /// Returns the number of tickets when the list is read to its end.
    async fn read_changed_tickets(&self, from: TicketPosition, mut seen: usize) -> Result<Option<usize>, HubError> {
        for page in from.page..from.page + PAGES_PER_RUN {
            progressed();
            let TicketPage { items, next } = self.desk.tickets_changed(from.since, page, Priority::Background).await?;
            seen += items.len();
            let is_last = !next || items.is_empty();
            self.ask_for(items).await?;
            if is_last {
                return Ok(Some(seen));
            }
            self.technical().record_ticket_position(self.desk.name(), TicketPosition { page, ..from }, seen).await?;
        }
        Ok(None)
    }

    /// A requester who was linked recently has older tickets.
    async fn read_older_tickets(&self, since: Timestamp, earliest: Timestamp) -> Result<(), HubError> {
        let mut after = (since, LinkId(Uuid::nil()));
        loop {
            let linked = self.reads().requesters_linked_since(self.desk.name(), after, AT_ONCE).await?;
            for (_, requester) in &linked {
                progressed();
                let tickets = self.desk.tickets_of(requester, earliest, Priority::Background).await?;
                self.ask_for(tickets).await?;
            }
            match linked.last() {
                Some((cursor, _)) if linked.len() == AT_ONCE => after = *cursor,
                _ => return Ok(()),
            }
        }
    }

    async fn continue_reading_tickets(&self, job: &Leased) -> Result<(), HubError> {
        commit!(self, &Ctx::background().ending(job), |tx| {
            tx.enqueue(ReadTickets, "the list of changed tickets is long");
            Ok(())
        })
    }

    /// Requests a reading of tickets that are new, or may have news about a request.
    async fn ask_for(&self, tickets: Vec<Ticket>) -> Result<(), HubError> {
        // While the reading clock is ahead of the service desk's clock, the two cannot be compared, so every ticket is read.
        let there = self.desk.health().now_there(self.env.now());
        let is_ahead = self.env.readings().latest() > there + SECONDS;
        let mut hints = Vec::new();
        for ticket in tickets {
            let known = self.reads().request_of_ticket(&ticket.id).await?;
            let fresh = match &known {
                Some(known) => {
                    let unread = |at| known.read_at.is_none_or(|read| read <= at + SECONDS);
                    is_ahead || ticket.updated_at.is_none_or(unread)
                }
                None => !ticket.removed && self.whose(&ticket).await?.is_some(),
            };
            if fresh {
                hints.push(Hint::Ticket { id: ticket.id });
            }
        }
        if hints.is_empty() { Ok(()) } else { self.request_fetch(hints, &Ctx::background()).await }
    }
}

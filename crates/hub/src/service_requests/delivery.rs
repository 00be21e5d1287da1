//! Effects of a request and its comments in the service desk: the ticket, its notes, and its status.

use jiff::{SignedDuration, Timestamp};
use tessera_core::kernel::ids::CommentId;
use tessera_core::service_requests::change::ServiceRequestChange;
use tessera_core::service_requests::{Comment, DeliveryState, ServiceRequest};
use tessera_store::Conflict;

use crate::commit::commit;
use crate::effects::{Effect, Mark};
use crate::ports::{ConnectError, FieldError, NewNote, NewTicket, Priority};
use crate::{Ctx, Hub, HubError};

/// Tolerance between our clock and the service desk's: a ticket's creation time may be this much earlier than the time
/// of the mark. Our clock may have been wrong, or set meanwhile, and a requester has few tickets in a day.
const CLOCKS_DIFFER: SignedDuration = SignedDuration::from_hours(24);
/// Reason for writing a mark.
const REASON: &str = "after a crash, the service desk is asked before anything is sent again";

/// Creates the ticket of a request.
pub(super) struct OpenTicket<'a> {
    pub(super) request: &'a ServiceRequest,
    pub(super) requester: &'a str,
    /// HTML.
    pub(super) description: String,
}

/// Adds a customer's comment to the ticket as a note.
pub(super) struct AddNote<'a> {
    pub(super) comment: &'a Comment,
    pub(super) ticket: &'a str,
    /// Whether the customer wrote it, not one of the company's own people.
    pub(super) by_customer: bool,
    /// The author. `None` if the customer no longer has a requester.
    pub(super) requester: Option<&'a str>,
    /// HTML.
    pub(super) body: String,
}

/// Sets the ticket's status after an action of the customer.
pub(super) struct SetStatus<'a> {
    pub(super) comment: &'a Comment,
    pub(super) ticket: &'a str,
    pub(super) status: i64,
}

impl Effect for OpenTicket<'_> {
    /// The ticket's number.
    type Done = String;

    fn object(&self) -> String {
        format!("the ticket of request {}", self.request.id)
    }

    fn under_way_since(&self) -> Option<Timestamp> {
        self.request.sent_at
    }

    async fn look(&self, hub: &Hub, since: Timestamp) -> Result<Option<String>, HubError> {
        let marker = self.request.marker();
        let since = since.min(hub.desk.health().now_there(hub.env.now())) - CLOCKS_DIFFER;
        let tickets = hub.desk.tickets_of(self.requester, since, Priority::Interactive).await?;
        Ok(tickets.into_iter().find(|ticket| ticket.description.contains(&marker)).map(|made| made.id))
    }

    async fn mark(&self, hub: &Hub, Mark { at, .. }: Mark) -> Result<(), HubError> {
        // Setting the mark raised the version by one, so removing it expects the next version.
        let (id, version) = (self.request.id, self.request.version + i64::from(at.is_none()));
        commit!(hub, &Ctx::background(), |tx| {
            tx.reject_on(Conflict::Request, HubError::Busy);
            tx.push(ServiceRequestChange::MarkSent { id, version, at }, REASON);
            Ok(())
        })
    }

    async fn perform(&self, hub: &Hub) -> Result<String, ConnectError> {
        let device = self.request.device.as_ref().filter(|device| device.system == hub.desk.name());
        let asset = device.map(|device| device.external_id.as_str());
        let (subject, description) = (self.request.subject.as_str(), self.description.as_str());
        let new = NewTicket { requester_id: self.requester, subject, description, asset };
        match hub.desk.create_ticket(&new, Priority::Interactive).await {
            // The service desk no longer has the asset. The description still names it.
            Err(ConnectError::Invalid { fields, .. })
                if asset.is_some() && fields.iter().any(|it| it.field == "assets") =>
            {
                hub.desk.create_ticket(&NewTicket { asset: None, ..new }, Priority::Interactive).await
            }
            made => made,
        }
    }
}

impl Effect for AddNote<'_> {
    /// The note's id.
    type Done = String;

    fn object(&self) -> String {
        format!("a note on ticket {}", self.ticket)
    }

    fn under_way_since(&self) -> Option<Timestamp> {
        sent_at(self.comment)
    }

    async fn look(&self, hub: &Hub, _since: Timestamp) -> Result<Option<String>, HubError> {
        if hub.desk.ticket(self.ticket, Priority::Interactive).await?.is_none() {
            return Err(absent(hub, self.ticket).into());
        }
        let marker = self.comment.marker();
        let notes = hub.desk.notes_of_ticket(self.ticket, Priority::Interactive).await?;
        Ok(notes.into_iter().find(|note| note.text.contains(&marker)).map(|note| note.id))
    }

    async fn mark(&self, hub: &Hub, mark: Mark) -> Result<(), HubError> {
        mark_comment(hub, self.comment.id, mark).await
    }

    async fn perform(&self, hub: &Hub) -> Result<String, ConnectError> {
        if self.by_customer && self.requester.is_none() {
            let message = "the customer has no requester at the service desk any more".to_owned();
            let fields = vec![FieldError { field: "requester_id".to_owned(), message }];
            return Err(ConnectError::Invalid { system: hub.desk.name().to_owned(), object: self.object(), fields });
        }
        let note = NewNote { ticket_id: self.ticket, requester_id: self.requester, body: &self.body };
        hub.desk.add_note(&note, Priority::Interactive).await?.ok_or_else(|| absent(hub, self.ticket))
    }
}

impl Effect for SetStatus<'_> {
    type Done = ();

    fn object(&self) -> String {
        format!("the status of ticket {}", self.ticket)
    }

    fn under_way_since(&self) -> Option<Timestamp> {
        sent_at(self.comment)
    }

    async fn look(&self, hub: &Hub, _since: Timestamp) -> Result<Option<()>, HubError> {
        let ticket = hub.desk.ticket(self.ticket, Priority::Interactive).await?;
        Ok(ticket.is_some_and(|ticket| ticket.status == self.status).then_some(()))
    }

    async fn mark(&self, hub: &Hub, mark: Mark) -> Result<(), HubError> {
        mark_comment(hub, self.comment.id, mark).await
    }

    async fn perform(&self, hub: &Hub) -> Result<(), ConnectError> {
        let is_there = hub.desk.set_ticket_status(self.ticket, self.status, Priority::Interactive).await?;
        if is_there { Ok(()) } else { Err(absent(hub, self.ticket)) }
    }
}

/// The service desk has no such ticket, so nothing was changed.
fn absent(hub: &Hub, ticket: &str) -> ConnectError {
    ConnectError::NotFound { system: hub.desk.name().to_owned(), object: format!("ticket {ticket}") }
}

const fn sent_at(comment: &Comment) -> Option<Timestamp> {
    match comment.delivery {
        DeliveryState::Waiting { sent_at } => sent_at,
        _ => None,
    }
}

async fn mark_comment(hub: &Hub, id: CommentId, Mark { was, at }: Mark) -> Result<(), HubError> {
    commit!(hub, &Ctx::background(), |tx| {
        tx.reject_on(Conflict::Request, HubError::Busy);
        tx.push(ServiceRequestChange::MarkCommentSent { id, was, at }, REASON);
        Ok(())
    })
}

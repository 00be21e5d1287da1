//! Synchronising requests with tickets of the service desk.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Comment, DeliveryState, DeviceNamed, MAX_SUBJECT_LENGTH, RequestAction, ServiceRequest, Status, TicketClass,
    TicketLink,
};
use crate::kernel::customer::Customer;
use crate::kernel::ids::PlaceId;
use crate::kernel::job::change::JobChange;
use crate::kernel::plan::{CustomerEdit, Plan, Stamp};
use crate::service_requests::change::ServiceRequestChange;
use crate::service_requests::event::ServiceRequestEvent;
use crate::service_requests::jobs::SyncTicket;
use crate::service_requests::workflow::Run;
use crate::sync::absence::Grace;
use crate::sync::jobs::{FetchRecord, Hint};

/// A ticket as read from the service desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketState {
    /// Ticket number.
    pub ticket_id: String,
    /// The ticket's subject.
    pub subject: String,
    /// The ticket's description.
    pub description: String,
    /// Status number.
    pub status: i64,
    /// The requester's id.
    pub requester_id: String,
    /// Type and categories.
    pub class: TicketClass,
    /// The device concerned, if known.
    pub device: Option<DeviceNamed>,
    /// Conversation entries, in order.
    pub spoken: Vec<TicketEntry>,
    /// Time of creation.
    pub created_at: Timestamp,
    /// Start of the read.
    pub read_at: Timestamp,
}

/// An entry of a ticket's conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketEntry {
    /// The entry's id.
    pub entry: String,
    /// Whether it is visible to agents only.
    pub private: bool,
    /// Whether it was written by the requester, not by the service team.
    pub by_requester: bool,
    /// The entry's text.
    pub text: String,
    /// Time of the entry.
    pub at: Timestamp,
}

/// Creates a request from a ticket that was opened in the service desk, at the customer's home place.
pub fn arrived(says: &TicketState, customer: Customer, kind: &str, stamp: Stamp<'_>) -> Plan {
    let subject: String = says.subject.chars().take(MAX_SUBJECT_LENGTH).collect();
    let request = ServiceRequest {
        id: stamp.id(),
        version: 1,
        customer_id: customer.id,
        place_id: PlaceId::home_of(customer.id),
        person_id: None,
        person_name: customer.name.clone(),
        kind: kind.to_owned(),
        subject: if subject.is_empty() { format!("Ticket {}", says.ticket_id) } else { subject },
        description: says.description.clone(),
        device: says.device.clone(),
        answers: Vec::new(),
        status: Status::of_desk(says.status),
        mirror: TicketLink::Ticket { id: says.ticket_id.clone() },
        sent_at: None,
        read_at: Some(says.read_at),
        missing_since: None,
        run: Run::default(),
        created_at: says.created_at,
        updated_at: says.created_at,
    };
    let mut draft = CustomerEdit::of(customer, stamp);
    draft.note(ServiceRequestEvent::RequestArrived {
        request_id: request.id,
        ticket: says.ticket_id.clone(),
        subject: (&request.subject).into(),
    });
    let mut plan = draft.finish();
    plan.push(ServiceRequestChange::Create(Box::new(request.clone())), "a ticket was opened at the service desk");
    for spoken in says.spoken.iter().filter(|spoken| !spoken.private) {
        plan.push(
            ServiceRequestChange::AddComment(Box::new(said(&request, spoken, stamp))),
            "it was said at the service desk",
        );
    }
    plan
}

/// Connects a request with a ticket that was created for it, although the answer to the creating call was lost.
pub fn adopt(request: &ServiceRequest, ticket_id: &str) -> ServiceRequest {
    let status = if request.status == Status::Received { Status::Open } else { request.status };
    ServiceRequest { status, mirror: TicketLink::Ticket { id: ticket_id.to_owned() }, ..request.clone() }
}

/// Applies a ticket's state to its request. Known entries and entries sent by the hub are not added again, and private
/// notes are never copied. A read older than the last one is ignored.
pub fn apply_ticket(
    request: &ServiceRequest,
    known: &[Comment],
    says: &TicketState,
    customer: Customer,
    stamp: Stamp<'_>,
) -> Plan {
    if request.read_at.is_some_and(|read_at| read_at >= says.read_at) {
        return Plan::default();
    }
    let mut after = ServiceRequest { read_at: Some(says.read_at), missing_since: None, ..request.clone() };
    let mut draft = CustomerEdit::of(customer, stamp);
    let mut changes = Plan::default();
    for spoken in &says.spoken {
        let ours = known.iter().find(|comment| {
            comment.delivery.entry() == Some(spoken.entry.as_str()) || spoken.text.contains(&comment.marker())
        });
        match ours {
            Some(comment) => match &comment.delivery {
                DeliveryState::Waiting { .. } | DeliveryState::Refused { .. } => {
                    let delivery = DeliveryState::Sent { entry: Some(spoken.entry.clone()) };
                    changes.push(
                        ServiceRequestChange::MarkComment { id: comment.id, delivery },
                        "it is there, whatever became of the answer",
                    );
                }
                DeliveryState::Desk { entry } if spoken.private => {
                    let delivery = DeliveryState::Withdrawn { entry: entry.clone() };
                    changes.push(
                        ServiceRequestChange::MarkComment { id: comment.id, delivery },
                        "it is for agents only by now",
                    );
                }
                DeliveryState::Withdrawn { entry } if !spoken.private => {
                    let delivery = DeliveryState::Desk { entry: entry.clone() };
                    changes.push(ServiceRequestChange::MarkComment { id: comment.id, delivery }, "it is public again");
                }
                _ => {}
            },
            None if spoken.private => {}
            None => {
                after.updated_at = after.updated_at.max(spoken.at);
                changes.push(
                    ServiceRequestChange::AddComment(Box::new(said(request, spoken, stamp))),
                    "it was said at the service desk",
                );
                if !spoken.by_requester {
                    draft.note(ServiceRequestEvent::RequestAnswered {
                        request_id: request.id,
                        subject: (&request.subject).into(),
                    });
                }
            }
        }
    }
    // While a closing or reopening is waiting to be delivered, the ticket's status is older than the customer's.
    let on_its_way = |comment: &Comment| {
        comment.act.desk_status().is_some() && matches!(comment.delivery, DeliveryState::Waiting { .. })
    };
    let status = Status::of_desk(says.status);
    if status != request.status && !known.iter().any(on_its_way) {
        after.status = status;
        after.updated_at = after.updated_at.max(stamp.now);
        draft.note(ServiceRequestEvent::RequestMoved {
            request_id: request.id,
            subject: (&request.subject).into(),
            status,
        });
    }
    after.device = request.device.clone().or_else(|| says.device.clone());
    let mut plan = draft.finish();
    plan.push(ServiceRequestChange::Update(Box::new(after)), "the ticket was read");
    plan.extend(changes);
    if request.missing_since.is_some() {
        let sync = stamp.job(SyncTicket { request_id: request.id });
        plan.push(JobChange::Enqueue(sync), "comments may have waited while the ticket was missing");
    }
    plan
}

fn said(request: &ServiceRequest, spoken: &TicketEntry, stamp: Stamp<'_>) -> Comment {
    let author = if spoken.by_requester { request.person_name.clone() } else { "Service team".to_owned() };
    Comment {
        id: stamp.id(),
        request_id: request.id,
        act: RequestAction::Say,
        text: spoken.text.clone(),
        author,
        delivery: DeliveryState::Desk { entry: spoken.entry.clone() },
        at: spoken.at,
    }
}

/// Notes that the service desk has created the ticket, or already had it.
pub fn answered(request: &ServiceRequest, ticket_id: &str, customer: Customer, stamp: Stamp<'_>) -> Plan {
    let after = ServiceRequest { updated_at: stamp.now, ..adopt(request, ticket_id) };
    let mut draft = CustomerEdit::of(customer, stamp);
    let subject = (&request.subject).into();
    draft.note(ServiceRequestEvent::RequestSent { request_id: request.id, ticket: ticket_id.to_owned(), subject });
    let mut plan = draft.finish();
    plan.push(ServiceRequestChange::Update(Box::new(after)), "the service desk has it");
    plan
}

/// Notes that the customer has no requester in the service desk yet.
pub fn unlinked(request: &ServiceRequest) -> Plan {
    let mut plan = Plan::default();
    let after = ServiceRequest { mirror: TicketLink::Unlinked, ..request.clone() };
    plan.push(ServiceRequestChange::Update(Box::new(after)), "a ticket needs a requester, and the customer has none");
    plan
}

/// Notes that the service desk rejected the request.
pub fn refused(request: &ServiceRequest, why: &str, customer: Customer, stamp: Stamp<'_>) -> Plan {
    let mirror = TicketLink::Refused { why: why.to_owned() };
    // The service desk answered, so there is no ticket to search for.
    let after = ServiceRequest { mirror, sent_at: None, ..request.clone() };
    let mut draft = CustomerEdit::of(customer, stamp);
    let (request_id, subject) = (request.id, (&request.subject).into());
    draft.note(ServiceRequestEvent::RequestNotSent { request_id, subject, why: why.into() });
    let mut plan = draft.finish();
    plan.push(ServiceRequestChange::Update(Box::new(after)), "the service desk refused it");
    plan
}

/// Reason why a request has lost its ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Loss {
    /// The service desk does not find the ticket.
    NotFound,
    /// The ticket was deleted.
    Deleted,
    /// The ticket belongs to another requester.
    OtherRequester,
    /// The ticket belongs to another customer.
    OtherCustomer,
}

impl Loss {
    /// Explanation for staff.
    pub const fn words(self) -> &'static str {
        match self {
            Self::NotFound => "the service desk has no such ticket any more",
            Self::Deleted => "the ticket was deleted at the service desk",
            Self::OtherRequester => "the ticket belongs to another requester by now",
            Self::OtherCustomer => "the ticket belongs to another customer by now",
        }
    }
}

/// Handles a lookup that did not find the ticket. A single answer is not believed: the first one schedules another lookup,
/// and one that comes some time later ends the connection.
pub fn missing(
    request: &ServiceRequest,
    read_at: Timestamp,
    grace: &Grace,
    customer: Customer,
    stamp: Stamp<'_>,
) -> Plan {
    let TicketLink::Ticket { id } = &request.mirror else { return Plan::default() };
    if request.read_at.is_some_and(|later| later > read_at) {
        return Plan::default();
    }
    if grace.confirms(request.missing_since, stamp.now) {
        return lost(request, Loss::NotFound, read_at, customer, stamp);
    }
    let mut plan = Plan::default();
    if request.missing_since.is_none() {
        let after = ServiceRequest { missing_since: Some(stamp.now), ..request.clone() };
        plan.push(ServiceRequestChange::Update(Box::new(after)), "a single answer is not conclusive");
    }
    let mut again = stamp.job(FetchRecord { hint: Hint::Ticket { id: id.clone() }, tries: 0 });
    again.run_at = stamp.now + grace.confirm_after;
    plan.push(JobChange::Enqueue(again), "the ticket is looked up again before it counts as lost");
    plan
}

/// Notes that the ticket no longer exists for the customer. It is no longer synchronised.
pub fn lost(request: &ServiceRequest, why: Loss, read_at: Timestamp, customer: Customer, stamp: Stamp<'_>) -> Plan {
    let TicketLink::Ticket { id } = &request.mirror else { return Plan::default() };
    let mirror = TicketLink::Lost { id: id.clone(), why: why.words().to_owned() };
    let after = ServiceRequest {
        mirror,
        status: Status::Closed,
        read_at: Some(read_at),
        missing_since: None,
        updated_at: stamp.now,
        ..request.clone()
    };
    let mut draft = CustomerEdit::of(customer, stamp);
    let (request_id, subject) = (request.id, (&request.subject).into());
    draft.note(ServiceRequestEvent::RequestLost { request_id, subject, why });
    let mut plan = draft.finish();
    plan.push(ServiceRequestChange::Update(Box::new(after)), "its ticket is not there for the customer any more");
    plan
}

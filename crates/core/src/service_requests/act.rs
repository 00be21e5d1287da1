//! Actions of people on a service request: comment, close, reopen, approve, decline.

use super::file::RequestFile;
use super::open::follow;
use super::{Comment, DeliveryState, MAX_TEXT_LENGTH, ServiceRequest, Status, TicketLink};
use crate::kernel::attachment::File;
use crate::kernel::customer::Customer;
use crate::kernel::ids::{CommentId, PersonId};
use crate::kernel::input;
use crate::kernel::job::change::JobChange;
use crate::kernel::plan::{CustomerEdit, Plan, Stamp};
use crate::kernel::rejection::Rejection;
use crate::service_requests::change::ServiceRequestChange;
use crate::service_requests::event::ServiceRequestEvent;
use crate::service_requests::jobs::{MailRequest, RequestMail, SyncTicket};
use crate::service_requests::workflow::{By, Standing, Verdict, WorkflowError};

/// Kind of a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestAction {
    /// A comment with text, files or both.
    Say,
    /// Closes the request.
    Close,
    /// Reopens the request.
    Reopen,
    /// Tells of the work order that the request has led to.
    Work,
    /// The work is done: the request is solved.
    Resolve,
}

impl RequestAction {
    /// The name used in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Say => "say",
            Self::Close => "close",
            Self::Reopen => "reopen",
            Self::Work => "work",
            Self::Resolve => "resolve",
        }
    }

    /// Reads the name back.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Say, Self::Close, Self::Reopen, Self::Work, Self::Resolve].into_iter().find(|act| act.as_str() == text)
    }

    /// Whether it comes from the company's own people, not from the customer.
    pub const fn is_of_company(self) -> bool {
        matches!(self, Self::Work | Self::Resolve)
    }

    /// The ticket status that the action sets in the service desk.
    pub const fn desk_status(self) -> Option<i64> {
        match self {
            Self::Say | Self::Work => None,
            Self::Resolve => Some(4),
            Self::Close => Some(5),
            Self::Reopen => Some(2),
        }
    }
}

/// Reason why an action on a request is rejected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RequestActionError {
    /// The comment is empty.
    #[error("write something, or add a file")]
    Nothing,
    /// The comment is too long.
    #[error("a comment has at most {MAX_TEXT_LENGTH} characters")]
    TooLong,
    /// The request is already closed.
    #[error("this request is closed already")]
    Closed,
    /// The request is not closed.
    #[error("this request is not closed: write a comment instead")]
    NotOver,
    /// The request's ticket no longer exists for the customer.
    #[error("the service team no longer has this request; open a new one")]
    Lost,
    /// The request was declined.
    #[error("this request was declined; open a new one")]
    Declined,
    /// The request is waiting for an approval, so nothing can be sent.
    #[error("there is nothing to send: it was not released")]
    NothingToSend,
}

impl Rejection for RequestActionError {
    fn code(&self) -> &'static str {
        match self {
            Self::NothingToSend => "nothing_to_send",
            _ => "request",
        }
    }
}

/// Checks whether the request's current state allows an action.
///
/// # Errors
/// The reason if it does not.
pub const fn allows(request: &ServiceRequest, act: RequestAction) -> Result<(), RequestActionError> {
    if matches!(request.mirror, TicketLink::Lost { .. }) {
        return Err(RequestActionError::Lost);
    }
    match (act, request.status) {
        (RequestAction::Say | RequestAction::Work | RequestAction::Resolve, _) => Ok(()),
        (_, Status::Declined) => Err(RequestActionError::Declined),
        (RequestAction::Close, Status::Closed) => Err(RequestActionError::Closed),
        (RequestAction::Reopen, status) if !status.is_over() => Err(RequestActionError::NotOver),
        (RequestAction::Close | RequestAction::Reopen, _) => Ok(()),
    }
}

/// Adds a comment to a request, or closes or reopens it.
///
/// # Errors
/// If the request's current state does not allow it.
pub fn comment(
    request: &ServiceRequest,
    (id, act, text): (CommentId, RequestAction, &str),
    author: &str,
    files: &[&File],
    customer: Customer,
    stamp: Stamp<'_>,
) -> Result<Plan, RequestActionError> {
    let text = input::optional_text(text.trim(), MAX_TEXT_LENGTH).map_err(|_| RequestActionError::TooLong)?;
    let text = text.unwrap_or_default();
    allows(request, act)?;
    let mut after = ServiceRequest { updated_at: stamp.now, ..request.clone() };
    let mut draft = CustomerEdit::of(customer, stamp);
    let unsent = matches!(
        request.mirror,
        TicketLink::Held | TicketLink::Waiting | TicketLink::Unlinked | TicketLink::Refused { .. }
    ) && request.sent_at.is_none();
    match act {
        RequestAction::Say if text.is_empty() && files.is_empty() => return Err(RequestActionError::Nothing),
        // What the company's own people do on a work order is reported, not said by a customer.
        RequestAction::Work | RequestAction::Resolve => return Err(RequestActionError::NothingToSend),
        RequestAction::Say => {}
        RequestAction::Close => {
            after.status = Status::Closed;
            if unsent {
                after.mirror = TicketLink::Held;
            }
            draft.note(ServiceRequestEvent::RequestClosed {
                request_id: request.id,
                subject: (&request.subject).into(),
            });
        }
        RequestAction::Reopen => {
            (after.status, after.mirror) = match request.run.standing() {
                Standing::Passed if unsent => (Status::Received, TicketLink::Waiting),
                Standing::Passed => (Status::Open, request.mirror.clone()),
                Standing::Approval { .. } | Standing::Declined { .. } => (Status::Approval, TicketLink::Held),
            };
            draft.note(ServiceRequestEvent::RequestReopened {
                request_id: request.id,
                subject: (&request.subject).into(),
            });
        }
    }
    // A request that was closed before it was sent never reaches the service desk, nor does its closing.
    let delivery = if unsent && act != RequestAction::Say {
        DeliveryState::Sent { entry: None }
    } else {
        DeliveryState::Waiting { sent_at: None }
    };
    let comment = Comment { id, request_id: request.id, act, text, author: author.to_owned(), delivery, at: stamp.now };
    let mut plan = draft.finish();
    let change = match act {
        // Concurrent comments do not depend on each other, so they need no version of the request.
        RequestAction::Say | RequestAction::Work | RequestAction::Resolve => {
            ServiceRequestChange::Touch { id: request.id, mirror: request.mirror.as_str(), at: stamp.now }
        }
        RequestAction::Close | RequestAction::Reopen => ServiceRequestChange::Update(Box::new(after.clone())),
    };
    plan.push(change, "something was said or done on it");
    plan.push(ServiceRequestChange::AddComment(Box::new(comment)), "it is kept, in order");
    for file in files {
        let kept = RequestFile::new(file, request.id, Some(id), stamp);
        plan.push(ServiceRequestChange::KeepFile(Box::new((kept, file.bytes.clone()))), "it came with what was said");
    }
    if matches!(after.mirror, TicketLink::Waiting | TicketLink::Ticket { .. }) {
        let task = SyncTicket { request_id: request.id };
        plan.push(JobChange::Enqueue(stamp.job(task)), "the service desk is told by a job");
    }
    Ok(plan)
}

/// Tells a request, and so its ticket, of its work order. The comment is sent like those of customers, in order.
pub(crate) fn report(
    request: &ServiceRequest,
    act: RequestAction,
    (text, author): (String, &str),
    stamp: Stamp<'_>,
) -> Plan {
    // A ticket that is lost is told nothing; the request still shows it.
    let delivery = match request.mirror {
        TicketLink::Lost { .. } => DeliveryState::Sent { entry: None },
        _ => DeliveryState::Waiting { sent_at: None },
    };
    let (id, author) = (stamp.id(), author.to_owned());
    let comment = Comment { id, request_id: request.id, act, text, author, delivery, at: stamp.now };
    let mut plan = Plan::default();
    let change = match act {
        RequestAction::Resolve => {
            let after = ServiceRequest { status: Status::Resolved, updated_at: stamp.now, ..request.clone() };
            ServiceRequestChange::Update(Box::new(after))
        }
        _ => ServiceRequestChange::Touch { id: request.id, mirror: request.mirror.as_str(), at: stamp.now },
    };
    plan.push(change, "its work order went on");
    plan.push(ServiceRequestChange::AddComment(Box::new(comment)), "it is kept, in order");
    if matches!(request.mirror, TicketLink::Waiting | TicketLink::Ticket { .. }) {
        let task = SyncTicket { request_id: request.id };
        plan.push(JobChange::Enqueue(stamp.job(task)), "the service desk is told by a job");
    }
    plan
}

/// The event of a request that is solved by its work order.
pub(crate) fn solved(request: &ServiceRequest) -> ServiceRequestEvent {
    ServiceRequestEvent::RequestMoved {
        request_id: request.id,
        subject: (&request.subject).into(),
        status: Status::Resolved,
    }
}

/// Whether a person may approve or decline a request: as the awaited approver, or as a person allowed to decide for
/// others.
pub fn may_decide(request: &ServiceRequest, by: PersonId, for_another: bool) -> bool {
    request.status == Status::Approval && (for_another || request.run.awaited() == Some(by))
}

/// Approves or declines a request.
///
/// # Errors
/// If no approval is pending, if another person must decide, or if a rejection has no reason.
pub fn decided(
    request: &ServiceRequest,
    by: By<'_>,
    verdict: Verdict<'_>,
    customer: Customer,
    stamp: Stamp<'_>,
) -> Result<(ServiceRequest, Plan), WorkflowError> {
    if request.status != Status::Approval {
        return Err(WorkflowError::NothingAwaited);
    }
    let mut after = ServiceRequest { updated_at: stamp.now, ..request.clone() };
    let effects = after.run.decide(by, verdict, stamp.now)?;
    (after.status, after.mirror) = match after.run.standing() {
        Standing::Passed => (Status::Received, TicketLink::Waiting),
        Standing::Approval { .. } => (Status::Approval, TicketLink::Held),
        Standing::Declined { .. } => (Status::Declined, TicketLink::Held),
    };
    let mut draft = CustomerEdit::of(customer, stamp);
    let (request_id, subject, by) = (request.id, (&request.subject).into(), by.name.into());
    draft.note(match after.run.standing() {
        Standing::Declined { reason, .. } => {
            ServiceRequestEvent::RequestDeclined { request_id, subject, by, reason: reason.into() }
        }
        Standing::Passed | Standing::Approval { .. } => {
            ServiceRequestEvent::RequestApproved { request_id, subject, by }
        }
    });
    let mut plan = draft.finish();
    plan.push(ServiceRequestChange::Update(Box::new(after.clone())), "a step of the customer's workflow was taken");
    follow(&after, &effects, &mut plan, stamp);
    if let Some(person) = request.person_id.filter(|_| after.status != Status::Approval) {
        let mail = if after.status == Status::Declined { RequestMail::Declined } else { RequestMail::Approved };
        let task = MailRequest { request_id, person, mail, at: stamp.now };
        plan.push(JobChange::Enqueue(stamp.job(task)), "whoever asked for it is told how it was decided");
    }
    Ok((after, plan))
}

/// Whether parts of a request did not reach the service desk, so that a retry is useful. `failed`: its delivery job
/// failed.
pub fn may_retry(request: &ServiceRequest, comments: &[Comment], failed: bool) -> bool {
    let unsent = matches!(request.mirror, TicketLink::Refused { .. } | TicketLink::Unlinked | TicketLink::Lost { .. });
    failed || unsent || comments.iter().any(|comment| matches!(comment.delivery, DeliveryState::Refused { .. }))
}

/// Sends a request again that the service desk rejected or whose ticket was lost. An existing ticket of the request is
/// found before a new one is created.
pub fn retry(request: &ServiceRequest, stamp: Stamp<'_>) -> Option<Plan> {
    let mut plan = Plan::default();
    match &request.mirror {
        TicketLink::Refused { .. } | TicketLink::Unlinked => {
            let after = ServiceRequest { mirror: TicketLink::Waiting, ..request.clone() };
            plan.push(ServiceRequestChange::Update(Box::new(after)), "staff want it sent again");
        }
        TicketLink::Waiting | TicketLink::Ticket { .. } => {
            plan.push(
                ServiceRequestChange::RetryComments(request.id),
                "what the service desk refused is sent once more",
            );
        }
        // The ticket may belong to the requester again. Tickets since the request's creation are searched before a new
        // one is created.
        TicketLink::Lost { .. } => {
            let (mirror, status) = (TicketLink::Waiting, Status::Received);
            let after = ServiceRequest { mirror, status, sent_at: Some(request.created_at), ..request.clone() };
            plan.push(ServiceRequestChange::Update(Box::new(after)), "staff want it at the service desk again");
        }
        TicketLink::Held => return None,
    }
    let task = SyncTicket { request_id: request.id };
    plan.push(JobChange::Enqueue(stamp.job(task)), "staff want it sent again");
    Some(plan)
}

//! Bringing a request, and what was said on it, to the service desk: once, and in order.

use jiff::SignedDuration;
use tessera_core::kernel::ids::{CommentId, ServiceRequestId};
use tessera_core::kernel::job::Leased;
use tessera_core::kernel::plan::Plan;
use tessera_core::kernel::record::Kind;
use tessera_core::service_requests::change::ServiceRequestChange;
use tessera_core::service_requests::file::RequestFile;
use tessera_core::service_requests::jobs::SyncTicket;
use tessera_core::service_requests::{self, Comment, DeliveryState, FileNamed, Loss, ServiceRequest, TicketLink};

use crate::commit::commit;
use crate::jobs::{JobOutcome, OnUpstreamError, Run};
use crate::ports::{Condition, ConnectError, FieldError, NewNote, NewTicket, Priority};
use tessera_store::Conflict;

use crate::{Ctx, Hub, HubError};

/// No request to the service desk lasts longer: before that, one that was sent may still be under way.
const UNDER_WAY: SignedDuration = SignedDuration::from_mins(2);
/// How much earlier than it was sent a ticket may have been made, by the service desk's clock.
const CLOCKS_DIFFER: SignedDuration = SignedDuration::from_mins(10);

impl Run for SyncTicket {
    const ON_UPSTREAM_ERROR: OnUpstreamError = OnUpstreamError::AwaitRepair;

    async fn run(&self, hub: &Hub, job: &Leased) -> Result<JobOutcome, HubError> {
        hub.sync_ticket(self.request_id, job).await?;
        Ok(JobOutcome::Already)
    }
}

impl Hub {
    /// Sends what waits of one request. Another job that has it in hand is let finish.
    pub(crate) async fn sync_ticket(&self, id: ServiceRequestId, job: &Leased) -> Result<(), HubError> {
        self.technical().take_request(id, job.id).await?;
        let sent = self.send_request(id).await;
        self.technical().give_request_back(id, job.id).await?;
        sent?;
        Ok(self.technical().finish_job(job, self.env.now()).await?)
    }

    async fn send_request(&self, id: ServiceRequestId) -> Result<(), HubError> {
        // Without tickets, requests are answered here alone.
        if !self.desk.capabilities().tickets {
            return Ok(());
        }
        let Some(request) = self.reads().request(id).await? else { return Ok(()) };
        let ticket = match &request.mirror {
            TicketLink::Ticket { id } => id.clone(),
            TicketLink::Waiting | TicketLink::Unlinked => match self.make_ticket(&request).await? {
                Some(ticket) => ticket,
                None => return Ok(()),
            },
            TicketLink::Held | TicketLink::Refused { .. } | TicketLink::Lost { .. } => return Ok(()),
        };
        let files = self.reads().files(id).await?;
        for comment in self.reads().comments(id).await? {
            if let DeliveryState::Waiting { sent_at } = comment.delivery {
                let again = sent_at.is_some();
                if !self.send_comment(&request, &ticket, &comment, again, &files).await? {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// The request's ticket, made now or found; none: it cannot be made as things stand, and that is written down.
    async fn make_ticket(&self, request: &ServiceRequest) -> Result<Option<String>, HubError> {
        let Some(requester) = self.requester_of(request).await? else {
            if request.mirror != TicketLink::Unlinked {
                self.note_without_requester(request.id).await?;
            }
            return Ok(None);
        };
        let made = match self.made_before(request, &requester).await? {
            Some(ticket) => Ok(ticket),
            None => self.send_ticket(request, &requester).await,
        };
        match made {
            Ok(ticket) => {
                self.note_ticket(request.id, &ticket).await?;
                Ok(Some(ticket))
            }
            Err(HubError::Connect(error @ (ConnectError::Invalid { .. } | ConnectError::NotFound { .. }))) => {
                self.record_delivery_failure(request.id, &error.to_string()).await?;
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// The active requester of the request's customer.
    async fn requester_of(&self, request: &ServiceRequest) -> Result<Option<String>, HubError> {
        let links = self.reads().links(request.customer_id).await?;
        let usable = links.into_iter().find(|link| {
            link.record.kind == Kind::Requester
                && link.record.system == self.desk.name()
                && link.ended.is_none()
                && link.suspended.is_none()
        });
        Ok(usable.map(|link| link.record.external_id))
    }

    /// What an earlier attempt made, if its answer was lost.
    async fn made_before(&self, request: &ServiceRequest, requester: &str) -> Result<Option<String>, HubError> {
        let Some(sent_at) = request.sent_at else { return Ok(None) };
        let marker = request.marker();
        let tickets = self.desk.tickets_of(requester, sent_at - CLOCKS_DIFFER, Priority::Interactive).await?;
        if let Some(made) = tickets.into_iter().find(|ticket| ticket.description.contains(&marker)) {
            return Ok(Some(made.id));
        }
        let known_by = sent_at + UNDER_WAY;
        if self.env.now() < known_by {
            return Err(self.unclear(request, "it may still be making the ticket", known_by));
        }
        Ok(None)
    }

    async fn send_ticket(&self, request: &ServiceRequest, requester: &str) -> Result<String, HubError> {
        let now = self.env.now();
        if let Condition::Open { until } = self.desk.health().condition {
            // Nothing would leave the hub, so nothing is marked as sent, and it can still be taken back.
            return Err(self.unclear(request, "it is left alone after repeated failures", until));
        }
        let place = self.reads().place(request.place_id).await?.map(|place| place.name).unwrap_or_default();
        let files = named(&self.reads().files(request.id).await?, None);
        let description = service_requests::ticket_html(request, &place, &files, &self.request_page(request.id));
        let asset = request.device.as_ref().filter(|device| device.system == self.desk.name());
        let asset = asset.map(|device| device.external_id.as_str());
        let new = NewTicket { requester_id: requester, subject: &request.subject, description: &description, asset };
        self.mark_request_sent(request.id, request.version, true).await?;
        let made = match self.desk.create_ticket(&new, Priority::Interactive).await {
            // The asset is gone there by now: the description still names it.
            Err(ConnectError::Invalid { fields, .. })
                if asset.is_some() && fields.iter().any(|it| it.field == "assets") =>
            {
                self.desk.create_ticket(&NewTicket { asset: None, ..new }, Priority::Interactive).await
            }
            made => made,
        };
        match made {
            // It was not let through, so there is nothing to look for.
            Err(error @ ConnectError::Throttled { .. }) => {
                self.mark_request_sent(request.id, request.version + 1, false).await?;
                Err(error.into())
            }
            Err(ConnectError::Unexpected { .. }) => {
                Err(self.unclear(request, "its answer could not be read", now + UNDER_WAY))
            }
            made => Ok(made?),
        }
    }

    fn unclear(&self, request: &ServiceRequest, reason: &str, retry_at: jiff::Timestamp) -> HubError {
        HubError::Connect(ConnectError::Unavailable {
            system: self.desk.name().to_owned(),
            object: format!("the ticket of request {}", request.id),
            reason: reason.to_owned(),
            retry_at,
        })
    }

    /// Sends something said or done. `false`: the ticket is gone, and nothing more can be sent.
    async fn send_comment(
        &self,
        request: &ServiceRequest,
        ticket: &str,
        comment: &Comment,
        again: bool,
        files: &[RequestFile],
    ) -> Result<bool, HubError> {
        let outcome = match comment.act.desk_status() {
            Some(status) => {
                let there = self.desk.set_ticket_status(ticket, status, Priority::Interactive).await;
                there.map(|there| there.then_some(None))
            }
            None => self.send_note(request, ticket, comment, again, files).await?.map(|entry| entry.map(Some)),
        };
        let delivery = match outcome {
            Ok(Some(entry)) => DeliveryState::Sent { entry },
            Ok(None) => {
                self.note_loss(request.id, Loss::NotFound).await?;
                return Ok(false);
            }
            Err(error @ ConnectError::Invalid { .. }) => DeliveryState::Refused { why: error.to_string() },
            Err(error) => return Err(error.into()),
        };
        self.mark(request.id, comment, delivery).await?;
        Ok(true)
    }

    async fn send_note(
        &self,
        request: &ServiceRequest,
        ticket: &str,
        comment: &Comment,
        again: bool,
        files: &[RequestFile],
    ) -> Result<Result<Option<String>, ConnectError>, HubError> {
        if again {
            let marker = comment.marker();
            let said = self.desk.notes_of_ticket(ticket, Priority::Interactive).await?;
            if let Some(there) = said.into_iter().find(|said| said.text.contains(&marker)) {
                return Ok(Ok(Some(there.id)));
            }
        }
        let Some(requester) = self.requester_of(request).await? else {
            let message = "the customer has no requester at the service desk any more".to_owned();
            let fields = vec![FieldError { field: "requester_id".to_owned(), message }];
            let (system, object) = (self.desk.name().to_owned(), format!("a note on ticket {ticket}"));
            return Ok(Err(ConnectError::Invalid { system, object, fields }));
        };
        self.mark_comment_sent(comment.id, true).await?;
        let body = service_requests::note_html(comment, &named(files, Some(comment)), &self.request_page(request.id));
        let note = NewNote { ticket_id: ticket, requester_id: &requester, body: &body };
        let noted = self.desk.add_note(&note, Priority::Interactive).await;
        if let Err(ConnectError::Throttled { .. }) = &noted {
            self.mark_comment_sent(comment.id, false).await?;
        }
        Ok(noted)
    }

    /// Notes that a request is being sent, or was not let through. This is durable before it is sent; when the request changed meanwhile, it
    /// must not be sent.
    async fn mark_request_sent(&self, id: ServiceRequestId, version: i64, sent: bool) -> Result<(), HubError> {
        commit!(self, &Ctx::background(), |tx| {
            let at = sent.then_some(tx.stamp.now);
            tx.reject_on(Conflict::Request, HubError::Busy);
            tx.push(
                ServiceRequestChange::MarkSent { id, version, at },
                "whoever takes over has to look before sending again",
            );
            Ok(())
        })
    }

    /// The same for something said.
    async fn mark_comment_sent(&self, id: CommentId, sent: bool) -> Result<(), HubError> {
        commit!(self, &Ctx::background(), |tx| {
            let at = sent.then_some(tx.stamp.now);
            tx.reject_on(Conflict::Request, HubError::Busy);
            tx.push(
                ServiceRequestChange::MarkCommentSent { id, at },
                "whoever takes over has to look before sending again",
            );
            Ok(())
        })
    }

    async fn mark(&self, id: ServiceRequestId, comment: &Comment, delivery: DeliveryState) -> Result<(), HubError> {
        commit!(self, &Ctx::background(), |tx| {
            let Some(request) = self.reads().request(id).await? else { return Ok(()) };
            let mut plan = Plan::default();
            plan.push(
                ServiceRequestChange::MarkComment { id: comment.id, delivery: delivery.clone() },
                "the service desk has it, or refused it",
            );
            if comment.act.desk_status().is_some() {
                // What was read before this says nothing about the status any more.
                let after = ServiceRequest { read_at: Some(self.env.now()), ..request };
                plan.push(ServiceRequestChange::Update(Box::new(after)), "the status was sent");
            }
            tx.extend(plan);
            Ok(())
        })
    }

    async fn note_ticket(&self, id: ServiceRequestId, ticket: &str) -> Result<(), HubError> {
        commit!(self, &Ctx::background(), |tx| {
            let Some(request) = self.reads().request(id).await? else { return Ok(()) };
            // A reading of the ticket may have been faster.
            if request.mirror.ticket() == Some(ticket) {
                return Ok(());
            }
            let customer = self.customer_of_request(request.customer_id).await?;
            let plan = service_requests::answered(&request, ticket, customer, tx.stamp);
            tx.extend(plan);
            Ok(())
        })
    }

    async fn record_delivery_failure(&self, id: ServiceRequestId, why: &str) -> Result<(), HubError> {
        commit!(self, &Ctx::background(), |tx| {
            let Some(request) = self.reads().request(id).await? else { return Ok(()) };
            let customer = self.customer_of_request(request.customer_id).await?;
            let plan = service_requests::refused(&request, why, customer, tx.stamp);
            tx.extend(plan);
            Ok(())
        })
    }

    pub(crate) async fn note_loss(&self, id: ServiceRequestId, why: Loss) -> Result<(), HubError> {
        commit!(self, &Ctx::background(), |tx| {
            let Some(request) = self.reads().request(id).await? else { return Ok(()) };
            let customer = self.customer_of_request(request.customer_id).await?;
            let now = self.env.now();
            let plan = service_requests::lost(&request, why, now, customer, tx.stamp);
            tx.extend(plan);
            Ok(())
        })
    }

    async fn note_without_requester(&self, id: ServiceRequestId) -> Result<(), HubError> {
        commit!(self, &Ctx::background(), |tx| {
            let Some(request) = self.reads().request(id).await? else { return Ok(()) };
            if request.mirror == TicketLink::Waiting {
                tx.extend(service_requests::unlinked(&request));
            }
            Ok(())
        })
    }

    /// Where staff see a request.
    fn request_page(&self, id: ServiceRequestId) -> String {
        self.config.url(&format!("/console/requests/{id}"))
    }
}

/// The files that came with the request itself, or with one comment.
fn named(files: &[RequestFile], with: Option<&Comment>) -> Vec<FileNamed> {
    let of = files.iter().filter(|file| file.comment_id == with.map(|comment| comment.id));
    of.map(|file| FileNamed { id: file.id, name: file.name.clone() }).collect()
}

//! Sends a request and its comments to the service desk: once, and in order.

use jiff::Timestamp;
use tessera_core::kernel::ids::ServiceRequestId;
use tessera_core::kernel::job::Leased;
use tessera_core::kernel::plan::Plan;
use tessera_core::kernel::record::Kind;
use tessera_core::service_requests::change::ServiceRequestChange;
use tessera_core::service_requests::file::RequestFile;
use tessera_core::service_requests::jobs::SyncTicket;
use tessera_core::service_requests::{self, Comment, DeliveryState, FileNamed, Loss, ServiceRequest, TicketLink};

use super::delivery::{AddNote, OpenTicket, SetStatus};
use crate::commit::commit;
use crate::effects::once;
use crate::jobs::{JobOutcome, OnUpstreamError, Run};
use crate::ports::ConnectError;
use crate::{Ctx, Hub, HubError};

impl Run for SyncTicket {
    const ON_UPSTREAM_ERROR: OnUpstreamError = OnUpstreamError::AwaitRepair;

    async fn run(&self, hub: &Hub, job: &Leased) -> Result<JobOutcome, HubError> {
        hub.sync_ticket(self.request_id, job).await?;
        Ok(JobOutcome::Already)
    }
}

impl Hub {
    /// Sends the unsent parts of one request. If another job is sending the same request, it finishes first.
    pub(crate) async fn sync_ticket(&self, id: ServiceRequestId, job: &Leased) -> Result<(), HubError> {
        self.technical().take_request(id, job.id).await?;
        let sent = self.send_request(id).await;
        self.technical().give_request_back(id, job.id).await?;
        sent?;
        Ok(self.technical().finish_job(job, self.env.now()).await?)
    }

    async fn send_request(&self, id: ServiceRequestId) -> Result<(), HubError> {
        // Without tickets in the service desk, requests are answered in Tessera only.
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
            let waits = matches!(comment.delivery, DeliveryState::Waiting { .. });
            if waits && !self.send_comment(&request, &ticket, &comment, &files).await? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// The request's ticket, created now or found. `None` if it cannot be created at present, which is recorded.
    async fn make_ticket(&self, request: &ServiceRequest) -> Result<Option<String>, HubError> {
        let Some(requester) = self.requester_of(request).await? else {
            if request.mirror != TicketLink::Unlinked {
                self.note_without_requester(request.id).await?;
            }
            return Ok(None);
        };
        let place = self.reads().place(request.place_id).await?.map(|place| place.name).unwrap_or_default();
        let files = named(&self.reads().files(request.id).await?, None);
        let description = service_requests::ticket_html(request, &place, &files, &self.request_page(request.id));
        let made = once(self, &OpenTicket { request, requester: &requester, description }).await;
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

    /// Sends a comment or an action. `false` if the service desk does not find the ticket, so that nothing more is sent for
    /// now.
    async fn send_comment(
        &self,
        request: &ServiceRequest,
        ticket: &str,
        comment: &Comment,
        files: &[RequestFile],
    ) -> Result<bool, HubError> {
        let read_at = self.env.reading();
        let outcome = if let Some(status) = comment.act.desk_status() {
            once(self, &SetStatus { comment, ticket, status }).await.map(|()| None)
        } else {
            let by_customer = !comment.act.is_of_company();
            let requester = if by_customer { self.requester_of(request).await? } else { None };
            let page = self.request_page(request.id);
            let body = service_requests::note_html(comment, &named(files, Some(comment)), &page);
            let note = AddNote { comment, ticket, by_customer, requester: requester.as_deref(), body };
            once(self, &note).await.map(Some)
        };
        let delivery = match outcome {
            Ok(entry) => DeliveryState::Sent { entry },
            Err(HubError::Connect(ConnectError::NotFound { .. })) => {
                self.note_missing(request.id, read_at).await?;
                return Ok(false);
            }
            Err(HubError::Connect(error @ ConnectError::Invalid { .. })) => {
                DeliveryState::Refused { why: error.to_string() }
            }
            Err(error) => return Err(error),
        };
        self.mark(request.id, comment, delivery).await?;
        Ok(true)
    }

    async fn mark(&self, id: ServiceRequestId, comment: &Comment, delivery: DeliveryState) -> Result<(), HubError> {
        commit!(self, &Ctx::background(), |tx| {
            let Some(request) = self.reads().request(id).await? else { return Ok(()) };
            let mut plan = Plan::default();
            plan.push(
                ServiceRequestChange::MarkComment { id: comment.id, delivery: delivery.clone() },
                "the service desk has it, or refused it",
            );
            let is_status = comment.act.desk_status().is_some();
            if is_status || request.missing_since.is_some() {
                // Readings from before this moment do not show the new status.
                let read_at = if is_status { Some(tx.stamp.reading) } else { request.read_at };
                let after = ServiceRequest { read_at, missing_since: None, ..request };
                plan.push(ServiceRequestChange::Update(Box::new(after)), "the ticket exists, and was changed");
            }
            tx.extend(plan);
            Ok(())
        })
    }

    async fn note_ticket(&self, id: ServiceRequestId, ticket: &str) -> Result<(), HubError> {
        commit!(self, &Ctx::background(), |tx| {
            let Some(request) = self.reads().request(id).await? else { return Ok(()) };
            // A reading of the ticket may have linked it already.
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
            let plan = service_requests::lost(&request, why, tx.stamp.reading, customer, tx.stamp);
            tx.extend(plan);
            Ok(())
        })
    }

    /// Handles an answer that the ticket of a request does not exist. `read_at` is the reading's timestamp.
    pub(crate) async fn note_missing(&self, id: ServiceRequestId, read_at: Timestamp) -> Result<(), HubError> {
        commit!(self, &Ctx::background(), |tx| {
            let Some(request) = self.reads().request(id).await? else { return Ok(()) };
            let customer = self.customer_of_request(request.customer_id).await?;
            let plan = service_requests::missing(&request, read_at, &self.config.grace, customer, tx.stamp);
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

    /// The request's page for staff.
    fn request_page(&self, id: ServiceRequestId) -> String {
        self.config.url(&format!("/console/requests/{id}"))
    }
}

/// The files of the request itself, or of one comment.
fn named(files: &[RequestFile], with: Option<&Comment>) -> Vec<FileNamed> {
    let of = files.iter().filter(|file| file.comment_id == with.map(|comment| comment.id));
    of.map(|file| FileNamed { id: file.id, name: file.name.clone() }).collect()
}

//! Progress, for display only. No decision rests on it.

use jiff::Timestamp;
use tessera_core::activation::Progress;
use tessera_core::devices::asset_form::AssetForm;
use tessera_core::kernel::ids::{ActivationId, InvitationId, JobId, ServiceRequestId};
use tessera_core::kernel::readings::Reservation;
use tessera_core::kernel::record::{Kind, RecordKey};

use super::Technical;
use crate::engine::Statement;
use crate::invoices::FeedState;
use crate::kernel::lower::json;
use crate::kernel::records;
use crate::service_requests::TicketPosition;
use crate::service_requests::reads::number;
use crate::{ApplyError, Conflict, activation, devices, invitations, invoices, service_requests, values};

impl Technical<'_> {
    /// Stores the progress of an activation.
    pub async fn activation_progress(&self, id: ActivationId, progress: &Progress) -> Result<(), ApplyError> {
        self.write(Statement::any(activation::sql::ACTIVATION_PROGRESS, values![json(progress), id])).await
    }

    /// Keeps the form for a new asset as it was read.
    pub async fn keep_asset_form(&self, system: &str, form: &AssetForm, now: Timestamp) -> Result<(), ApplyError> {
        let values = values![system, json(form), now];
        self.write(Statement::any(devices::device_writes::ASSET_FORM_KEEP, values)).await
    }

    /// Records the first opening of an invitation.
    pub async fn invitation_opened(&self, id: InvitationId, now: Timestamp) -> Result<(), ApplyError> {
        self.write(Statement::any(invitations::sql::INVITATION_OPENED, values![now, id])).await
    }

    /// Claims a service request for a job, for as long as the job runs.
    ///
    /// # Errors
    /// A conflict while another job has claimed it.
    pub async fn take_request(&self, id: ServiceRequestId, job: JobId) -> Result<(), ApplyError> {
        self.write(Statement::one(service_requests::sql::REQUEST_TAKE, values![job, id], Conflict::Request)).await
    }

    /// Releases the claim of a service request.
    pub async fn give_request_back(&self, id: ServiceRequestId, job: JobId) -> Result<(), ApplyError> {
        self.write(Statement::any(service_requests::sql::REQUEST_GIVE_BACK, values![id, job])).await
    }

    /// Records that a reading of tickets was requested.
    pub async fn request_ticket_sync(&self, system: &str, now: Timestamp) -> Result<(), ApplyError> {
        self.write(Statement::any(service_requests::sql::TICKETS_ASKED, values![system, now])).await
    }

    /// Records the position of a reading of tickets that is not complete.
    pub async fn record_ticket_position(
        &self,
        system: &str,
        position: TicketPosition,
        seen: usize,
    ) -> Result<(), ApplyError> {
        let TicketPosition { page, since, began } = position;
        let values = values![i64::from(page), since, began, number(seen), system];
        self.write(Statement::any(service_requests::sql::TICKETS_PAGE_READ, values)).await
    }

    /// Records that a reading of tickets, started at `began`, is complete.
    pub async fn record_ticket_sync(
        &self,
        system: &str,
        began: Timestamp,
        now: Timestamp,
        seen: usize,
    ) -> Result<(), ApplyError> {
        let values = values![began, now, number(seen), system];
        self.write(Statement::any(service_requests::sql::TICKETS_READ, values)).await
    }

    /// Reserves timestamps of the reading clock.
    pub async fn reserve_readings(&self, reservation: Reservation) -> Result<(), ApplyError> {
        self.write(records::write::reserve(reservation)).await
    }

    /// Records that unchanged records were read again, each with the hash of its content.
    pub async fn touch_records(&self, read: &[(RecordKey, [u8; 32])], read_at: Timestamp) -> Result<(), ApplyError> {
        let mut statements = Vec::with_capacity(read.len());
        for (key, content_hash) in read {
            let values = values![read_at, &key.system, key.kind.as_str(), &key.external_id, content_hash];
            statements.push(Statement::any(records::sql::RECORD_TOUCH, values));
            if key.kind == Kind::Asset {
                statements
                    .push(Statement::any(devices::sql::DEVICE_TOUCH, values![read_at, &key.system, &key.external_id]));
            }
        }
        if statements.is_empty() {
            return Ok(());
        }
        self.batch(statements).await
    }

    /// Stores the progress of reading invoices.
    pub async fn put_invoice_feed(&self, source: &str, feed: &FeedState) -> Result<(), ApplyError> {
        let rows = i64::try_from(feed.rows).unwrap_or(i64::MAX);
        let values = values![
            source,
            feed.etag.as_deref(),
            feed.began_at,
            feed.ended_at,
            rows,
            json(&feed.bad),
            feed.error.as_deref(),
        ];
        self.write(Statement::any(invoices::sql::INVOICE_FEED_PUT, values)).await
    }
}

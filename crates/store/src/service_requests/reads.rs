//! Reads of service requests.

use jiff::Timestamp;
use tessera_core::kernel::ids::{CustomerId, LinkId, PersonId, RequestFileId, ServiceRequestId};
use tessera_core::kernel::unicode::searchable;
use tessera_core::service_requests::file::RequestFile;
use tessera_core::service_requests::workflow::Workflow;
use tessera_core::service_requests::{Comment, ServiceRequest};
use uuid::Uuid;

use super::rows::{comment, file, request};
use super::sql;
use crate::kernel::reads::{read_all, read_one};
use crate::{Reads, StoreError, values};

/// Filter of a request list.
#[derive(Debug, Clone, Copy, Default)]
pub struct RequestFilter<'a> {
    /// Only requests opened by the person.
    pub mine: bool,
    /// Name of a status, or `active`. Empty: all.
    pub status: &'a str,
    /// Text to search for. Empty: no search.
    pub search: &'a str,
    /// Cursor: the last request of the previous page.
    pub before: Option<ServiceRequestId>,
}

/// Progress of the reading of the service desk's tickets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TicketReading {
    /// Start of the last complete reading.
    pub since: Option<Timestamp>,
    /// Time of the last request for a reading.
    pub asked_at: Timestamp,
    /// End of the last complete reading.
    pub finished_at: Option<Timestamp>,
    /// Number of tickets read.
    pub seen: i64,
    /// Position of a reading that is not complete.
    pub position: Option<TicketPosition>,
}

/// Cursor in the list of links: time and id.
pub type LinkedAt = (Timestamp, LinkId);

/// Position of an incomplete reading in the list of changed tickets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TicketPosition {
    /// The page that was read last.
    pub page: u32,
    /// The list contains the tickets that changed since this time.
    pub since: Timestamp,
    /// Start of the reading, by the service desk's clock.
    pub began: Timestamp,
}

impl Reads {
    /// A request, for staff and journeys.
    pub async fn request(&self, id: ServiceRequestId) -> Result<Option<ServiceRequest>, StoreError> {
        read_one(self.one(sql::REQUEST, values![id]).await?, request)
    }

    /// Requests by id, in any order, for staff.
    pub async fn requests_listed(&self, ids: &[ServiceRequestId]) -> Result<Vec<ServiceRequest>, StoreError> {
        read_all(self.rows_of(sql::REQUESTS_LISTED, ids).await?, request)
    }

    /// The request that is synchronized with a ticket.
    pub async fn request_of_ticket(&self, ticket_id: &str) -> Result<Option<ServiceRequest>, StoreError> {
        read_one(self.one(sql::REQUEST_BY_TICKET, values![ticket_id]).await?, request)
    }

    /// The request with this marker in its ticket.
    pub async fn request_by_mark(&self, mark: &str) -> Result<Option<ServiceRequest>, StoreError> {
        read_one(self.one(sql::REQUEST_BY_MARK, values![mark]).await?, request)
    }

    /// A request, if it is at one of the person's places (`P08`).
    pub async fn request_visible_to(
        &self,
        by: PersonId,
        id: ServiceRequestId,
    ) -> Result<Option<ServiceRequest>, StoreError> {
        read_one(self.one(sql::REQUEST_SEEN, values![by, id]).await?, request)
    }

    /// The newest requests at a person's places.
    pub async fn requests_visible_to(
        &self,
        by: PersonId,
        filter: RequestFilter<'_>,
        limit: usize,
    ) -> Result<Vec<ServiceRequest>, StoreError> {
        let values = values![
            by,
            filter.before.map_or(Uuid::max(), |id| id.0),
            filter.mine,
            filter.status,
            pattern(filter.search),
            number(limit),
        ];
        read_all(self.query(sql::REQUESTS_SEEN, values).await?, request)
    }

    /// The newest requests about a device, at a person's places (`P15`).
    pub async fn requests_of_device_visible_to(
        &self,
        by: PersonId,
        system: &str,
        device: &str,
        limit: usize,
    ) -> Result<Vec<ServiceRequest>, StoreError> {
        let values = values![by, system, device, number(limit)];
        read_all(self.query(sql::REQUESTS_OF_DEVICE_SEEN, values).await?, request)
    }

    /// The requests at a person's places that wait for that person's approval.
    pub async fn requests_awaiting_approval_by(
        &self,
        person: PersonId,
        limit: usize,
    ) -> Result<Vec<ServiceRequest>, StoreError> {
        read_all(self.query(sql::REQUESTS_AWAITED_SEEN, values![person, number(limit)]).await?, request)
    }

    /// The newest requests of all customers, or only those that need attention.
    pub async fn requests(
        &self,
        in_trouble: bool,
        search: &str,
        before: Option<ServiceRequestId>,
        limit: usize,
    ) -> Result<Vec<ServiceRequest>, StoreError> {
        let statement = if in_trouble { sql::REQUESTS_IN_TROUBLE } else { sql::REQUESTS_NEWEST };
        let values = values![before.map_or(Uuid::max(), |id| id.0), pattern(search), number(limit)];
        read_all(self.query(statement, values).await?, request)
    }

    /// The newest requests of a customer, for staff.
    pub async fn requests_of(&self, customer: CustomerId, limit: usize) -> Result<Vec<ServiceRequest>, StoreError> {
        read_all(self.query(sql::REQUESTS_OF_CUSTOMER, values![customer, number(limit)]).await?, request)
    }

    /// Requests that waited for a requester that is linked by now.
    pub async fn requests_linked_now(&self, limit: usize) -> Result<Vec<ServiceRequestId>, StoreError> {
        read_all(self.query(sql::REQUESTS_LINKED_NOW, values![number(limit)]).await?, |row| row.id("id"))
    }

    /// The comments and actions of a request, in order of arrival.
    pub async fn comments(&self, of: ServiceRequestId) -> Result<Vec<Comment>, StoreError> {
        read_all(self.query(sql::COMMENTS, values![of]).await?, comment)
    }

    /// The comments and actions of a request, if visible to the person.
    pub async fn comments_visible_to(&self, by: PersonId, of: ServiceRequestId) -> Result<Vec<Comment>, StoreError> {
        read_all(self.query(sql::COMMENTS_SEEN, values![by, of]).await?, comment)
    }

    /// The files of a request, without their content.
    pub async fn files(&self, of: ServiceRequestId) -> Result<Vec<RequestFile>, StoreError> {
        read_all(self.query(sql::FILES, values![of]).await?, file)
    }

    /// The files of a request without their content, if visible to the person.
    pub async fn files_visible_to(&self, by: PersonId, of: ServiceRequestId) -> Result<Vec<RequestFile>, StoreError> {
        read_all(self.query(sql::FILES_SEEN, values![by, of]).await?, file)
    }

    /// A file with its content.
    pub async fn file(
        &self,
        of: ServiceRequestId,
        id: RequestFileId,
    ) -> Result<Option<(RequestFile, Vec<u8>)>, StoreError> {
        read_one(self.one(sql::FILE, values![of, id]).await?, |row| Ok((file(row)?, row.get("bytes")?)))
    }

    /// A file with its content, if its request is visible to the person.
    pub async fn file_visible_to(
        &self,
        by: PersonId,
        of: ServiceRequestId,
        id: RequestFileId,
    ) -> Result<Option<(RequestFile, Vec<u8>)>, StoreError> {
        read_one(self.one(sql::FILE_SEEN, values![by, of, id]).await?, |row| Ok((file(row)?, row.get("bytes")?)))
    }

    /// A customer's own workflows, by kind of request.
    pub async fn workflows(&self, of: CustomerId) -> Result<Vec<Workflow>, StoreError> {
        read_all(self.query(sql::WORKFLOWS, values![of]).await?, |row| {
            Ok(Workflow {
                customer_id: row.id("customer_id")?,
                kind: row.get("kind")?,
                version: row.get("version")?,
                steps: row.json("steps")?,
                changed_at: row.get("changed_at")?,
                changed_by: row.get("changed_by")?,
            })
        })
    }

    /// Progress of the reading of a service desk's tickets.
    pub async fn ticket_reading(&self, system: &str) -> Result<Option<TicketReading>, StoreError> {
        read_one(self.one(sql::TICKET_READING, values![system]).await?, |row| {
            let page: Option<i64> = row.get("page")?;
            let page = page.and_then(|page| u32::try_from(page).ok());
            let position = page.zip(row.get("page_since")?).zip(row.get("page_began")?);
            Ok(TicketReading {
                since: row.get("since")?,
                asked_at: row.get("asked_at")?,
                finished_at: row.get("finished_at")?,
                seen: row.get("seen")?,
                position: position.map(|((page, since), began)| TicketPosition { page, since, began }),
            })
        })
    }

    /// Requesters that were linked after a time, or after the last one of the previous page, with the cursor of each.
    pub async fn requesters_linked_since(
        &self,
        system: &str,
        after: LinkedAt,
        limit: usize,
    ) -> Result<Vec<(LinkedAt, String)>, StoreError> {
        let values = values![after.0, after.1, system, number(limit)];
        let rows = self.query(sql::REQUESTERS_LINKED_SINCE, values).await?;
        read_all(rows, |row| Ok(((row.get("created_at")?, row.id("id")?), row.get("external_id")?)))
    }
}

pub(crate) fn number(size: usize) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}

/// A `LIKE` pattern that finds a text anywhere, literally.
fn pattern(search: &str) -> String {
    let search = searchable(search.trim()).to_lowercase();
    if search.is_empty() {
        return String::new();
    }
    let plain = search.replace('!', "!!").replace('%', "!%").replace('_', "!_");
    format!("%{plain}%")
}

/// The unique part of the request's marker.
pub(super) fn mark(request: &ServiceRequest) -> String {
    request.marker().rsplit(' ').next().unwrap_or_default().to_owned()
}

//! Queries of the service request pages (`P09`, `P15`).

use jiff::Timestamp;
use tessera_core::access::Viewer;
use tessera_core::devices::Device;
use tessera_core::kernel::customer::Customer;
use tessera_core::kernel::ids::{PersonId, RequestFileId, ServiceRequestId};
use tessera_core::kernel::job::JobKind as _;
use tessera_core::persons::Person;
use tessera_core::persons::place::Place;
use tessera_core::service_requests::file::RequestFile;
use tessera_core::service_requests::jobs::SyncTicket;
use tessera_core::service_requests::workflow::{Step, Workflow};
use tessera_core::service_requests::{self, Comment, ServiceRequest, Status};
use tessera_core::work_orders::WorkOrder;
use tessera_store::{Reads, StoreError};

use super::Queries;
use crate::service_requests::cannot_approve;

pub use tessera_store::RequestFilter;

/// A page of the requests at a person's places.
#[derive(Debug)]
pub struct RequestsVisible {
    /// The requests, newest first.
    pub requests: Vec<ServiceRequest>,
    /// The requests that wait for this person's approval.
    pub awaited: Vec<ServiceRequest>,
}

/// A request with its comments and files.
#[derive(Debug)]
pub struct RequestPage {
    /// The request.
    pub request: ServiceRequest,
    /// The comments and changes.
    pub comments: Vec<Comment>,
    /// The files of the request and of its comments.
    pub files: Vec<RequestFile>,
    /// The work orders that it has led to.
    pub work: Vec<WorkOrder>,
    /// The name of its place.
    pub place: Option<String>,
    /// The reason why the person whose approval is pending cannot give it.
    pub cannot_approve: Option<&'static str>,
}

/// A person's permissions on a request.
#[derive(Debug)]
pub struct RequestSight {
    /// Whether the person can see the device it is about.
    pub sees_device: bool,
    /// Whether the person may approve or decline it.
    pub may_decide: bool,
}

/// The options in a person's form for a new request.
#[derive(Debug)]
pub struct RequestChoices {
    /// The steps of the organisation's workflow.
    pub steps: Vec<Step>,
    /// The person's active places.
    pub places: Vec<Place>,
    /// The devices visible to the person.
    pub devices: Vec<Device>,
}

/// A request, as shown to staff.
#[derive(Debug)]
pub struct RequestForStaff {
    /// The request, with comments and files.
    pub page: RequestPage,
    /// Whose it is.
    pub customer: Customer,
    /// The error of the failed job that synchronizes its ticket.
    pub job_error: Option<String>,
}

/// A page of the requests of all customers.
#[derive(Debug)]
pub struct RequestsOfAll {
    /// The requests, newest first.
    pub requests: Vec<ServiceRequest>,
    /// End of the last complete reading of the service desk's tickets.
    pub read_at: Option<Timestamp>,
}

impl Queries<'_> {
    /// A page of the requests at the viewer's places, and up to `awaited` requests that wait for the viewer's approval.
    pub async fn requests_visible_to(
        &self,
        viewer: &Viewer,
        filter: RequestFilter<'_>,
        (size, awaited): (usize, usize),
    ) -> Result<RequestsVisible, StoreError> {
        let store = self.snapshot().await?;
        let of_ticket = request_of_ticket(&store, filter.search, Some(viewer.person)).await?;
        let requests = match of_ticket.filter(|request| fits(request, viewer, filter)) {
            Some(request) if names_ticket(filter.search) => vec![request],
            named => first(named, store.requests_visible_to(viewer.person, filter, size).await?, size),
        };
        let awaited = store.requests_awaiting_approval_by(viewer.person, awaited).await?;
        Ok(RequestsVisible { requests, awaited })
    }

    /// A request, if it is at one of the viewer's places.
    pub async fn request_visible_to(
        &self,
        viewer: &Viewer,
        id: ServiceRequestId,
    ) -> Result<Option<(RequestPage, RequestSight)>, StoreError> {
        let (store, person) = (self.snapshot().await?, viewer.person);
        let Some(request) = store.request_visible_to(person, id).await? else { return Ok(None) };
        let comments = store.comments_visible_to(person, id).await?;
        let files = store.files_visible_to(person, id).await?;
        let sees_device = match &request.device {
            Some(named) => {
                let seen = store.devices_visible_to(person).await?;
                seen.iter().any(|(_, it)| it.system == named.system && it.external_id == named.external_id)
            }
            None => false,
        };
        let page = page(&store, request, comments, files).await?;
        let for_another = page.cannot_approve.is_some() && self.hub.administers(viewer, &page.request);
        let may_decide = service_requests::may_decide(&page.request, person, for_another);
        Ok(Some((page, RequestSight { sees_device, may_decide })))
    }

    /// A file of a request at one of the viewer's places.
    pub async fn request_file_visible_to(
        &self,
        viewer: &Viewer,
        request: ServiceRequestId,
        file: RequestFileId,
    ) -> Result<Option<(RequestFile, Vec<u8>)>, StoreError> {
        self.reads().file_visible_to(viewer.person, request, file).await
    }

    /// The options in the viewer's form for a new request of a kind.
    pub async fn request_choices(&self, viewer: &Viewer, kind: &str) -> Result<RequestChoices, StoreError> {
        let store = self.snapshot().await?;
        let workflows = store.workflows(viewer.customer_id).await?;
        let own = workflows.into_iter().find(|workflow| workflow.kind == kind);
        let mut places = store.places_of_person(viewer.person).await?;
        places.retain(|place| place.active);
        let devices = store.devices_visible_to(viewer.person).await?;
        Ok(RequestChoices {
            steps: own.map(|workflow| workflow.steps).unwrap_or_default(),
            places,
            devices: devices.into_iter().map(|(_, device)| device).collect(),
        })
    }

    /// The workflows of the viewer's organisation, and the people that a step may name.
    pub async fn workflows(&self, viewer: &Viewer) -> Result<(Vec<Workflow>, Vec<Person>), StoreError> {
        let store = self.snapshot().await?;
        let workflows = store.workflows(viewer.customer_id).await?;
        let mut people = store.people(viewer.customer_id).await?;
        people.retain(|person| person.inactive.is_none());
        Ok((workflows, people))
    }
}

/// Queries for staff.
impl Queries<'_> {
    /// A page of the requests of all customers, after a cursor: the last request of the previous page.
    pub async fn requests_of_all(
        &self,
        in_trouble: bool,
        search: &str,
        before: Option<ServiceRequestId>,
        size: usize,
    ) -> Result<RequestsOfAll, StoreError> {
        let store = self.snapshot().await?;
        let requests = match request_of_ticket(&store, search, None).await?.filter(|_| !in_trouble) {
            Some(request) if names_ticket(search) => vec![request],
            named => {
                let named = named.filter(|_| before.is_none());
                first(named, store.requests(in_trouble, search, before, size).await?, size)
            }
        };
        let reading = store.ticket_reading(self.hub.desk.name()).await?;
        Ok(RequestsOfAll { requests, read_at: reading.and_then(|reading| reading.finished_at) })
    }

    /// A request, as shown to staff.
    pub async fn request_for_staff(&self, id: ServiceRequestId) -> Result<Option<RequestForStaff>, StoreError> {
        let store = self.snapshot().await?;
        let Some(request) = store.request(id).await? else { return Ok(None) };
        let Some(customer) = store.customer(request.customer_id).await? else { return Ok(None) };
        let (comments, files) = (store.comments(id).await?, store.files(id).await?);
        let jobs = store.jobs_in_trouble(&SyncTicket { request_id: id }.key()).await?;
        let page = page(&store, request, comments, files).await?;
        Ok(Some(RequestForStaff { page, customer, job_error: jobs.into_iter().find_map(|job| job.error) }))
    }

    /// The ticket id of a request.
    pub async fn ticket_of_request(&self, id: ServiceRequestId) -> Result<Option<String>, StoreError> {
        let request = self.reads().request(id).await?;
        Ok(request.and_then(|request| request.mirror.ticket().map(ToOwned::to_owned)))
    }

    /// A file of a request.
    pub async fn request_file(
        &self,
        request: ServiceRequestId,
        file: RequestFileId,
    ) -> Result<Option<(RequestFile, Vec<u8>)>, StoreError> {
        self.reads().file(request, file).await
    }
}

/// The request whose ticket a search names, if a person sees it; for staff, without a person.
pub(super) async fn request_of_ticket(
    store: &Reads,
    search: &str,
    person: Option<PersonId>,
) -> Result<Option<ServiceRequest>, StoreError> {
    let Some(number) = service_requests::possible_ticket_number(search) else { return Ok(None) };
    match (store.request_of_ticket(&number).await?, person) {
        (Some(request), Some(person)) => store.request_visible_to(person, request.id).await,
        (request, _) => Ok(request),
    }
}

/// Whether a search can only be for a ticket. Digits can be for other things too.
fn names_ticket(search: &str) -> bool {
    service_requests::ticket_number(search).is_some()
}

/// The requests, with the one whose ticket is named at the beginning.
fn first(named: Option<ServiceRequest>, mut found: Vec<ServiceRequest>, size: usize) -> Vec<ServiceRequest> {
    if let Some(named) = named {
        found.retain(|request| request.id != named.id);
        found.insert(0, named);
        found.truncate(size);
    }
    found
}

/// Whether a request is one of those that a filter leaves, apart from its search.
fn fits(request: &ServiceRequest, viewer: &Viewer, filter: RequestFilter<'_>) -> bool {
    let is_over = matches!(request.status, Status::Declined | Status::Resolved | Status::Closed);
    let has_status = match filter.status {
        "" => true,
        "active" => !is_over,
        status => request.status.as_str() == status,
    };
    has_status && (!filter.mine || request.person_id == Some(viewer.person))
}

async fn page(
    store: &Reads,
    request: ServiceRequest,
    comments: Vec<Comment>,
    files: Vec<RequestFile>,
) -> Result<RequestPage, StoreError> {
    let place = store.place(request.place_id).await?.map(|place| place.name);
    let cannot_approve = cannot_approve(store, &request).await?;
    let work = store.work_orders_of_request(request.id).await?;
    Ok(RequestPage { request, comments, files, work, place, cannot_approve })
}

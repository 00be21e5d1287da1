//! Service requests: opened, commented on, approved and closed by people in the customer portal (`P09`, `P15`).

mod delivery;
mod emails;
mod mirror;
mod tickets;
mod workflows;

use std::collections::BTreeMap;

use tessera_core::access::Viewer;
use tessera_core::kernel::actor::Channel;
use tessera_core::kernel::attachment::AttachmentError;
use tessera_core::kernel::attachment::{self, File, Sent};
use tessera_core::kernel::customer::Customer;
use tessera_core::kernel::ids::{CustomerId, PlaceId, ServiceRequestId};
use tessera_core::kernel::input;
use tessera_core::kernel::plan::{Plan, Stamp};
use tessera_core::persons::place::Place;
use tessera_core::service_requests::RequestActionError;
use tessera_core::service_requests::workflow::{By, Missing, Run, StepAnswer, Verdict, Workflow};
use tessera_core::service_requests::{
    self, DeviceNamed, Opening, RequestAction, ServiceRequest, TicketClass, TicketLink, TicketMatch,
};
use tessera_store::{Conflict, Reads, StoreError};

use crate::commit::{commit, commit_once};
use crate::{Ctx, Hub, HubError, IdempotencyKey};

pub use tickets::RequesterTickets;

/// Channel of these requests.
const CHANNEL: Channel = Channel::Portal;

/// Settings for service requests.
#[derive(Debug, Clone)]
pub struct Requests {
    /// The kinds of request. The first is the default in the form.
    pub kinds: Vec<RequestKind>,
    /// The role function that allows editing the customer's workflows.
    pub workflow_admin: String,
    /// Labels that customers see for the service desk's own statuses, by number.
    pub statuses: BTreeMap<i64, String>,
    /// How far back the first reading of tickets goes, in days.
    pub history_days: u16,
}

/// A kind of request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestKind {
    /// Code, stored with each request.
    pub code: String,
    /// Label for people.
    pub label: String,
    /// The tickets of the service desk that are of this kind.
    pub tickets: Vec<TicketMatch>,
}

/// The kind of tickets that are of no other.
const OTHER: &str = "other";

impl Default for Requests {
    fn default() -> Self {
        let kind = |code: &str, label: &str, tickets: Vec<TicketMatch>| RequestKind {
            code: code.to_owned(),
            label: label.to_owned(),
            tickets,
        };
        let incidents = TicketMatch { ticket_type: Some("Incident".to_owned()), category: None };
        Self {
            kinds: vec![
                kind("fault", "Fault", vec![incidents]),
                kind("installation", "Installation", Vec::new()),
                kind("question", "Question", Vec::new()),
                kind(OTHER, "Other", Vec::new()),
            ],
            workflow_admin: "WORKFLOW_ADMIN".to_owned(),
            statuses: BTreeMap::new(),
            history_days: 90,
        }
    }
}

impl Requests {
    /// The label of a kind. A kind that is no longer configured is shown by its code.
    pub fn label<'a>(&'a self, code: &'a str) -> &'a str {
        self.kinds.iter().find(|kind| kind.code == code).map_or(code, |kind| &kind.label)
    }

    /// The code of a ticket's kind: a kind with the name of its category or type, or the first one whose tickets it is
    /// among; else the kind `other`, or the first one.
    pub fn kind_of(&self, ticket: &TicketClass) -> &str {
        let is_named = |kind: &&RequestKind| ticket.is_named(&kind.code) || ticket.is_named(&kind.label);
        let is_among = |kind: &&RequestKind| kind.tickets.iter().any(|tickets| ticket.is(tickets));
        let kinds = || self.kinds.iter();
        let found = kinds().find(is_named).or_else(|| kinds().find(is_among));
        let found = found.or_else(|| kinds().find(|kind| kind.code == OTHER)).or_else(|| kinds().next());
        found.map_or(OTHER, |kind| kind.code.as_str())
    }

    /// The label of a status for customers.
    pub fn words(&self, status: service_requests::Status) -> String {
        let own = status.number().and_then(|number| self.statuses.get(&number));
        own.cloned().unwrap_or_else(|| status.words().to_owned())
    }
}

/// A new request, as the form submits it.
#[derive(Debug, Clone, Default)]
pub struct NewServiceRequest {
    /// Idempotency key of the form.
    pub once: String,
    /// Code of the kind.
    pub kind: String,
    /// Subject.
    pub subject: String,
    /// Description.
    pub description: String,
    /// The chosen place. `None` for the person's default place.
    pub place: Option<PlaceId>,
    /// Id of the affected device.
    pub device: Option<String>,
    /// Answers to the fields that the customer's workflow requires, by field.
    pub answers: BTreeMap<String, String>,
    /// Attached files.
    pub files: Vec<Sent>,
}

/// Why a request could not be opened.
#[derive(Debug)]
pub enum NewServiceRequestError {
    /// Invalid input, by field.
    Wrong(Vec<(String, String)>),
    /// Any other error.
    Hub(HubError),
}

impl<E: Into<HubError>> From<E> for NewServiceRequestError {
    fn from(error: E) -> Self {
        Self::Hub(error.into())
    }
}

impl Hub {
    /// Opens a request at one of the person's places. Submitting the same form twice opens one request.
    ///
    /// # Errors
    /// All invalid input, by field.
    pub async fn open_request(
        &self,
        viewer: &Viewer,
        wish: &NewServiceRequest,
    ) -> Result<ServiceRequest, NewServiceRequestError> {
        let ctx = form_ctx(viewer, &wish.once);
        let opened: Result<(ServiceRequestId, bool), NewServiceRequestError> = commit_once!(NewServiceRequestError; self, &ctx, ("request", &wish.once), |tx| {
            let (id, plan) = self.plan_request(viewer, wish, tx.stamp).await?;
            tx.extend(plan);
            Ok(id)
        });
        Ok(self.request_visible_to(viewer, opened?.0).await?)
    }

    /// Plans a request of a person. The plan and the new request's id.
    pub(crate) async fn plan_request(
        &self,
        viewer: &Viewer,
        wish: &NewServiceRequest,
        stamp: Stamp<'_>,
    ) -> Result<(ServiceRequestId, Plan), NewServiceRequestError> {
        let mut wrong = Opening::problems(&wish.subject, &wish.description)
            .into_iter()
            .map(|(field, message)| (field.to_owned(), message))
            .collect::<Vec<_>>();
        if !self.config.requests.kinds.iter().any(|kind| kind.code == wish.kind) {
            wrong.push(("kind".to_owned(), "Choose what kind of request it is.".to_owned()));
        }
        let (device, device_place) = self.wished_device(viewer, wish, &mut wrong).await?;
        let place = self.wished_place(viewer, wish, device_place, &mut wrong).await?;
        let owner = place.owner.unwrap_or(viewer.customer_id);
        let place_chosen = wish.place.is_some() || device_place.is_some();
        let workflow = self.workflow_of(owner, &wish.kind).await?;
        let answers = asked(workflow.as_ref(), &wish.answers);
        let given = StepAnswer { place_chosen, answers: &answers };
        let began = Run::begin(
            workflow.as_ref(),
            given,
            By { person: viewer.person, name: &viewer.name, administers: false },
            self.env.now(),
        );
        if let Err(missing) = &began {
            wrong.extend(missing.iter().map(said_missing));
        }
        let files = attachment::all_fit(&wish.files);
        if let Err(unfit) = &files {
            wrong.extend(unfit.0.iter().map(|unfit| ("files".to_owned(), unfit.clone())));
        }
        let (true, Ok((run, effects)), Ok(files)) = (wrong.is_empty(), began, files) else {
            return Err(NewServiceRequestError::Wrong(wrong));
        };
        let customer = self.customer_of_request(owner).await?;
        let id: ServiceRequestId = stamp.id();
        let opening = Opening {
            id,
            customer,
            place_id: place.id,
            person: (viewer.person, &viewer.name),
            kind: &wish.kind,
            subject: &wish.subject,
            description: &wish.description,
            device,
            answers,
            run,
            effects,
            files,
        };
        let customer = opening.customer.clone();
        let (request, mut plan) = service_requests::open(opening, stamp);
        if request.mirror == TicketLink::Waiting {
            plan.extend(self.plan_work_of_request(&request, customer, stamp)?);
        }
        Ok((id, plan))
    }

    async fn wished_device(
        &self,
        viewer: &Viewer,
        wish: &NewServiceRequest,
        wrong: &mut Vec<(String, String)>,
    ) -> Result<(Option<DeviceNamed>, Option<PlaceId>), HubError> {
        let Some(wanted) = wish.device.as_deref().filter(|id| !id.is_empty()) else { return Ok((None, None)) };
        let devices = self.reads().devices_visible_to(viewer.person).await?;
        let Some((place, device)) = devices.into_iter().find(|(_, device)| device.external_id == wanted) else {
            wrong.push(("device".to_owned(), "Choose one of your devices, or none.".to_owned()));
            return Ok((None, None));
        };
        let named = DeviceNamed { system: device.system, external_id: device.external_id, name: device.name };
        Ok((Some(named), Some(place)))
    }

    async fn wished_place(
        &self,
        viewer: &Viewer,
        wish: &NewServiceRequest,
        device_place: Option<PlaceId>,
        wrong: &mut Vec<(String, String)>,
    ) -> Result<Place, NewServiceRequestError> {
        let places = self.reads().places_of_person(viewer.person).await?;
        let wanted = wish.place.or(device_place).unwrap_or(viewer.default_place);
        let find = |id: PlaceId| places.iter().find(|place| place.id == id && place.active).cloned();
        if let Some(place) = find(wanted) {
            return Ok(place);
        }
        wrong.push(("place".to_owned(), "Choose one of your places.".to_owned()));
        find(viewer.default_place)
            .or_else(|| places.first().cloned())
            .ok_or_else(|| NewServiceRequestError::Wrong(std::mem::take(wrong)))
    }

    /// Comments on a request, closes it, or reopens it.
    ///
    /// # Errors
    /// [`HubError::NotFound`] if the request belongs to none of the person's places, [`HubError::Rejected`] if its
    /// state does not allow the action.
    pub async fn act_on_request(
        &self,
        viewer: &Viewer,
        id: ServiceRequestId,
        (act, text, once): (RequestAction, &str, &str),
        files: &[Sent],
    ) -> Result<(), HubError> {
        let files = attachment::all_fit(files)?;
        let ctx = form_ctx(viewer, once);
        let said: Result<((), bool), HubError> = commit_once!(self, &ctx, (&format!("comment {id}"), once), |tx| {
            let plan = self.plan_comment(viewer, id, (act, text), &files, tx.stamp).await?;
            tx.reject_on(Conflict::RequestFiles, AttachmentError::Many.into());
            tx.extend(plan);
            Ok(())
        });
        said.map(drop)
    }

    /// Plans a comment of a person on a request, or closing or reopening it.
    pub(crate) async fn plan_comment(
        &self,
        viewer: &Viewer,
        id: ServiceRequestId,
        (act, text): (RequestAction, &str),
        files: &[&File],
        stamp: Stamp<'_>,
    ) -> Result<Plan, HubError> {
        let request = self.request_visible_to(viewer, id).await?;
        let customer = self.customer_of_request(request.customer_id).await?;
        let comment = (stamp.id(), act, text);
        Ok(service_requests::comment(&request, comment, &viewer.name, files, customer, stamp)?)
    }

    /// Approves or declines a request that waits for approval.
    ///
    /// # Errors
    /// As [`Hub::act_on_request`].
    pub async fn decide_request(
        &self,
        viewer: &Viewer,
        id: ServiceRequestId,
        verdict: Verdict<'_>,
    ) -> Result<ServiceRequest, HubError> {
        commit!(self, &Ctx::new(viewer.actor(), CHANNEL), |tx| {
            let request = self.request_visible_to(viewer, id).await?;
            let customer = self.customer_of_request(request.customer_id).await?;
            let administers =
                self.administers(viewer, &request) && cannot_approve(self.reads(), &request).await?.is_some();
            let by = By { person: viewer.person, name: &viewer.name, administers };
            let (after, plan) = service_requests::decided(&request, by, verdict, customer.clone(), tx.stamp)?;
            tx.extend(plan);
            if after.mirror == TicketLink::Waiting {
                tx.extend(self.plan_work_of_request(&after, customer, tx.stamp)?);
            }
            Ok(after)
        })
    }

    /// Sends a request to the service desk again, at the request of staff.
    ///
    /// # Errors
    /// [`HubError::Rejected`] if there is nothing to send.
    pub async fn retry_request(&self, id: ServiceRequestId, ctx: &Ctx) -> Result<(), HubError> {
        commit!(self, ctx, |tx| {
            let request = self.reads().request(id).await?;
            let request = request.ok_or_else(|| HubError::NotFound(format!("there is no request {id}")))?;
            let plan = service_requests::retry(&request, tx.stamp);
            tx.extend(plan.ok_or(RequestActionError::NothingToSend)?);
            Ok(())
        })
    }

    async fn request_visible_to(&self, viewer: &Viewer, id: ServiceRequestId) -> Result<ServiceRequest, HubError> {
        let seen = self.reads().request_visible_to(viewer.person, id).await?;
        seen.ok_or_else(|| HubError::NotFound("there is no such request".to_owned()))
    }

    async fn customer_of_request(&self, id: CustomerId) -> Result<Customer, HubError> {
        let customer = self.reads().customer(id).await?;
        customer.ok_or_else(|| HubError::NotFound(format!("there is no customer {id}")))
    }

    /// Whether a person may edit the workflows of the request's customer. They may also approve in place of a person
    /// who cannot.
    pub(crate) fn administers(&self, viewer: &Viewer, request: &ServiceRequest) -> bool {
        viewer.customer_id == request.customer_id && viewer.may(&self.config.requests.workflow_admin)
    }
}

/// Why the awaited approver cannot approve. `None` if they can, or if no approval is awaited.
pub(crate) async fn cannot_approve(
    store: &Reads,
    request: &ServiceRequest,
) -> Result<Option<&'static str>, StoreError> {
    let Some(person) = request.run.awaited() else { return Ok(None) };
    Ok(match store.person(person).await? {
        None => Some("is not there any more"),
        Some(known) if known.inactive.is_some() => Some("is no longer active"),
        Some(_) if store.request_visible_to(person, request.id).await?.is_none() => Some("does not see this place"),
        Some(_) => None,
    })
}

/// Context of a submitted form, with its idempotency key. An empty key means none.
fn form_ctx(viewer: &Viewer, once: &str) -> Ctx {
    let idempotency = Some(once).filter(|once| !once.is_empty());
    let idempotency = idempotency.map(|once| IdempotencyKey { key: once.to_owned(), status: 303 });
    Ctx::new(viewer.actor(), CHANNEL).with_idempotency(idempotency)
}

/// The answers to the fields that a workflow requires. Other answers are dropped.
fn asked(workflow: Option<&Workflow>, answers: &BTreeMap<String, String>) -> Vec<(String, String)> {
    use tessera_core::service_requests::workflow::{MAX_ANSWER_LENGTH, Step};
    let steps = workflow.into_iter().flat_map(|workflow| &workflow.steps);
    let labels = steps.filter_map(|step| if let Step::RequireField { label } = step { Some(label) } else { None });
    let answer = |label: &String| {
        let answer = input::text(answers.get(label)?.trim(), usize::MAX).unwrap_or_default();
        Some((label.clone(), answer.chars().take(MAX_ANSWER_LENGTH).collect()))
    };
    labels.filter_map(answer).collect()
}

fn said_missing(missing: &Missing) -> (String, String) {
    match missing {
        Missing::Place => ("place".to_owned(), "Say at which place it is.".to_owned()),
        Missing::Field(label) => (format!("answer.{label}"), format!("Fill in “{label}”.")),
    }
}

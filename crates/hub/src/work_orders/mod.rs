//! Work orders: made by the office, by service requests and by other systems, and taken step by step by technicians.
//!
//! Each change is planned on the work order as read, within what the caller may see. Finishing an installation assigns
//! the device and invites the customer in the same transaction (`A11`).

mod emails;
mod finish;

use tessera_core::access::Portal;
use tessera_core::activation::requester_id_link::is_requester_id;
use tessera_core::devices::DeviceError;
use tessera_core::kernel::attachment::{self, Sent};
use tessera_core::kernel::customer::Customer;
use tessera_core::kernel::ids::{CustomerId, PersonId, PlaceId, ReturnId, ServiceRequestId, WorkOrderId};
use tessera_core::kernel::plan::{Plan, Stamp};
use tessera_core::kernel::record::{Attributes, Observation};
use tessera_core::kernel::rejection::FieldProblem;
use tessera_core::persons::place::Place;
use tessera_core::service_requests::{DeviceNamed, ServiceRequest};
use tessera_core::work_orders::change::WorkOrderChange;
use tessera_core::work_orders::{
    self, Action, Assignee, By, MAX_QUANTITY, Surroundings, Window, WorkOrder, WorkOrderDraft, WorkOrderDraftError,
    WorkOrderError,
};
use tessera_store::{Conflict, Reads, StoreError};

use crate::commit::{commit, commit_once};
use crate::ports::Priority;
use crate::{Ctx, Hub, HubError};

/// Namespace of the idempotency keys of work orders.
const PURPOSE: &str = "work order";

/// Who acts on a work order, and so which ones they see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkSight<'a> {
    /// Staff or a client of the API, by name: everything.
    Office(&'a str),
    /// A technician: what is assigned to them, and what they may take.
    Technician(PersonId, &'a str),
}

/// A new work order, as the office or a client of the API asks for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewWorkOrder {
    /// Code of the kind of work.
    pub kind: String,
    /// The customer. Not needed with a request or a return.
    pub customer: Option<CustomerId>,
    /// The service desk's requester, who need not be a customer yet.
    pub requester: Option<String>,
    /// The service request that it is for.
    pub request: Option<ServiceRequestId>,
    /// The return that it is for.
    pub return_id: Option<ReturnId>,
    /// The customer's place. `None`: that of the request or return, of the device, or the home place.
    pub place: Option<PlaceId>,
    /// Display id of the customer's device.
    pub device: Option<String>,
    /// The model, if no device is concerned.
    pub model: Option<String>,
    /// Subject line. Empty: that of the request, or the label of the kind.
    pub subject: String,
    /// What is to be done.
    pub description: String,
    /// The appointment.
    pub window: Option<Window>,
    /// Person id of who does it.
    pub assignee: Option<String>,
}

/// An action on a work order, as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WorkAction {
    /// An action that needs nothing to be looked up.
    Plain(Action),
    /// Finish it. An installation needs the serial number of the device.
    Finish {
        /// The serial number, in any spelling.
        serial: String,
    },
    /// Give it to a person by their person id; `None`: to nobody.
    Assign {
        /// The person id.
        person: Option<String>,
    },
}

impl Hub {
    /// A work order.
    ///
    /// # Errors
    /// [`HubError::NotFound`] if there is none within the sight.
    pub async fn work_order(&self, id: WorkOrderId, sight: WorkSight<'_>) -> Result<WorkOrder, HubError> {
        let found = self.reads().work_order(id).await?;
        found.filter(|order| self.sees(order, sight)).ok_or_else(no_such)
    }

    fn sees(&self, order: &WorkOrder, sight: WorkSight<'_>) -> bool {
        match sight {
            WorkSight::Office(_) => true,
            WorkSight::Technician(person, _) => order.is_for(person, self.config.work.self_assign),
        }
    }

    /// Makes a work order. Repeating the same request returns the same work order.
    ///
    /// # Errors
    /// [`HubError::Rejected`] `invalid_work_order` with all problems, or `assignee_unable`.
    pub async fn create_work_order(&self, new: &NewWorkOrder, office: &str, ctx: &Ctx) -> Result<WorkOrder, HubError> {
        let request = format!("create {new:?}");
        // A requester who is no customer yet is read first, because the record is made of what the service desk says.
        let requester = match &new.requester {
            Some(id) if self.answered::<WorkOrderId>(ctx, (PURPOSE, &request)).await?.is_none() => {
                Some(self.requester_read(id, ctx).await?)
            }
            _ => None,
        };
        let made: Result<(WorkOrderId, bool), HubError> = commit_once!(self, ctx, (PURPOSE, &request), |tx| {
            let id: WorkOrderId = tx.stamp.id();
            let known = match &requester {
                Some(requester) => match self.reads().customer_of(&requester.key).await? {
                    Some(customer) => Some((customer, Plan::default())),
                    None => Some(work_orders::customer_for(requester, id, tx.stamp)),
                },
                None => None,
            };
            let (fresh, first) = known.map_or((None, Plan::default()), |(customer, plan)| (Some(customer), plan));
            let is_fresh = !first.is_empty();
            let (draft, customer, request) = self.drafted(new, fresh, is_fresh).await?;
            let by = By::Office { name: office };
            let around = self.surroundings(customer, request.as_ref());
            let (order, plan) = work_orders::create(id, draft, by, around, tx.stamp)?;
            tx.extend(first);
            tx.extend(plan);
            Ok(order.id)
        });
        self.work_order(made?.0, WorkSight::Office(office)).await
    }

    /// The work that a service request makes by itself, because of its kind.
    pub(crate) fn plan_work_of_request(
        &self,
        request: &ServiceRequest,
        customer: Customer,
        stamp: Stamp<'_>,
    ) -> Result<Plan, HubError> {
        let Some(kind) = self.config.work.made_by(&request.kind) else { return Ok(Plan::default()) };
        let draft = WorkOrderDraft {
            kind: kind.clone(),
            place_id: request.place_id,
            request_id: Some(request.id),
            return_id: None,
            subject: request.subject.clone(),
            description: request.description.chars().take(work_orders::MAX_TEXT_LENGTH).collect(),
            device: request.device.clone(),
            model: None,
            window: None,
            assignee: None,
        };
        let by = By::Office { name: &self.config.brand.name };
        let around = self.surroundings(customer, Some(request));
        Ok(work_orders::create(stamp.id(), draft, by, around, stamp)?.1)
    }

    /// Acts on a work order. With `version`, only if it still has this version.
    ///
    /// # Errors
    /// [`HubError::Rejected`] with the code of the obstacle, or `work_order_changed` if the version differs.
    pub async fn act_on_work_order(
        &self,
        id: WorkOrderId,
        action: &WorkAction,
        version: Option<i64>,
        sight: WorkSight<'_>,
        ctx: &Ctx,
    ) -> Result<WorkOrder, HubError> {
        let request = format!("act {id} {action:?}");
        let acted: Result<(WorkOrderId, bool), HubError> = commit_once!(self, ctx, (PURPOSE, &request), |tx| {
            let before = self.work_order(id, sight).await?;
            if version.is_some_and(|version| version != before.version) {
                return Err(WorkOrderError::Changed(before.number).into());
            }
            let plan = self.plan_action(&before, action, sight, tx.stamp).await?;
            tx.extend(plan);
            Ok(before.id)
        });
        let id = acted?.0;
        // Who has just refused it does not see it any more once the office gives it to someone else.
        let order = self.reads().work_order(id).await?;
        order.ok_or_else(no_such)
    }

    async fn plan_action(
        &self,
        before: &WorkOrder,
        action: &WorkAction,
        sight: WorkSight<'_>,
        stamp: Stamp<'_>,
    ) -> Result<Plan, HubError> {
        let (action, then) = match action {
            WorkAction::Plain(action) => (action.clone(), Plan::default()),
            WorkAction::Assign { person: None } => (Action::Assign(None), Plan::default()),
            WorkAction::Assign { person: Some(person) } => {
                (Action::Assign(Some(self.able_assignee(person).await?)), Plan::default())
            }
            WorkAction::Finish { serial } => self.finishing(before, serial, stamp).await?,
        };
        let customer = self.customer_of_work(before.customer_id).await?;
        let request = self.request_of_work(before).await?;
        let vans = match &before.assignee {
            Some(assignee) => vans_of(self.reads(), assignee.person).await?,
            None => Vec::new(),
        };
        let vans: Vec<PlaceId> = vans.into_iter().map(|van| van.id).collect();
        let part = match &action {
            Action::Use { part, place, .. } => match self.config.work.parts.iter().find(|it| it.code == *part) {
                Some(known) => Some((known.label.as_str(), self.reads().part_quantity(*place, part).await?)),
                None => None,
            },
            _ => None,
        };
        let others = self.has_other_work(before).await?;
        let around = Surroundings { vans: &vans, part, others, ..self.surroundings(customer, request.as_ref()) };
        let (_, mut plan) = work_orders::act(before, &action, by(sight), around, stamp)?;
        if !plan.is_empty() {
            plan.extend(then);
        }
        Ok(plan)
    }

    /// Adds a note with photos. Sending the same form twice adds it once.
    ///
    /// # Errors
    /// [`HubError::Rejected`] if there is nothing in it, a file is not accepted, or there are too many.
    pub async fn note_on_work_order(
        &self,
        id: WorkOrderId,
        (text, files): (&str, &[Sent]),
        sight: WorkSight<'_>,
        ctx: &Ctx,
    ) -> Result<(), HubError> {
        let files = attachment::all_fit(files)?;
        let sums: Vec<[u8; 32]> = files.iter().map(|file| file.sha256()).collect();
        let request = format!("note {id} {text} {sums:?}");
        let noted: Result<((), bool), HubError> = commit_once!(self, ctx, (PURPOSE, &request), |tx| {
            let order = self.work_order(id, sight).await?;
            let customer = self.customer_of_work(order.customer_id).await?;
            let request = self.request_of_work(&order).await?;
            let around = self.surroundings(customer, request.as_ref());
            let plan = work_orders::note(&order, text, &files, by(sight), around, tx.stamp)?;
            tx.reject_on(Conflict::WorkFiles, WorkOrderError::TooManyFiles.into());
            tx.extend(plan);
            Ok(())
        });
        noted.map(drop)
    }

    /// Puts units of a part into a place of the operating company, or takes them out again if negative.
    ///
    /// # Errors
    /// [`HubError::NotFound`] if it is no place of the company that is in use; [`HubError::Rejected`] if there is no such
    /// part, or if there are not as many.
    pub async fn count_parts(&self, place: PlaceId, part: &str, change: i32, ctx: &Ctx) -> Result<i64, HubError> {
        let label = self.config.work.parts.iter().find(|it| it.code == part).map(|it| it.label.as_str());
        let label = label.ok_or_else(|| WorkOrderError::NoPart(part.to_owned()))?;
        let quantity = change.unsigned_abs();
        if !(1..=MAX_QUANTITY).contains(&quantity) {
            return Err(WorkOrderError::Quantity.into());
        }
        commit!(self, ctx, |tx| {
            let of_company = |place: &Place| place.owner == Some(CustomerId::OPERATOR) && place.active;
            let known = self.reads().place(place).await?.filter(of_company);
            known.ok_or_else(|| HubError::NotFound("there is no such place of the company".to_owned()))?;
            let there = self.reads().part_quantity(place, part).await?;
            let part = part.to_owned();
            if change > 0 {
                tx.push(WorkOrderChange::AddParts { place, part, quantity }, "somebody stocks the van");
                return Ok(there + i64::from(quantity));
            }
            if there < i64::from(quantity) {
                return Err(WorkOrderError::TooFewParts { part: label.to_owned(), there, asked: quantity }.into());
            }
            tx.push(WorkOrderChange::TakeParts { place, part, quantity }, "somebody takes it out of the van");
            Ok(there - i64::from(quantity))
        })
    }

    /// The person with this person id, if they can do work: active, of the operating company, with access to the Tech
    /// Portal.
    async fn able_assignee(&self, person_id: &str) -> Result<Assignee, HubError> {
        let unable = || HubError::from(WorkOrderError::UnableAssignee(person_id.trim().to_owned()));
        let person = self.find_person(person_id.trim()).await?.ok_or_else(unable)?;
        let works_here = person.customer_id == CustomerId::OPERATOR && person.inactive.is_none();
        let opens = person.licence.is_some_and(|licence| licence.opens(Portal::Tech));
        if !works_here || !opens {
            return Err(WorkOrderError::UnableAssignee(person.name).into());
        }
        Ok(Assignee { person: person.id, name: person.name })
    }

    /// A requester as the service desk has it now.
    async fn requester_read(&self, id: &str, ctx: &Ctx) -> Result<Observation, HubError> {
        let id = id.trim();
        let not_found = || HubError::NotFound(format!("the service desk has no requester {id}"));
        if !is_requester_id(id) {
            return Err(not_found());
        }
        let read = self.desk.requester(id, Priority::Interactive).await?.ok_or_else(not_found)?;
        match &read.attributes {
            Attributes::Requester(requester) if requester.active => {}
            Attributes::Requester(_) => {
                let (requester, system) = (id.to_owned(), self.desk.name().to_owned());
                return Err(DeviceError::RequesterInactive { requester, system }.into());
            }
            _ => return Err(not_found()),
        }
        self.observed(read.clone(), &ctx.going_on()).await?;
        Ok(read)
    }

    /// A checked draft, with what it rests on. `owner` is the requester's customer, who may be about to be made.
    async fn drafted(
        &self,
        new: &NewWorkOrder,
        owner: Option<Customer>,
        is_fresh: bool,
    ) -> Result<(WorkOrderDraft, Customer, Option<ServiceRequest>), HubError> {
        let mut wrong = Vec::new();
        let missing = |what: &str| HubError::NotFound(format!("there is no such {what}"));
        let request = match new.request {
            Some(id) => Some(self.reads().request(id).await?.ok_or_else(|| missing("request"))?),
            None => None,
        };
        let returned = match new.return_id {
            Some(id) => Some(self.reads().return_by_id(id).await?.ok_or_else(|| missing("return"))?),
            None => None,
        };
        let of_request = request.as_ref().map(|it| (it.customer_id, it.place_id));
        let of_return = returned.as_ref().map(|it| (it.customer_id, it.place_id));
        let named = of_request.or(of_return);
        let of_owner = owner.as_ref().map(|owner| owner.id);
        let customer = named.map(|(customer, _)| customer).or(new.customer).or(of_owner);
        let Some(customer) = customer else {
            let why = FieldProblem::new("customer_id", "say whose work it is: a customer, a request or a return");
            return Err(WorkOrderDraftError(vec![why]).into());
        };
        let differs = |other: Option<CustomerId>| other.is_some_and(|other| other != customer);
        if [new.customer, of_owner, of_return.map(|(customer, _)| customer)].into_iter().any(differs) {
            wrong.push(FieldProblem::new(
                "customer_id",
                "the customer, the request and the return are not one customer’s",
            ));
        }
        let customer = match owner.filter(|owner| owner.id == customer) {
            Some(owner) => owner,
            None => self.reads().customer(customer).await?.ok_or_else(|| missing("customer"))?,
        };
        let (device, put) = self.device_of_draft(new, &customer, request.as_ref(), &mut wrong).await?;
        let place = new.place.or(named.map(|(_, place)| place)).or(put).unwrap_or(PlaceId::home_of(customer.id));
        let places = self.reads().places_of(customer.id).await?;
        let is_new_home = is_fresh && place == PlaceId::home_of(customer.id);
        if !is_new_home && !places.iter().any(|known| known.id == place && known.active) {
            wrong.push(FieldProblem::new("place_id", "choose one of the customer’s places that are in use"));
        }
        let Some(kind) = self.config.work.kind(&new.kind) else {
            let codes: Vec<&str> = self.config.work.kinds.iter().map(|kind| kind.code.as_str()).collect();
            wrong.push(FieldProblem::new("kind", format!("choose a kind of work: {}", codes.join(", "))));
            return Err(WorkOrderDraftError(wrong).into());
        };
        if !wrong.is_empty() {
            return Err(WorkOrderDraftError(wrong).into());
        }
        let assignee = match new.assignee.as_deref().map(str::trim).filter(|id| !id.is_empty()) {
            Some(id) => Some(self.able_assignee(id).await?),
            None => None,
        };
        let subject = Some(new.subject.trim()).filter(|subject| !subject.is_empty());
        let of_request = request.as_ref().map(|request| request.subject.as_str());
        let draft = WorkOrderDraft {
            kind: kind.clone(),
            place_id: place,
            request_id: new.request,
            return_id: new.return_id,
            subject: subject.or(of_request).unwrap_or(&kind.label).to_owned(),
            description: new.description.clone(),
            device,
            model: new.model.clone(),
            window: new.window,
            assignee,
        };
        Ok((draft, customer, request))
    }

    /// The device of a new work order, and its place: one of the customer's, or that of the request.
    async fn device_of_draft(
        &self,
        new: &NewWorkOrder,
        customer: &Customer,
        request: Option<&ServiceRequest>,
        wrong: &mut Vec<FieldProblem>,
    ) -> Result<(Option<DeviceNamed>, Option<PlaceId>), HubError> {
        let Some(wanted) = new.device.as_deref().map(str::trim).filter(|id| !id.is_empty()) else {
            return Ok((request.and_then(|request| request.device.clone()), None));
        };
        let devices = self.reads().devices_with_places(customer.id).await?;
        let Some((device, place)) = devices.into_iter().find(|(device, _)| device.external_id == wanted) else {
            wrong.push(FieldProblem::new("device_id", "choose one of the customer’s devices, or none"));
            return Ok((None, None));
        };
        Ok((Some(DeviceNamed { system: device.system, external_id: device.external_id, name: device.name }), place))
    }

    fn surroundings<'a>(&'a self, customer: Customer, request: Option<&'a ServiceRequest>) -> Surroundings<'a> {
        Surroundings {
            customer,
            request,
            others: false,
            zone: &self.config.locale.time_zone,
            self_assign: self.config.work.self_assign,
            vans: &[],
            part: None,
        }
    }

    async fn customer_of_work(&self, id: CustomerId) -> Result<Customer, HubError> {
        let customer = self.reads().customer(id).await?;
        customer.ok_or_else(|| HubError::NotFound(format!("there is no customer {id}")))
    }

    async fn request_of_work(&self, order: &WorkOrder) -> Result<Option<ServiceRequest>, StoreError> {
        match order.request_id {
            Some(id) => self.reads().request(id).await,
            None => Ok(None),
        }
    }

    /// Whether the request has other work that is not over, so that it is not solved yet.
    async fn has_other_work(&self, order: &WorkOrder) -> Result<bool, StoreError> {
        let Some(request) = order.request_id else { return Ok(false) };
        let all = self.reads().work_orders_of_request(request).await?;
        Ok(all.iter().any(|other| other.id != order.id && !other.state.is_over()))
    }
}

const fn by(sight: WorkSight<'_>) -> By<'_> {
    match sight {
        WorkSight::Office(name) => By::Office { name },
        WorkSight::Technician(person, name) => By::Technician { person, name },
    }
}

fn no_such() -> HubError {
    HubError::NotFound("there is no such work order".to_owned())
}

/// A person's vans: the places of the operating company among their places.
pub(crate) async fn vans_of(store: &Reads, person: PersonId) -> Result<Vec<Place>, StoreError> {
    let mut places = store.places_of_person(person).await?;
    places.retain(|place| place.active && place.owner == Some(CustomerId::OPERATOR));
    Ok(places)
}

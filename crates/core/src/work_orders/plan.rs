//! Plans that make and change work orders.

use jiff::SignedDuration;
use jiff::tz::TimeZone;

use super::file::WorkFile;
use super::report;
use super::{
    Action, Assignee, By, Check, MAX_QUANTITY, MAX_SUBJECT_LENGTH, MAX_TEXT_LENGTH, PartUsed, State, Step, Window,
    WorkHappened, WorkKind, WorkNote, WorkOrder, WorkOrderDraftError, WorkOrderError, WorkOrderEvent, number_of,
};
use crate::kernel::attachment::File;
use crate::kernel::customer::{Customer, Evidence, Origin};
use crate::kernel::ids::{CustomerId, PlaceId, ReturnId, ServiceRequestId, WorkNoteId, WorkOrderId};
use crate::kernel::input;
use crate::kernel::job::change::JobChange;
use crate::kernel::plan::{CustomerEdit, Plan, Stamp};
use crate::kernel::record::Observation;
use crate::kernel::rejection::FieldProblem;
use crate::kernel::timeline::change::TimelineChange;
use crate::kernel::timeline::{Event, Personal};
use crate::service_requests::{self, DeviceNamed, RequestAction, ServiceRequest};
use crate::sync::jobs::Refresh;
use crate::work_orders::change::WorkOrderChange;
use crate::work_orders::jobs::{AppointmentNotice, MailWorkOrder};

/// Longest appointment.
const LONGEST: SignedDuration = SignedDuration::from_hours(14 * 24);

/// Input for a new work order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkOrderDraft {
    /// The kind of work.
    pub kind: WorkKind,
    /// The customer's place.
    pub place_id: PlaceId,
    /// The service request that it is for.
    pub request_id: Option<ServiceRequestId>,
    /// The return that it is for.
    pub return_id: Option<ReturnId>,
    /// Subject line.
    pub subject: String,
    /// What is to be done.
    pub description: String,
    /// The device concerned.
    pub device: Option<DeviceNamed>,
    /// The model, if no device is concerned yet.
    pub model: Option<String>,
    /// The appointment.
    pub window: Option<Window>,
    /// Who does it.
    pub assignee: Option<Assignee>,
}

/// What a plan about a work order rests on beside the work order.
#[derive(Debug)]
pub struct Surroundings<'a> {
    /// The customer.
    pub customer: Customer,
    /// The service request that the work order is for.
    pub request: Option<&'a ServiceRequest>,
    /// Whether the service request has other work orders that are not over.
    pub others: bool,
    /// The company's time zone.
    pub zone: &'a TimeZone,
    /// Whether technicians may take on work that is nobody's.
    pub self_assign: bool,
    /// The assignee's vans.
    pub vans: &'a [PlaceId],
    /// A part's label, and its units in the van concerned.
    pub part: Option<(&'a str, i64)>,
}

/// Collects what follows from one action.
struct Edit<'a> {
    customer: CustomerEdit<'a>,
    stamp: Stamp<'a>,
    request: Option<&'a ServiceRequest>,
    zone: &'a TimeZone,
    author: String,
    /// Under whose name the customer reads of it.
    voice: String,
    /// What is on the timeline of the operating company, too, because it is about one of its people.
    ours: Plan,
}

impl<'a> Edit<'a> {
    fn of(around: Surroundings<'a>, by: By<'_>, stamp: Stamp<'a>) -> Self {
        let Surroundings { customer, request, zone, .. } = around;
        let customer = CustomerEdit::of(customer, stamp);
        let (author, voice) = (by.name().to_owned(), by.voice().to_owned());
        Self { customer, stamp, request, zone, author, voice, ours: Plan::default() }
    }

    /// Tells of an event: on the timelines, and on the request.
    fn tell(&mut self, order: &WorkOrder, what: WorkHappened) {
        let is_about_person = matches!(
            what,
            WorkHappened::Assigned { .. }
                | WorkHappened::Accepted { .. }
                | WorkHappened::Finished { .. }
                | WorkHappened::Refused { .. }
        );
        let event = WorkOrderEvent {
            work_order_id: order.id,
            number: order.number.clone(),
            kind: order.kind.label.clone(),
            device: order.device_record(),
            what,
        };
        let comment = report::comment(&event, self.zone);
        let event = Event::from(event);
        self.customer.note(event.clone());
        if is_about_person && self.customer.customer.id != CustomerId::OPERATOR {
            let entry = self.stamp.entry(CustomerId::OPERATOR, &event);
            self.ours.push(TimelineChange::Append(entry), "the company's own people are on its timeline");
        }
        if let (Some(request), Some(text)) = (self.request, comment) {
            let plan = service_requests::report(request, RequestAction::Work, (text, &self.voice), self.stamp);
            self.customer.extend(plan);
        }
    }

    /// Marks the request as solved.
    fn solve(&mut self) {
        let Some(request) = self.request.filter(|request| !request.status.is_over()) else { return };
        self.customer.note(service_requests::solved(request));
        let text = String::new();
        let plan = service_requests::report(request, RequestAction::Resolve, (text, &self.voice), self.stamp);
        self.customer.extend(plan);
    }

    fn log(&mut self, order: &WorkOrder, act: &str, text: &str) -> WorkNoteId {
        let id: WorkNoteId = self.stamp.id();
        let note = WorkNote {
            id,
            work_order_id: order.id,
            act: act.to_owned(),
            text: text.to_owned(),
            author: self.author.clone(),
            actor: self.stamp.actor.to_string(),
            at: self.stamp.now,
        };
        self.customer.push(WorkOrderChange::Log(Box::new(note)), "who did what is kept, in order");
        id
    }

    fn mail(&mut self, order: &WorkOrder, notice: AppointmentNotice) {
        let task = MailWorkOrder { work_order_id: order.id, notice, at: self.stamp.now };
        self.customer.push(JobChange::Enqueue(self.stamp.job(task)), "the customer hears of the appointment");
    }

    /// The plan. The operating company's timeline comes first: it has the smallest id, and plans lock timelines in the
    /// order of ids.
    fn finish(self, change: WorkOrderChange) -> Plan {
        let mut plan = Plan::default();
        plan.push(change, "somebody acts on the work order");
        plan.extend(self.ours);
        plan.extend(self.customer.finish());
        plan
    }
}

/// Makes a work order.
///
/// # Errors
/// All validation errors of the input.
pub fn create(
    id: WorkOrderId,
    draft: WorkOrderDraft,
    by: By<'_>,
    around: Surroundings<'_>,
    stamp: Stamp<'_>,
) -> Result<(WorkOrder, Plan), WorkOrderDraftError> {
    let mut wrong = Vec::new();
    let subject = input::line(&draft.subject, MAX_SUBJECT_LENGTH).unwrap_or_else(|_| {
        let why = format!("say in 1 to {MAX_SUBJECT_LENGTH} characters what it is about");
        wrong.push(FieldProblem::new("subject", why));
        String::new()
    });
    let description = input::optional_text(draft.description.trim(), MAX_TEXT_LENGTH).unwrap_or_else(|_| {
        let why = format!("describe the work in at most {MAX_TEXT_LENGTH} characters");
        wrong.push(FieldProblem::new("description", why));
        None
    });
    if draft.window.is_some_and(|window| !fits(window)) {
        wrong.push(FieldProblem::new("window", WorkOrderError::Window.to_string()));
    }
    let named = draft.model.as_deref().map(str::trim).filter(|model| !model.is_empty());
    let model = named.map(|model| input::line(model, input::NAME)).transpose().unwrap_or_else(|_| {
        wrong.push(FieldProblem::new("model", "name the model in at most 200 characters"));
        None
    });
    if !wrong.is_empty() {
        return Err(WorkOrderDraftError(wrong));
    }
    let order = WorkOrder {
        id,
        number: number_of(id),
        version: 1,
        customer_id: around.customer.id,
        place_id: draft.place_id,
        request_id: draft.request_id,
        return_id: draft.return_id,
        subject,
        description: description.unwrap_or_default(),
        device: draft.device,
        model,
        window: draft.window,
        assignee: draft.assignee,
        state: State::Open,
        reason: None,
        checks: draft.kind.checks.iter().map(|item| Check { item: item.clone(), done: false }).collect(),
        parts: Vec::new(),
        installed: None,
        kind: draft.kind,
        created_at: stamp.now,
        created_by: stamp.actor.to_string(),
        updated_at: stamp.now,
    };
    let mut edit = Edit::of(around, by, stamp);
    edit.tell(&order, WorkHappened::Created);
    edit.log(&order, "create", "");
    if let Some(assignee) = &order.assignee {
        edit.tell(&order, WorkHappened::Assigned { name: (&assignee.name).into() });
    }
    if let Some(Window { from, to }) = order.window {
        edit.tell(&order, WorkHappened::Scheduled { from, to, moved: false });
        edit.mail(&order, AppointmentNotice::Scheduled);
    }
    let plan = edit.finish(WorkOrderChange::Create(Box::new(order.clone())));
    Ok((order, plan))
}

/// Makes the customer record of a requester for whom work is planned before they have activated. It has the requester,
/// and nobody who signs in yet.
pub fn customer_for(requester: &Observation, order: WorkOrderId, stamp: Stamp<'_>) -> (Customer, Plan) {
    let mut draft = CustomerEdit::for_requester(requester, stamp);
    draft.link(requester.key.clone(), Origin::Staff, Evidence::WorkOrder { number: number_of(order) });
    let customer = draft.customer.clone();
    let job = stamp.job(Refresh { customer_id: customer.id });
    draft.push(JobChange::Enqueue(job), "what belongs to the requester is read at once");
    (customer, draft.finish())
}

/// Acts on a work order. The plan is empty if it is as it should be already.
///
/// # Errors
/// The reason why the action is not possible.
pub fn act(
    before: &WorkOrder,
    action: &Action,
    by: By<'_>,
    around: Surroundings<'_>,
    stamp: Stamp<'_>,
) -> Result<(WorkOrder, Plan), WorkOrderError> {
    permitted(before, action, by, around.self_assign)?;
    let after = applied(before, action, by, &around)?;
    if after == *before {
        return Ok((after, Plan::default()));
    }
    let after = WorkOrder { updated_at: stamp.now, ..after };
    let others = around.others;
    let mut edit = Edit::of(around, by, stamp);
    follow(before, &after, action, others, &mut edit);
    let plan = edit.finish(WorkOrderChange::Update(Box::new(after.clone())));
    Ok((WorkOrder { version: after.version + 1, ..after }, plan))
}

/// Adds a note with photos or other files.
///
/// # Errors
/// If there is nothing in it, or the text is too long.
pub fn note(
    order: &WorkOrder,
    text: &str,
    files: &[&File],
    by: By<'_>,
    around: Surroundings<'_>,
    stamp: Stamp<'_>,
) -> Result<Plan, WorkOrderError> {
    yours(order, by)?;
    let text = input::optional_text(text.trim(), MAX_TEXT_LENGTH).map_err(|_| WorkOrderError::TooLong)?;
    let text = text.unwrap_or_default();
    if text.is_empty() && files.is_empty() {
        return Err(WorkOrderError::NothingSaid);
    }
    let mut edit = Edit::of(around, by, stamp);
    edit.tell(order, WorkHappened::Noted { name: by.name().into() });
    let note = edit.log(order, "note", &text);
    for file in files {
        let kept = WorkFile::new(file, order.id, note, stamp);
        let change = WorkOrderChange::KeepFile(Box::new((kept, file.bytes.clone())));
        edit.customer.push(change, "it came with the note");
    }
    Ok(edit.finish(WorkOrderChange::Touch { id: order.id, at: stamp.now }))
}

fn fits(window: Window) -> bool {
    window.to > window.from && window.to.duration_since(window.from) <= LONGEST
}

fn yours(order: &WorkOrder, by: By<'_>) -> Result<(), WorkOrderError> {
    match (by, &order.assignee) {
        (By::Office { .. }, _) => Ok(()),
        (By::Technician { person, .. }, Some(assignee)) if assignee.person == person => Ok(()),
        (By::Technician { .. }, Some(_)) => Err(WorkOrderError::NotYours),
        (By::Technician { .. }, None) => Err(WorkOrderError::Unassigned),
    }
}

/// Whether someone may act so at all.
fn permitted(order: &WorkOrder, action: &Action, by: By<'_>, self_assign: bool) -> Result<(), WorkOrderError> {
    let is_technician = matches!(by, By::Technician { .. });
    match action {
        Action::Assign(_) | Action::Schedule(_) | Action::Cancel { .. } if is_technician => {
            Err(WorkOrderError::OfficeOnly)
        }
        Action::Assign(_) | Action::Schedule(_) | Action::Cancel { .. } => Ok(()),
        Action::Accept if is_technician && self_assign && order.assignee.is_none() => Ok(()),
        _ if order.assignee.is_none() => Err(WorkOrderError::Unassigned),
        _ => yours(order, by),
    }
}

/// The work order after an action.
fn applied(
    before: &WorkOrder,
    action: &Action,
    by: By<'_>,
    around: &Surroundings<'_>,
) -> Result<WorkOrder, WorkOrderError> {
    let out_of_order = || WorkOrderError::OutOfOrder { number: before.number.clone(), state: before.state };
    let stepped = |step: Step| before.state.after(step).ok_or_else(out_of_order);
    let in_hand = matches!(before.state, State::Accepted | State::OnTheWay | State::Working);
    let mut after = before.clone();
    match action {
        Action::Accept => {
            after.state = stepped(Step::Accept)?;
            if let (None, By::Technician { person, name }) = (&before.assignee, by) {
                after.assignee = Some(Assignee { person, name: name.to_owned() });
            }
        }
        Action::Depart => after.state = stepped(Step::Depart)?,
        Action::Begin => after.state = stepped(Step::Begin)?,
        Action::Finish { installed } => {
            after.state = stepped(Step::Finish)?;
            if let Some(open) = before.checks.iter().find(|check| !check.done) {
                return Err(WorkOrderError::Unchecked(open.item.clone()));
            }
            if before.kind.installs && installed.is_none() {
                return Err(WorkOrderError::NoSerial);
            }
            after.installed = installed.clone().filter(|_| before.kind.installs);
        }
        Action::Refuse { reason } => {
            after.state = stepped(Step::Refuse)?;
            after.reason = Some(said(reason)?);
        }
        Action::Check { .. } | Action::Use { .. } | Action::PutBack { .. } if !in_hand => return Err(out_of_order()),
        Action::Check { item, done } => {
            after.checks.get_mut(*item).ok_or(WorkOrderError::NoCheck)?.done = *done;
        }
        Action::Use { part, quantity, place } => use_part(&mut after, part, *quantity, *place, around)?,
        Action::PutBack { part, quantity, place } => put_back(&mut after, part, *quantity, *place)?,
        Action::Assign(assignee) => {
            if before.state.is_over() || before.state.is_under_way() {
                return Err(out_of_order());
            }
            if before.assignee == *assignee && before.state != State::Refused {
                return Ok(after);
            }
            (after.assignee, after.state, after.reason) = (assignee.clone(), State::Open, None);
        }
        Action::Schedule(window) => {
            if before.state.is_over() {
                return Err(out_of_order());
            }
            if window.is_some_and(|window| !fits(window)) {
                return Err(WorkOrderError::Window);
            }
            after.window = *window;
        }
        Action::Cancel { reason } => {
            if before.state.is_over() {
                return Err(out_of_order());
            }
            (after.state, after.reason) = (State::Cancelled, Some(said(reason)?));
        }
    }
    Ok(after)
}

fn said(reason: &str) -> Result<String, WorkOrderError> {
    input::text(reason.trim(), MAX_TEXT_LENGTH).map_err(|_| WorkOrderError::NoReason)
}

fn use_part(
    order: &mut WorkOrder,
    part: &str,
    quantity: u32,
    place: PlaceId,
    around: &Surroundings<'_>,
) -> Result<(), WorkOrderError> {
    let Some((label, there)) = around.part else { return Err(WorkOrderError::NoPart(part.to_owned())) };
    if !(1..=MAX_QUANTITY).contains(&quantity) {
        return Err(WorkOrderError::Quantity);
    }
    if around.vans.is_empty() {
        return Err(WorkOrderError::NoVan);
    }
    if !around.vans.contains(&place) {
        return Err(WorkOrderError::NotTheirVan);
    }
    if there < i64::from(quantity) {
        return Err(WorkOrderError::TooFewParts { part: label.to_owned(), there, asked: quantity });
    }
    if let Some(used) = order.parts.iter_mut().find(|used| used.part == part && used.place == place) {
        used.quantity = used.quantity.saturating_add(quantity);
    } else {
        let (part, label) = (part.to_owned(), label.to_owned());
        order.parts.push(PartUsed { part, label, place, quantity });
    }
    Ok(())
}

fn put_back(order: &mut WorkOrder, part: &str, quantity: u32, place: PlaceId) -> Result<(), WorkOrderError> {
    if !(1..=MAX_QUANTITY).contains(&quantity) {
        return Err(WorkOrderError::Quantity);
    }
    let used = order.parts.iter_mut().find(|used| used.part == part && used.place == place);
    let Some(used) = used else { return Err(WorkOrderError::NoPart(part.to_owned())) };
    if used.quantity < quantity {
        return Err(WorkOrderError::NotUsed { part: used.label.clone(), used: used.quantity });
    }
    used.quantity -= quantity;
    order.parts.retain(|used| used.quantity > 0);
    Ok(())
}

/// What follows from an action: who is told, and what is kept of it.
fn follow(before: &WorkOrder, after: &WorkOrder, action: &Action, others: bool, edit: &mut Edit<'_>) {
    let name = || Personal::from(after.assignee.as_ref().map_or("", |assignee| assignee.name.as_str()));
    match action {
        Action::Accept => stepped(edit, after, Step::Accept, WorkHappened::Accepted { name: name() }),
        Action::Depart => stepped(edit, after, Step::Depart, WorkHappened::OnTheWay { name: name() }),
        Action::Begin => stepped(edit, after, Step::Begin, WorkHappened::Begun { name: name() }),
        Action::Finish { .. } => {
            let serial = after.installed.as_ref().and_then(|it| it.serial.clone());
            stepped(edit, after, Step::Finish, WorkHappened::Finished { name: name(), serial });
            if after.kind.solves && !others {
                edit.solve();
            }
        }
        Action::Refuse { reason } => {
            edit.tell(after, WorkHappened::Refused { name: name(), reason: reason.trim().into() });
            edit.log(after, Step::Refuse.as_str(), reason.trim());
        }
        Action::Check { .. } => {}
        Action::Use { part, quantity, place } => {
            let (place, part, quantity) = (*place, part.clone(), *quantity);
            let label = after.parts.iter().find(|used| used.part == part).map_or(&part, |used| &used.label).clone();
            edit.log(after, "use", &format!("{quantity} × {label}"));
            edit.tell(after, WorkHappened::PartUsed { part: label, quantity });
            let change = WorkOrderChange::TakeParts { place, part, quantity };
            edit.customer.push(change, "it comes from the van");
        }
        Action::PutBack { part, quantity, place } => {
            let (place, part, quantity) = (*place, part.clone(), *quantity);
            let label = before.parts.iter().find(|used| used.part == part).map_or(&part, |used| &used.label).clone();
            edit.log(after, "put_back", &format!("{quantity} × {label}"));
            edit.tell(after, WorkHappened::PartPutBack { part: label, quantity });
            let change = WorkOrderChange::AddParts { place, part, quantity };
            edit.customer.push(change, "it is in the van again");
        }
        Action::Assign(Some(assignee)) => {
            edit.tell(after, WorkHappened::Assigned { name: (&assignee.name).into() });
            edit.log(after, "assign", &assignee.name);
        }
        Action::Assign(None) => {
            edit.tell(after, WorkHappened::Unassigned);
            edit.log(after, "unassign", "");
        }
        Action::Schedule(window) => scheduled(before, after, *window, edit),
        Action::Cancel { reason } => {
            edit.tell(after, WorkHappened::Cancelled { reason: reason.trim().into() });
            edit.log(after, "cancel", reason.trim());
            if before.window.is_some() {
                edit.mail(after, AppointmentNotice::Cancelled);
            }
        }
    }
}

fn stepped(edit: &mut Edit<'_>, after: &WorkOrder, step: Step, what: WorkHappened) {
    edit.tell(after, what);
    edit.log(after, step.as_str(), "");
}

fn scheduled(before: &WorkOrder, after: &WorkOrder, window: Option<Window>, edit: &mut Edit<'_>) {
    let Some(window) = window else {
        edit.tell(after, WorkHappened::Unscheduled);
        edit.log(after, "unschedule", "");
        return edit.mail(after, AppointmentNotice::Cancelled);
    };
    let moved = before.window.is_some();
    edit.tell(after, WorkHappened::Scheduled { from: window.from, to: window.to, moved });
    edit.log(after, "schedule", &report::in_words(window, edit.zone));
    edit.mail(after, if moved { AppointmentNotice::Moved } else { AppointmentNotice::Scheduled });
}

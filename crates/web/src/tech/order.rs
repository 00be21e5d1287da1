//! A work order: what is to be done, where and for whom, and what the technician does about it.

use axum::extract::{Form, Path};
use axum::response::Response;
use serde::Deserialize;
use tessera_core::kernel::ids::{WorkFileId, WorkOrderId};
use tessera_core::work_orders::{Action, State, Step, WorkOrder};
use tessera_hub::queries::work_orders::{Van, WorkOrderPage};
use tessera_hub::{HubError, WorkAction, WorkSight};

use super::{HOME, WORK};
use crate::auth::worker::{Worker, id};
use crate::console::sentence;
use crate::extract::form::WithFiles;
use crate::pages::returns::Choice;
use crate::pages::work_orders::TechOrder;
use crate::respond::files::served;
use crate::respond::page::{Answer, PageError};
use crate::work_orders::{label, part_of, part_value, view};

pub(super) async fn show(worker: Worker, Path(order): Path<String>) -> Answer {
    let content = content(&worker, id(&order)?, (String::new(), None)).await?;
    worker.page(&content)
}

async fn content(
    worker: &Worker,
    order: WorkOrderId,
    (typed, problem): (String, Option<String>),
) -> Result<TechOrder, PageError> {
    let app = &worker.app;
    let page = app.hub.queries().work_order_page(order, Some(worker.person)).await?.ok_or(PageError::NOT_FOUND)?;
    let WorkOrderPage { listed, vans, .. } = &page;
    let order = &listed.order;
    let url = format!("{WORK}/{}", order.id);
    let is_theirs = order.assignee.as_ref().is_some_and(|assignee| assignee.person == worker.person);
    let steps = order.state.next_steps();
    let next = steps.iter().find(|step| **step != Step::Refuse);
    let devices = vans.iter().flat_map(|van| &van.devices);
    Ok(TechOrder {
        order: view(app, WORK, &page),
        next: next.map(|step| (step.as_str().to_owned(), label(*step).to_owned())),
        needs_serial: order.kind.installs && order.state == State::Working,
        serials: devices.filter_map(|item| item.device.serial.clone()).collect(),
        unchecked: order.state == State::Working && !order.is_checked(),
        may_refuse: is_theirs && steps.contains(&Step::Refuse),
        in_hand: is_theirs && matches!(order.state, State::Accepted | State::OnTheWay | State::Working),
        van_parts: van_parts(worker, vans),
        has_van: !vans.is_empty(),
        step_action: format!("{url}/steps"),
        check_action: format!("{url}/checks"),
        part_action: format!("{url}/parts"),
        note_action: format!("{url}/notes"),
        problem,
        typed,
    })
}

fn van_parts(worker: &Worker, vans: &[Van]) -> Vec<Choice> {
    let settings = &worker.app.hub.config.work;
    let several = vans.len() > 1;
    let stocks = vans.iter().flat_map(|van| van.parts.iter().map(move |stock| (van, stock)));
    let choice = |(van, stock): (&Van, &tessera_hub::queries::work_orders::PartStock)| {
        let label = settings.part_label(&stock.part);
        let place = if several { format!(", {}", van.place.name) } else { String::new() };
        let text = format!("{label} ({} there{place})", stock.quantity);
        Choice::new(part_value(stock.place, &stock.part), text, false)
    };
    stocks.filter(|(_, stock)| stock.quantity > 0).map(choice).collect()
}

/// Acts on a work order, and returns to it. After it was given back, to the list.
async fn acted(worker: &Worker, order: &str, action: WorkAction, version: Option<i64>, done: &str) -> Answer {
    let order: WorkOrderId = id(order)?;
    let sight = WorkSight::Technician(worker.person, &worker.name);
    let outcome = worker.app.hub.act_on_work_order(order, &action, version, sight, worker.ctx()).await;
    if let Err(HubError::NotFound(_)) = &outcome {
        return Err(PageError::NOT_FOUND);
    }
    let to = match &outcome {
        Ok(WorkOrder { state: State::Refused, .. }) => HOME.to_owned(),
        _ => format!("{WORK}/{order}"),
    };
    worker.back(&to, outcome.map(|_| done.to_owned()))
}

/// Form: the pressed button of a step.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct StepForm {
    step: String,
    version: i64,
    serial: String,
    reason: String,
}

pub(super) async fn step(worker: Worker, Path(order): Path<String>, Form(form): Form<StepForm>) -> Answer {
    let step = Step::parse(&form.step).ok_or(PageError::NOT_FOUND)?;
    let (action, done) = match step {
        Step::Accept => (WorkAction::Plain(Action::Accept), "Accepted. It is in your work."),
        Step::Depart => (WorkAction::Plain(Action::Depart), "Noted: you are on your way."),
        Step::Begin => (WorkAction::Plain(Action::Begin), "Noted: you have begun."),
        Step::Finish => (WorkAction::Finish { serial: form.serial }, "Finished. Thank you."),
        Step::Refuse => (
            WorkAction::Plain(Action::Refuse { reason: form.reason }),
            "Returned to the office, which will assign someone else.",
        ),
    };
    acted(&worker, &order, action, Some(form.version), done).await
}

/// Form: an item of the check list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct CheckForm {
    item: usize,
    done: bool,
}

pub(super) async fn check(worker: Worker, Path(order): Path<String>, Form(form): Form<CheckForm>) -> Answer {
    let action = WorkAction::Plain(Action::Check { item: form.item, done: form.done });
    acted(&worker, &order, action, None, if form.done { "Checked." } else { "Unchecked." }).await
}

/// Form: a part from a van, or back into it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct PartForm {
    part: String,
    quantity: String,
    back: bool,
}

pub(super) async fn part(worker: Worker, Path(order): Path<String>, Form(form): Form<PartForm>) -> Answer {
    let (place, part) = part_of(&form.part).ok_or(PageError::NOT_FOUND)?;
    let quantity: u32 = form.quantity.trim().parse().unwrap_or_default();
    let (action, done) = if form.back {
        (Action::PutBack { part, quantity, place }, "It is in the van again.")
    } else {
        (Action::Use { part, quantity, place }, "Noted, and taken from the van.")
    };
    acted(&worker, &order, WorkAction::Plain(action), None, done).await
}

pub(super) async fn note(worker: Worker, Path(order): Path<String>, WithFiles { fields, files }: WithFiles) -> Answer {
    let order: WorkOrderId = id(&order)?;
    let text = fields.get("text");
    let sight = WorkSight::Technician(worker.person, &worker.name);
    match worker.app.hub.note_on_work_order(order, (text, &files), sight, worker.ctx()).await {
        Err(HubError::Rejected(rejection)) => {
            let problem = Some(sentence(&rejection.to_string()));
            let content = content(&worker, order, (text.to_owned(), problem)).await?;
            worker.refused(&content)
        }
        Err(HubError::NotFound(_)) => Err(PageError::NOT_FOUND),
        outcome => worker.back(&format!("{WORK}/{order}"), outcome.map(|()| "Your note is here.".to_owned())),
    }
}

pub(super) async fn file(worker: Worker, Path((order, file)): Path<(String, String)>) -> Result<Response, PageError> {
    let (order, file) = (id::<WorkOrderId>(&order)?, id::<WorkFileId>(&file)?);
    let found = worker.app.hub.queries().work_file(order, file, Some(worker.person)).await?;
    let (file, bytes) = found.ok_or(PageError::NOT_FOUND)?;
    Ok(served(&file.name, file.media_type, bytes))
}

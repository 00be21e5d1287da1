//! Work orders, for the office: what waits to be assigned, who does what and when, and the parts in the vans.

pub(super) mod new;
pub(super) mod parts;

use axum::extract::{Form, OriginalUri, Path, Query, State as AppState};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use tessera_core::kernel::ids::{WorkFileId, WorkOrderId};
use tessera_core::work_orders::{Action, State, Step, WorkOrderError};
use tessera_hub::queries::work_orders::{WorkOrderFilter, WorkOrderPage};
use tessera_hub::{HubError, WorkAction, WorkSight};
use url::form_urlencoded::Serializer;

use super::{PAGE_SIZE, back, chrome, customer_url, device_url, id};
use crate::App;
use crate::auth::caller::Staff;
use crate::pages::returns::Choice;
use crate::pages::work_orders::{OfficeOrder, WorkOrdersPage};
use crate::respond::files::served;
use crate::respond::page::{Answer, PageError, page};
use crate::work_orders::{filters, label, office, row, view, window, window_fields, zone_name};

pub(super) const URL: &str = "/console/work-orders";
/// Maximum length of a search, in characters.
const MAX_QUERY: usize = 100;

/// Filter, search and paging.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ListQuery {
    show: String,
    q: String,
    before: String,
}

pub(super) async fn list(
    AppState(app): AppState<App>,
    staff: Staff,
    Query(wanted): Query<ListQuery>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let chrome = chrome(&app, &headers, &uri, &staff).await?;
    let filter = WorkOrderFilter::parse(&wanted.show).unwrap_or_default();
    let search: String = wanted.q.trim().chars().take(MAX_QUERY).collect();
    let before = wanted.before.parse().ok();
    let mut found = app.hub.queries().work_orders((filter, &search), before, PAGE_SIZE + 1).await?;
    let more = found.len() > PAGE_SIZE;
    found.truncate(PAGE_SIZE);
    let older_url = found.last().filter(|_| more).map(|last| {
        let mut query = Serializer::new(String::new());
        query.extend_pairs([("show", filter.as_str()), ("q", &search), ("before", &last.order.id.to_string())]);
        format!("{URL}?{}", query.finish())
    });
    let rows = found.into_iter().map(|listed| row(&app, URL, listed)).collect();
    page(&app, &chrome, &WorkOrdersPage { rows, filters: filters(filter), search, older_url })
}

pub(super) async fn show(
    AppState(app): AppState<App>,
    staff: Staff,
    Path(order): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let found = app.hub.queries().work_order_page(id(&order)?, None).await?.ok_or(PageError::NOT_FOUND)?;
    let technicians = app.hub.queries().technicians().await?;
    let WorkOrderPage { listed, customer, request, .. } = &found;
    let order = &listed.order;
    let chosen = order.assignee.as_ref().map(|assignee| assignee.person);
    let may_assign = !order.state.is_over() && !order.state.is_under_way();
    let steps = if order.assignee.is_some() { order.state.next_steps() } else { Vec::new() };
    let zone = &app.hub.config.locale.time_zone;
    let content = OfficeOrder {
        order: view(&app, URL, &found),
        customer_url: customer_url(customer.id),
        request: request.as_ref().map(|it| (format!("/console/requests/{}", it.id), it.subject.clone())),
        return_url: order.return_id.map(|id| format!("/console/returns/{id}")),
        device_url: order.device_record().map(|record| device_url(&record.external_id)),
        assignee_unable: !listed.assignee_is_able && !order.state.is_over(),
        technicians: technicians
            .iter()
            .filter(|_| may_assign)
            .map(|person| Choice::new(&person.person_id, &person.name, chosen == Some(person.id)))
            .collect(),
        window: window_fields(order.window, zone),
        is_open: !order.state.is_over(),
        steps: steps.iter().map(|step| (step.as_str().to_owned(), label(*step).to_owned())).collect(),
        needs_serial: order.kind.installs && order.state == State::Working,
        action: format!("{URL}/{}", order.id),
        zone: zone_name(zone),
    };
    page(&app, &chrome(&app, &headers, &uri, &staff).await?, &content)
}

/// The forms of the page: `act` says which.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct OfficeForm {
    act: String,
    version: Option<i64>,
    assignee: String,
    from: String,
    to: String,
    serial: String,
    reason: String,
    text: String,
}

pub(super) async fn act(
    AppState(app): AppState<App>,
    staff: Staff,
    Path(order): Path<String>,
    Form(form): Form<OfficeForm>,
) -> Answer {
    let order: WorkOrderId = id(&order)?;
    let url = format!("{URL}/{order}");
    let (ctx, name) = (staff.ctx(), office(&staff.actor(), &staff.0.name));
    let sight = WorkSight::Office(&name);
    if form.act == "note" {
        let noted = app.hub.note_on_work_order(order, (&form.text, &[]), sight, &ctx).await;
        return back(&app, &url, noted.map(|()| "The note is here.".to_owned()));
    }
    let outcome = match form.action(&app) {
        Ok(Some(action)) => app.hub.act_on_work_order(order, &action, form.version, sight, &ctx).await,
        Ok(None) => return Err(PageError::NOT_FOUND),
        Err(error) => Err(HubError::from(error)),
    };
    let done = |state: State| format!("Noted. The work order is {}.", state.words());
    back(&app, &url, outcome.map(|order| done(order.state)))
}

impl OfficeForm {
    /// What the form asks for; `None` if it is nothing known.
    fn action(&self, app: &App) -> Result<Option<WorkAction>, WorkOrderError> {
        if let Some(step) = Step::parse(&self.act) {
            return Ok(Some(match step {
                Step::Accept => WorkAction::Plain(Action::Accept),
                Step::Depart => WorkAction::Plain(Action::Depart),
                Step::Begin => WorkAction::Plain(Action::Begin),
                Step::Finish => WorkAction::Finish { serial: self.serial.clone() },
                Step::Refuse => WorkAction::Plain(Action::Refuse { reason: self.reason.clone() }),
            }));
        }
        Ok(match self.act.as_str() {
            "assign" => {
                let person = Some(self.assignee.trim().to_owned()).filter(|person| !person.is_empty());
                Some(WorkAction::Assign { person })
            }
            "schedule" => {
                let zone = &app.hub.config.locale.time_zone;
                let window = window(&self.from, &self.to, zone).map_err(|()| WorkOrderError::Window)?;
                Some(WorkAction::Plain(Action::Schedule(window)))
            }
            "cancel" => Some(WorkAction::Plain(Action::Cancel { reason: self.reason.clone() })),
            _ => None,
        })
    }
}

pub(super) async fn file(
    AppState(app): AppState<App>,
    _staff: Staff,
    Path((order, file)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let (order, file) = (id::<WorkOrderId>(&order)?, id::<WorkFileId>(&file)?);
    let (file, bytes) = app.hub.queries().work_file(order, file, None).await?.ok_or(PageError::NOT_FOUND)?;
    Ok(served(&file.name, file.media_type, bytes))
}

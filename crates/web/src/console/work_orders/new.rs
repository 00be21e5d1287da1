//! Making a work order: from a customer, a device, a service request or a return.

use axum::extract::{Form, OriginalUri, Query, State};
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use tessera_core::kernel::ids::{CustomerId, PlaceId, ReturnId, ServiceRequestId};
use tessera_core::kernel::record::{Kind, RecordKey};
use tessera_core::work_orders::WorkOrderError;
use tessera_hub::queries::customers::RecordStatus;
use tessera_hub::queries::work_orders::WorkOrderChoices;
use tessera_hub::{HubError, NewWorkOrder};

use super::super::{chrome, customer_url, id, record_url};
use super::URL;
use crate::App;
use crate::auth::caller::Staff;
use crate::console::presenter;
use crate::console::search::choose;
use crate::pages::Flash;
use crate::pages::console::CustomerChoice;
use crate::pages::returns::Choice;
use crate::pages::work_orders::{NewWorkOrderPage, WorkOrderFor};
use crate::respond::page::{Answer, PageError, page, page_with, redirect_with};
use crate::work_orders::{office, window, zone_name};

/// What the form has: also the query that leads to it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(in crate::console) struct WorkOrderForm {
    q: String,
    customer: String,
    requester: String,
    request: String,
    #[serde(rename = "return")]
    return_id: String,
    kind: String,
    place: String,
    device: String,
    model: String,
    subject: String,
    description: String,
    from: String,
    to: String,
    assignee: String,
}

pub(in crate::console) async fn new(
    State(app): State<App>,
    staff: Staff,
    Query(wanted): Query<WorkOrderForm>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let chrome = chrome(&app, &headers, &uri, &staff).await?;
    let content = match wanted.source(&app).await? {
        Some(source) => form(&app, source, &wanted, Vec::new()).await?,
        None => looking(&app, choose::query(&wanted.q)).await?,
    };
    page(&app, &chrome, &content)
}

/// Whose work it is, and what led to it.
struct Source {
    /// The customer. `None`: the requester is not one yet.
    customer: Option<CustomerId>,
    /// The requester's name.
    name: String,
    about: Option<String>,
    subject: String,
    description: String,
    place: Option<PlaceId>,
    device: Option<String>,
}

impl WorkOrderForm {
    async fn source(&self, app: &App) -> Result<Option<Source>, PageError> {
        let queries = app.hub.queries();
        let plain = |customer: CustomerId| Source {
            customer: Some(customer),
            name: String::new(),
            about: None,
            subject: String::new(),
            description: String::new(),
            place: None,
            device: None,
        };
        if !self.request.is_empty() {
            let found = queries.request_for_staff(id(&self.request)?).await?.ok_or(PageError::NOT_FOUND)?;
            let request = found.page.request;
            return Ok(Some(Source {
                about: Some(format!("Request: {}", request.subject)),
                subject: request.subject,
                description: request.description,
                place: Some(request.place_id),
                device: request.device.map(|device| device.external_id),
                ..plain(request.customer_id)
            }));
        }
        if !self.return_id.is_empty() {
            let found = queries.return_listed(id(&self.return_id)?).await?.ok_or(PageError::NOT_FOUND)?;
            let returned = found.customer_return;
            let device = returned.lines.iter().find_map(|line| line.device.as_ref());
            return Ok(Some(Source {
                about: Some(format!("Return {}", returned.number)),
                place: Some(returned.place_id),
                device: device.map(|device| device.external_id.clone()),
                ..plain(returned.customer_id)
            }));
        }
        if !self.requester.is_empty() {
            let key = RecordKey::new(app.hub.desk.name(), Kind::Requester, &self.requester);
            return match queries.record_status(&key).await? {
                RecordStatus::Unknown => Err(PageError::NOT_FOUND),
                RecordStatus::Linked(customer) => Ok(Some(plain(customer))),
                RecordStatus::Free(free) => Ok(Some(Source {
                    customer: None,
                    name: free.record.attributes.title().to_owned(),
                    ..plain(CustomerId::OPERATOR)
                })),
            };
        }
        if !self.customer.is_empty() {
            return Ok(Some(plain(id(&self.customer)?)));
        }
        if !self.device.is_empty() {
            let found = queries.stock_device(&self.device).await?.ok_or(PageError::NOT_FOUND)?;
            let customer = found.page.holder.and_then(|holder| holder.customer);
            let device = Some(self.device.clone());
            return Ok(customer.map(|customer| Source { device, ..plain(customer) }));
        }
        Ok(None)
    }

    /// The draft that the form describes.
    fn asked(&self, app: &App) -> Result<NewWorkOrder, HubError> {
        let zone = &app.hub.config.locale.time_zone;
        let window = window(&self.from, &self.to, zone).map_err(|()| WorkOrderError::Window)?;
        let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let unknown = || HubError::NotFound("there is no such object".to_owned());
        let parsed = |text: &str| some(text).map(|text| text.parse().map_err(|_| unknown())).transpose();
        Ok(NewWorkOrder {
            kind: self.kind.clone(),
            customer: parsed(&self.customer)?.map(CustomerId),
            requester: some(&self.requester),
            request: parsed(&self.request)?.map(ServiceRequestId),
            return_id: parsed(&self.return_id)?.map(ReturnId),
            place: parsed(&self.place)?.map(PlaceId),
            device: some(&self.device),
            model: some(&self.model),
            subject: self.subject.clone(),
            description: self.description.clone(),
            window,
            assignee: some(&self.assignee),
        })
    }
}

/// The first step: finding the customer.
async fn looking(app: &App, query: String) -> Result<NewWorkOrderPage, PageError> {
    let (found, more) = choose::customers(app, &query).await?;
    let found = found.into_iter().map(|customer| CustomerChoice {
        url: format!("{URL}/new?customer={}", customer.id),
        name: customer.name,
        email: customer.email,
        devices: u32::try_from(customer.devices).unwrap_or(0),
    });
    Ok(NewWorkOrderPage { query, found: found.collect(), more, of: None })
}

async fn form(
    app: &App,
    source: Source,
    typed: &WorkOrderForm,
    problems: Vec<String>,
) -> Result<NewWorkOrderPage, PageError> {
    let (customer, places, devices, technicians) = match source.customer {
        Some(customer) => {
            let found = app.hub.queries().work_order_choices(customer).await?.ok_or(PageError::NOT_FOUND)?;
            let WorkOrderChoices { customer, places, devices, technicians } = found;
            (Some(customer), places, devices, technicians)
        }
        None => (None, Vec::new(), Vec::new(), app.hub.queries().technicians().await?),
    };
    let home = customer.as_ref().map(|customer| PlaceId::home_of(customer.id));
    let chosen_place: Option<PlaceId> = typed.place.parse().ok().or(source.place).or(home);
    let device = Some(typed.device.clone()).filter(|device| !device.is_empty()).or(source.device).unwrap_or_default();
    let or = |typed: &str, other: String| if typed.is_empty() { other } else { typed.to_owned() };
    let none = |label: &str, chosen: bool| Choice::new("", label, chosen);
    let kinds = &app.hub.config.work.kinds;
    let device_choices = devices.iter().map(|it| {
        let serial = it.serial.as_deref().map_or_else(String::new, |serial| format!(", {serial}"));
        Choice::new(&it.external_id, format!("{}{serial}", it.name), it.external_id == device)
    });
    let people = technicians
        .iter()
        .map(|person| Choice::new(&person.person_id, &person.name, person.person_id == typed.assignee));
    let of = WorkOrderFor {
        customer_id: customer.as_ref().map(|customer| customer.id.to_string()).unwrap_or_default(),
        customer_url: match &customer {
            Some(customer) => customer_url(customer.id),
            None => record_url(&RecordKey::new(app.hub.desk.name(), Kind::Requester, &typed.requester)),
        },
        customer: customer.map_or(source.name, |customer| customer.name),
        requester_id: typed.requester.clone(),
        request_id: typed.request.clone(),
        return_id: typed.return_id.clone(),
        about: source.about,
        kinds: kinds.iter().map(|kind| Choice::new(&kind.code, &kind.label, kind.code == typed.kind)).collect(),
        places: places
            .iter()
            .map(|place| Choice::new(place.id.to_string(), &place.name, Some(place.id) == chosen_place))
            .collect(),
        devices: std::iter::once(none("None of these", device.is_empty())).chain(device_choices).collect(),
        model: typed.model.clone(),
        subject: or(&typed.subject, source.subject),
        description: or(&typed.description, source.description),
        from: typed.from.clone(),
        to: typed.to.clone(),
        technicians: std::iter::once(none("Nobody yet", typed.assignee.is_empty())).chain(people).collect(),
        problems,
        zone: zone_name(&app.hub.config.locale.time_zone),
    };
    Ok(NewWorkOrderPage { query: String::new(), found: Vec::new(), more: false, of: Some(of) })
}

pub(in crate::console) async fn create(
    State(app): State<App>,
    staff: Staff,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Form(typed): Form<WorkOrderForm>,
) -> Answer {
    let source = typed.source(&app).await?.ok_or(PageError(StatusCode::BAD_REQUEST))?;
    let (ctx, name) = (staff.ctx(), office(&staff.actor(), &staff.0.name));
    let outcome = match typed.asked(&app) {
        Ok(new) => app.hub.create_work_order(&new, &name, &ctx).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(order) => {
            let flash = Flash::done(format!("Work order {} is made.", order.number));
            Ok(redirect_with(&app, &format!("{URL}/{}", order.id), Some(&flash)))
        }
        Err(HubError::Rejected(rejection)) => {
            let problems = rejection.problems();
            let problems = if problems.is_empty() {
                vec![presenter::sentence(&rejection.to_string())]
            } else {
                problems.iter().map(|problem| presenter::sentence(&problem.message)).collect()
            };
            let content = form(&app, source, &typed, problems).await?;
            let chrome = chrome(&app, &headers, &uri, &staff).await?;
            page_with(&app, &chrome, &content, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(error) => Err(error.into()),
    }
}

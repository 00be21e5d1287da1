//! Opening a return for a customer, for example after a telephone call or when a parcel arrives without a return.

use axum::extract::{OriginalUri, Query, RawForm, State};
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use tessera_core::kernel::customer::Customer;
use tessera_core::kernel::ids::{CustomerId, PersonId, PlaceId};
use tessera_core::persons::Person;
use tessera_hub::queries::returns::ReturnForCustomer;
use tessera_hub::{HubError, ReturnOrder, Returnable, StoreError};
use url::form_urlencoded;

use super::super::{chrome, customer_url, id};
use super::{URL, url};
use crate::App;
use crate::auth::caller::Staff;
use crate::console::presenter;
use crate::console::search::choose;
use crate::middleware::form_once::not_carried_out;
use crate::pages::Flash;
use crate::pages::console::{CustomerChoice, NewReturnFor, ReturnFor};
use crate::pages::returns::Choice;
use crate::portal::{OfferedForReturn, ReturnFormError, TypedReturn};
use crate::respond::page::{Answer, PageError, page, page_with, redirect_with};

/// Query: the customer and the device.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::console) struct For {
    q: String,
    customer: Option<String>,
    device: String,
}

pub(in crate::console) async fn new(
    State(app): State<App>,
    staff: Staff,
    Query(wanted): Query<For>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let chrome = chrome(&app, &headers, &uri, &staff).await?;
    let content = match wanted.customer.as_deref() {
        Some(text) => of_customer(&app, id(text)?, &TypedReturn::for_device(&wanted.device), Vec::new()).await?,
        None => looking(&app, choose::query(&wanted.q)).await?,
    };
    page(&app, &chrome, &content)
}

/// The first step: finding the customer.
async fn looking(app: &App, query: String) -> Result<NewReturnFor, StoreError> {
    let (found, more) = choose::customers(app, &query).await?;
    let found = found.into_iter().map(|customer| CustomerChoice {
        url: format!("{URL}/new?customer={}", customer.id),
        name: customer.name,
        email: customer.email,
        devices: u32::try_from(customer.devices).unwrap_or(0),
    });
    Ok(NewReturnFor { query, found: found.collect(), more, of: None })
}

async fn of_customer(
    app: &App,
    customer: CustomerId,
    typed: &TypedReturn,
    problems: Vec<String>,
) -> Result<NewReturnFor, PageError> {
    let found = app.hub.queries().return_for_customer(customer).await?.ok_or(PageError::NOT_FOUND)?;
    let ReturnForCustomer { customer, returnable: Returnable { devices, places }, people } = found;
    let offered = OfferedForReturn {
        devices: &devices,
        places: &places,
        default_place: PlaceId::home_of(customer.id),
        reasons: app.hub.config.returns.reasons.iter().collect(),
        url: URL,
    };
    let told = recipient_choices(&customer, &people, typed.field("told"));
    let of = ReturnFor {
        customer_id: customer.id.to_string(),
        customer: customer.name.clone(),
        customer_url: customer_url(customer.id),
        form: typed.shown(&offered, problems),
        told,
    };
    Ok(NewReturnFor { query: String::new(), found: Vec::new(), more: false, of: Some(of) })
}

/// The persons to notify: the customer at their own address, or one of their persons.
fn recipient_choices(customer: &Customer, people: &[Person], chosen: &str) -> Vec<Choice> {
    let own = customer.email.as_ref().map_or_else(
        || "No one: the customer has no address".to_owned(),
        |email| format!("{}, {email}", customer.name),
    );
    let mut choices = vec![Choice::new("", own, chosen.is_empty())];
    choices.extend(people.iter().filter_map(|person| {
        let (id, email) = (person.id.to_string(), person.reachable_at()?);
        let picked = id == chosen;
        Some(Choice::new(id, format!("{}, {email}", person.name), picked))
    }));
    choices
}

pub(in crate::console) async fn open(
    State(app): State<App>,
    staff: Staff,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    RawForm(body): RawForm,
) -> Answer {
    let mut typed = TypedReturn::read(&body);
    let customer = form_urlencoded::parse(&body).find(|(name, _)| name == "customer");
    let customer: CustomerId = id(&customer.ok_or(PageError(StatusCode::BAD_REQUEST))?.1)?;
    let surroundings = chrome(&app, &headers, &uri, &staff).await?;
    if typed.wants_another_line() {
        typed.add_line();
        return page(&app, &surroundings, &of_customer(&app, customer, &typed, Vec::new()).await?).map(not_carried_out);
    }
    let ctx = &staff.ctx();
    let outcome = match order(customer, &typed) {
        Ok(order) => app.hub.order_return(order, ctx).await,
        Err(error) => Err(error.into()),
    };
    match outcome {
        Ok(customer_return) => {
            let flash =
                Flash::done(format!("Return {} is open. The customer is notified by e-mail.", customer_return.number));
            Ok(redirect_with(&app, &url(customer_return.id), Some(&flash)))
        }
        Err(error @ HubError::Rejected(_)) => {
            let problems = error.problems().iter().map(|problem| presenter::sentence(problem)).collect();
            let content = of_customer(&app, customer, &typed, problems).await?;
            page_with(&app, &surroundings, &content, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(error) => Err(error.into()),
    }
}

fn order(customer: CustomerId, typed: &TypedReturn) -> Result<ReturnOrder, ReturnFormError> {
    let told = Some(typed.field("told")).filter(|told| !told.is_empty()).map(str::parse::<PersonId>).transpose();
    let place = Some(typed.field("place")).filter(|place| !place.is_empty()).map(str::parse::<PlaceId>).transpose();
    Ok(ReturnOrder {
        customer,
        place: place.map_err(|_| ReturnFormError::Place)?,
        told: told.map_err(|_| ReturnFormError::Person)?,
        lines: typed.ordered(),
    })
}

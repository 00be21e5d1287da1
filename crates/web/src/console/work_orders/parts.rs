//! The parts at the company's places: the office stocks the vans.

use axum::extract::{Form, OriginalUri, State};
use axum::http::HeaderMap;
use serde::Deserialize;
use tessera_core::work_orders::WorkOrderError;
use tessera_hub::HubError;

use super::super::{back, chrome, id};
use super::URL;
use crate::App;
use crate::auth::caller::Staff;
use crate::pages::returns::Choice;
use crate::pages::work_orders::{PartsAtPlace, PartsPage};
use crate::respond::page::{Answer, page};

pub(in crate::console) async fn show(
    State(app): State<App>,
    staff: Staff,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let found = app.hub.queries().parts_by_place().await?;
    let settings = &app.hub.config.work;
    let choices = found.iter().map(|(place, _)| Choice::new(place.id.to_string(), &place.name, false)).collect();
    let places = found.into_iter().map(|(place, parts)| PartsAtPlace {
        name: place.name,
        parts: parts
            .into_iter()
            .filter(|stock| stock.quantity > 0)
            .map(|stock| (settings.part_label(&stock.part).to_owned(), stock.quantity))
            .collect(),
    });
    let content = PartsPage {
        places: places.collect(),
        choices,
        parts: settings.parts.iter().map(|part| Choice::new(&part.code, &part.label, false)).collect(),
    };
    page(&app, &chrome(&app, &headers, &uri, &staff).await?, &content)
}

/// Form: units that are put into a place, or taken out of it if negative.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::console) struct CountForm {
    place: String,
    part: String,
    change: String,
}

pub(in crate::console) async fn count(State(app): State<App>, staff: Staff, Form(form): Form<CountForm>) -> Answer {
    let place = id(&form.place)?;
    let counted = match form.change.trim().parse() {
        Ok(change) => app.hub.count_parts(place, &form.part, change, &staff.ctx()).await,
        Err(_) => Err(HubError::from(WorkOrderError::Quantity)),
    };
    let label = app.hub.config.work.part_label(&form.part).to_owned();
    back(&app, &format!("{URL}/parts"), counted.map(|now| format!("{label}: {now} there now.")))
}

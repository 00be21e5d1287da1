//! Licences and seat holders (`P05`, `P12`).

use axum::extract::{OriginalUri, Path, State};
use axum::http::HeaderMap;
use tessera_core::access::Portal;
use tessera_core::access::licence::LicenceType;
use tessera_hub::Counting;
use tessera_hub::queries::access::LimitedLicence;

use super::{back, chrome};
use crate::App;
use crate::auth::caller::Staff;
use crate::console::persons::person;
use crate::pages::console::{LicenceRow, Licences, SeatCount, SeatHolder};
use crate::respond::page::{Answer, PageError, page};

const URL: &str = "/console/licences";

pub(super) async fn list(
    State(app): State<App>,
    staff: Staff,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let chrome = chrome(&app, &headers, &uri, &staff).await?;
    let limited = app.hub.queries().limited_licences().await?;
    let row = |licence: LicenceType| {
        let doors: Vec<&str> =
            Portal::ALL.into_iter().filter(|portal| licence.opens(*portal)).map(Portal::title).collect();
        LicenceRow {
            name: licence.as_str().to_owned(),
            opens: if doors.is_empty() { "no portal; may send messages".to_owned() } else { doors.join(", ") },
            seats: limited.iter().find(|limited| limited.licence == licence).map(seats),
        }
    };
    page(&app, &chrome, &Licences { items: LicenceType::ALL.into_iter().map(row).collect() })
}

fn seats(LimitedLicence { licence, rule, taken }: &LimitedLicence) -> SeatCount {
    let free = rule.count.saturating_sub(u32::try_from(taken.len()).unwrap_or(u32::MAX));
    let holders = taken.iter().map(|seat| SeatHolder {
        url: person::url(seat.person),
        person_id: seat.person_id.clone(),
        name: seat.name.clone(),
        since: seat.taken_at,
        used_at: seat.used_at,
        free_action: format!("{URL}/{}/seats/{}/free", licence.as_str(), seat.number),
    });
    let counting = match rule.counting {
        Counting::Concurrent => "so many sessions at once",
        Counting::Named => "so many people, by name",
    };
    SeatCount { count: rule.count, free, counting: counting.to_owned(), holders: holders.collect() }
}

pub(super) async fn free(State(app): State<App>, staff: Staff, Path((licence, number)): Path<(String, i64)>) -> Answer {
    let licence = LicenceType::parse(&licence).ok_or(PageError::NOT_FOUND)?;
    let freed = app.hub.free_seat(licence, number, &staff.ctx()).await;
    back(
        &app,
        URL,
        freed.map(|()| {
            "The seat is free. The person who had it gets another one with their next click, if one is free.".to_owned()
        }),
    )
}

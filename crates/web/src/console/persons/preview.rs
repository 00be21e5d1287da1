//! Preview of the customer portal as a person sees it (`P14`): read-only, and recorded on the timeline.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect};

use crate::App;
use crate::auth::caller::Staff;
use crate::auth::preview;
use crate::auth::session_cookie::{self, Kind};
use crate::console::persons::person;
use crate::respond::page::{Answer, append_cookie};

pub(crate) async fn begin(
    State(app): State<App>,
    staff: Staff,
    Path(person): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let person = person::find(&app, &person).await?;
    let by = &staff.ctx();
    app.hub.note_preview(&person, by).await?;
    let mut response = Redirect::to("/portal/customer").into_response();
    append_cookie(&mut response, &preview::cookie(&app, &headers, person.id));
    Ok(response)
}

/// Ends the preview and returns to the person's page.
pub(crate) async fn end(State(app): State<App>, _staff: Staff, headers: HeaderMap) -> Answer {
    let person = preview::person(&app, &headers);
    let to = person.map_or_else(|| "/console/persons".to_owned(), person::url);
    let mut response = Redirect::to(&to).into_response();
    append_cookie(&mut response, &session_cookie::removal(&app, Kind::Preview));
    Ok(response)
}

//! The cookie of a preview of the portal (`P14`). It names the person and the time, and is valid only in the staff session
//! in which the preview was recorded. So a forged cookie shows nothing.

use axum::http::HeaderMap;
use axum_extra::extract::cookie::Cookie;
use jiff::{SignedDuration, Timestamp};
use tessera_core::kernel::ids::PersonId;

use crate::App;
use crate::auth::session_cookie::{self, Kind};

/// How long a preview lasts. A longer look is recorded again.
const LASTS: SignedDuration = SignedDuration::from_hours(1);

/// The cookie of a preview that begins now, for the staff session of the request.
pub(crate) fn cookie(app: &App, headers: &HeaderMap, person: PersonId) -> Cookie<'static> {
    let session = staff_token(app, headers).unwrap_or_default();
    let preview = format!("{person}.{}", app.hub.env.now().as_second());
    let mark = app.hub.config.secret_key.preview_mark(&session, &preview);
    session_cookie::cookie(app, Kind::Preview, format!("{preview}.{mark}"))
}

/// The token of the session in which a member of staff works: with a local account, or as a person.
fn staff_token(app: &App, headers: &HeaderMap) -> Option<String> {
    let read = |kind| session_cookie::read(app, headers, kind);
    read(Kind::Staff).or_else(|| read(Kind::Customer))
}

/// The person in the preview of this request.
pub(crate) fn person(app: &App, headers: &HeaderMap) -> Option<PersonId> {
    let cookie = session_cookie::read(app, headers, Kind::Preview)?;
    let session = staff_token(app, headers)?;
    let (preview, mark) = cookie.rsplit_once('.')?;
    let (person, began) = preview.split_once('.')?;
    let is_ours = app.hub.config.secret_key.made(mark, |key| key.preview_mark(&session, preview));
    let began = Timestamp::from_second(began.parse().ok()?).ok()?;
    let lasts = app.hub.env.now().duration_since(began) < LASTS;
    (is_ours && lasts).then_some(())?;
    person.parse().ok()
}

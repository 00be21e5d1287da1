//! The person's own pages: profile, e-mail address, timeline (`P09`, `H05`).

use axum::extract::Query;
use axum::response::Response;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;
use tessera_core::kernel::language::{Language, Preferences};
use tessera_core::kernel::timeline::Event;
use tessera_core::persons::profile::ProfileForm;
use tessera_hub::queries::persons::OwnProfile;
use tessera_hub::queries::timeline::VisibleTimeline;

use crate::PageError;
use crate::auth::caller::Session;
use crate::auth::route_access::{Routes, Rule, get};
use crate::extract::form::Fields;
use crate::extract::link_token::LinkToken;
use crate::locale::{self, choose, text};
use crate::pages::community::{Choice, Complaint};
use crate::pages::profile::{ConfirmEmail, EmailForm, Happened, Profile, Timeline};
use crate::portal::visitor::{PortalVisitor, mendable};
use crate::respond::page::{Answer, append_cookie};
use crate::timeline::customer;

/// The routes, relative to `/portal/customer`.
pub(super) fn routes() -> Routes {
    Routes::of(Rule::CustomerPortal)
        .route("/profile", get(show).post(save))
        .route("/profile/email", get(email).post(ask_email))
        .route("/profile/email/{token}", get(confirm_email).post(take_email))
        .route("/timeline", get(timeline))
}

const PAGE: &str = "/portal/customer/profile";
const TIMELINE: &str = "/portal/customer/timeline";
/// Maximum number of timeline entries read per page.
const SOME: usize = 60;

pub(crate) async fn show(here: PortalVisitor) -> Answer {
    let own = own(&here).await?;
    let typed = ProfileForm {
        name: here.viewer.name.clone(),
        phone: own.profile.phone.clone().unwrap_or_default(),
        notify_of_replies: own.profile.notify_of_replies,
        language: own.profile.preferences.language.map(|language| language.tag().to_owned()).unwrap_or_default(),
        time_zone: own.profile.preferences.time_zone.clone().unwrap_or_default(),
    };
    here.page(&profile(&here, own, &typed, None))
}

async fn own(here: &PortalVisitor) -> Result<OwnProfile, PageError> {
    here.app.hub.queries().own_profile(&here.viewer).await?.ok_or(PageError::NOT_FOUND)
}

pub(crate) async fn save(here: PortalVisitor, fields: Fields) -> Answer {
    let typed = ProfileForm {
        name: fields.get("name").to_owned(),
        phone: fields.get("phone").to_owned(),
        notify_of_replies: fields.is_set("notify_of_replies"),
        language: fields.get("language").to_owned(),
        time_zone: fields.get("time_zone").to_owned(),
    };
    match mendable(here.app.hub.edit_profile(&here.viewer, &typed).await)? {
        Ok(()) => {
            let preferred = Preferences { language: Language::parse(&typed.language), ..Preferences::default() };
            locale::prefer(&preferred);
            let mut response = here.done(PAGE, text!("common-saved"));
            // The pages before the next sign-in are in this language, too.
            if let Some(language) = preferred.language {
                append_cookie(&mut response, &choose::kept_in(&here.app, language));
            }
            Ok(response)
        }
        Err(error) => here.refused(&profile(&here, own(&here).await?, &typed, Some(error))),
    }
}

fn profile(here: &PortalVisitor, own: OwnProfile, typed: &ProfileForm, error: Option<Complaint>) -> Profile {
    let (hub, viewer) = (&here.app.hub, &here.viewer);
    Profile {
        person_id: viewer.person_id.clone(),
        action: PAGE.to_owned(),
        name: typed.name.clone(),
        phone: typed.phone.clone(),
        notify_of_replies: typed.notify_of_replies,
        languages: languages(&typed.language),
        zones: zones(&typed.time_zone),
        usual_zone: usual_zone(&hub.config.locale.time_zone),
        error,
        email: own.person.email,
        waiting: own.waiting.map(|change| change.email),
        email_url: format!("{PAGE}/email"),
        places: own.places.into_iter().map(|place| place.name).collect(),
        contacts_url: hub.may_edit_contacts(viewer).then(|| "/portal/customer/contacts".to_owned()),
        methods_url: "/portal/customer/identities".to_owned(),
        timeline_url: TIMELINE.to_owned(),
    }
}

fn languages(chosen: &str) -> Vec<Choice> {
    let choice = |language: Language| Choice {
        value: language.tag().to_owned(),
        label: language.own_name().to_owned(),
        chosen: language.tag() == chosen,
    };
    Language::ALL.map(choice).into()
}

/// The time zones by region and city, as the IANA database names them.
fn zones(chosen: &str) -> Vec<Choice> {
    let is_city = |name: &str| name.contains('/') && !name.starts_with("Etc/") && !name.starts_with("SystemV/");
    let mut names: Vec<String> = jiff::tz::db().available().map(|name| name.to_string()).collect();
    names.retain(|name| is_city(name) || name == chosen);
    names.sort_unstable();
    let choice = |name: String| Choice { label: name.replace('_', " "), chosen: name == chosen, value: name };
    names.into_iter().map(choice).collect()
}

/// What a person who chooses no time zone gets.
fn usual_zone(zone: &TimeZone) -> String {
    text!("profile-usual-zone", zone = zone.iana_name().unwrap_or("UTC").replace('_', " "))
}

/// A preview by staff has no session of the person, so it shows the first step, which asks for re-authentication.
pub(crate) async fn email(here: PortalVisitor, session: Result<Session, Response>) -> Answer {
    let recent = session.is_ok_and(|Session(session)| session.is_recent(here.app.hub.env.now()));
    let content = email_form(&here, recent, "", None).await?;
    here.page(&content)
}

/// Requests a change of the e-mail address. This requires recent re-authentication, to protect a browser that was left
/// open.
pub(crate) async fn ask_email(here: PortalVisitor, Session(session): Session, fields: Fields) -> Answer {
    if !session.is_recent(here.app.hub.env.now()) {
        return Ok(here.failed(&format!("{PAGE}/email"), text!("auth-confirm-first")));
    }
    let typed = fields.get("email");
    match mendable(here.app.hub.ask_email(&here.viewer, typed).await)? {
        Ok(()) => Ok(here.done(PAGE, text!("profile-email-link-sent"))),
        Err(error) => here.refused(&email_form(&here, true, typed, Some(error)).await?),
    }
}

async fn email_form(
    here: &PortalVisitor,
    recent: bool,
    typed: &str,
    error: Option<Complaint>,
) -> Result<EmailForm, PageError> {
    let person = here.app.hub.queries().person(here.viewer.person).await?.ok_or(PageError::NOT_FOUND)?;
    Ok(EmailForm {
        email: person.email,
        typed: typed.to_owned(),
        action: format!("{PAGE}/email"),
        error,
        recent,
        prove_action: "/portal/customer/identities/confirm?return_to=/portal/customer/profile/email".to_owned(),
        back_url: PAGE.to_owned(),
    })
}

/// Shows the address to confirm. Read-only, because mail scanners open links too.
pub(crate) async fn confirm_email(here: PortalVisitor, LinkToken(token): LinkToken) -> Answer {
    let wish = here.app.hub.email_wish(&here.viewer, &token).await?;
    here.page(&ConfirmEmail {
        email: wish.map(|wish| wish.email),
        action: format!("{PAGE}/email/{token}"),
        back_url: PAGE.to_owned(),
    })
}

pub(crate) async fn take_email(here: PortalVisitor, Session(session): Session, LinkToken(token): LinkToken) -> Answer {
    if here.app.hub.take_email(&here.viewer, &token, Some(session.hash)).await? {
        return Ok(here.done(PAGE, text!("profile-email-changed")));
    }
    here.refused(&ConfirmEmail { email: None, action: String::new(), back_url: PAGE.to_owned() })
}

/// Query: the entry before which the page begins.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct TimelineQuery {
    before: Option<i64>,
}

pub(crate) async fn timeline(here: PortalVisitor, Query(TimelineQuery { before }): Query<TimelineQuery>) -> Answer {
    let VisibleTimeline { events, older, withheld } =
        here.app.hub.queries().timeline_visible_to(&here.viewer, before, SOME).await?;
    let told = |(at, event): &(Timestamp, Event)| customer::sentence(event).map(|text| Happened { at: *at, text });
    let events = events.iter().filter_map(told).collect();
    here.page(&Timeline {
        events,
        older_url: older.map(|before| format!("{TIMELINE}?before={before}")),
        elsewhere: withheld,
        back_url: PAGE.to_owned(),
    })
}

//! The page "Why?": explains why something is missing, with buttons for the next step (`A21`).

use axum::extract::{OriginalUri, Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect};
use serde::Deserialize;
use tessera_core::explain::{Action, Check, Fix, Outcome, Reason, Target};
use tessera_core::kernel::record::{Kind, RecordKey};
use tessera_hub::{Found, Named, WhyAnswer};
use url::form_urlencoded;

use super::{chrome, customer_url, record_url};
use crate::App;
use crate::auth::caller::Staff;
use crate::console::persons::person;
use crate::console::presenter;
use crate::console::search::page::person_named;
use crate::explain::{for_customer, for_staff, next_step, sentence};
use crate::pages::Tone;
use crate::pages::console::{Badge, Link, WhyButton, WhyCheck, WhyPage, WhyPanel, WhyReason};
use crate::respond::page::{Answer, page};

/// Query: the subject of the question.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct WhyQuery {
    subject: String,
}

pub(super) async fn why(
    State(app): State<App>,
    staff: Staff,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Query(WhyQuery { subject }): Query<WhyQuery>,
) -> Answer {
    let chrome = chrome(&app, &headers, &uri, &staff).await?;
    let query = subject.trim().to_owned();
    let mut content = WhyPage { query: query.clone(), subject: None, panel: None, nothing: None, choices: Vec::new() };
    if !query.is_empty() {
        match app.hub.find_subject(&query).await? {
            Found::One(subject) => {
                let answer = app.hub.why_subject(&subject).await?;
                content.subject = Some(Link { label: presenter::sentence(&answer.subject.label), url: home(&answer) });
                content.panel = Some(panel(&app, &answer));
            }
            Found::Several(named) => content.choices = named.iter().map(choice).collect(),
            // The explanation of a person's access to each portal is on the person's own page.
            Found::Nothing(tried) => match person_named(&app, &query).await? {
                Some(person) => return Ok(Redirect::to(&person::url(person)).into_response()),
                None => content.nothing = Some(tried.join(", ")),
            },
        }
    }
    page(&app, &chrome, &content)
}

/// The explanation, as shown on a page.
pub(super) fn panel(app: &App, answer: &WhyAnswer) -> WhyPanel {
    let reason = answer.why.reason.map(|reason| {
        let words = for_staff(reason);
        WhyReason {
            code: reason.code().to_owned(),
            title: words.title.to_owned(),
            explanation: words.explanation.to_owned(),
            next_step: words.next_step.to_owned(),
            customer_reads: for_customer(reason).title,
        }
    });
    WhyPanel { reason, checks: answer.why.checks.iter().map(|check| shown(app, check)).collect() }
}

fn shown(app: &App, check: &Check) -> WhyCheck {
    WhyCheck {
        what: what(check.rule).to_owned(),
        outcome: match check.outcome {
            Outcome::Pass => Badge::new("Pass", Tone::Good),
            Outcome::Fail if check.reason.is_some() => Badge::new("Fail", Tone::Bad),
            Outcome::Fail => Badge::new("Fail", Tone::Warn),
            Outcome::Unknown => Badge::new("Unknown", Tone::Plain),
            Outcome::Note => Badge::new("Note", Tone::Plain),
        },
        detail: sentence(&check.finding),
        fix: next_step(check).map(ToOwned::to_owned),
        button: check.fix.as_ref().and_then(|fix| button(app, fix)),
    }
}

/// The name of a rule.
fn what(rule: &str) -> &str {
    match rule {
        "sign_in_known" => "Sign-in known",
        "email_verified" => "The address is verified",
        "customer_known" => "The customer is known",
        "identity_linked" => "The sign-in is linked",
        "invitation" => "The invitation was used",
        "activation" => "The activation is complete",
        "requester_linked" => "A requester is linked",
        "requester_there" => "The requester is there and active",
        "assets_assigned" => "Assets are assigned",
        "asset_type" => "The asset type is right",
        "device_there" => "The asset exists",
        "device_not_trashed" => "It is not in the trash",
        "device_assigned" => "It is assigned",
        "holder_linked" => "Its requester is linked",
        "data_fresh" => "The data is fresh",
        "nothing_held" => "No change is held back",
        "no_open_review" => "No question is open",
        "no_failed_job" => "No job failed",
        "contact_linked" => "The CRM contact is linked",
        other => other,
    }
}

fn button(app: &App, fix: &Fix) -> Option<WhyButton> {
    let post = |label: &str, url: String| Some(WhyButton { label: label.to_owned(), url, post: true });
    let open = |label: &str, url: String| Some(WhyButton { label: label.to_owned(), url, post: false });
    match (fix.action, fix.target.as_ref()) {
        (Action::DecideReview, Some(Target::Review(id))) => open("Decide the review", format!("/console/reviews/{id}")),
        (Action::Invite | Action::OpenLink, Some(Target::Record(key))) if key.kind == Kind::Requester => {
            post("Invite", format!("{}/invite", record_url(key)))
        }
        (Action::ReadAgain | Action::FixInCrm, Some(Target::Customer(id))) => {
            post("Read again", format!("{}/reread", customer_url(*id)))
        }
        (_, Some(Target::Record(key))) if readable(app, key) => {
            post("Read again", format!("{}/reread", record_url(key)))
        }
        (_, Some(Target::Customer(id))) => open("Open the customer", customer_url(*id)),
        (Action::ReleaseChanges, _) => open("See the held changes", "/console/sweeps".to_owned()),
        (Action::RetryJob | Action::Wait, _) => open("Open systems", "/console/systems".to_owned()),
        _ => None,
    }
}

/// Whether the console can read this record again.
fn readable(app: &App, key: &RecordKey) -> bool {
    key.kind == Kind::Requester && app.hub.can_read(key)
}

fn choice(named: &Named) -> Link {
    Link { label: presenter::sentence(&named.label), url: Some(why_url(&named.ask)) }
}

/// The page of the subject.
fn home(answer: &WhyAnswer) -> Option<String> {
    if let Some((id, _)) = &answer.customer {
        return Some(customer_url(*id));
    }
    let key: RecordKey = answer.subject.ask.parse().ok()?;
    matches!(key.kind, Kind::Requester | Kind::Contact).then(|| record_url(&key))
}

/// The URL of the explanation for a subject.
pub(super) fn why_url(subject: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("subject", subject).finish();
    format!("/console/why?{query}")
}

/// Why a customer has no devices, to show in place of their list.
pub(super) fn no_devices(answer: &WhyAnswer) -> String {
    let words = for_staff(answer.why.reason.unwrap_or(Reason::NothingAssigned));
    format!("{} {}", words.explanation, words.next_step)
}

//! `GET /requesters`: the plain list with its parameters, and queries, which use the index.

use axum::extract::State;
use axum::response::Response;
use serde_json::Value;

use super::Freshservice;
use super::answer::{FieldError, Refusal, many};
use super::call::Call;
use super::model::Requester;
use super::query::{self, QueryError};

const QUERY_FIELDS: &[&str] = &[
    "id",
    "first_name",
    "last_name",
    "name",
    "job_title",
    "primary_email",
    "secondary_emails",
    "work_phone_number",
    "mobile_phone_number",
    "department_id",
    "reporting_manager_id",
    "time_zone",
    "language",
    "location_id",
    "external_id",
    "created_at",
    "updated_at",
];

/// `GET /requesters`
pub async fn list(State(desk): State<Freshservice>, call: Call) -> Result<Response, Refusal> {
    match call.get("query") {
        Some(text) => by_query(&desk, &call, text),
        None => by_parameters(&desk, &call),
    }
}

/// Without `active`, both active and deactivated requesters are listed.
fn by_parameters(desk: &Freshservice, call: &Call) -> Result<Response, Refusal> {
    let (active, agents) = (call.flag("active")?, call.flag("include_agents")?.unwrap_or(false));
    let (email, mobile, work) = (call.get("email"), call.get("mobile_phone_number"), call.get("work_phone_number"));
    let secondary = desk.options().email_finds_secondary;
    let mailed = |person: &Requester, email: &str| {
        if secondary {
            return person.has_email(email);
        }
        person.primary_email.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(email))
    };
    let state = desk.desk();
    let mut rows: Vec<&Requester> = state
        .requesters
        .values()
        .map(|row| &row.current().requester)
        .filter(|person| agents || !person.is_agent)
        .filter(|person| active.is_none_or(|wanted| person.active == wanted))
        .filter(|person| email.is_none_or(|email| mailed(person, email)))
        .filter(|person| mobile.is_none_or(|phone| person.mobile_phone_number.as_deref() == Some(phone)))
        .filter(|person| work.is_none_or(|phone| person.work_phone_number.as_deref() == Some(phone)))
        .collect();
    rows.sort_by_cached_key(|person| (person.first_name.to_lowercase(), person.id));
    let (rows, next) = call.page(rows)?;
    Ok(many("requesters", rows, next))
}

fn by_query(desk: &Freshservice, call: &Call, text: &str) -> Result<Response, Refusal> {
    let query = query::parse(text, QUERY_FIELDS).map_err(|error| match error {
        QueryError::Field(name) => Refusal::Invalid(vec![FieldError::unexpected(name)]),
        // The quoted list within the message is the real API's behaviour.
        QueryError::Syntax => Refusal::value("query", "[\"It should be in the valid format\"]"),
    })?;
    let (active, agents) = (call.flag("active")?, call.flag("include_agents")?.unwrap_or(false));
    let (state, until) = (desk.desk(), desk.indexed_until());
    let mut rows: Vec<&Requester> = state
        .requesters
        .values()
        .filter_map(|row| row.as_of(until))
        .map(|row| &row.requester)
        .filter(|person| agents || !person.is_agent)
        .filter(|person| active.is_none_or(|wanted| person.active == wanted))
        .filter(|person| query.fits(&|field| value(person, field)))
        .collect();
    rows.sort_by_key(|person| std::cmp::Reverse((person.created_at, person.id)));
    Ok(many("requesters", call.index_page(rows)?, None))
}

fn value(person: &Requester, field: &str) -> Value {
    match field {
        "id" => person.id.into(),
        "first_name" => person.first_name.clone().into(),
        "last_name" => person.last_name.clone().into(),
        "name" => format!("{} {}", person.first_name, person.last_name.as_deref().unwrap_or_default()).trim().into(),
        "job_title" => person.job_title.clone().into(),
        "primary_email" => person.primary_email.clone().into(),
        "secondary_emails" => person.secondary_emails.clone().into(),
        "work_phone_number" => person.work_phone_number.clone().into(),
        "mobile_phone_number" => person.mobile_phone_number.clone().into(),
        "department_id" => person.department_ids.clone().into(),
        "reporting_manager_id" => person.reporting_manager_id.into(),
        "time_zone" => person.time_zone.clone().into(),
        "language" => person.language.clone().into(),
        "location_id" => person.location_id.into(),
        "external_id" => person.external_id.clone().into(),
        "created_at" => person.created_at.to_string().into(),
        "updated_at" => person.updated_at.to_string().into(),
        _ => Value::Null,
    }
}

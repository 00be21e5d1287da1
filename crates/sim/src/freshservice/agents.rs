//! Agents, and the conversion of requesters to agents.

use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use super::Freshservice;
use super::account::{GROUP, ROLE};
use super::answer::{FieldError, Refusal, many, one};
use super::call::Call;
use super::id::Id;
use super::model::{Agent, Desk, RequesterRow};
use super::query::{self, Query, QueryError};

const QUERY_FIELDS: &[&str] = &[
    "id",
    "first_name",
    "last_name",
    "job_title",
    "email",
    "work_phone_number",
    "mobile_phone_number",
    "department_ids",
    "reporting_manager_id",
    "time_zone",
    "language",
    "location_id",
    "created_at",
    "updated_at",
];

/// `GET /agents`
pub async fn list(State(desk): State<Freshservice>, call: Call) -> Result<Response, Refusal> {
    let (email, active) = (call.get("email"), call.flag("active")?);
    let (mobile, work) = (call.get("mobile_phone_number"), call.get("work_phone_number"));
    let occasional = call.word("state", &["fulltime", "occasional"])?.map(|state| state == "occasional");
    let query = call.get("query").map(parse_query).transpose()?;
    let state = desk.desk();
    let known = |agent: &Agent, email: &str| agent.email.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(email));
    let rows: Vec<&Agent> = state
        .agents
        .values()
        .filter(|agent| email.is_none_or(|email| known(agent, email)))
        .filter(|agent| mobile.is_none_or(|phone| agent.mobile_phone_number.as_deref() == Some(phone)))
        .filter(|agent| work.is_none_or(|phone| agent.work_phone_number.as_deref() == Some(phone)))
        .filter(|agent| active.is_none_or(|wanted| agent.active == wanted))
        .filter(|agent| occasional.is_none_or(|expected| agent.occasional == expected))
        .filter(|agent| {
            let row = json!(agent);
            query.as_ref().is_none_or(|query| query.fits(&|field| row[field].clone()))
        })
        .collect();
    let (rows, next) = call.page(rows)?;
    Ok(many("agents", rows.into_iter().map(|agent| view(&desk, &state, agent)).collect::<Vec<_>>(), next))
}

/// `GET /agents/me`: the agent of the API key.
pub async fn show_own(State(desk): State<Freshservice>) -> Result<Response, Refusal> {
    let state = desk.desk();
    state.agents.values().next().map(|agent| one("agent", view(&desk, &state, agent))).ok_or(Refusal::NotFound)
}

/// `GET /agents/{id}`
pub async fn show(State(desk): State<Freshservice>, Id(id): Id) -> Result<Response, Refusal> {
    let state = desk.desk();
    state.agents.get(&id).map(|agent| one("agent", view(&desk, &state, agent))).ok_or(Refusal::NotFound)
}

fn parse_query(text: &str) -> Result<Query, Refusal> {
    query::parse(text, QUERY_FIELDS).map_err(|error| match error {
        QueryError::Field(name) => Refusal::Invalid(vec![FieldError::unexpected(name)]),
        QueryError::Syntax => Refusal::value("query", "[\"It should be in the valid format\"]"),
    })
}

/// An agent with the members that are the same for everyone here, or follow from others.
fn view(desk: &Freshservice, state: &Desk, agent: &Agent) -> Value {
    let groups: &[u64] = if state.agents.keys().next() == Some(&agent.id) { &[GROUP] } else { &[] };
    let last_seen = agent.has_logged_in.then_some(agent.updated_at);
    let mut view = json!(agent);
    let more = json!({
        "external_id": null, "vip_user": false, "signature": null, "department_names": null, "location_name": null,
        "can_see_all_tickets_from_associated_departments": false, "last_login_at": last_seen,
        "last_active_at": last_seen, "role_ids": [ROLE],
        "roles": [{ "role_id": ROLE, "assignment_scope": "entire_helpdesk", "groups": [] }],
        "scopes": { "ticket": "Global Access", "problem": "Global Access", "change": "Global Access",
            "release": "Global Access", "asset": "Global Access" },
        "scoreboard_level_id": 1, "scoreboard_points": 0, "auto_assign_tickets": false,
        "auto_assign_status_changed_at": null, "work_schedule_id": null, "api_key_enabled": true,
        "workspace_ids": desk.options().workspaces, "group_ids": groups, "member_of": groups, "observer_of": [],
        "member_of_pending_approval": [], "observer_of_pending_approval": [],
    });
    if let (Some(view), Value::Object(more)) = (view.as_object_mut(), more) {
        view.extend(more);
    }
    view
}

/// `PUT /requesters/{id}/convert_to_agent`: the agent has the requester's id.
pub async fn convert(State(desk): State<Freshservice>, Id(id): Id) -> Result<Response, Refusal> {
    let (now, lag) = (desk.now(), desk.lag());
    desk.change(|state| {
        let stored = state.requesters.get_mut(&id).ok_or(Refusal::NotFound)?;
        let mut row: RequesterRow = stored.current().clone();
        row.requester.is_agent = true;
        row.requester.updated_at = now;
        let from = row.requester.clone();
        stored.replace(row, now, lag);
        let agent = Agent {
            id,
            first_name: from.first_name,
            last_name: from.last_name,
            occasional: false,
            active: from.active,
            job_title: from.job_title,
            email: from.primary_email,
            work_phone_number: from.work_phone_number,
            mobile_phone_number: from.mobile_phone_number,
            department_ids: from.department_ids,
            reporting_manager_id: from.reporting_manager_id,
            address: from.address,
            time_zone: from.time_zone,
            time_format: from.time_format,
            language: from.language,
            location_id: from.location_id,
            background_information: from.background_information,
            custom_fields: from.custom_fields,
            has_logged_in: from.has_logged_in,
            created_at: from.created_at,
            updated_at: now,
        };
        state.agents.insert(id, agent.clone());
        Ok(one("agent", view(&desk, state, &agent)))
    })
}

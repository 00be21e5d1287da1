//! Agents, and the conversion of requesters to agents.

use axum::extract::{Path, State};
use axum::response::Response;

use super::Freshservice;
use super::answer::{Refusal, many, one};
use super::call::Call;
use super::model::{Agent, RequesterRow};

/// `GET /agents?email=&active=`
pub async fn list(State(desk): State<Freshservice>, call: Call) -> Result<Response, Refusal> {
    let (email, active) = (call.get("email"), call.flag("active")?);
    let state = desk.desk();
    let known = |agent: &Agent, email: &str| agent.email.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(email));
    let rows: Vec<&Agent> = state
        .agents
        .values()
        .filter(|agent| email.is_none_or(|email| known(agent, email)))
        .filter(|agent| active.is_none_or(|wanted| agent.active == wanted))
        .collect();
    let (rows, next) = call.page(rows)?;
    Ok(many("agents", rows, next))
}

/// `GET /agents/{id}`; `me` is the agent of the API key.
pub async fn show(State(desk): State<Freshservice>, Path(id): Path<String>) -> Result<Response, Refusal> {
    let state = desk.desk();
    let agent = match id.as_str() {
        "me" => state.agents.values().next(),
        id => id.parse().ok().and_then(|id: u64| state.agents.get(&id)),
    };
    agent.map(|agent| one("agent", agent)).ok_or(Refusal::NotFound)
}

/// `PUT /requesters/{id}/convert_to_agent`: the agent has the requester's id.
pub async fn convert(State(desk): State<Freshservice>, Path(id): Path<u64>) -> Result<Response, Refusal> {
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
        Ok(one("agent", agent))
    })
}

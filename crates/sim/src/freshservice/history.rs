//! Assignment history of assets.

use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;

use super::Freshservice;
use super::answer::{Refusal, many};
use super::call::Call;
use super::id::Id;
use super::model::{Asset, Assignment, Desk};

/// `GET /assets/{display_id}/assignment-history`
pub async fn of_asset(State(desk): State<Freshservice>, Id(display_id): Id, call: Call) -> Result<Response, Refusal> {
    let state = desk.desk();
    if !state.assets.contains_key(&display_id) {
        return Err(Refusal::NotFound);
    }
    answer(&state, &call, |entry| entry.asset_display_id == display_id)
}

/// `GET /users/{id}/assignment-history`, for requesters and agents.
pub async fn of_user(State(desk): State<Freshservice>, Id(id): Id, call: Call) -> Result<Response, Refusal> {
    let state = desk.desk();
    if state.user_name(id).is_none() {
        return Err(Refusal::NotFound);
    }
    answer(&state, &call, |entry| entry.user_id == id)
}

fn answer(state: &Desk, call: &Call, wanted: impl Fn(&Assignment) -> bool) -> Result<Response, Refusal> {
    let rows: Vec<&Assignment> = state.assignments.iter().rev().filter(|entry| wanted(entry)).collect();
    let (rows, next) = call.page(rows)?;
    Ok(many("assignment_history", rows, next))
}

/// Ends the current assignment of an asset and starts the next one.
pub fn record(state: &mut Desk, asset: &Asset, now: Timestamp) {
    let agent = state.agents.keys().next().and_then(|id| state.user_name(*id));
    let mut of_asset = state.assignments.iter_mut().rev().filter(|entry| entry.asset_id == asset.id);
    if let Some(running) = of_asset.find(|entry| entry.unassigned_on.is_none()) {
        running.unassigned_on = Some(now);
        running.unassigned_by.clone_from(&agent);
    }
    if let Some(user_id) = asset.user_id {
        let entry = Assignment {
            id: state.next_id(),
            asset_id: asset.id,
            asset_display_id: asset.display_id,
            asset_name: asset.name.clone(),
            user_id,
            user_name: state.user_name(user_id),
            assigned_on: now,
            unassigned_on: None,
            assigned_by: agent,
            unassigned_by: None,
        };
        state.assignments.push(entry);
    }
}

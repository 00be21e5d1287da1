//! `PUT /requesters/{primary}/merge?secondary_requesters=222,333`.

use axum::extract::State;
use axum::response::Response;
use jiff::{SignedDuration, Timestamp};

use super::Freshservice;
use super::answer::{Refusal, one};
use super::assets::set_user;
use super::call::Call;
use super::id::Id;
use super::model::{Desk, Requester, RequesterRow};
use super::requesters::{assets_of, tickets_of};
use super::workflow::Event;

/// Maximum number of requesters merged at a time.
const MAX_SECONDARIES: usize = 3;

/// Merges requesters: e-mail addresses become secondary ones, tickets move, empty fields are filled from the first
/// merged requester. The merged ids cease to exist.
pub async fn merge(State(desk): State<Freshservice>, Id(id): Id, call: Call) -> Result<Response, Refusal> {
    let wrong = |message: &str| Refusal::value("secondary_requesters", message);
    let list = call.get("secondary_requesters").unwrap_or_default();
    let ids: Vec<u64> = list
        .split(',')
        .map(|id| id.trim().parse().map_err(|_| wrong("It should be a/an Array of Positive Integers")))
        .collect::<Result<_, _>>()?;
    if ids.len() > MAX_SECONDARIES {
        return Err(wrong("It should not have more than 3 requesters"));
    }
    if ids.contains(&id) {
        return Err(wrong("It should not have the primary requester"));
    }
    let (now, lag, moves_assets) = (desk.now(), desk.lag(), desk.options().merge_moves_assets);
    let requester = desk.change(|state| {
        let primary = state.requesters.get(&id).ok_or(Refusal::NotFound)?.current().clone();
        let secondaries = ids
            .iter()
            .map(|id| {
                state.requesters.get(id).map(|row| row.current().clone()).ok_or_else(|| wrong("There is no requester"))
            })
            .collect::<Result<Vec<_>, _>>()?;
        if secondaries.iter().any(|row| row.requester.is_agent) {
            return Err(wrong("Cannot be merged as the requester is an agent"));
        }
        for id in &ids {
            move_belongings(state, *id, primary.requester.id, moves_assets, now, lag);
            state.requesters.remove(id);
        }
        let merged = united(primary, &secondaries, now);
        let requester = merged.requester.clone();
        if let Some(stored) = state.requesters.get_mut(&id) {
            stored.replace(merged, now, lag);
        }
        Ok(requester)
    })?;
    desk.announce(&Event::RequesterUpdated(id), &["secondary_emails"]);
    Ok(one("requester", requester))
}

fn move_belongings(state: &mut Desk, from: u64, to: u64, moves_assets: bool, now: Timestamp, lag: SignedDuration) {
    for display_id in assets_of(state, from) {
        set_user(state, display_id, moves_assets.then_some(to), now, lag);
    }
    for ticket_id in tickets_of(state, from) {
        if let Some(stored) = state.tickets.get_mut(&ticket_id) {
            let mut ticket = stored.current().clone();
            ticket.requester_id = to;
            ticket.requested_for_id = to;
            ticket.updated_at = now;
            stored.replace(ticket, now, lag);
        }
    }
}

/// The address that was verified first becomes the primary one, so a merge can change it.
fn united(primary: RequesterRow, secondaries: &[RequesterRow], now: Timestamp) -> RequesterRow {
    let RequesterRow { mut requester, mut email_verified_at } = primary;
    let mut emails: Vec<String> = requester.secondary_emails.clone();
    for row in secondaries {
        let earlier = match (row.email_verified_at, email_verified_at) {
            (Some(theirs), Some(ours)) => theirs < ours,
            (theirs, None) => theirs.is_some(),
            (None, Some(_)) => false,
        };
        let theirs = row.requester.primary_email.clone();
        if theirs.is_some() && (earlier || requester.primary_email.is_none()) {
            emails.extend(std::mem::replace(&mut requester.primary_email, theirs));
            email_verified_at = row.email_verified_at;
        } else {
            emails.extend(theirs);
        }
        emails.extend(row.requester.secondary_emails.iter().cloned());
    }
    requester.secondary_emails = emails;
    if let Some(first) = secondaries.first() {
        fill_gaps(&mut requester, &first.requester);
    }
    requester.updated_at = now;
    RequesterRow { requester, email_verified_at }
}

fn fill_gaps(requester: &mut Requester, other: &Requester) {
    let gaps = [
        (&mut requester.last_name, &other.last_name),
        (&mut requester.job_title, &other.job_title),
        (&mut requester.work_phone_number, &other.work_phone_number),
        (&mut requester.mobile_phone_number, &other.mobile_phone_number),
        (&mut requester.address, &other.address),
        (&mut requester.background_information, &other.background_information),
        (&mut requester.external_id, &other.external_id),
    ];
    for (own, theirs) in gaps {
        if own.is_none() {
            own.clone_from(theirs);
        }
    }
}

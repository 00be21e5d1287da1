//! Sweeps: how far they are, starting them, and deciding about what they hold (`H04`, `H06`).

use axum::extract::{OriginalUri, Path, Query, RawForm, State};
use axum::http::HeaderMap;
use serde::Deserialize;
use tessera_core::id::{HeldId, SweepId};
use tessera_core::job::SweepOf;
use tessera_core::sweep::{SweepMode, SweepState};
use tessera_hub::{HubError, SweepOrder};
use tessera_store::{Alarm, HeldChange, Sweep};

use super::{MOST, back, chrome, id, words};
use crate::App;
use crate::access::Staff;
use crate::page::{Answer, page};
use crate::view::Tone;
use crate::view::console::{AlarmNotice, Badge, ChangeRow, SweepCard, SweepPage, Sweeps};

const URL: &str = "/console/sweeps";

pub(super) async fn list(
    State(app): State<App>,
    staff: Staff,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let chrome = chrome(&app, &headers, &uri, &staff).await?;
    let (mut open, mut waiting, mut past) = (Vec::new(), Vec::new(), Vec::new());
    for sweep in app.hub.store.newest_sweeps(MOST).await? {
        let list = match sweep.state {
            state if state.is_open() || state == SweepState::Applying => &mut open,
            state if state.can_be_decided() => &mut waiting,
            _ => &mut past,
        };
        list.push(card(&app, sweep));
    }
    let alarms = app.hub.store.alarms().await?.into_iter().map(|alarm| notice(&app, alarm)).collect();
    page(&app, &chrome, &Sweeps { alarms, open, waiting, past, start_action: URL.to_owned() })
}

/// Where the next page of changes begins.
#[derive(Debug, Deserialize)]
pub(super) struct After {
    after: Option<String>,
}

pub(super) async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(sweep): Path<String>,
    Query(After { after }): Query<After>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let sweep = app.hub.sweep_shown(id(&sweep)?).await?;
    let after: Option<HeldId> = after.as_deref().map(id).transpose()?;
    let chrome = chrome(&app, &headers, &uri, &staff).await?;
    let mut changes = app.hub.store.held_changes(sweep.id, after, MOST + 1).await?;
    let more = changes.len() > MOST;
    changes.truncate(MOST);
    let url = url(sweep.id);
    let decidable = sweep.state.can_be_decided();
    let content = SweepPage {
        under_way: sweep.state.is_open() || sweep.state == SweepState::Applying,
        count: app.hub.store.held_count(sweep.id).await?.0.unsigned_abs(),
        more_url: changes.last().filter(|_| more).map(|last| format!("{url}?after={}", last.id)),
        changes: changes.into_iter().map(row).collect(),
        apply_action: decidable.then(|| format!("{url}/apply")),
        discard_action: decidable.then(|| format!("{url}/discard")),
        sweep: card(&app, sweep),
    };
    page(&app, &chrome, &content)
}

/// Starts what the form names.
pub(super) async fn start(State(app): State<App>, staff: Staff, RawForm(form): RawForm) -> Answer {
    let mut kinds = Vec::new();
    let (mut mode, mut dry) = (SweepMode::Full, false);
    for (name, value) in url::form_urlencoded::parse(&form) {
        match &*name {
            "kind" => kinds.extend(SweepOf::parse(&value)),
            "mode" => mode = SweepMode::parse(&value).unwrap_or_default(),
            "dry" => dry = value == "yes",
            _ => {}
        }
    }
    let actor = staff.actor();
    let outcome = async {
        if kinds.is_empty() {
            return Err(HubError::NotFound("tick at least one kind of record to sweep".to_owned()));
        }
        for what in kinds {
            app.hub.ask_sweep(SweepOrder { what, mode, dry }, &actor).await?;
        }
        Ok("The sweep begins. It takes as long as the systems’ limits allow.".to_owned())
    };
    let outcome = outcome.await;
    back(&app, URL, outcome)
}

pub(super) async fn apply(State(app): State<App>, staff: Staff, Path(sweep): Path<String>) -> Answer {
    let sweep: SweepId = id(&sweep)?;
    let outcome = app.hub.ask_apply_sweep(sweep, &staff.actor()).await;
    back(&app, &url(sweep), outcome.map(|_| "It is being applied.".to_owned()))
}

pub(super) async fn discard(State(app): State<App>, staff: Staff, Path(sweep): Path<String>) -> Answer {
    let sweep: SweepId = id(&sweep)?;
    let outcome = app.hub.discard_sweep(sweep, &staff.actor()).await;
    back(
        &app,
        &url(sweep),
        outcome.map(|_| "Discarded. Nothing was changed; the next sweep reads it again.".to_owned()),
    )
}

pub(super) fn notice(app: &App, alarm: Alarm) -> AlarmNotice {
    AlarmNotice {
        system: words::system(app, &alarm.system).label,
        text: words::sentence(&alarm.detail),
        since: alarm.since,
    }
}

fn url(id: SweepId) -> String {
    format!("{URL}/{id}")
}

pub(super) fn state(state: SweepState) -> Badge {
    let (text, tone) = match state {
        SweepState::Waiting => ("Waiting", Tone::Plain),
        SweepState::Running => ("Under way", Tone::Plain),
        SweepState::Paused => ("Paused", Tone::Warn),
        SweepState::Finished => ("Complete", Tone::Good),
        SweepState::Failed => ("Stopped", Tone::Bad),
        SweepState::Held => ("Held by the brake", Tone::Bad),
        SweepState::Planned => ("Planned", Tone::Warn),
        SweepState::Applying => ("Being applied", Tone::Plain),
        SweepState::Applied => ("Applied", Tone::Good),
        SweepState::Discarded => ("Discarded", Tone::Plain),
    };
    Badge::new(text, tone)
}

fn card(app: &App, sweep: Sweep) -> SweepCard {
    SweepCard {
        url: url(sweep.id),
        what: if sweep.kind == "single" { "Single changes".to_owned() } else { words::sentence(&sweep.kind) },
        system: words::system(app, &sweep.system).label,
        mode: match sweep.mode {
            SweepMode::Full => "everything".to_owned(),
            SweepMode::Incremental => "what changed".to_owned(),
        },
        dry: sweep.dry,
        state: state(sweep.state),
        by: words::actor(app, &sweep.asked_by),
        started_at: sweep.started_at,
        finished_at: sweep.finished_at,
        seen: sweep.seen,
        expected: sweep.expected.filter(|_| sweep.state.is_open()),
        changed: sweep.changed,
        takes_away: sweep.takes_away,
        missing: sweep.missing,
        forecast_at: sweep.forecast_at.filter(|_| sweep.state.is_open()),
        paused: sweep.state == SweepState::Paused,
        error: sweep.error.as_deref().map(words::sentence),
        decided_by: sweep.decided_by.as_deref().map(|by| words::actor(app, by)),
    }
}

fn row(change: HeldChange) -> ChangeRow {
    ChangeRow {
        record: format!("{} {}", change.observation.key.kind, change.observation.key.external_id),
        title: change.title,
        before: change.before,
        after: change.after,
        takes: change.takes > 0,
    }
}

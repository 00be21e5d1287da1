//! Sweeps: their progress, starting them, and deciding about held changes (`H04`, `H06`).

use std::collections::BTreeSet;

use axum::extract::{OriginalUri, Path, Query, RawForm, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use serde::Deserialize;
use tessera_core::kernel::ids::{HeldId, SweepId};
use tessera_core::kernel::record::Kind;
use tessera_core::sync::hold::{HeldChange, HeldFilter};
use tessera_core::sync::jobs::SweepOf;
use tessera_core::sync::sweep::{SweepMode, SweepState};
use tessera_hub::queries::sweeps::{Alarm, ChangesQuery, Sweep};
use tessera_hub::{Chosen, HubError, SweepOrder};

use crate::App;
use crate::api::sweeps;
use crate::auth::caller::Staff;
use crate::console::{PAGE_SIZE, back, chrome, id, presenter};
use crate::pages::Tone;
use crate::pages::console::{AlarmNotice, Badge, ChangeRow, KindPick, SweepCard, SweepPage, Sweeps};
use crate::respond::page::{Answer, PageError, page, page_with};

const URL: &str = "/console/sweeps";
/// The kinds of record that sweeps read.
const SWEPT: [Kind; 3] = [Kind::Requester, Kind::Contact, Kind::Asset];
/// Maximum number of characters of a search.
const MAX_SEARCH_LENGTH: usize = 200;

pub(crate) async fn list(
    State(app): State<App>,
    staff: Staff,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let chrome = chrome(&app, &headers, &uri, &staff).await?;
    let (mut open, mut waiting, mut past) = (Vec::new(), Vec::new(), Vec::new());
    let (sweeps, alarms) = app.hub.queries().sweeps_and_alarms(PAGE_SIZE).await?;
    for sweep in sweeps {
        let list = match sweep.state {
            state if state.is_open() || state == SweepState::Applying => &mut open,
            state if state.can_be_decided() => &mut waiting,
            _ => &mut past,
        };
        list.push(card(&app, sweep));
    }
    let alarms = alarms.into_iter().map(|alarm| notice(&app, alarm)).collect();
    page(&app, &chrome, &Sweeps { alarms, open, waiting, past, start_action: URL.to_owned() })
}

/// Search, filter and paging of the changes.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct SweepQuery {
    #[serde(default)]
    text: String,
    #[serde(default)]
    kind: String,
    after: Option<String>,
    tick: Option<String>,
}

impl SweepQuery {
    fn filter(&self) -> HeldFilter {
        let kind = SWEPT.into_iter().find(|kind| kind.as_str() == self.kind);
        HeldFilter { text: self.text.chars().take(MAX_SEARCH_LENGTH).collect(), kind }
    }

    /// The URL of a page with the same search and filter.
    fn url(&self, page: &str, more: &[(&str, &str)]) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let filter = [("text", self.text.as_str()), ("kind", self.kind.as_str())];
        query.extend_pairs(filter.iter().chain(more).filter(|(_, value)| !value.is_empty()));
        let query = query.finish();
        if query.is_empty() { page.to_owned() } else { format!("{page}?{query}") }
    }
}

pub(crate) async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(sweep): Path<String>,
    Query(look): Query<SweepQuery>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let chrome = chrome(&app, &headers, &uri, &staff).await?;
    let all = look.tick.as_deref() == Some("all");
    let content = content(&app, id(&sweep)?, &look, |_| all, None).await?;
    page(&app, &chrome, &content)
}

async fn content(
    app: &App,
    id: SweepId,
    look: &SweepQuery,
    ticked: impl Fn(HeldId) -> bool,
    refused: Option<String>,
) -> Result<SweepPage, PageError> {
    let (filter, here) = (look.filter(), url(id));
    let after: Option<HeldId> =
        look.after.as_deref().filter(|after| !after.is_empty()).map(crate::console::id).transpose()?;
    let asked = ChangesQuery { sweep: id, filter: &filter, after, size: PAGE_SIZE + 1 };
    let found = app.hub.queries().sweep_page(asked).await?;
    let (sweep, mut changes, count) = (found.sweep, found.changes, found.waiting);
    let more = changes.len() > PAGE_SIZE;
    changes.truncate(PAGE_SIZE);
    let decidable = sweep.state.can_be_decided() && count > 0;
    let from = look.after.as_deref().unwrap_or_default();
    Ok(SweepPage {
        refused,
        under_way: sweep.state.is_open() || sweep.state == SweepState::Applying,
        count,
        found: found.found,
        text: look.text.clone(),
        picked_kind: filter.kind.map(|kind| kind.as_str().to_owned()).unwrap_or_default(),
        kinds: SWEPT.into_iter().map(|kind| pick(kind, filter.kind)).collect(),
        filtered: !filter.is_open(),
        tick_all_url: look.url(&here, &[("after", from), ("tick", "all")]),
        tick_none_url: look.url(&here, &[("after", from)]),
        export_url: look.url(&format!("{here}/changes.csv"), &[]),
        more_url: changes.last().filter(|_| more).map(|last| look.url(&here, &[("after", &last.id.to_string())])),
        changes: changes.into_iter().map(|change| row(ticked(change.id), change)).collect(),
        apply_action: decidable.then(|| format!("{here}/apply")),
        discard_action: decidable.then(|| format!("{here}/discard")),
        after: look.after.clone(),
        url: here,
        sweep: card(app, sweep),
    })
}

/// The found changes that wait for a decision, as CSV.
pub(crate) async fn export(
    State(app): State<App>,
    _staff: Staff,
    Path(sweep): Path<String>,
    Query(look): Query<SweepQuery>,
) -> Answer {
    Ok(sweeps::table(&app, id(&sweep)?, &look.filter()).await?)
}

/// Starts the sweeps selected in the form.
pub(crate) async fn start(State(app): State<App>, staff: Staff, RawForm(form): RawForm) -> Answer {
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
    let ctx = staff.ctx();
    let outcome = async {
        if kinds.is_empty() {
            return Err(HubError::NotFound("tick at least one kind of record to sweep".to_owned()));
        }
        for what in kinds {
            app.hub.request_sweep(SweepOrder { what, mode, dry }, &ctx).await?;
        }
        Ok("The sweep begins. It takes as long as the systems’ limits allow.".to_owned())
    };
    let outcome = outcome.await;
    back(&app, URL, outcome)
}

/// The submitted selection of changes.
#[derive(Debug, Default)]
struct Choice {
    scope: String,
    ticked: BTreeSet<HeldId>,
    look: SweepQuery,
}

impl Choice {
    fn read(form: &[u8]) -> Self {
        let mut choice = Self::default();
        for (name, value) in url::form_urlencoded::parse(form) {
            match &*name {
                "scope" => choice.scope = value.into_owned(),
                "change" => choice.ticked.extend(value.parse::<HeldId>()),
                "text" => choice.look.text = value.into_owned(),
                "kind" => choice.look.kind = value.into_owned(),
                "after" => choice.look.after = Some(value.into_owned()),
                _ => {}
            }
        }
        choice
    }

    fn chosen(&self) -> Result<Chosen, HubError> {
        match self.scope.as_str() {
            "all" => Ok(Chosen::All),
            "" if self.ticked.is_empty() => Ok(Chosen::All),
            "found" => Ok(Chosen::Found(self.look.filter())),
            _ if self.ticked.is_empty() => Err(HubError::NotFound("tick at least one change".to_owned())),
            _ => Ok(Chosen::These(self.ticked.iter().copied().collect())),
        }
    }
}

pub(crate) async fn apply(
    State(app): State<App>,
    staff: Staff,
    Path(sweep): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    RawForm(form): RawForm,
) -> Answer {
    let (sweep, choice) = (id(&sweep)?, Choice::read(&form));
    let outcome = async {
        app.hub.ask_apply_sweep(sweep, &choice.chosen()?, &staff.ctx()).await?;
        Ok("It is being applied.")
    };
    let outcome = outcome.await;
    decided(&app, &staff, &uri, &headers, sweep, choice, outcome).await
}

pub(crate) async fn discard(
    State(app): State<App>,
    staff: Staff,
    Path(sweep): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    RawForm(form): RawForm,
) -> Answer {
    let (sweep, choice) = (id(&sweep)?, Choice::read(&form));
    let outcome = async {
        app.hub.discard_sweep(sweep, &choice.chosen()?, &staff.ctx()).await?;
        Ok("Discarded. Nothing was changed. The next full sweep reads the records again.")
    };
    let outcome = outcome.await;
    decided(&app, &staff, &uri, &headers, sweep, choice, outcome).await
}

/// Redirects to the sweep. An error is shown above the form, which keeps its ticks and entries.
async fn decided(
    app: &App,
    staff: &Staff,
    uri: &Uri,
    headers: &HeaderMap,
    sweep: SweepId,
    choice: Choice,
    outcome: Result<&str, HubError>,
) -> Answer {
    let refused = match outcome {
        Ok(done) => return back(app, &choice.look.url(&url(sweep), &[]), Ok(done.to_owned())),
        Err(error @ HubError::Store(_)) => return Err(error.into()),
        Err(error) => presenter::sentence(&error.to_string()),
    };
    let chrome = chrome(app, headers, uri, staff).await?;
    let ticked = |id: HeldId| choice.ticked.contains(&id);
    let content = content(app, sweep, &choice.look, ticked, Some(refused)).await?;
    page_with(app, &chrome, &content, StatusCode::CONFLICT)
}

pub(crate) fn notice(app: &App, alarm: Alarm) -> AlarmNotice {
    AlarmNotice {
        system: presenter::system(app, &alarm.system).label,
        text: presenter::sentence(&alarm.detail),
        since: alarm.since,
    }
}

fn url(id: SweepId) -> String {
    format!("{URL}/{id}")
}

pub(crate) fn state(state: SweepState) -> Badge {
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
        what: if sweep.kind == "single" { "Single changes".to_owned() } else { presenter::sentence(&sweep.kind) },
        system: presenter::system(app, &sweep.system).label,
        mode: match sweep.mode {
            SweepMode::Full => "everything".to_owned(),
            SweepMode::Incremental => "what changed".to_owned(),
        },
        dry: sweep.dry,
        state: state(sweep.state),
        by: presenter::actor(app, &sweep.asked_by),
        started_at: sweep.started_at,
        finished_at: sweep.finished_at,
        seen: sweep.seen,
        expected: sweep.expected.filter(|_| sweep.state.is_open()),
        changed: sweep.changed,
        takes_away: sweep.takes_away,
        missing: sweep.missing,
        forecast_at: sweep.forecast_at.filter(|_| sweep.state.is_open()),
        paused: sweep.state == SweepState::Paused,
        error: sweep.error.as_deref().map(presenter::sentence),
        decided_by: sweep.decided_by.as_deref().map(|by| presenter::actor(app, by)),
    }
}

fn row(ticked: bool, change: HeldChange) -> ChangeRow {
    let key = change.seen.key();
    ChangeRow {
        id: change.id.to_string(),
        ticked,
        record: format!("{} {}", key.kind, key.external_id),
        title: change.title,
        before: change.before,
        after: change.after,
        takes: change.takes > 0,
    }
}

fn pick(kind: Kind, picked: Option<Kind>) -> KindPick {
    KindPick { value: kind.as_str().to_owned(), label: format!("{kind}s"), picked: picked == Some(kind) }
}

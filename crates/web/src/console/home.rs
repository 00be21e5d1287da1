//! The home page: what waits for a person, and figures. With a query it is the search.

use std::collections::BTreeMap;

use axum::extract::{OriginalUri, Query, State};
use axum::http::HeaderMap;
use jiff::Timestamp;
use serde::Deserialize;
use tessera_core::staff::Area;
use tessera_hub::OutsideSystem;
use tessera_hub::ports::Condition;
use tessera_hub::queries::overview::{
    self, CustomerFigures, HomeQuery, MAX_ACTIVATIONS, MAX_COUNTED, MAX_JOBS, MAX_WORK, OperatingFigures, Sweep, Work,
    WorkKind,
};

use super::search::page as search;
use super::{chrome, presenter};
use crate::App;
use crate::auth::caller::Staff;
use crate::pages::charts::{Chart, Mark, Shape, grouped};
use crate::pages::console::{ChartCard, Home, Period, WorkItem};
use crate::pages::dates;
use crate::respond::page::{Answer, page};

/// The periods of the figures about customers, in days.
const PERIODS: [i64; 3] = [7, 30, 90];
const USUAL_PERIOD: i64 = 30;
/// Number of days up to which each has a column.
const MAX_COLUMNS: usize = 31;
/// Number of sweeps shown.
const SWEEPS: usize = 12;
const DAY: i64 = 24 * 60 * 60;
const SYSTEMS: &str = "/console/systems";

/// The query: what to search for, or the period in days.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct PeriodQuery {
    q: String,
    days: String,
}

pub(super) async fn home(
    State(app): State<App>,
    staff: Staff,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Query(wanted): Query<PeriodQuery>,
) -> Answer {
    let query = search::query(&wanted.q);
    if !query.is_empty() {
        return search::results(&app, &staff, &uri, &headers, query).await;
    }
    let chrome = chrome(&app, &headers, &search::page_of(&uri), &staff).await?;
    let may_see = |area| staff.0.permissions.level(area).is_some();
    let period = PERIODS.into_iter().find(|days| wanted.days == days.to_string()).unwrap_or(USUAL_PERIOD);
    let today = app.hub.env.now().as_second().div_euclid(DAY);
    let first = today - (period - 1);
    let asked = HomeQuery {
        customers_since: may_see(Area::Customers).then(|| midnight(first)),
        sweeps: may_see(Area::Operations).then_some(SWEEPS),
    };
    let overview::Home { work, decisions, customers, operating } = app.hub.queries().console_home(asked).await?;
    let systems = if may_see(Area::Operations) { app.hub.systems() } else { Vec::new() };
    let decided = decisions.into_iter().filter(|(kind, _)| may_see(area(*kind))).map(|(_, at)| at);
    let failed = systems.iter().filter_map(|system| system.health.last_error_at);
    let work: Vec<WorkItem> = items(&work, may_see).into_iter().chain(in_trouble(&systems)).collect();
    let content = Home {
        can_search: may_see(Area::Customers),
        quiet_since: decided.chain(failed).max().filter(|_| work.is_empty()),
        work,
        periods: if customers.is_some() { periods(period) } else { Vec::new() },
        charts: [
            customers.map_or_else(Vec::new, |figures| about_customers(figures, first..=today)),
            operating.map_or_else(Vec::new, |figures| about_the_hub(&app, figures, &systems)),
        ]
        .concat(),
    };
    page(&app, &chrome, &content)
}

/// The area of work to which a kind belongs.
const fn area(kind: WorkKind) -> Area {
    match kind {
        WorkKind::Reviews => Area::Customers,
        WorkKind::Registrations => Area::Persons,
        WorkKind::Holds | WorkKind::Jobs | WorkKind::Mail | WorkKind::InDoubt => Area::Operations,
        WorkKind::Returns => Area::Returns,
        WorkKind::Requests | WorkKind::WorkOrders => Area::Requests,
        WorkKind::Reports => Area::Community,
        WorkKind::Operations => Area::Marketplace,
    }
}

/// What a kind of work is called, and the list where it is worked off.
const fn list(kind: WorkKind) -> (&'static str, &'static str) {
    match kind {
        WorkKind::Reviews => ("Open reviews", "/console/reviews"),
        WorkKind::Registrations => ("Registrations to decide", "/console/registrations"),
        WorkKind::Holds => ("Sweeps with held changes", "/console/sweeps"),
        WorkKind::Jobs => ("Failed jobs", SYSTEMS),
        WorkKind::Mail => ("E-mails that could not be sent", SYSTEMS),
        WorkKind::InDoubt => ("E-mails in doubt", SYSTEMS),
        WorkKind::Returns => ("Returns to work on", "/console/returns?show=open"),
        WorkKind::Requests => ("Requests without a ticket", "/console/requests?show=trouble"),
        WorkKind::WorkOrders => ("Work orders to assign", "/console/work-orders?show=to_assign"),
        WorkKind::Reports => ("Reported posts", "/console/boards"),
        WorkKind::Operations => ("Failed operations at vendors", "/console/operations?state=failed"),
    }
}

/// What waits, in a fixed order, as far as the reader may see it.
fn items(work: &[Work], may_see: impl Fn(Area) -> bool) -> Vec<WorkItem> {
    // Failed jobs and failed e-mails are counted together up to the maximum.
    let is_failed = |kind| matches!(kind, WorkKind::Jobs | WorkKind::Mail);
    let failed: i64 = work.iter().filter(|work| is_failed(work.kind)).map(|work| work.count).sum();
    let item = |work: &Work| {
        let (what, url) = list(work.kind);
        let counted = if is_failed(work.kind) { failed } else { work.count };
        let shown = number(work.count).min(MAX_WORK as u64);
        let more = if number(counted) >= MAX_WORK as u64 { "+" } else { "" };
        WorkItem {
            what: what.to_owned(),
            count: format!("{}{more}", grouped(shown)),
            since: work.since,
            url: url.to_owned(),
        }
    };
    let of_kind = |kind| work.iter().find(move |work| work.kind == kind);
    WorkKind::ALL.into_iter().filter(|kind| may_see(area(*kind))).filter_map(of_kind).map(item).collect()
}

/// The outside systems whose answers do not come or cannot be used.
fn in_trouble(systems: &[OutsideSystem]) -> Option<WorkItem> {
    let since: Vec<Option<Timestamp>> = systems
        .iter()
        .filter_map(|system| match system.health.condition {
            Condition::Failing { since } => Some(Some(since)),
            Condition::Open { .. } => Some(system.health.last_ok_at.or(system.health.last_error_at)),
            Condition::Healthy | Condition::Throttled { .. } => None,
        })
        .collect();
    (!since.is_empty()).then(|| WorkItem {
        what: "Systems in trouble".to_owned(),
        count: since.len().to_string(),
        since: since.into_iter().flatten().min(),
        url: SYSTEMS.to_owned(),
    })
}

fn periods(shown: i64) -> Vec<Period> {
    let period =
        |days| Period { label: format!("{days} days"), url: format!("/console?days={days}"), current: days == shown };
    PERIODS.map(period).into()
}

fn card(
    id: &'static str,
    title: &str,
    labels: (&'static str, &'static str),
    shape: Shape,
    marks: Vec<Mark>,
) -> ChartCard {
    let chart = Chart { shape, name: title.to_owned(), marks };
    ChartCard { id, title: title.to_owned(), note: None, label: labels.0, value: labels.1, chart }
}

fn about_customers(figures: CustomerFigures, days: std::ops::RangeInclusive<i64>) -> Vec<ChartCard> {
    let CustomerFigures { activations, funnel, links } = figures;
    let steps = [
        ("Invited", funnel.invited),
        ("Link opened", funnel.opened),
        ("Signed in", funnel.signed_in),
        ("Activated", funnel.activated),
    ];
    let steps = steps.into_iter().filter(|_| funnel.invited > 0);
    let steps = steps.map(|(step, count)| Mark::new(step, number(count))).collect();
    let mut origins = links;
    origins.sort_by_key(|(origin, count)| (-count, presenter::origin(*origin)));
    let linked: i64 = origins.iter().map(|(_, count)| count).sum();
    let origins = origins.into_iter().map(|(origin, count)| Mark::new(presenter::origin(origin), number(count)));
    let newest = |count: i64, what: &str| {
        let is_cut = number(count) >= MAX_COUNTED as u64;
        is_cut.then(|| format!("The newest {} {what} of this period.", grouped(MAX_COUNTED as u64)))
    };
    vec![
        by_day(&activations, days),
        ChartCard {
            note: newest(funnel.invited, "invitations"),
            ..card("funnel", "From invitation to activation", ("Step", "Invitations"), Shape::Bars, steps)
        },
        ChartCard {
            note: newest(linked, "links"),
            ..card("links", "How new links were made", ("By", "Links"), Shape::Bars, origins.collect())
        },
    ]
}

/// Activations on each day. If there are too many to count, the earlier days are left out.
fn by_day(counted: &[(i64, i64)], days: std::ops::RangeInclusive<i64>) -> ChartCard {
    let is_cut = number(counted.iter().map(|(_, count)| count).sum()) >= MAX_ACTIVATIONS as u64;
    // Of the earliest day, only a part was counted.
    let complete = counted.first().filter(|_| is_cut).map_or(*days.start(), |(day, _)| (day + 1).min(*days.end()));
    let counts: BTreeMap<i64, i64> = counted.iter().copied().collect();
    let mark = |day: i64| {
        let count = counts.get(&day).copied().unwrap_or_default();
        Mark::new(dates::day_and_month(midnight(day)), number(count))
    };
    let marks: Vec<Mark> = (complete..=*days.end()).map(mark).collect();
    let shape = if marks.len() <= MAX_COLUMNS { Shape::Columns } else { Shape::Line };
    let note = is_cut.then(|| {
        let most = grouped(MAX_ACTIVATIONS as u64);
        format!("There are more than {most} activations: days before {} are left out.", dates::day(midnight(complete)))
    });
    ChartCard { note, ..card("activations", "Activations by day (UTC)", ("Day", "Activations"), shape, marks) }
}

fn about_the_hub(app: &App, figures: OperatingFigures, systems: &[OutsideSystem]) -> Vec<ChartCard> {
    let OperatingFigures { sweeps, due } = figures;
    let ages = ["Less than 1 minute", "1 to 10 minutes", "10 minutes to 1 hour", "More than 1 hour"];
    let waiting: i64 = due.iter().sum();
    let of_age =
        |(label, count): (&str, i64)| Mark { url: Some(SYSTEMS.to_owned()), ..Mark::new(label, number(count)) };
    let ages = ages.into_iter().zip(due).filter(|_| waiting > 0).map(of_age).collect();
    let is_cut = number(waiting) >= MAX_JOBS as u64;
    vec![
        card(
            "sweeps",
            "Records read by the last sweeps",
            ("Sweep", "Records"),
            Shape::Bars,
            sweeps.into_iter().filter(|sweep| sweep.kind != "single").map(|sweep| size(app, &sweep)).collect(),
        ),
        card(
            "budgets",
            "API budget used now",
            ("System", "Calls"),
            Shape::Bars,
            systems.iter().flat_map(|system| budgets(app, system)).collect(),
        ),
        ChartCard {
            note: is_cut.then(|| format!("The first {} jobs.", grouped(MAX_JOBS as u64))),
            ..card("jobs", "Jobs that are due, by how long", ("Due for", "Jobs"), Shape::Bars, ages)
        },
    ]
}

fn size(app: &App, sweep: &Sweep) -> Mark {
    let system = presenter::system(app, &sweep.system).label;
    let age = dates::near(sweep.started_at, app.hub.env.now());
    let label = format!("{system} {}, {age}", sweep.kind);
    Mark { url: Some(format!("/console/sweeps/{}", sweep.id)), ..Mark::new(label, number(sweep.seen)) }
}

fn budgets(app: &App, system: &OutsideSystem) -> Vec<Mark> {
    let label = presenter::system(app, &system.health.system).label;
    let mark = |quota: &tessera_hub::ports::Quota| {
        let period = match quota.per_seconds {
            60 => "a minute".to_owned(),
            3600 => "an hour".to_owned(),
            seconds => format!("{seconds} seconds"),
        };
        Mark {
            label: label.clone(),
            value: quota.used,
            text: format!("{} of {} in {period}", grouped(quota.used), grouped(quota.limit)),
            of: Some(quota.limit),
            url: Some(SYSTEMS.to_owned()),
        }
    };
    system.health.quotas.iter().map(mark).collect()
}

/// The beginning of a day since 1970, in UTC.
fn midnight(day: i64) -> Timestamp {
    Timestamp::from_second(day.saturating_mul(DAY)).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Counts are never negative.
fn number(count: i64) -> u64 {
    u64::try_from(count).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANY: i64 = 20_000;

    #[test]
    fn h06_days_without_an_activation_are_shown_as_zero() {
        let card = by_day(&[(20_001, 3)], 20_000..=20_002);
        let values: Vec<u64> = card.chart.marks.iter().map(|mark| mark.value).collect();
        assert_eq!((values, card.chart.shape, card.note), (vec![0, 3, 0], Shape::Columns, None));
        assert_eq!(by_day(&[], 20_000..=20_089).chart.shape, Shape::Line, "many days are a line");
    }

    #[test]
    fn h06_days_that_were_not_counted_completely_are_left_out() {
        let card = by_day(&[(20_001, 3), (20_002, MANY - 3)], 20_000..=20_002);
        assert_eq!(card.chart.marks.iter().map(|mark| mark.value).collect::<Vec<_>>(), [19_997]);
        assert!(card.note.is_some_and(|note| note.contains("more than 20,000")));
    }

    #[test]
    fn h06_work_is_counted_up_to_a_maximum_and_left_out_where_the_roles_do_not_reach() {
        let work = |kind, count| Work { kind, count, since: None };
        let all = [work(WorkKind::Reviews, 3), work(WorkKind::Jobs, 990), work(WorkKind::Mail, 10)];
        let shown = |may_see: fn(Area) -> bool| -> Vec<(String, String)> {
            items(&all, may_see).into_iter().map(|item| (item.what, item.count)).collect()
        };
        let pair = |what: &str, count: &str| (what.to_owned(), count.to_owned());
        let (reviews, jobs) = (pair("Open reviews", "3"), pair("Failed jobs", "990+"));
        assert_eq!(shown(|_| true), [reviews.clone(), jobs, pair("E-mails that could not be sent", "10+")]);
        assert_eq!(shown(|area| area == Area::Customers), [reviews]);
        assert_eq!(shown(|_| false), []);
        let returns = items(&[work(WorkKind::Returns, 2000)], |_| true);
        assert_eq!(returns[0].count, "1,000+");
    }
}

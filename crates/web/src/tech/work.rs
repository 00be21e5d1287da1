//! A technician's work: by day, as a list, and what is in the van.

use std::collections::BTreeMap;

use axum::extract::Query;
use jiff::civil::Date;
use serde::Deserialize;
use tessera_hub::queries::work_orders::{ListedWorkOrder, MyWork, Van, WorkOrderFilter};
use url::form_urlencoded::Serializer;

use super::{HOME, WORK};
use crate::auth::worker::Worker;
use crate::pages::work_orders::{MyWorkPage, VanCard, Vans, WorkDay, WorkList};
use crate::respond::page::Answer;
use crate::work_orders::{day_title, filters, row};

/// Work orders on a page of the list.
const PAGE: usize = 30;
/// Maximum length of a search, in characters.
const MAX_QUERY: usize = 100;

/// What is to be done, by day: what is late comes first, and what has no appointment last.
pub(super) async fn mine(worker: Worker) -> Answer {
    let app = &worker.app;
    let MyWork { mine, free } = app.hub.queries().my_work(worker.person).await?;
    let locale = &app.hub.config.locale;
    let today = locale.day_of(app.hub.env.now());
    let day = |listed: &ListedWorkOrder| match listed.order.window {
        Some(window) => Day::of(locale.day_of(window.from), today),
        None => Day::None,
    };
    let mut days: BTreeMap<Day, Vec<ListedWorkOrder>> = BTreeMap::new();
    for listed in mine {
        days.entry(day(&listed)).or_default().push(listed);
    }
    // An empty day says that there is nothing to do.
    days.entry(Day::On(today)).or_default();
    let days = days.into_iter().map(|(day, listed)| WorkDay {
        title: day.title(today),
        rows: listed.into_iter().map(|listed| row(app, WORK, listed)).collect(),
    });
    let free = free.into_iter().map(|listed| row(app, WORK, listed)).collect();
    worker.page(&MyWorkPage { days: days.collect(), free })
}

/// Where a work order is in the list of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Day {
    /// Before today.
    Late,
    On(Date),
    /// Without an appointment.
    None,
}

impl Day {
    fn of(day: Date, today: Date) -> Self {
        if day < today { Self::Late } else { Self::On(day) }
    }

    fn title(self, today: Date) -> String {
        match self {
            Self::Late => "Earlier, and not finished".to_owned(),
            Self::On(day) => day_title(day, today),
            Self::None => "Without an appointment".to_owned(),
        }
    }
}

/// Filter, search and paging.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ListQuery {
    show: String,
    q: String,
    before: String,
}

pub(super) async fn list(worker: Worker, Query(wanted): Query<ListQuery>) -> Answer {
    let app = &worker.app;
    let filter = WorkOrderFilter::parse(&wanted.show).unwrap_or(WorkOrderFilter::All);
    let search: String = wanted.q.trim().chars().take(MAX_QUERY).collect();
    let before = wanted.before.parse().ok();
    let queries = app.hub.queries();
    let mut found = queries.work_orders_of_assignee(worker.person, (filter, &search), before, PAGE + 1).await?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let older_url = found.last().filter(|_| more).map(|last| {
        let mut query = Serializer::new(String::new());
        query.extend_pairs([("show", filter.as_str()), ("q", &search), ("before", &last.order.id.to_string())]);
        format!("{HOME}/list?{}", query.finish())
    });
    let rows = found.into_iter().map(|listed| row(app, WORK, listed)).collect();
    worker.page(&WorkList { rows, filters: filters(filter), search, older_url })
}

pub(super) async fn vans(worker: Worker) -> Answer {
    let found = worker.app.hub.queries().vans_of(worker.person).await?;
    let settings = &worker.app.hub.config.work;
    let card = |van: Van| VanCard {
        name: van.place.name,
        devices: van.devices.into_iter().map(|item| (item.device.name, item.device.serial)).collect(),
        parts: van
            .parts
            .into_iter()
            .filter(|stock| stock.quantity > 0)
            .map(|stock| (settings.part_label(&stock.part).to_owned(), stock.quantity))
            .collect(),
    };
    worker.page(&Vans { vans: found.into_iter().map(card).collect() })
}

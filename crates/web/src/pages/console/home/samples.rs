//! Sample states of the home page.

use crate::pages::charts::{Chart, Mark, Shape};
use crate::pages::console::{ChartCard, Home, Period, WorkItem};
use crate::pages::samples::{DAY, HOUR, PageSamples, Sample, Shown, ago};

fn card(id: &'static str, title: &str, label: &'static str, chart: Chart) -> ChartCard {
    ChartCard { id, title: title.to_owned(), note: None, label, value: "Number", chart }
}

fn chart(shape: Shape, name: &str, marks: impl IntoIterator<Item = Mark>) -> Chart {
    Chart { shape, name: name.to_owned(), marks: marks.into_iter().collect() }
}

fn days(shape: Shape, count: u64) -> ChartCard {
    let marks = (0..count).map(|day| Mark::new(format!("{} Nov", day % 30 + 1), day * 7 % 23));
    card("activations", "Activations by day", "Day", chart(shape, "Activations by day", marks))
}

impl Sample for Home {
    fn samples() -> Vec<(String, Self)> {
        let item = |what: &str, count: &str, minutes: i64, url: &str| WorkItem {
            what: what.to_owned(),
            count: count.to_owned(),
            since: Some(ago(minutes)),
            url: url.to_owned(),
        };
        let period = |days: u32| Period {
            label: format!("{days} days"),
            url: format!("/console?days={days}"),
            current: days == 30,
        };
        let linked = |label: &str, value: u64, url: &str| Mark { url: Some(url.to_owned()), ..Mark::new(label, value) };
        let budget =
            Mark { of: Some(500), text: "120 of 500".to_owned(), ..linked("Freshservice", 120, "/console/systems") };
        let funnel = [("Invited", 312), ("Opened", 240), ("Signed in", 201), ("Activated", 198)];
        let funnel = funnel.map(|(label, value)| Mark::new(label, value));
        let busy = Self {
            can_search: true,
            work: vec![
                item("Open reviews", "3", 3 * DAY, "/console/reviews"),
                item("Registrations", "1", 20, "/console/registrations"),
                item("Failed jobs", "1,000+", 2 * HOUR, "/console/systems"),
                WorkItem { since: None, ..item("Systems in trouble", "1", 0, "/console/systems") },
            ],
            quiet_since: None,
            periods: [7, 30, 90].map(period).into(),
            charts: vec![
                days(Shape::Columns, 30),
                ChartCard {
                    note: Some("The newest 2,000 invitations of this period.".to_owned()),
                    ..card("funnel", "From invitation to activation", "Step", chart(Shape::Bars, "Funnel", funnel))
                },
                card(
                    "sweeps",
                    "Last sweeps",
                    "Sweep",
                    chart(Shape::Bars, "Last sweeps", [linked("Freshservice assets", 1204, "/console/sweeps/0199")]),
                ),
                card("budgets", "API budget now", "System", chart(Shape::Bars, "API budget now", [budget])),
            ],
        };
        let quiet = Self { work: Vec::new(), quiet_since: Some(ago(3 * HOUR)), ..busy.clone() };
        let long = Self { charts: vec![days(Shape::Line, 90)], ..quiet.clone() };
        let new = Self {
            can_search: false,
            quiet_since: None,
            periods: Vec::new(),
            charts: vec![card("jobs", "Jobs that are due", "Due for", chart(Shape::Bars, "Jobs that are due", []))],
            ..quiet.clone()
        };
        vec![
            ("busy".to_owned(), busy),
            ("quiet".to_owned(), quiet),
            ("long-period".to_owned(), long),
            ("new-installation".to_owned(), new),
        ]
    }
}

inventory::submit! { PageSamples::of::<Home>(Shown::Staff("/console")) }

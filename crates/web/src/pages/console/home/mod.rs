//! The home page: what waits for a person, and charts.

mod samples;

use jiff::Timestamp;
use minijinja::Value;
use minijinja::value::Serde;
use serde::Serialize;

use crate::pages::Page;
use crate::pages::charts::Chart;

/// The home page of the console. The search box is a GET form with field `q`.
#[derive(Debug, Clone, Serialize)]
pub struct Home {
    /// Whether the reader may search for customers.
    pub can_search: bool,
    /// What waits, as far as the reader may see it.
    pub work: Vec<WorkItem>,
    /// When the last thing that needed a person was settled, as far as that is recorded. Shown if nothing waits.
    pub quiet_since: Option<Timestamp>,
    /// The periods of the charts about customers; none if the reader may not see these.
    pub periods: Vec<Period>,
    /// The charts that the reader may see.
    pub charts: Vec<ChartCard>,
}

impl Page for Home {
    const TEMPLATE: &'static str = "console/home.html";

    fn context(&self) -> Value {
        let drawings: Vec<_> = self.charts.iter().map(|card| Value::from_safe_string(card.chart.svg())).collect();
        minijinja::context! { drawings, ..Value::from(Serde(self)) }
    }
}

/// Work of one kind that waits for a person.
#[derive(Debug, Clone, Serialize)]
pub struct WorkItem {
    /// What waits.
    pub what: String,
    /// How much, as text: "3", "1,000+".
    pub count: String,
    /// Since when the oldest waits.
    pub since: Option<Timestamp>,
    /// URL of the list where it is worked off.
    pub url: String,
}

/// A period of the charts.
#[derive(Debug, Clone, Serialize)]
pub struct Period {
    /// Its name, as in "30 days".
    pub label: String,
    /// URL of the page with this period.
    pub url: String,
    /// Whether it is shown.
    pub current: bool,
}

/// A chart with its heading, and its numbers as a table.
#[derive(Debug, Clone, Serialize)]
pub struct ChartCard {
    /// The heading's id.
    pub id: &'static str,
    /// The heading.
    pub title: String,
    /// What is to be known about the numbers.
    pub note: Option<String>,
    /// The heading of the labels in the table.
    pub label: &'static str,
    /// The heading of the values in the table.
    pub value: &'static str,
    /// The chart.
    pub chart: Chart,
}

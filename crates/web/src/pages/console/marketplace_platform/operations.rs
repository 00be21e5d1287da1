//! Operations at vendors.

use jiff::Timestamp;
use serde::Serialize;

use super::{Link, OperationRow, operation_row};
use crate::pages::console::samples::done;
use crate::pages::console::{Badge, Done};
use crate::pages::returns::Choice;
use crate::pages::samples::{PageSamples, Sample, Shown, ago, states};
use crate::pages::{Page, Tone};

/// The list.
#[derive(Debug, Clone, Serialize)]
pub struct Operations {
    pub shown: Vec<Choice>,
    pub rows: Vec<OperationRow>,
    pub more_url: Option<String>,
}

impl Page for Operations {
    const TEMPLATE: &'static str = "console/marketplace_platform/operations.html";
}

/// The page of an operation.
#[derive(Debug, Clone, Serialize)]
pub struct OperationPage {
    pub what: String,
    pub account: Link,
    pub manager: Option<Link>,
    /// `waiting`, `running`, `done`, `failed` or `cancelled`.
    pub state: &'static str,
    pub standing: Badge,
    pub attempts: i64,
    pub external_id: Option<String>,
    pub code: Option<i64>,
    pub message: Option<String>,
    pub customer_message: Option<String>,
    pub asked: Done,
    pub finished_at: Option<Timestamp>,
    pub next_at: Option<Timestamp>,
    pub calls_url: Option<String>,
    pub retry_action: Option<String>,
    pub cancel_action: Option<String>,
}

impl Page for OperationPage {
    const TEMPLATE: &'static str = "console/marketplace_platform/operation.html";
}

impl Sample for Operations {
    fn samples() -> Vec<(String, Self)> {
        let shown = vec![Choice::new("", "All", true), Choice::new("failed", "Failed", false)];
        let some = Self {
            shown,
            rows: vec![operation_row(Badge::new("Failed", Tone::Bad)), operation_row(Badge::new("Done", Tone::Good))],
            more_url: Some("/console/operations?before=0199".into()),
        };
        let none = Self { rows: Vec::new(), more_url: None, ..some.clone() };
        states([("some", some), ("none", none)])
    }
}

inventory::submit! { PageSamples::of::<Operations>(Shown::Staff("/console/operations")) }

impl Sample for OperationPage {
    fn samples() -> Vec<(String, Self)> {
        let waiting = Self {
            what: "Synchronize with Example Cloud".to_owned(),
            account: Link::new("Acme Ltd", "/console/marketplace-accounts/0199"),
            manager: Some(Link::new("Example Cloud", "/console/service-managers/0199")),
            state: "waiting",
            standing: Badge::new("Waiting", Tone::Warn),
            attempts: 2,
            external_id: None,
            code: None,
            message: Some("The vendor cannot be reached: connection refused".into()),
            customer_message: None,
            asked: done(5, "agnes"),
            finished_at: None,
            next_at: Some(ago(-3)),
            calls_url: Some("/console/service-managers/0199/calls?account=0199".into()),
            retry_action: None,
            cancel_action: Some("/console/operations/0199/cancel".into()),
        };
        let running = Self { state: "running", next_at: None, message: None, ..waiting.clone() };
        let failed = Self {
            state: "failed",
            standing: Badge::new("Failed", Tone::Bad),
            code: Some(-80_001),
            customer_message: Some("Choose another domain.".into()),
            finished_at: Some(ago(1)),
            next_at: None,
            retry_action: Some("/console/operations/0199/retry".into()),
            cancel_action: None,
            ..waiting.clone()
        };
        let cancelled = Self {
            state: "cancelled",
            standing: Badge::new("Cancelled", Tone::Plain),
            message: Some("Cancelled by agnes; before, the vendor cannot be reached".into()),
            finished_at: Some(ago(1)),
            next_at: None,
            retry_action: Some("/console/operations/0199/retry".into()),
            cancel_action: None,
            ..waiting.clone()
        };
        let finished = Self {
            state: "done",
            standing: Badge::new("Done", Tone::Good),
            external_id: Some("c-1".into()),
            message: None,
            finished_at: Some(ago(1)),
            next_at: None,
            cancel_action: None,
            ..waiting.clone()
        };
        let deletion = Self {
            what: "Delete at every vendor".to_owned(),
            manager: None,
            calls_url: None,
            external_id: None,
            ..finished.clone()
        };
        states([
            ("waiting", waiting),
            ("running", running),
            ("failed", failed),
            ("cancelled", cancelled),
            ("done", finished),
            ("deletion", deletion),
        ])
    }
}

inventory::submit! { PageSamples::of::<OperationPage>(Shown::Staff("/console/operations/0199")) }

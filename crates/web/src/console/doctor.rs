//! Health checks (`H04`). They run only when requested, because they call every outside system.

use axum::extract::{OriginalUri, State};
use axum::http::HeaderMap;
use tessera_hub::doctor::{Finding, Report, Verdict};

use super::chrome;
use crate::App;
use crate::auth::caller::Staff;
use crate::console::presenter;
use crate::pages::Tone;
use crate::pages::console::{Badge, DoctorCheck, DoctorPage, DoctorReport, DoctorSystem};
use crate::respond::page::{Answer, page};

const URL: &str = "/console/doctor";

pub(super) async fn form(
    State(app): State<App>,
    staff: Staff,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let chrome = chrome(&app, &headers, &uri, &staff).await?;
    page(&app, &chrome, &DoctorPage { action: URL.to_owned(), report: None })
}

pub(super) async fn examine(
    State(app): State<App>,
    staff: Staff,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let chrome = chrome(&app, &headers, &uri, &staff).await?;
    let report = shown(&app, app.hub.doctor().await);
    page(&app, &chrome, &DoctorPage { action: URL.to_owned(), report: Some(report) })
}

fn shown(app: &App, report: Report) -> DoctorReport {
    let verdict = match report.verdict() {
        Verdict::Fail => Badge::new("Something does not work", Tone::Bad),
        Verdict::Warn => Badge::new("Worth a look", Tone::Warn),
        Verdict::Ok | Verdict::Unknown => Badge::new("All is well", Tone::Good),
    };
    let mut systems: Vec<(Verdict, DoctorSystem)> = Vec::new();
    for finding in report.findings {
        let label = presenter::system(app, &finding.system).label;
        let known = systems.iter().position(|(_, system)| system.label == label);
        let at = known.unwrap_or_else(|| {
            systems.push((Verdict::Ok, DoctorSystem { label, checks: Vec::new() }));
            systems.len() - 1
        });
        if let Some((worst, system)) = systems.get_mut(at) {
            *worst = finding.verdict.max(*worst);
            system.checks.push(check(finding));
        }
    }
    systems.sort_by_key(|(worst, _)| std::cmp::Reverse(*worst));
    DoctorReport { at: report.at, verdict, systems: systems.into_iter().map(|(_, system)| system).collect() }
}

fn check(finding: Finding) -> DoctorCheck {
    DoctorCheck {
        what: presenter::sentence(&finding.check.replace('_', " ")),
        outcome: match finding.verdict {
            Verdict::Ok => Badge::new("OK", Tone::Good),
            Verdict::Unknown => Badge::new("Unknown", Tone::Plain),
            Verdict::Warn => Badge::new("Warning", Tone::Warn),
            Verdict::Fail => Badge::new("Fail", Tone::Bad),
        },
        detail: finding.detail,
        remedy: finding.remedy,
    }
}

//! Returns (`P09`): the list, and the next steps of a return as buttons.

pub(super) mod new;

use axum::extract::{Form, OriginalUri, Path, Query, State};
use axum::http::HeaderMap;
use serde::Deserialize;
use tessera_core::kernel::ids::ReturnId;
use tessera_core::kernel::money::{Currency, Money};
use tessera_core::kernel::normalise;
use tessera_core::returns::{
    self, HoldKind, Line, LineStatus, Return, ReturnAction, ReturnEvent, ReturnStatus, Step, Tracking, UnitRole,
    split_serials,
};
use tessera_hub::Sight;
use tessera_hub::queries::returns::{ListedReturn, ReturnFilter, ReturnSearch};
use url::form_urlencoded;

use super::{PAGE_SIZE, back, chrome, customer_url, device_url, id};
use crate::App;
use crate::auth::caller::Staff;
use crate::console::form_errors::StepFormError;
use crate::console::presenter;
use crate::pages::console::{
    Badge, HistoryEntry, NextStep, Progress, ReturnDetail, ReturnRow, ReturnWork, ReturnsPage,
};
use crate::pages::returns::Choice;
use crate::pages::{Fact, Tone};
use crate::respond::page::{Answer, PageError, page};
use crate::timeline::events;

const URL: &str = "/console/returns";

/// Filter and paging.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ListQuery {
    show: String,
    q: String,
    before: Option<String>,
}

pub(super) async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(wanted): Query<ListQuery>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let chrome = chrome(&app, &headers, &uri, &staff).await?;
    let filter = ReturnFilter::parse(&wanted.show).unwrap_or(ReturnFilter::Open);
    let search = wanted.q.trim();
    let before: Option<ReturnId> = wanted.before.as_deref().map(id).transpose()?;
    let word = normalise::serial(&returns::meant(search));
    let (looked_for, size) = match &word {
        Some(word) => (ReturnSearch::Word(word), PAGE_SIZE),
        None => (ReturnSearch::Page(filter, before), PAGE_SIZE + 1),
    };
    let mut found = app.hub.queries().returns_listed(looked_for, size).await?;
    let more = found.len() > PAGE_SIZE;
    found.truncate(PAGE_SIZE);
    found.sort_by_key(|listed| std::cmp::Reverse(listed.customer_return.id));
    let more_url = found.last().filter(|_| more).map(|last| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("show", filter.as_str()).append_pair("before", &last.customer_return.id.to_string());
        format!("{URL}?{}", query.finish())
    });
    let items = found.into_iter().map(row).collect();
    let label = |filter| match filter {
        ReturnFilter::All => "All",
        ReturnFilter::Open => "Open",
        ReturnFilter::Asking => "Waiting for the customer",
        ReturnFilter::Ended => "Ended",
    };
    let filters = [ReturnFilter::Open, ReturnFilter::Asking, ReturnFilter::Ended, ReturnFilter::All];
    let filters = filters.map(|it| Choice::new(it.as_str(), label(it), it == filter && search.is_empty()));
    let (filters, search, new_url) = (filters.into(), search.to_owned(), format!("{URL}/new"));
    page(&app, &chrome, &ReturnsPage { items, filters, search, more_url, new_url })
}

pub(super) fn row(ListedReturn { customer_return, customer }: ListedReturn) -> ReturnRow {
    ReturnRow {
        url: url(customer_return.id),
        number: customer_return.number.clone(),
        customer: customer.unwrap_or_else(|| "unknown".to_owned()),
        customer_url: customer_url(customer_return.customer_id),
        units: customer_return.lines.iter().map(|line| format!("{}: {}", line.summary(), line.reason.label)).collect(),
        status: status(customer_return.status()),
        next: next(&customer_return),
        updated_at: customer_return.updated_at,
    }
}

fn next(customer_return: &Return) -> String {
    let mut next: Vec<&str> = Vec::new();
    for line in &customer_return.lines {
        match line.hold.as_ref().filter(|_| line.status() == LineStatus::OnHold).map(|hold| hold.kind) {
            Some(HoldKind::Parts) => next.push("wait for parts"),
            Some(HoldKind::Approval) => next.push("the customer answers"),
            Some(HoldKind::Declined) => next.push("decide: the customer declined"),
            None => next.extend(line.next_steps().iter().map(|(step, _)| step.as_str())),
        }
    }
    next.dedup();
    next.join(", ")
}

pub(super) fn status(status: ReturnStatus) -> Badge {
    match status {
        ReturnStatus::New => Badge::new("New", Tone::Plain),
        ReturnStatus::InProgress => Badge::new("In progress", Tone::Good),
        ReturnStatus::OnHold => Badge::new("On hold", Tone::Warn),
        ReturnStatus::Closed => Badge::new("Closed", Tone::Plain),
        ReturnStatus::Cancelled => Badge::new("Cancelled", Tone::Plain),
    }
}

fn line_status(status: LineStatus) -> Badge {
    match status {
        LineStatus::New => Badge::new("New", Tone::Plain),
        LineStatus::InProgress => Badge::new("In progress", Tone::Good),
        LineStatus::OnHold => Badge::new("On hold", Tone::Warn),
        LineStatus::Closed => Badge::new("Closed", Tone::Plain),
        LineStatus::Cancelled => Badge::new("Cancelled", Tone::Plain),
    }
}

pub(super) fn url(id: ReturnId) -> String {
    format!("{URL}/{id}")
}

pub(super) async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(customer_return): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let found = app.hub.queries().return_listed(id(&customer_return)?).await?;
    let ListedReturn { customer_return, customer } = found.ok_or(PageError::NOT_FOUND)?;
    let chrome = chrome(&app, &headers, &uri, &staff).await?;
    let told = |(at, by, event): (_, String, ReturnEvent)| HistoryEntry {
        done: presenter::done(&app, at, &by),
        text: events::return_sentence(&event),
    };
    let content = ReturnDetail {
        number: customer_return.number.clone(),
        status: status(customer_return.status()),
        customer: customer.unwrap_or_else(|| "unknown".to_owned()),
        customer_url: customer_url(customer_return.customer_id),
        opened: presenter::done(&app, customer_return.created_at, &customer_return.created_by),
        version: customer_return.version,
        action: url(customer_return.id),
        currency: app.hub.config.returns.currency.code().to_owned(),
        lines: customer_return.lines.iter().map(|line| work(&app, line)).collect(),
        story: customer_return.story().into_iter().map(told).collect(),
    };
    page(&app, &chrome, &content)
}

fn work(app: &App, line: &Line) -> ReturnWork {
    let open = line.status().is_open();
    let serials_missing = line.serials(UnitRole::Returned).count() < line.quantity as usize;
    let next = line.next_steps().into_iter().map(|(step, ready)| NextStep {
        step: step.as_str(),
        label: match step {
            Step::Receive => "Received",
            Step::Repair => "Repaired",
            Step::Ship => "Shipped",
        },
        ready,
        serials: step.moves() && (serials_missing || step == Step::Ship && !line.reason.sends_the_same()),
        tracking: step == Step::Ship,
    });
    ReturnWork {
        number: line.number,
        title: line.summary(),
        device_url: line.device.as_ref().map(|device| device_url(&device.external_id)),
        status: line_status(line.status()),
        facts: facts(line),
        progress: line.reason.steps.iter().map(|step| progress(app, line, *step)).collect(),
        next: next.collect(),
        waits: waits(line),
        open,
        on_hold: line.status() == LineStatus::OnHold,
        approvals: line
            .approvals
            .iter()
            .map(|asked| {
                let answer = match &asked.answered {
                    None => "no answer".to_owned(),
                    Some(answer) if answer.approved => "approved".to_owned(),
                    Some(answer) => {
                        let note = answer.note.as_ref().map_or_else(String::new, |note| format!(": {note}"));
                        format!("declined{note}")
                    }
                };
                Fact::new(asked.amount.to_string(), format!("{} ({answer})", asked.note))
            })
            .collect(),
    }
}

fn facts(line: &Line) -> Vec<Fact> {
    let listed = |role| line.serials(role).collect::<Vec<_>>().join(", ");
    let (returned, sent) = (listed(UnitRole::Returned), listed(UnitRole::Replacement));
    let elsewhere = line.units.iter().filter(|unit| unit.elsewhere).map(|unit| unit.serial.as_str());
    let elsewhere = elsewhere.collect::<Vec<_>>().join(", ");
    let facts = [
        ("Reason", line.reason.label.clone()),
        ("Serial", returned),
        ("Entered, but assigned to another customer", elsewhere),
        ("Sent in its place", sent),
    ];
    let mut facts: Vec<Fact> = facts
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(label, value)| Fact::new(label, value))
        .collect();
    if !line.problem.is_empty() {
        facts.push(Fact::new("Problem", &line.problem));
    }
    facts
}

fn progress(app: &App, line: &Line, step: Step) -> Progress {
    let postings = line.postings.iter().filter(|posting| posting.step == step);
    let notes = postings.map(|posting| {
        let parcel =
            posting.tracking.as_ref().map_or_else(String::new, |tracking| format!(", {}", tracking.sentence()));
        format!("{} on {:.0} by {}{parcel}", posting.quantity, posting.at, presenter::actor(app, &posting.by))
    });
    Progress {
        label: presenter::sentence(step.done()),
        done: line.done(step),
        of: line.quantity,
        notes: notes.collect(),
    }
}

fn waits(line: &Line) -> Option<String> {
    let hold = line.hold.as_ref().filter(|_| line.status() == LineStatus::OnHold)?;
    Some(match hold.kind {
        HoldKind::Parts => format!("Waits for parts: {}", hold.note),
        HoldKind::Approval => {
            let amount = line.asked().map(|asked| asked.amount.to_string()).unwrap_or_default();
            format!("Waits for the customer to approve {amount}: {}", hold.note)
        }
        HoldKind::Declined if hold.note.is_empty() => {
            "The customer declined the amount. Ask another one, resume without it, or cancel.".to_owned()
        }
        HoldKind::Declined => format!("The customer declined: {}", hold.note),
    })
}

/// The submitted form of a step.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct StepForm {
    version: i64,
    line: u32,
    act: String,
    quantity: String,
    serials: String,
    carrier: String,
    tracking: String,
    note: String,
    amount: String,
}

/// Records the step of the pressed button.
pub(super) async fn act(
    State(app): State<App>,
    staff: Staff,
    Path(customer_return): Path<String>,
    Form(deed): Form<StepForm>,
) -> Answer {
    let customer_return: ReturnId = id(&customer_return)?;
    let ctx = &staff.ctx();
    let outcome = async {
        let act = deed.act(app.hub.config.returns.currency)?;
        app.hub.act_on_return(customer_return, &[(deed.line, act)], Some(deed.version), Sight::All, ctx).await
    };
    let outcome = outcome.await;
    back(
        &app,
        &url(customer_return),
        outcome.map(|customer_return| {
            format!(
                "Noted. Return {} is {}.",
                customer_return.number,
                status(customer_return.status()).text.to_lowercase()
            )
        }),
    )
}

impl StepForm {
    fn act(&self, currency: Currency) -> Result<ReturnAction, StepFormError> {
        if let Some(step) = Step::parse(&self.act) {
            let quantity = match self.quantity.trim() {
                "" => None,
                typed => Some(typed.parse().map_err(|_| StepFormError::Quantity(typed.to_owned()))?),
            };
            let tracking = Tracking {
                carrier: Some(self.carrier.trim().to_owned()).filter(|carrier| !carrier.is_empty()),
                number: self.tracking.trim().to_owned(),
            };
            return Ok(ReturnAction::Done {
                step,
                quantity,
                serials: split_serials(&self.serials),
                tracking: Some(tracking),
            });
        }
        let note = self.note.clone();
        Ok(match self.act.as_str() {
            "identify" => ReturnAction::Identify { serials: split_serials(&self.serials) },
            "hold" => ReturnAction::Hold { note },
            "ask" => ReturnAction::Ask { amount: Money::parse(&self.amount, '.', currency)?, note },
            "resume" => ReturnAction::Resume,
            "cancel" => ReturnAction::Cancel { why: note },
            other => return Err(StepFormError::Unknown(other.to_owned())),
        })
    }
}

//! Converts returns into the text of the portal's pages.

use tessera_core::devices::Device;
use tessera_core::kernel::ids::PlaceId;
use tessera_core::returns::{HoldKind, Line, LineStatus, Posting, Return, ReturnStatus, Step, Tracking, UnitRole};
use tessera_hub::queries::returns::ReturnFilter;

use super::URL;
use crate::locale::{Arg, amount, text};
use crate::pages::console::Badge;
use crate::pages::dates;
use crate::pages::returns::{ApprovalForm, Choice, Happening, LineStep, ReturnCard, ReturnLine, ReturnPage};
use crate::pages::{Fact, Tone};
use crate::timeline::events;

/// The filters of the list.
pub(super) fn filters(chosen: ReturnFilter) -> Vec<Choice> {
    let label = |filter| match filter {
        ReturnFilter::All => text!("returns-filter-all"),
        ReturnFilter::Open => text!("returns-filter-open"),
        ReturnFilter::Asking => text!("returns-filter-asking"),
        ReturnFilter::Ended => text!("returns-filter-ended"),
    };
    ReturnFilter::ALL.map(|it| Choice::new(it.as_str(), label(it), it == chosen)).into()
}

/// A return in the list.
pub(super) fn card(customer_return: &Return) -> ReturnCard {
    ReturnCard {
        url: format!("{URL}/{}", customer_return.id),
        number: customer_return.number.clone(),
        status: status(customer_return),
        units: customer_return.lines.iter().map(Line::summary).collect(),
        opened_at: customer_return.created_at,
        asked: customer_return.lines.iter().filter_map(Line::asked).map(|asked| asked.amount.to_string()).collect(),
    }
}

fn status(customer_return: &Return) -> Badge {
    match customer_return.status() {
        ReturnStatus::New => Badge::new(text!("returns-status-open"), Tone::Plain),
        ReturnStatus::InProgress => Badge::new(text!("returns-status-in-progress"), Tone::Good),
        ReturnStatus::OnHold if customer_return.lines.iter().any(|line| line.asked().is_some()) => {
            Badge::new(text!("returns-status-waiting"), Tone::Warn)
        }
        ReturnStatus::OnHold => Badge::new(text!("returns-status-on-hold"), Tone::Warn),
        ReturnStatus::Closed => Badge::new(text!("returns-status-complete"), Tone::Good),
        ReturnStatus::Cancelled => Badge::new(text!("returns-status-cancelled"), Tone::Plain),
    }
}

fn line_status(line: &Line) -> Badge {
    match line.status() {
        LineStatus::New => Badge::new(text!("returns-status-open"), Tone::Plain),
        LineStatus::InProgress => Badge::new(text!("returns-status-in-progress"), Tone::Good),
        LineStatus::OnHold if line.asked().is_some() => Badge::new(text!("returns-status-waiting"), Tone::Warn),
        LineStatus::OnHold => Badge::new(text!("returns-status-on-hold"), Tone::Warn),
        LineStatus::Closed => Badge::new(text!("returns-status-complete"), Tone::Good),
        LineStatus::Cancelled => Badge::new(text!("returns-status-cancelled"), Tone::Plain),
    }
}

/// The page of a return.
pub(super) fn page(customer_return: &Return, devices: &[(PlaceId, Device)], instructions: Option<&str>) -> ReturnPage {
    let awaited =
        customer_return.lines.iter().any(|line| line.next_steps().iter().any(|(step, _)| *step == Step::Receive));
    ReturnPage {
        number: customer_return.number.clone(),
        status: status(customer_return),
        opened_at: customer_return.created_at,
        lines: customer_return.lines.iter().map(|line| shown(customer_return, line, devices)).collect(),
        instructions: instructions.filter(|_| awaited).map(ToOwned::to_owned),
        next: next(customer_return, awaited),
        cancel_action: customer_return.customer_may_cancel().then(|| format!("{URL}/{}/cancel", customer_return.id)),
        back_url: URL.to_owned(),
        history: customer_return
            .story()
            .into_iter()
            .map(|(at, _, event)| Happening { at, text: events::return_for_customer(&event) })
            .collect(),
    }
}

/// What the customer has to do next.
fn next(customer_return: &Return, awaited: bool) -> Option<String> {
    if customer_return.lines.iter().any(|line| line.asked().is_some()) {
        return Some(text!("returns-next-approve"));
    }
    if awaited {
        let number = &customer_return.number;
        return Some(text!("returns-next-send", number = Arg::shown(&number)));
    }
    customer_return.status().is_open().then(|| text!("returns-next-ours"))
}

fn shown(customer_return: &Return, line: &Line, devices: &[(PlaceId, Device)]) -> ReturnLine {
    let own = |wanted: &str| devices.iter().any(|(_, device)| device.external_id == wanted);
    let device = line.device.as_ref().filter(|device| own(&device.external_id));
    ReturnLine {
        number: line.number,
        title: line.summary(),
        device_url: device.map(|device| format!("/portal/customer/devices/{}", device.external_id)),
        status: line_status(line),
        facts: facts(line),
        steps: line.reason.steps.iter().map(|step| self::step(line, *step)).collect(),
        waits: waits(line),
        approval: line.asked().map(|asked| ApprovalForm {
            action: format!("{URL}/{}/lines/{}/answer", customer_return.id, line.number),
            version: asked.version,
            amount: amount(&asked.amount),
            note: asked.note.clone(),
        }),
    }
}

fn facts(line: &Line) -> Vec<Fact> {
    let listed = |role| line.serials(role).collect::<Vec<_>>().join(", ");
    let facts = [
        (text!("returns-fact-happens"), line.reason.label.clone()),
        (text!("returns-fact-serial"), listed(UnitRole::Returned)),
        (text!("returns-fact-you-get"), listed(UnitRole::Replacement)),
        (text!("returns-fact-wrote"), line.problem.clone()),
    ];
    let told = facts.into_iter().filter(|(_, value)| !value.is_empty());
    let mut facts: Vec<Fact> = told.map(|(label, value)| Fact::new(label, value)).collect();
    for asked in &line.approvals {
        if let Some(answered) = &asked.answered {
            let answer = if answered.approved { text!("returns-you-approved") } else { text!("returns-you-declined") };
            facts.push(Fact::new(answer, format!("{}: {}", amount(&asked.amount), asked.note)));
        }
    }
    facts
}

fn step(line: &Line, step: Step) -> LineStep {
    let label = match (step, line.reason.sends_the_same()) {
        (Step::Receive, _) => text!("returns-step-receive"),
        (Step::Repair, _) => text!("returns-step-repair"),
        (Step::Ship, true) => text!("returns-step-back"),
        (Step::Ship, false) => text!("returns-step-other"),
    };
    let (done, of) = (line.done(step), line.quantity);
    let stopped = !line.status().is_open() && done < of;
    let state = match done {
        done if done >= of => "done",
        _ if !stopped && line.ready_for(step) > 0 => "next",
        _ => "waiting",
    };
    LineStep { label, state, note: note(line, step) }
}

fn note(line: &Line, step: Step) -> String {
    let (done, of) = (line.done(step), line.quantity);
    let mut notes = Vec::new();
    if done > 0 && done < of {
        notes.push(text!("returns-some-of", done = done, all = of));
    }
    let postings: Vec<&Posting> = line.postings.iter().filter(|posting| posting.step == step).collect();
    if let Some(last) = postings.last().filter(|_| done >= of) {
        notes.push(text!("returns-done-on", day = dates::day(last.at)));
    }
    let parcels = postings.iter().filter_map(|posting| posting.tracking.as_ref());
    notes.extend(parcels.map(parcel));
    if done == 0 && line.status().is_open() && line.ready_for(step) > 0 {
        notes.push(text!("returns-next"));
    }
    notes.join(" · ")
}

/// Carrier and tracking number.
pub(crate) fn parcel(tracking: &Tracking) -> String {
    match &tracking.carrier {
        Some(_) => tracking.sentence(),
        None => text!("returns-tracking", number = Arg::shown(&tracking.number)),
    }
}

fn waits(line: &Line) -> Option<String> {
    if let Some(cancelled) = &line.cancelled {
        return Some(text!("returns-cancelled-why", why = Arg::shown(&cancelled.why)));
    }
    let hold = line.hold.as_ref().filter(|_| line.status() == LineStatus::OnHold)?;
    match hold.kind {
        HoldKind::Parts => Some(text!("returns-waits-for-parts", note = Arg::shown(&hold.note))),
        HoldKind::Declined => Some(text!("returns-amount-declined")),
        HoldKind::Approval => None,
    }
}

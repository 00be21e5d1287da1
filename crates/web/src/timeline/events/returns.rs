//! Wording of the timeline events of returns.

use tessera_core::returns::{Happened, ReturnEvent, ReturnedLine, Step};

use super::{Wording, listed};
use crate::locale::{Arg, text};
use crate::portal::returns::parcel;

impl Wording for ReturnEvent {
    fn staff(&self) -> String {
        return_sentence(self)
    }

    fn customer(&self) -> Option<String> {
        Some(return_for_customer(self))
    }
}

/// The returned items, each in a few words.
fn returned(lines: &[ReturnedLine]) -> String {
    listed(lines, |line| match line.quantity {
        1 => line.model.to_string(),
        many => format!("{many} × {}", line.model),
    })
}

/// The wording of a return's event for staff.
pub(crate) fn return_sentence(event: &ReturnEvent) -> String {
    let number = &event.number;
    match &event.what {
        Happened::Opened { lines, for_customer } => {
            let whose = if *for_customer { " for the customer" } else { "" };
            format!("Return {number} opened{whose}: {}", returned(lines))
        }
        Happened::Done { model, step, quantity, tracking } => {
            let follow = tracking.as_ref().map_or_else(String::new, |tracking| format!(", {}", tracking.sentence()));
            format!("Return {number}: {quantity} × {model} {}{follow}", step.done())
        }
        Happened::Identified { model, serials } => {
            format!("Return {number}: serial {} noted for {model}", serials.join(", "))
        }
        Happened::Held { model, note } => format!("Return {number}: {model} is waiting for parts: {note}"),
        Happened::Asked { model, amount, note } => {
            format!("Return {number}: asked to approve {amount} for {model}: {note}")
        }
        Happened::Answered { model, amount, approved: true } => {
            format!("Return {number}: the customer approved {amount} for {model}")
        }
        Happened::Answered { model, amount, approved: false } => {
            format!("Return {number}: the customer declined {amount} for {model}")
        }
        Happened::Resumed { model } => format!("Return {number}: work on {model} continues"),
        Happened::Cancelled { model, why } => format!("Return {number}: {model} cancelled: {why}"),
        Happened::Withdrawn { model } => format!("Return {number}: {model} cancelled: cancelled by the customer"),
        Happened::Closed => format!("Return {number} closed"),
    }
}

/// The wording of a return's event for the customer.
pub(crate) fn return_for_customer(event: &ReturnEvent) -> String {
    let number = &event.number;
    match &event.what {
        Happened::Opened { lines, for_customer: true } => {
            text!("timeline-return-opened-for-you", number = Arg::shown(number), lines = returned(lines))
        }
        Happened::Opened { lines, for_customer: false } => {
            text!("timeline-return-opened", number = Arg::shown(number), lines = returned(lines))
        }
        Happened::Done { model, step: Step::Receive, .. } => {
            text!("timeline-return-received", model = Arg::shown(&model), number = Arg::shown(&number))
        }
        Happened::Done { model, step: Step::Repair, .. } => {
            text!("timeline-return-repaired", model = Arg::shown(&model), number = Arg::shown(&number))
        }
        Happened::Done { model, step: Step::Ship, tracking, .. } => {
            let (model, number) = (Arg::shown(model), Arg::shown(number));
            match tracking {
                Some(tracking) => {
                    text!("timeline-return-shipped-by", model = model, number = number, parcel = parcel(tracking))
                }
                None => text!("timeline-return-shipped", model = model, number = number),
            }
        }
        Happened::Identified { model, .. } => {
            text!("timeline-return-identified", model = Arg::shown(&model), number = Arg::shown(&number))
        }
        Happened::Held { model, .. } => {
            text!("timeline-return-held", model = Arg::shown(&model), number = Arg::shown(&number))
        }
        Happened::Asked { model, amount, .. } => {
            text!(
                "timeline-return-asked",
                amount = Arg::shown(&amount),
                model = Arg::shown(&model),
                number = Arg::shown(&number)
            )
        }
        Happened::Answered { model, amount, approved: true } => {
            text!(
                "timeline-return-approved",
                amount = Arg::shown(&amount),
                model = Arg::shown(&model),
                number = Arg::shown(&number)
            )
        }
        Happened::Answered { model, amount, approved: false } => {
            text!(
                "timeline-return-declined",
                amount = Arg::shown(&amount),
                model = Arg::shown(&model),
                number = Arg::shown(&number)
            )
        }
        Happened::Resumed { model } => {
            text!("timeline-return-resumed", model = Arg::shown(&model), number = Arg::shown(&number))
        }
        Happened::Cancelled { model, .. } | Happened::Withdrawn { model } => {
            text!("timeline-return-line-cancelled", model = Arg::shown(&model), number = Arg::shown(&number))
        }
        Happened::Closed => text!("timeline-return-complete", number = Arg::shown(&number)),
    }
}

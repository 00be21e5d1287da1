//! Wording of the timeline events of work orders.

use tessera_core::work_orders::{WorkHappened, WorkOrderEvent};

use super::Wording;
use crate::locale::{Arg, text};
use crate::pages::dates;

impl Wording for WorkOrderEvent {
    fn staff(&self) -> String {
        work_order(self)
    }

    fn customer(&self) -> Option<String> {
        work_order_for_customer(self)
    }
}

/// The wording of a work order's event for staff.
fn work_order(event: &WorkOrderEvent) -> String {
    let WorkOrderEvent { number, kind, .. } = event;
    let said = match &event.what {
        WorkHappened::Created => return format!("Work order {number} created: {kind}"),
        WorkHappened::Assigned { name } => format!("assigned to {name}"),
        WorkHappened::Unassigned => "unassigned".to_owned(),
        WorkHappened::Scheduled { from, to, moved } => {
            let what = if *moved { "appointment moved to" } else { "appointment on" };
            format!("{what} {}–{}", from.strftime("%-d %b %Y, %H:%M"), to.strftime("%H:%M UTC"))
        }
        WorkHappened::Unscheduled => "appointment cancelled".to_owned(),
        WorkHappened::Accepted { name } => format!("accepted by {name}"),
        WorkHappened::OnTheWay { name } => format!("{name} is on the way"),
        WorkHappened::Begun { name } => format!("{name} has started"),
        WorkHappened::Finished { name, serial: Some(serial) } => {
            format!("finished by {name}; serial {serial} installed")
        }
        WorkHappened::Finished { name, serial: None } => format!("finished by {name}"),
        WorkHappened::Refused { name, reason } => format!("returned to the office by {name}: {reason}"),
        WorkHappened::Cancelled { reason } => format!("cancelled: {reason}"),
        WorkHappened::Noted { name } => format!("note by {name}"),
        WorkHappened::PartUsed { part, quantity } => format!("{quantity} × {part} used"),
        WorkHappened::PartPutBack { part, quantity } => format!("{quantity} × {part} put back"),
    };
    format!("Work order {number}: {said}")
}

/// The wording of a work order's event for the customer. Without its subject, which is for persons with access to its
/// place only. What the company sorts out among its own people is not told.
fn work_order_for_customer(event: &WorkOrderEvent) -> Option<String> {
    let kind = Arg::shown(&event.kind);
    let said = match &event.what {
        WorkHappened::Created => text!("timeline-work-planned", kind = kind),
        WorkHappened::Scheduled { from, moved: true, .. } => {
            text!("timeline-work-moved", kind = kind, day = dates::day(*from))
        }
        WorkHappened::Scheduled { from, .. } => text!("timeline-work-scheduled", kind = kind, day = dates::day(*from)),
        WorkHappened::Unscheduled => text!("timeline-work-unscheduled", kind = kind),
        WorkHappened::OnTheWay { name } => text!("timeline-work-on-the-way", kind = kind, name = Arg::shown(name)),
        WorkHappened::Begun { name } => text!("timeline-work-begun", kind = kind, name = Arg::shown(name)),
        WorkHappened::Finished { name, serial: Some(serial) } => {
            text!("timeline-work-installed", kind = kind, name = Arg::shown(name), serial = Arg::shown(serial))
        }
        WorkHappened::Finished { name, serial: None } => {
            text!("timeline-work-finished", kind = kind, name = Arg::shown(name))
        }
        WorkHappened::Cancelled { .. } => text!("timeline-work-cancelled", kind = kind),
        WorkHappened::Assigned { .. }
        | WorkHappened::Unassigned
        | WorkHappened::Accepted { .. }
        | WorkHappened::Refused { .. }
        | WorkHappened::Noted { .. }
        | WorkHappened::PartUsed { .. }
        | WorkHappened::PartPutBack { .. } => return None,
    };
    Some(said)
}

//! What a service request, and so its ticket, is told of a work order. Customers read it, too.

use jiff::tz::TimeZone;

use super::{Window, WorkHappened, WorkOrderEvent};

/// An appointment in words, in a time zone: `Mon 30 Nov 2026, 09:00–12:00`.
pub(super) fn in_words(window: Window, zone: &TimeZone) -> String {
    let (from, to) = (window.from.to_zoned(zone.clone()), window.to.to_zoned(zone.clone()));
    let begins = from.strftime("%a %-d %b %Y, %H:%M");
    if from.date() == to.date() {
        format!("{begins}–{}", to.strftime("%H:%M"))
    } else {
        format!("{begins} – {}", to.strftime("%a %-d %b %Y, %H:%M"))
    }
}

/// The text of the comment about an event. `None`: the event is the company's own affair.
pub(super) fn comment(event: &WorkOrderEvent, zone: &TimeZone) -> Option<String> {
    let said = match &event.what {
        WorkHappened::Created => format!("{} planned.", event.kind),
        WorkHappened::Assigned { name } => format!("{name} will do it."),
        WorkHappened::Scheduled { from, to, moved } => {
            let when = in_words(Window { from: *from, to: *to }, zone);
            let what = if *moved { "The appointment was moved" } else { "The appointment" };
            format!("{what}: {when}.")
        }
        WorkHappened::Unscheduled => "The appointment does not take place. There will be another one.".to_owned(),
        WorkHappened::Accepted { name } => format!("{name} has taken it on."),
        WorkHappened::OnTheWay { name } => format!("{name} is on the way."),
        WorkHappened::Begun { name } => format!("{name} has begun."),
        WorkHappened::Finished { name, serial: Some(serial) } => {
            format!("{name} has finished. Installed: serial number {serial}.")
        }
        WorkHappened::Finished { name, serial: None } => format!("{name} has finished."),
        WorkHappened::Refused { .. } => "Somebody else will do it.".to_owned(),
        WorkHappened::Cancelled { .. } => "It was cancelled.".to_owned(),
        WorkHappened::Unassigned
        | WorkHappened::Noted { .. }
        | WorkHappened::PartUsed { .. }
        | WorkHappened::PartPutBack { .. } => return None,
    };
    Some(format!("Work order {}: {said}", event.number))
}

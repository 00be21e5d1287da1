//! A plan as staff read it before it is applied (`H02`).

use std::fmt::Write as _;

use tessera_core::kernel::plan::{Change, Plan};

use super::staff;

/// The changes of a plan, numbered, each with its reason.
pub fn words(plan: &Plan) -> String {
    let mut words = String::new();
    for (number, step) in (1..).zip(&plan.steps) {
        let _infallible = writeln!(words, "{number:>3}. {}\n     because {}", change(&step.change), step.reason);
    }
    words
}

fn change(change: &Change) -> String {
    match change {
        Change::Append(entry) => {
            let event = staff::recorded(entry.written().recorded());
            format!("timeline: {event} [{} through {}]", entry.actor, entry.channel)
        }
        Change::CreateLink(link) => {
            format!("link {} ({}): {}", link.record, link.origin.as_str(), staff::evidence(&link.evidence))
        }
        other => other.to_string(),
    }
}

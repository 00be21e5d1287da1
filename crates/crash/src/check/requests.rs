//! Every request is one ticket, every comment one note on it, and the portal shows each once.

use std::collections::BTreeMap;

use tessera_sim::freshservice::Versioned;

use super::{Findings, World};
use crate::load::Request;

/// The status of a closed ticket.
const CLOSED: u64 = 5;

/// What the service desk has.
#[derive(Default)]
struct AtDesk {
    /// Tickets by subject: how many, and the status of the last one.
    tickets: BTreeMap<String, (usize, u64)>,
    /// Notes, by the first sentence that a comment is made of.
    notes: BTreeMap<String, usize>,
}

pub(super) fn check(world: &World<'_>, findings: &mut Findings) {
    let at_desk = at_desk(world);
    for life in world.known.lives.values() {
        for request in &life.requests {
            let waits = world.open.waits("sync_ticket", "request_id", &request.id);
            compare(&at_desk, request, waits, findings);
        }
    }
}

fn at_desk(world: &World<'_>) -> AtDesk {
    let desk = world.outside.desk.desk();
    let mut found = AtDesk::default();
    for ticket in desk.tickets.values().map(Versioned::current) {
        let known = found.tickets.entry(ticket.subject.clone()).or_default();
        *known = (known.0 + 1, ticket.status);
    }
    for note in &desk.conversations {
        let said = note.body_text.find("comment ").and_then(|at| note.body_text[at..].split_once('.'));
        if let Some((said, _)) = said {
            *found.notes.entry(format!("{said}.")).or_default() += 1;
        }
    }
    found
}

fn compare(at_desk: &AtDesk, request: &Request, waits: bool, findings: &mut Findings) {
    let (tickets, status) = at_desk.tickets.get(&request.subject).copied().unwrap_or_default();
    findings.once(tickets, waits, || format!("the ticket of {}", request.subject));
    for comment in &request.comments {
        let notes = at_desk.notes.get(comment).copied().unwrap_or_default();
        findings.once(notes, waits, || format!("the note of {comment}"));
    }
    if request.closed {
        findings.holds(status == CLOSED, waits, || format!("{} is closed, its ticket {status}", request.subject));
    }
}

//! The stored form of timeline events. Its bytes are hashed and kept for ever, so they must not change.
//!
//! `timeline_form.txt` has every event in its stored form: a line with the permanent part, then, indented, the personal
//! part if there is one. Lines may be added, never changed.

use std::collections::BTreeSet;

use jiff::Timestamp;
use tessera_core::kernel::ids::CustomerId;
use tessera_core::kernel::timeline::{self, Entry, Event, Head, NewEntry, PersonalPart};
use uuid::Uuid;

const STORED: &str = include_str!("timeline_form.txt");
const SALT: [u8; 16] = [7; 16];
/// Hash of the last of the first [`COUNT`] entries, computed by another program.
const HEAD: &str = "f14aac40df88d14df8db55178206227add8aa6f655a696eb09350bc636fcf36f";
const COUNT: usize = 215;

/// The permanent and the personal part of every event.
fn stored() -> Vec<(&'static str, Option<&'static str>)> {
    let mut events = Vec::new();
    for line in STORED.lines() {
        match (line.strip_prefix("  "), events.last_mut()) {
            (Some(personal), Some((_, part))) => *part = Some(personal),
            _ => events.push((line, None)),
        }
    }
    events
}

fn new_entry((event, personal): (&str, Option<&str>)) -> NewEntry {
    NewEntry {
        customer_id: CustomerId(Uuid::from_u128(7)),
        at: Timestamp::UNIX_EPOCH,
        actor: "staff:jo".to_owned(),
        channel: "console".to_owned(),
        event: event.to_owned(),
        personal: personal.map(|document| PersonalPart { document: document.to_owned(), salt: SALT }),
    }
}

#[test]
fn h05_events_are_written_as_in_every_version_before() {
    for stored in stored() {
        let entry = new_entry(stored);
        let event = entry.event().unwrap_or_else(|| panic!("cannot be read: {}", stored.0));
        let NewEntry { customer_id, at, actor, channel, .. } = &entry;
        let again = NewEntry::new(*customer_id, *at, (actor.as_str(), channel.as_str()), &event, || SALT);
        assert_eq!(again, entry);
    }
}

#[test]
fn h05_the_stored_form_of_every_event_is_recorded() {
    let recorded: BTreeSet<_> = stored().iter().filter_map(|stored| Some(new_entry(*stored).event()?.name())).collect();
    let all: BTreeSet<_> = Event::names().into_iter().collect();
    assert_eq!(recorded, all);
}

#[test]
fn h05_the_hashes_of_the_chain_are_those_of_every_version_before() {
    let mut head = Head::default();
    let chain: Vec<Entry> = stored()
        .into_iter()
        .take(COUNT)
        .map(|stored| {
            let entry = new_entry(stored).following(head);
            head = entry.head();
            entry
        })
        .collect();
    assert_eq!(timeline::verify(&chain, head), Ok(()));
    assert_eq!(head.hash.map(|byte| format!("{byte:02x}")).concat(), HEAD);
}

#[test]
fn h05_events_with_names_of_earlier_versions_are_read() {
    for (former, now) in
        [("asset_write_asked", "device_write_requested"), ("asset_write_not_done", "device_write_failed")]
    {
        let stored = stored();
        let (event, personal) = stored.iter().find(|(event, _)| event.contains(now)).expect("it is recorded");
        let event = new_entry((&event.replace(now, former), *personal)).event().expect("it is read");
        assert_eq!(event.name(), now);
    }
}

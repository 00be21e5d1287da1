//! The wording of timeline events, for staff and for the customer (`H05`). Each feature words its own events.

mod access;
mod activation;
mod credentials;
mod customer;
mod devices;
mod forum;
mod invitations;
mod invoices;
mod jobs;
mod marketplace;
mod marketplace_platform;
mod messages;
mod news;
mod persons;
mod returns;
mod service_requests;
mod staff;
mod storefront;
mod sync;
mod work_orders;

pub(crate) use customer::evidence;
pub(crate) use devices::{leaving, superseded};
pub(crate) use returns::{return_for_customer, return_sentence};

use tessera_core::kernel::timeline::Event;

/// The wording of an event.
trait Wording {
    /// For staff.
    fn staff(&self) -> String;

    /// For the customer; `None` if the customer does not see the event.
    fn customer(&self) -> Option<String>;
}

fn wording(event: &Event) -> &dyn Wording {
    match event {
        Event::Access(event) => event,
        Event::Activation(event) => event,
        Event::Credential(event) => event,
        Event::Customer(event) => event,
        Event::Device(event) => event,
        Event::Forum(event) => event,
        Event::Invitation(event) => event,
        Event::Invoice(event) => event,
        Event::Job(event) => event,
        Event::Marketplace(event) => event,
        Event::Message(event) => event,
        Event::News(event) => event,
        Event::Person(event) => event,
        Event::Platform(event) => event,
        Event::Return(event) => event,
        Event::ServiceRequest(event) => event,
        Event::Staff(event) => event,
        Event::Storefront(event) => event,
        Event::Sync(event) => event,
        Event::WorkOrder(event) => event,
    }
}

/// The wording for staff.
pub(super) fn staff(event: &Event) -> String {
    wording(event).staff()
}

/// The wording for the customer; `None` if the customer does not see the event.
pub(super) fn customer(event: &Event) -> Option<String> {
    wording(event).customer()
}

fn or_none(text: Option<&impl ToString>) -> String {
    text.map_or_else(|| "none".to_owned(), ToString::to_string)
}

fn listed<T>(items: &[T], words: impl Fn(&T) -> String) -> String {
    listed_by(", ", items, words)
}

fn listed_by<T>(between: &str, items: &[T], words: impl Fn(&T) -> String) -> String {
    items.iter().map(words).collect::<Vec<_>>().join(between)
}

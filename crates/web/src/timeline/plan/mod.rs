//! A plan worded for staff, before it is applied (`H02`). Each feature describes its own changes.

mod access;
mod activation;
mod credentials;
mod devices;
mod forum;
mod invitations;
mod invoices;
mod kernel;
mod marketplace;
mod marketplace_platform;
mod messages;
mod news;
mod persons;
mod returns;
mod search;
mod service_requests;
mod staff;
mod storefront;
mod sync;
mod work_orders;

use std::fmt::Write as _;

use tessera_core::kernel::plan::{Change, Plan};
use tessera_core::kernel::printed::OneLine;

/// Describes a change in a sentence.
trait Describe {
    fn describe(&self) -> String;
}

/// The changes of a plan, numbered, each with its reason.
pub fn words(plan: &Plan) -> String {
    let mut words = String::new();
    for (number, step) in (1..).zip(&plan.steps) {
        let _infallible =
            writeln!(words, "{number:>3}. {}\n     because {}", OneLine(change(&step.change)), OneLine(&step.reason));
    }
    words
}

/// The description of a change.
pub(crate) fn change(change: &Change) -> String {
    match change {
        Change::Access(it) => it.describe(),
        Change::Activation(it) => it.describe(),
        Change::Answer(it) => it.describe(),
        Change::Attachment(it) => it.describe(),
        Change::Contact(it) => it.describe(),
        Change::Credential(it) => it.describe(),
        Change::Customer(it) => it.describe(),
        Change::Device(it) => it.describe(),
        Change::DeviceWrite(it) => it.describe(),
        Change::Forum(it) => it.describe(),
        Change::Hold(it) => it.describe(),
        Change::Hook(it) => it.describe(),
        Change::Identity(it) => it.describe(),
        Change::Invitation(it) => it.describe(),
        Change::Invoice(it) => it.describe(),
        Change::Job(it) => it.describe(),
        Change::Link(it) => it.describe(),
        Change::Marketplace(it) => it.describe(),
        Change::MarketplacePlatform(it) => it.describe(),
        Change::Message(it) => it.describe(),
        Change::News(it) => it.describe(),
        Change::Person(it) => it.describe(),
        Change::Place(it) => it.describe(),
        Change::Profile(it) => it.describe(),
        Change::Record(it) => it.describe(),
        Change::Registration(it) => it.describe(),
        Change::Return(it) => it.describe(),
        Change::Review(it) => it.describe(),
        Change::Search(it) => it.describe(),
        Change::ServiceRequest(it) => it.describe(),
        Change::Staff(it) => it.describe(),
        Change::Storefront(it) => it.describe(),
        Change::Timeline(it) => it.describe(),
        Change::WorkOrder(it) => it.describe(),
    }
}

fn or_dash(text: Option<&str>) -> &str {
    text.unwrap_or("-")
}

const fn sending(at: Option<jiff::Timestamp>) -> &'static str {
    if at.is_some() { "being sent" } else { "not sent yet" }
}

//! The mail about an appointment.

use jiff::civil;
use jiff::tz::TimeZone;
use serde::Serialize;
use tessera_core::kernel::job::Leased;
use tessera_core::persons::Person;
use tessera_core::work_orders::jobs::{AppointmentNotice, MailWorkOrder};
use tessera_core::work_orders::{State, Window, WorkOrder};

use crate::emails::{Email, EmailSamples, sample};
use crate::jobs::{JobOutcome, Run};
use crate::{Hub, HubError};

/// Tells the customer when someone comes.
#[derive(Clone, Serialize)]
struct AppointmentEmail {
    name: String,
    notice: AppointmentNotice,
    /// The label of the kind of work.
    kind: String,
    number: String,
    when: Option<Appointment>,
    /// The address, with line breaks.
    address: Option<String>,
    /// Who comes.
    technician: Option<String>,
    url: String,
}

/// An appointment in the time zone of its place, which is the company's.
#[derive(Clone, Serialize)]
struct Appointment {
    from: civil::DateTime,
    to: civil::DateTime,
}

impl Appointment {
    fn of(window: Window, zone: &TimeZone) -> Self {
        Self { from: zone.to_datetime(window.from), to: zone.to_datetime(window.to) }
    }
}

impl Email for AppointmentEmail {
    const NAME: &'static str = "work_order";

    fn is_open_to_strangers(&self) -> bool {
        false
    }

    fn samples() -> Vec<(&'static str, Self)> {
        let made = Self {
            name: "Jo".to_owned(),
            notice: AppointmentNotice::Scheduled,
            kind: "Installation".to_owned(),
            number: "W-7K3M-9QXD".to_owned(),
            when: Some(Appointment {
                from: civil::datetime(2026, 11, 30, 9, 0, 0, 0),
                to: civil::datetime(2026, 11, 30, 12, 0, 0, 0),
            }),
            address: Some("1 Example Way\nExample Town".to_owned()),
            technician: Some("Sam Example".to_owned()),
            url: sample::url("/portal/customer/requests/0197"),
        };
        let moved = Self { notice: AppointmentNotice::Moved, technician: None, address: None, ..made.clone() };
        let cancelled = Self { notice: AppointmentNotice::Cancelled, when: None, ..made.clone() };
        vec![("scheduled", made), ("moved", moved), ("cancelled", cancelled)]
    }
}

inventory::submit! { EmailSamples::of::<AppointmentEmail>() }

impl Run for MailWorkOrder {
    async fn run(&self, hub: &Hub, job: &Leased) -> Result<JobOutcome, HubError> {
        match hub.appointment_email(self).await? {
            Some((address, email)) => Ok(hub.send(&address, &email, job).await),
            None => Ok(JobOutcome::Done),
        }
    }
}

impl Hub {
    /// Where the mail goes and what it says; `None` if it is no longer true, or nobody can be told.
    async fn appointment_email(&self, mail: &MailWorkOrder) -> Result<Option<(String, AppointmentEmail)>, HubError> {
        let Some(order) = self.reads().work_order(mail.work_order_id).await? else { return Ok(None) };
        if !is_true(&order, mail.notice) {
            return Ok(None);
        }
        let Some(customer) = self.reads().customer(order.customer_id).await? else { return Ok(None) };
        let asked = self.asked_for(&order).await?;
        let address = asked.as_ref().and_then(|person| person.reachable_at().map(ToOwned::to_owned));
        let Some(address) = address.or(customer.email) else { return Ok(None) };
        let place = self.reads().place(order.place_id).await?;
        let path = match order.request_id {
            Some(request) => format!("/portal/customer/requests/{request}"),
            None => "/portal/customer/timeline".to_owned(),
        };
        let email = AppointmentEmail {
            name: asked.map_or(customer.name, |person| person.name),
            notice: mail.notice,
            when: order.window.map(|window| Appointment::of(window, &self.config.locale.time_zone)),
            address: place.and_then(|place| place.address),
            technician: order.assignee.map(|assignee| assignee.name),
            kind: order.kind.label,
            number: order.number,
            url: self.config.url(&path),
        };
        Ok(Some((address, email)))
    }

    /// The person whose service request led to the work.
    async fn asked_for(&self, order: &WorkOrder) -> Result<Option<Person>, HubError> {
        let Some(request) = order.request_id else { return Ok(None) };
        let person = self.reads().request(request).await?.and_then(|request| request.person_id);
        match person {
            Some(person) => Ok(self.reads().person(person).await?.filter(|person| person.inactive.is_none())),
            None => Ok(None),
        }
    }
}

/// Whether a notice still says what is so: another one may follow it.
fn is_true(order: &WorkOrder, notice: AppointmentNotice) -> bool {
    match notice {
        AppointmentNotice::Scheduled | AppointmentNotice::Moved => order.window.is_some() && !order.state.is_over(),
        AppointmentNotice::Cancelled => order.window.is_none() || order.state == State::Cancelled,
    }
}

//! Wording of timeline events for the customer (`H05`).

use tessera_core::kernel::timeline::Event;
use tessera_core::returns::{Happened, ReturnEvent, Step};
use tessera_core::work_orders::{WorkHappened, WorkOrderEvent};

use super::staff::{forum_act, invoice, profile_field, returned};

/// The event's wording for the customer; `None` if the customer does not see it.
pub fn sentence(event: &Event) -> Option<String> {
    match event {
        Event::Invited { .. } => Some("We sent you an invitation to activate your account".to_owned()),
        Event::Activated { .. } => Some("You activated your account".to_owned()),
        Event::DeviceAssigned { name, .. } => Some(format!("{name} was added to your devices")),
        Event::DeviceUnassigned { name, .. } => Some(format!("{name} was removed from your devices")),
        Event::EmailChanged { .. } => Some("Your e-mail address with us changed".to_owned()),
        Event::PhoneChanged { .. } => Some("Your telephone number with us changed".to_owned()),
        Event::AccountChanged { .. } => Some("Your details at the marketplace changed".to_owned()),
        Event::InvitedByMarketplace { .. } => Some("Your marketplace received your activation link".to_owned()),
        Event::AccountDeleted { .. } => Some("Your account was closed at the marketplace".to_owned()),
        Event::AccountRestored { .. } => Some("Your account was opened again".to_owned()),
        Event::IdentityAdded { shown_as, .. } => Some(format!("You added the sign-in method {shown_as}")),
        Event::IdentityRemoved { shown_as, .. } => Some(format!("You removed the sign-in method {shown_as}")),
        Event::RequesterDeactivated { .. } => {
            Some("Your customer record was put on hold; your devices are not shown for as long".to_owned())
        }
        Event::RequesterReactivated { .. } => Some("Your customer record is active again".to_owned()),
        Event::SerialCorrected { name, .. } => Some(format!("The serial number of {name} was corrected")),
        Event::PersonAdded { name, .. } | Event::RegistrationApproved { name, .. } => {
            Some(format!("{name} was added to your people"))
        }
        Event::PlaceAdded { name, .. } => Some(format!("{name} was added to your places")),
        Event::ContactAdded { name, .. } => Some(format!("{name} was added to your contacts")),
        Event::Return(event) => Some(return_sentence(event)),
        Event::WorkOrder(event) => work_order(event),
        Event::Invoice(event) => Some(invoice(event)),
        Event::PasswordLinkSent { sent_to, .. } => Some(format!("We sent a link to choose a password to {sent_to}")),
        Event::SignInSecured { what, .. } => Some(super::security_notice(*what).to_owned()),
        // Without titles, because not every person of a customer can read every board.
        Event::ForumWritten { act, name, .. } => Some(format!("{name} {} in the forum", forum_act(*act))),
        Event::ForumModerated { moderation, name, why, .. } => {
            let what = if moderation.is_of_post() { "post" } else { "topic" };
            Some(format!("A forum {what} by {name} was {}: {why}", moderation.words()))
        }
        Event::ForumMuted { name, until: Some(until), why } => {
            Some(format!("{name} cannot write in the forum until {}: {why}", until.strftime("%-d %b %Y, %H:%M UTC")))
        }
        Event::ForumMuted { name, until: None, .. } => Some(format!("{name} can write in the forum again")),
        Event::ProfileChanged { name, changes } => {
            let changed: Vec<_> = changes.iter().map(|field| profile_field(*field)).collect();
            Some(format!("{name} changed their {}", changed.join(", ")))
        }
        Event::PersonEmailAsked { name, to } => Some(format!("{name} asked to change their e-mail address to {to}")),
        Event::PersonEmailChanged { name, to, .. } => Some(format!("{name} changed their e-mail address to {to}")),
        // Without the subject: it is for persons with access to its place only, but the timeline belongs to the whole
        // customer.
        Event::RequestOpened { .. } => Some("A service request was opened".to_owned()),
        Event::RequestArrived { .. } => Some("The service team opened a request for you".to_owned()),
        Event::RequestApproved { .. } => Some("A service request was approved".to_owned()),
        Event::RequestDeclined { .. } => Some("A service request was declined".to_owned()),
        Event::RequestSent { .. } => Some("A service request reached the service team".to_owned()),
        Event::RequestMoved { status, .. } => {
            Some(format!("A service request changed: {}", status.words().to_lowercase()))
        }
        Event::RequestAnswered { .. } => Some("The service team answered a request".to_owned()),
        Event::RequestClosed { .. } => Some("A service request was closed".to_owned()),
        Event::RequestReopened { .. } => Some("A service request was opened again".to_owned()),
        Event::WorkflowChanged { .. } => Some("Your own steps for requests were changed".to_owned()),
        Event::PersonEmailCorrected { name, to, .. } => {
            Some(format!("Your marketplace corrected the e-mail address of {name} to {to}"))
        }
        Event::OrderPlaced { number } => Some(format!("Order {number} was placed")),
        Event::OrderCancelled { number } => Some(format!("Order {number} was cancelled")),
        Event::CustomerCreated { .. }
        | Event::SweepDecided { .. }
        | Event::DeviceLoadDecided { .. }
        | Event::SweepRequested { .. }
        | Event::InvitationWithdrawn { .. }
        | Event::StaffAdded { .. }
        | Event::StaffPasswordSet { .. }
        | Event::StaffRolesChanged { .. }
        | Event::StaffRemoved { .. }
        | Event::StaffBreakGlass { .. }
        | Event::SecretsReencrypted { .. }
        | Event::MessageKeyIssued { .. }
        | Event::MessageKeyRevoked { .. }
        | Event::ServiceManagerSaved { .. }
        | Event::ServiceManagerDeleted { .. }
        | Event::VendorCustomerLinked { .. }
        | Event::VendorCustomerUnlinked { .. }
        | Event::VendorCustomerDeleted { .. }
        | Event::ProductSaved { .. }
        | Event::ProductDeleted { .. }
        | Event::AccountImportDecided { .. }
        | Event::DomainAdded { .. }
        | Event::DomainRemoved { .. }
        | Event::ApiKeyIssued { .. }
        | Event::ApiKeyRevoked { .. }
        | Event::JobDismissed { .. }
        | Event::JobRetried { .. }
        | Event::JobsRetried { .. }
        | Event::SystemPaused { .. }
        | Event::SystemResumed { .. }
        | Event::Linked { .. }
        | Event::Unlinked { .. }
        | Event::ContactMissing { .. }
        | Event::ContactAmbiguous { .. }
        | Event::ReviewDecided { .. }
        | Event::Renamed { .. }
        | Event::RequesterConverted { .. }
        | Event::RecordMerged { .. }
        | Event::MergeDisputed { .. }
        | Event::OtherContactFound { .. }
        | Event::ContactDiffers { .. }
        | Event::SerialsDiffer { .. }
        | Event::DeviceWriteRequested { .. }
        | Event::DeviceWriteFailed { .. }
        | Event::ServedByReseller { .. }
        | Event::Licensed { .. }
        | Event::PersonChanged { .. }
        | Event::PersonDeactivated { .. }
        | Event::PersonReactivated { .. }
        | Event::PlaceChanged { .. }
        | Event::ContactChanged { .. }
        | Event::Previewed { .. }
        | Event::SeatFreed { .. }
        | Event::PersonErased { .. }
        | Event::DevicePlaced { .. }
        | Event::SessionsEnded { .. }
        | Event::Registered { .. }
        | Event::SignedUp { .. }
        | Event::RegistrationRefused { .. }
        | Event::NewsWritten { .. }
        | Event::RequestNotSent { .. }
        | Event::RequestLost { .. } => None,
    }
}

/// The wording of a work order's event for the customer. Without its subject, which is for persons with access to its
/// place only. What the company sorts out among its own people is not told.
fn work_order(event: &WorkOrderEvent) -> Option<String> {
    let kind = &event.kind;
    let said = match &event.what {
        WorkHappened::Created => "is being planned".to_owned(),
        WorkHappened::Scheduled { from, moved, .. } => {
            let what = if *moved { "the appointment was moved to" } else { "the appointment is on" };
            format!("{what} {}", from.strftime("%-d %b %Y"))
        }
        WorkHappened::Unscheduled => "the appointment does not take place".to_owned(),
        WorkHappened::OnTheWay { name } => format!("{name} was on the way to you"),
        WorkHappened::Begun { name } => format!("{name} began"),
        WorkHappened::Finished { name, serial: Some(serial) } => {
            format!("{name} finished, and installed the device with serial number {serial}")
        }
        WorkHappened::Finished { name, serial: None } => format!("{name} finished"),
        WorkHappened::Cancelled { .. } => "was cancelled".to_owned(),
        WorkHappened::Assigned { .. }
        | WorkHappened::Unassigned
        | WorkHappened::Accepted { .. }
        | WorkHappened::Refused { .. }
        | WorkHappened::Noted { .. }
        | WorkHappened::PartUsed { .. }
        | WorkHappened::PartPutBack { .. } => return None,
    };
    Some(format!("{kind}: {said}"))
}

/// The wording of a return's event for the customer.
pub(crate) fn return_sentence(event: &ReturnEvent) -> String {
    let number = &event.number;
    match &event.what {
        Happened::Opened { lines, for_customer: true } => {
            format!("We opened return {number} for you: {}", returned(lines))
        }
        Happened::Opened { lines, for_customer: false } => {
            format!("Return {number} was opened for {}", returned(lines))
        }
        Happened::Done { model, step: Step::Receive, .. } => format!("We received {model} (return {number})"),
        Happened::Done { model, step: Step::Repair, .. } => format!("{model} was repaired (return {number})"),
        Happened::Done { model, step: Step::Ship, tracking, .. } => {
            let follow = tracking.as_ref().map_or_else(String::new, |tracking| format!(", {}", tracking.sentence()));
            format!("We shipped {model} to you (return {number}{follow})")
        }
        Happened::Identified { model, .. } => {
            format!("The serial number of {model} was noted (return {number})")
        }
        Happened::Held { model, .. } => format!("{model} waits for parts (return {number})"),
        Happened::Asked { model, amount, .. } => {
            format!("We asked you to approve {amount} for {model} (return {number})")
        }
        Happened::Answered { model, amount, approved: true } => {
            format!("You approved {amount} for {model} (return {number})")
        }
        Happened::Answered { model, amount, approved: false } => {
            format!("You declined {amount} for {model} (return {number})")
        }
        Happened::Resumed { model } => format!("Work on {model} goes on (return {number})"),
        Happened::Cancelled { model, .. } | Happened::Withdrawn { model } => {
            format!("The return of {model} was cancelled (return {number})")
        }
        Happened::Closed => format!("Return {number} is complete"),
    }
}

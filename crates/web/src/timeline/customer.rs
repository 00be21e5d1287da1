//! Wording of timeline events for the customer (`H05`).

use std::fmt::Display;

use tessera_core::forum::Moderation;
use tessera_core::invoices::{Delivered, InvoiceEvent};
use tessera_core::kernel::timeline::{Event, ForumAct};
use tessera_core::persons::profile::ProfileField;
use tessera_core::returns::{Happened, ReturnEvent, Step};
use tessera_core::service_requests::Status;
use tessera_core::work_orders::{WorkHappened, WorkOrderEvent};

use super::staff::returned;
use crate::locale::{Arg, text};
use crate::pages::dates;
use crate::portal::returns::parcel;

/// The event's wording for the customer; `None` if the customer does not see it.
pub fn sentence(event: &Event) -> Option<String> {
    match event {
        Event::Invited { .. } => Some(text!("timeline-invited")),
        Event::Activated { .. } => Some(text!("timeline-activated")),
        Event::DeviceAssigned { name, .. } => Some(text!("timeline-device-added", name = Arg::shown(&name))),
        Event::DeviceUnassigned { name, .. } => Some(text!("timeline-device-removed", name = Arg::shown(&name))),
        Event::EmailChanged { .. } => Some(text!("timeline-email-changed")),
        Event::PhoneChanged { .. } => Some(text!("timeline-phone-changed")),
        Event::AccountChanged { .. } => Some(text!("timeline-account-changed")),
        Event::InvitedByMarketplace { .. } => Some(text!("timeline-invited-by-marketplace")),
        Event::AccountDeleted { .. } => Some(text!("timeline-account-closed")),
        Event::AccountRestored { .. } => Some(text!("timeline-account-opened")),
        Event::IdentityAdded { shown_as, .. } => Some(text!("timeline-method-added", shown_as = Arg::shown(&shown_as))),
        Event::IdentityRemoved { shown_as, .. } => {
            Some(text!("timeline-method-removed", shown_as = Arg::shown(&shown_as)))
        }
        Event::RequesterDeactivated { .. } => Some(text!("timeline-on-hold")),
        Event::RequesterReactivated { .. } => Some(text!("timeline-active-again")),
        Event::SerialCorrected { name, .. } => Some(text!("timeline-serial-corrected", name = Arg::shown(&name))),
        Event::PersonAdded { name, .. } | Event::RegistrationApproved { name, .. } => {
            Some(text!("timeline-person-added", name = Arg::shown(&name)))
        }
        Event::PlaceAdded { name, .. } => Some(text!("timeline-place-added", name = Arg::shown(&name))),
        Event::ContactAdded { name, .. } => Some(text!("timeline-contact-added", name = Arg::shown(&name))),
        Event::Return(event) => Some(return_sentence(event)),
        Event::WorkOrder(event) => work_order(event),
        Event::Invoice(event) => Some(invoice(event)),
        Event::PasswordLinkSent { sent_to, .. } => Some(text!("timeline-link-sent", sent_to = Arg::shown(&sent_to))),
        Event::SignInSecured { what, .. } => Some(super::security_notice(*what)),
        // Without titles, because not every person of a customer can read every board.
        Event::ForumWritten { act, name, .. } => Some(written(*act, name)),
        Event::ForumModerated { moderation, name, why, .. } => Some(moderated(*moderation, name, why)),
        Event::ForumMuted { name, until: Some(until), why } => {
            Some(text!("timeline-muted", name = Arg::shown(name), until = dates::moment(*until), why = Arg::shown(why)))
        }
        Event::ForumMuted { name, until: None, .. } => Some(text!("timeline-unmuted", name = Arg::shown(&name))),
        Event::ProfileChanged { name, changes } => {
            let changed: Vec<_> = changes.iter().map(|field| profile_field(*field)).collect();
            Some(text!("timeline-profile-changed", name = Arg::shown(name), fields = changed.join(", ")))
        }
        Event::PersonEmailAsked { name, to } => {
            Some(text!("timeline-email-asked", name = Arg::shown(&name), to = Arg::shown(&to)))
        }
        Event::PersonEmailChanged { name, to, .. } => {
            Some(text!("timeline-person-email-changed", name = Arg::shown(&name), to = Arg::shown(&to)))
        }
        // Without the subject: it is for persons with access to its place only, but the timeline belongs to the whole
        // customer.
        Event::RequestOpened { .. } => Some(text!("timeline-request-opened")),
        Event::RequestArrived { .. } => Some(text!("timeline-request-arrived")),
        Event::RequestApproved { .. } => Some(text!("timeline-request-approved")),
        Event::RequestDeclined { .. } => Some(text!("timeline-request-declined")),
        Event::RequestSent { .. } => Some(text!("timeline-request-sent")),
        Event::RequestMoved { status, .. } => Some(text!("timeline-request-moved", status = request_status(*status))),
        Event::RequestAnswered { .. } => Some(text!("timeline-request-answered")),
        Event::RequestClosed { .. } => Some(text!("timeline-request-closed")),
        Event::RequestReopened { .. } => Some(text!("timeline-request-reopened")),
        Event::WorkflowChanged { .. } => Some(text!("timeline-workflow-changed")),
        Event::PersonEmailCorrected { name, to, .. } => {
            Some(text!("timeline-email-corrected", name = Arg::shown(&name), to = Arg::shown(&to)))
        }
        Event::OrderPlaced { number } => Some(text!("timeline-order-placed", number = Arg::shown(&number))),
        Event::OrderCancelled { number } => Some(text!("timeline-order-cancelled", number = Arg::shown(&number))),
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

/// The wording of a return's event for the customer.
pub(crate) fn return_sentence(event: &ReturnEvent) -> String {
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

fn written(act: ForumAct, name: &impl Display) -> String {
    let name = Arg::shown(name);
    match act {
        ForumAct::Started => text!("timeline-forum-started", name = name),
        ForumAct::Replied => text!("timeline-forum-replied", name = name),
        ForumAct::Edited => text!("timeline-forum-edited", name = name),
        ForumAct::Reported => text!("timeline-forum-reported", name = name),
    }
}

fn moderated(moderation: Moderation, name: &impl Display, why: &impl Display) -> String {
    let (name, why) = (Arg::shown(name), Arg::shown(why));
    match moderation {
        Moderation::PostHidden => text!("timeline-post-hidden", name = name, why = why),
        Moderation::PostRestored => text!("timeline-post-restored", name = name, why = why),
        Moderation::PostKept => text!("timeline-post-kept", name = name, why = why),
        Moderation::TopicHidden => text!("timeline-topic-hidden", name = name, why = why),
        Moderation::TopicRestored => text!("timeline-topic-restored", name = name, why = why),
        Moderation::TopicLocked => text!("timeline-topic-locked", name = name, why = why),
        Moderation::TopicUnlocked => text!("timeline-topic-unlocked", name = name, why = why),
        Moderation::TopicPinned => text!("timeline-topic-pinned", name = name, why = why),
        Moderation::TopicUnpinned => text!("timeline-topic-unpinned", name = name, why = why),
        Moderation::TopicMoved => text!("timeline-topic-moved", name = name, why = why),
    }
}

fn profile_field(field: ProfileField) -> String {
    match field {
        ProfileField::Name => text!("timeline-field-name"),
        ProfileField::Phone => text!("timeline-field-phone"),
        ProfileField::Notices => text!("timeline-field-notices"),
        ProfileField::Language => text!("timeline-field-language"),
        ProfileField::TimeZone => text!("timeline-field-time-zone"),
    }
}

fn request_status(status: Status) -> String {
    match status {
        Status::Approval => text!("timeline-request-status-approval"),
        Status::Declined => text!("timeline-request-status-declined"),
        Status::Received => text!("timeline-request-status-received"),
        Status::Open => text!("timeline-request-status-open"),
        Status::Pending => text!("timeline-request-status-pending"),
        Status::Resolved => text!("timeline-request-status-resolved"),
        Status::Closed => text!("timeline-request-status-closed"),
        Status::Other(_) => text!("timeline-request-status-other"),
    }
}

fn invoice(event: &InvoiceEvent) -> String {
    let (number, total) = (Arg::shown(&event.number), Arg::shown(&event.total));
    match event.became {
        None => text!("timeline-invoice-issued", number = number, total = total),
        Some(Delivered::Open) => text!("timeline-invoice-open", number = number, total = total),
        Some(Delivered::Paid) => text!("timeline-invoice-paid", number = number, total = total),
        Some(Delivered::Credited) => text!("timeline-invoice-credited", number = number, total = total),
    }
}

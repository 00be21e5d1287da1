//! The names of events, and the sentences that staff and customers read of them.

use super::event::{Event, ForumAct, Leaving, SerialField};
use crate::blog::PostState;
use crate::sweep::Decision;

impl Event {
    /// The name kept in the database and used by the API.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::CustomerCreated { .. } => "customer_created",
            Self::Invited { .. } => "invited",
            Self::Activated { .. } => "activated",
            Self::Linked { .. } => "linked",
            Self::Unlinked { .. } => "unlinked",
            Self::ContactMissing { .. } => "contact_missing",
            Self::ContactAmbiguous { .. } => "contact_ambiguous",
            Self::ReviewDecided { .. } => "review_decided",
            Self::DeviceAssigned { .. } => "device_assigned",
            Self::DeviceUnassigned { .. } => "device_unassigned",
            Self::EmailChanged { .. } => "email_changed",
            Self::Renamed { .. } => "renamed",
            Self::AccountChanged { .. } => "account_changed",
            Self::ServedByReseller { .. } => "served_by_reseller",
            Self::Licensed { .. } => "licensed",
            Self::InvitedByMarketplace { .. } => "invited_by_marketplace",
            Self::AccountDeleted { .. } => "account_deleted",
            Self::AccountRestored { .. } => "account_restored",
            Self::NewsWritten { .. } => "news_written",
            Self::ForumWritten { .. } => "forum_written",
            Self::ForumModerated { .. } => "forum_moderated",
            Self::ForumMuted { .. } => "forum_muted",
            Self::ProfileChanged { .. } => "profile_changed",
            Self::PersonEmailAsked { .. } => "person_email_asked",
            Self::PersonEmailChanged { .. } => "person_email_changed",
            Self::IdentityAdded { .. } => "identity_added",
            Self::IdentityRemoved { .. } => "identity_removed",
            Self::RequesterDeactivated { .. } => "requester_deactivated",
            Self::RequesterReactivated { .. } => "requester_reactivated",
            Self::RequesterConverted { .. } => "requester_converted",
            Self::RecordMerged { .. } => "record_merged",
            Self::MergeDisputed { .. } => "merge_disputed",
            Self::OtherContactFound { .. } => "other_contact_found",
            Self::ContactDiffers { .. } => "contact_differs",
            Self::SerialCorrected { .. } => "serial_corrected",
            Self::SerialsDiffer { .. } => "serials_differ",
            Self::AssetWriteAsked { .. } => "asset_write_asked",
            Self::AssetWriteNotDone { .. } => "asset_write_not_done",
            Self::PersonAdded { .. } => "person_added",
            Self::PersonChanged { .. } => "person_changed",
            Self::PersonDeactivated { .. } => "person_deactivated",
            Self::PersonReactivated { .. } => "person_reactivated",
            Self::PlaceAdded { .. } => "place_added",
            Self::PlaceChanged { .. } => "place_changed",
            Self::ContactAdded { .. } => "contact_added",
            Self::ContactChanged { .. } => "contact_changed",
            Self::Previewed { .. } => "previewed",
            Self::SeatFreed { .. } => "seat_freed",
            Self::DevicePlaced { .. } => "device_placed",
            Self::Return(_) => "return",
            Self::Invoice(_) => "invoice",
            Self::PasswordLinkSent { .. } => "password_link_sent",
            Self::SignInSecured { .. } => "sign_in_secured",
            Self::SessionsEnded { .. } => "sessions_ended",
            Self::SweepDecided { .. } => "sweep_decided",
            Self::Registered { .. } => "registered",
            Self::RegistrationApproved { .. } => "registration_approved",
            Self::RegistrationRefused { .. } => "registration_refused",
            Self::RequestOpened { .. } => "request_opened",
            Self::RequestArrived { .. } => "request_arrived",
            Self::RequestApproved { .. } => "request_approved",
            Self::RequestDeclined { .. } => "request_declined",
            Self::RequestSent { .. } => "request_sent",
            Self::RequestNotSent { .. } => "request_not_sent",
            Self::RequestLost { .. } => "request_lost",
            Self::RequestMoved { .. } => "request_moved",
            Self::RequestAnswered { .. } => "request_answered",
            Self::RequestClosed { .. } => "request_closed",
            Self::RequestReopened { .. } => "request_reopened",
            Self::WorkflowChanged { .. } => "workflow_changed",
            Self::PersonEmailCorrected { .. } => "person_email_corrected",
            Self::StaffAdded { .. } => "staff_added",
            Self::StaffPasswordSet { .. } => "staff_password_set",
            Self::ApiKeyIssued { .. } => "api_key_issued",
            Self::JobRetried { .. } => "job_retried",
        }
    }

    /// The sentence staff read.
    pub fn sentence(&self) -> String {
        let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".to_owned());
        match self {
            Self::CustomerCreated { name } => format!("Customer record created for {name}"),
            Self::Invited { email, issued_by, .. } => format!("Invitation issued to {email} by {issued_by}"),
            Self::Activated { provider, email: Some(email), .. } => {
                format!("Account activated; signed in through {provider} as {email}")
            }
            Self::Activated { provider, email: None, .. } => format!("Account activated; signed in through {provider}"),
            Self::Linked { record, evidence, .. } => format!("Linked {record}: {evidence}"),
            Self::Unlinked { record, why } => format!("Unlinked {record}: {why}"),
            Self::ContactMissing { email } => format!("No CRM contact has the e-mail {email}; nothing linked there"),
            Self::ContactAmbiguous { email, candidates, .. } => {
                format!("{candidates} CRM contacts have the e-mail {email}; waiting for a decision")
            }
            Self::ReviewDecided { decision, note: Some(note), .. } => format!("Review decided: {decision} ({note})"),
            Self::ReviewDecided { decision, note: None, .. } => format!("Review decided: {decision}"),
            Self::DeviceAssigned { name, serial, .. } => format!("Device {name} assigned, serial {}", or_none(serial)),
            Self::DeviceUnassigned { name, serial, leaving, .. } => {
                let why = leaving.as_ref().map_or_else(String::new, |leaving| format!(": {}", leaving.sentence()));
                format!("Device {name} no longer assigned, serial {}{why}", or_none(serial))
            }
            Self::EmailChanged { from, to } => {
                format!("Service desk e-mail changed from {} to {}", or_none(from), or_none(to))
            }
            Self::Renamed { from, to } => format!("Name changed from {from} to {to}"),
            Self::AccountChanged { record, changes } => {
                format!("Marketplace {} told something new: {}", record.system, changes.join(", "))
            }
            Self::ServedByReseller { record, reseller } => {
                format!("Served through marketplace {} by reseller {}", record.system, reseller.external_id)
            }
            Self::Licensed { name, licence } => format!("{name} may sign in with licence {}", licence.as_str()),
            Self::InvitedByMarketplace { marketplace, email: Some(email), .. } => {
                format!("Activation link for {email} given to marketplace {marketplace}")
            }
            Self::InvitedByMarketplace { marketplace, email: None, .. } => {
                format!("Activation link given to marketplace {marketplace}")
            }
            Self::AccountDeleted { record, access_ended: true } => {
                format!("Marketplace {} deleted account {}; access ended", record.system, record.external_id)
            }
            Self::AccountDeleted { record, access_ended: false } => {
                format!(
                    "Marketplace {} deleted account {}; still a customer otherwise",
                    record.system, record.external_id
                )
            }
            Self::AccountRestored { record, why } => {
                format!("Deletion of account {} at marketplace {} undone: {why}", record.external_id, record.system)
            }
            Self::NewsWritten { title, name, before, state, .. } => {
                format!("{name} {} “{title}”", news_words(*before, *state))
            }
            Self::ForumWritten { act, title, name, .. } => format!("{name} {} in the forum: “{title}”", act.words()),
            Self::ForumModerated { moderation, title, name, why, .. } if moderation.is_of_post() => {
                format!("Post by {name} in “{title}” {}: {why}", moderation.words())
            }
            Self::ForumModerated { moderation, title, name, why, .. } => {
                format!("Topic “{title}” by {name} {}: {why}", moderation.words())
            }
            Self::ForumMuted { name, until: Some(until), why } => {
                format!("{name} may not write in the forum until {until:.0}: {why}")
            }
            Self::ForumMuted { name, until: None, why } => format!("{name} may write in the forum again: {why}"),
            Self::ProfileChanged { name, changes } => format!("{name} changed their own {}", changes.join(", ")),
            Self::PersonEmailAsked { name, to } => format!("{name} wants the e-mail address {to}; not confirmed yet"),
            Self::PersonEmailChanged { name, from, to } => {
                format!("{name} changed their e-mail address from {} to {to}", or_none(from))
            }
            Self::IdentityAdded { provider, shown_as } => {
                format!("The customer added the sign-in {shown_as} at {provider}")
            }
            Self::IdentityRemoved { provider, shown_as } => {
                format!("The customer removed the sign-in {shown_as} at {provider}")
            }
            Self::RequesterDeactivated { record } => {
                format!("{record} was deactivated in the service desk; its devices are not shown for as long")
            }
            Self::RequesterReactivated { record } => {
                format!("{record} is active in the service desk again; its devices are shown again")
            }
            Self::RequesterConverted { record } => {
                format!("{record} is an agent of the service desk now; the link and its devices stay")
            }
            Self::RecordMerged { from, into } => format!("{from} was merged into {into}; the link moved along"),
            Self::MergeDisputed { from, into, .. } => {
                format!("{from} was merged into {into}, which is another customer's; waiting for a decision")
            }
            Self::OtherContactFound { email, linked, others, .. } => {
                format!("{others} other CRM contact(s) have the e-mail {email}; {linked} stays linked until a decision")
            }
            Self::ContactDiffers { contact, theirs, email } => {
                format!("{contact} has the e-mail {} now, not {email}; it stays linked", or_none(theirs))
            }
            Self::SerialCorrected { name, field, from, to, .. } => {
                format!("{} of {name} corrected from {} to {}", field.words(), or_none(from), or_none(to))
            }
            Self::SerialsDiffer { name, serial, inverter_serial, .. } => {
                format!("{name} has two serial numbers that differ: hardware {serial}, inverter {inverter_serial}")
            }
            Self::AssetWriteAsked { what, .. } => format!("Asked of the service desk: {what}"),
            Self::AssetWriteNotDone { what, outcome, .. } => format!("Not done in the service desk: {what}: {outcome}"),
            Self::PersonAdded { person_id, name, licence: Some(licence) } => {
                format!("{name} may sign in as {person_id} with licence {}", licence.as_str())
            }
            Self::PersonAdded { person_id, name, licence: None } => {
                format!("{name} is known as {person_id}, without a licence")
            }
            Self::PersonChanged { person_id, changes } => format!("{person_id} changed: {}", changes.join(", ")),
            Self::PersonDeactivated { person_id } => format!("{person_id} was made inactive and signed out"),
            Self::PersonReactivated { person_id } => format!("{person_id} is active again"),
            Self::PlaceAdded { name, .. } => format!("Place {name} added"),
            Self::PlaceChanged { name, active: true, .. } => format!("Place {name} changed"),
            Self::PlaceChanged { name, active: false, .. } => format!("Place {name} is not in use any more"),
            Self::ContactAdded { name, .. } => format!("Contact {name} added"),
            Self::ContactChanged { name, .. } => format!("Contact {name} changed"),
            Self::Previewed { person_id } => format!("The portal was looked at through the eyes of {person_id}"),
            Self::SeatFreed { person_id, licence } => format!("{person_id} lost a seat of {}", licence.as_str()),
            Self::DevicePlaced { record, place } => format!("{record} is at {place}"),
            Self::Return(event) => event.sentence(),
            Self::Invoice(event) => event.sentence(),
            Self::PasswordLinkSent { person_id, sent_to } => {
                format!("A link to set the password of {person_id} was sent to {sent_to}")
            }
            Self::SignInSecured { person_id, what } => format!("{} for {person_id}", what.words()),
            Self::SweepDecided { sweep, system, kind, decision, changes } => {
                let did = match decision {
                    Decision::Apply => "applied",
                    Decision::Discard => "discarded",
                };
                format!("{changes} changes of a sweep of {kind} in {system} {did} (sweep {sweep})")
            }
            Self::SessionsEnded { person_id } => format!("{person_id} was signed out"),
            Self::Registered { person_id, name } => format!("{name} registered as {person_id} and waits for approval"),
            Self::RegistrationApproved { person_id, name, licence } => {
                format!("{name} was approved: signs in as {person_id} with licence {}", licence.as_str())
            }
            Self::RegistrationRefused { person_id, name, reason } => {
                format!("The registration of {name} as {person_id} was refused: {reason}")
            }
            Self::RequestOpened { subject, .. } => format!("Request “{subject}” opened in the portal"),
            Self::RequestArrived { ticket, subject, .. } => {
                format!("Request “{subject}” came from the service desk as ticket {ticket}")
            }
            Self::RequestApproved { subject, by, .. } => format!("Request “{subject}” approved by {by}"),
            Self::RequestDeclined { subject, by, reason, .. } => {
                format!("Request “{subject}” declined by {by}: {reason}")
            }
            Self::RequestSent { ticket, subject, .. } => format!("Request “{subject}” is ticket {ticket}"),
            Self::RequestNotSent { subject, why, .. } => format!("Request “{subject}” was refused: {why}"),
            Self::RequestLost { subject, why, .. } => format!("Request “{subject}” lost its ticket: {why}"),
            Self::RequestMoved { subject, status, .. } => format!("Request “{subject}”: {status}"),
            Self::RequestAnswered { subject, .. } => format!("The service team answered request “{subject}”"),
            Self::RequestClosed { subject, .. } => format!("Request “{subject}” closed in the portal"),
            Self::RequestReopened { subject, .. } => format!("Request “{subject}” opened again in the portal"),
            Self::WorkflowChanged { kind, steps } if steps.is_empty() => format!("Requests “{kind}” take no steps"),
            Self::WorkflowChanged { kind, steps } => format!("Requests “{kind}” take the steps: {}", steps.join("; ")),
            Self::StaffAdded { login } => format!("Staff account {login} added"),
            Self::StaffPasswordSet { login } => format!("The password of staff account {login} was set"),
            Self::ApiKeyIssued { name } => format!("API key {name} issued"),
            Self::JobRetried { kind, .. } => format!("A failed job was retried: {kind}"),
            Self::PersonEmailCorrected { name, from, to } => {
                format!("The marketplace corrected the e-mail address of {name} from {} to {to}", or_none(from))
            }
        }
    }

    /// The sentence the customer reads, for the part of the timeline that is theirs (`H05`).
    pub fn customer_sentence(&self) -> Option<String> {
        match self {
            Self::Invited { .. } => Some("We sent you an invitation to activate your account".to_owned()),
            Self::Activated { .. } => Some("You activated your account".to_owned()),
            Self::DeviceAssigned { name, .. } => Some(format!("{name} was added to your devices")),
            Self::DeviceUnassigned { name, .. } => Some(format!("{name} was removed from your devices")),
            Self::EmailChanged { .. } => Some("Your e-mail address with us changed".to_owned()),
            Self::AccountChanged { .. } => Some("Your details at the marketplace changed".to_owned()),
            Self::InvitedByMarketplace { .. } => Some("Your marketplace received your activation link".to_owned()),
            Self::AccountDeleted { .. } => Some("Your account was closed at the marketplace".to_owned()),
            Self::AccountRestored { .. } => Some("Your account was opened again".to_owned()),
            Self::IdentityAdded { shown_as, .. } => Some(format!("You added the sign-in method {shown_as}")),
            Self::IdentityRemoved { shown_as, .. } => Some(format!("You removed the sign-in method {shown_as}")),
            Self::RequesterDeactivated { .. } => {
                Some("Your customer record was put on hold; your devices are not shown for as long".to_owned())
            }
            Self::RequesterReactivated { .. } => Some("Your customer record is active again".to_owned()),
            Self::SerialCorrected { name, .. } => Some(format!("The serial number of {name} was corrected")),
            Self::PersonAdded { name, .. } | Self::RegistrationApproved { name, .. } => {
                Some(format!("{name} was added to your people"))
            }
            Self::PlaceAdded { name, .. } => Some(format!("{name} was added to your places")),
            Self::ContactAdded { name, .. } => Some(format!("{name} was added to your contacts")),
            Self::Return(event) => Some(event.customer_sentence()),
            Self::Invoice(event) => Some(event.sentence()),
            Self::PasswordLinkSent { sent_to, .. } => Some(format!("We sent a link to choose a password to {sent_to}")),
            Self::SignInSecured { what, .. } => Some(what.words().to_owned()),
            // No titles: not everybody of a customer reads every board.
            Self::ForumWritten { act, name, .. } => Some(format!("{name} {} in the forum", act.words())),
            Self::ForumModerated { moderation, name, why, .. } => {
                let what = if moderation.is_of_post() { "post" } else { "topic" };
                Some(format!("A forum {what} by {name} was {}: {why}", moderation.words()))
            }
            Self::ForumMuted { name, until: Some(until), why } => Some(format!(
                "{name} cannot write in the forum until {}: {why}",
                until.strftime("%-d %b %Y, %H:%M UTC")
            )),
            Self::ForumMuted { name, until: None, .. } => Some(format!("{name} can write in the forum again")),
            Self::ProfileChanged { name, changes } => Some(format!("{name} changed their {}", changes.join(", "))),
            Self::PersonEmailAsked { name, to } => Some(format!("{name} asked to change their e-mail address to {to}")),
            Self::PersonEmailChanged { name, to, .. } => Some(format!("{name} changed their e-mail address to {to}")),
            // What it is about is for those who see its place, and the timeline is the whole customer's.
            Self::RequestOpened { .. } => Some("A service request was opened".to_owned()),
            Self::RequestArrived { .. } => Some("The service team opened a request for you".to_owned()),
            Self::RequestApproved { .. } => Some("A service request was approved".to_owned()),
            Self::RequestDeclined { .. } => Some("A service request was declined".to_owned()),
            Self::RequestSent { .. } => Some("A service request reached the service team".to_owned()),
            Self::RequestMoved { status, .. } => Some(format!("A service request changed: {}", status.to_lowercase())),
            Self::RequestAnswered { .. } => Some("The service team answered a request".to_owned()),
            Self::RequestClosed { .. } => Some("A service request was closed".to_owned()),
            Self::RequestReopened { .. } => Some("A service request was opened again".to_owned()),
            Self::WorkflowChanged { .. } => Some("Your own steps for requests were changed".to_owned()),
            Self::PersonEmailCorrected { name, to, .. } => {
                Some(format!("Your marketplace corrected the e-mail address of {name} to {to}"))
            }
            _ => None,
        }
    }
}

impl Leaving {
    fn sentence(&self) -> String {
        match self {
            Self::Unassigned => "back in stock".to_owned(),
            Self::Moved { requester_id, customer_id: Some(id) } => {
                format!("moved to requester {requester_id}, customer {id}")
            }
            Self::Moved { requester_id, customer_id: None } => {
                format!("moved to requester {requester_id}, who is linked to no customer")
            }
            Self::Retyped { asset_type: Some(name) } => format!("its asset type is {name} now"),
            Self::Retyped { asset_type: None } => "its asset type was changed".to_owned(),
            Self::Trashed => "in the service desk's trash".to_owned(),
            Self::Gone => "deleted from the service desk".to_owned(),
            Self::Unlinked => "the link to its requester was ended".to_owned(),
        }
    }
}

impl SerialField {
    const fn words(self) -> &'static str {
        match self {
            Self::Serial => "Serial number",
            Self::InverterSerial => "Inverter serial number",
        }
    }
}

impl ForumAct {
    const fn words(self) -> &'static str {
        match self {
            Self::Started => "began a topic",
            Self::Replied => "replied",
            Self::Edited => "edited a post",
            Self::Reported => "reported a post",
        }
    }
}

/// What an editor did with a post of the blog.
const fn news_words(before: Option<PostState>, state: PostState) -> &'static str {
    match (before, state) {
        (None, PostState::Published) => "wrote and published the news",
        (None, _) => "drafted the news",
        (Some(PostState::Published), PostState::Published) => "edited the published news",
        (Some(_), PostState::Published) => "published the news",
        (Some(PostState::Published), _) => "took back the news",
        (Some(_), _) => "edited the news",
    }
}

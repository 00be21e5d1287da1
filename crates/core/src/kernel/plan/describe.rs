//! Plans in words, so that one can be shown before it is applied (`H02`).

use std::fmt::{Display, Formatter, Result};

use serde::Serialize;

use crate::activation::ActivationState;
use crate::forum::ForumChange;
use crate::kernel::mask;
use crate::kernel::plan::{Change, Plan};
use crate::kernel::timeline::personal;
use crate::news::NewsChange;
use crate::persons::profile::ProfileChange;
use crate::search::Index;
use crate::staff::StaffChange;
use crate::sync::hold::HoldChange;

/// Something with fields, as it is kept.
fn data(value: &impl Serialize) -> String {
    serde_json::to_value(value).map(|value| personal::plain(value).to_string()).unwrap_or_default()
}

impl Display for Change {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::CreateCustomer(it) => write!(f, "create customer {} <{}>", it.name, or_dash(it.email.as_deref())),
            Self::UpdateCustomer(it) => write!(f, "customer {} <{}>", it.name, or_dash(it.email.as_deref())),
            Self::PutRecord(it) => write!(f, "record {} {}", it.key, it.attributes.title()),
            Self::BuryRecord { key, .. } => write!(f, "record {key} is gone"),
            Self::PutDevice(it) => {
                let holder =
                    it.holder.as_deref().map_or_else(|| "in stock".to_owned(), |id| format!("of requester {id}"));
                write!(f, "device {} {}, {holder}", it.external_id, it.name)
            }
            Self::TakeDevice { external_id, holder, .. } => write!(f, "device {external_id} leaves requester {holder}"),
            Self::Hold(change) => describe_hold(change, f),
            Self::DropDevice { external_id, .. } => write!(f, "no device {external_id}"),
            Self::CreateLink(it) => {
                write!(f, "link {} ({}) on {}", it.record, it.origin.as_str(), data(&it.evidence))
            }
            Self::EndLink { id, ended } => write!(f, "end link {id}: {}", data(&ended.why)),
            Self::CreatePerson(it) => write!(f, "create person {}", it.name),
            Self::CreateIdentity(it) => {
                write!(f, "create identity {} at {}", it.sign_in.identity.subject, it.sign_in.identity.issuer)
            }
            Self::RemoveIdentity(id) => write!(f, "remove identity {id} and end its sessions"),
            Self::CreateInvitation(it) => write!(f, "invitation of {} to {}", it.record(), or_dash(Some(&it.email))),
            Self::RevokeInvitations { external_id, why, .. } => {
                write!(f, "take back open invitations of {external_id}: {}", why.as_str())
            }
            Self::ClaimInvitation { claim, .. } => write!(f, "claim the invitation, shown as {}", claim.shown_as),
            Self::ReleaseInvitation { .. } => f.write_str("give the invitation back"),
            Self::ConsumeInvitation { .. } => f.write_str("consume the invitation"),
            Self::OpenSession(_) => f.write_str("begin a session"),
            Self::CreateActivation(it) => write!(f, "create activation, {}", state(it.state)),
            Self::UpdateActivation(it) => write!(f, "activation {}", state(it.state)),
            Self::Append(entry) => {
                let event = entry.written().plain();
                write!(f, "timeline: {} {} [{} through {}]", event.event, event.detail, entry.actor, entry.channel)
            }
            Self::ErasePersonal { seq, .. } => write!(f, "erase what is personal about timeline entry {seq}"),
            Self::AssignDevice { device, .. } => write!(f, "{device} is the customer's"),
            Self::UnassignDevice { device, leaving, .. } => {
                write!(f, "{device} is the customer's no longer: {}", data(leaving))
            }
            Self::CreateReview(it) => write!(f, "ask staff: {}", it.question.sentence()),
            Self::DecideReview { id, by, .. } => write!(f, "review {id} is decided by {by}"),
            Self::Enqueue(job) => write!(f, "job {}", job.task.kind()),
            Self::FinishJob { id, .. } => write!(f, "job {id} is done"),
            Self::RemoveSpareIdentity(id) => write!(f, "remove identity {id}, unless it is the last"),
            Self::EndAccess { .. } => f.write_str("nobody signs in for the customer any more"),
            Self::GiveAccessBack { .. } => f.write_str("the customer's people can sign in again"),
            Self::KeepCall(call) => write!(f, "keep the call, answered with code {}", call.code),
            Self::PutOptions { instance, options, .. } => {
                write!(f, "{} sync options of marketplace {instance}", options.len())
            }
            Self::Expect { key, .. } => write!(f, "record {key} is still as it was"),
            Self::UpdatePerson(it) => write!(f, "person {} changes", it.person_id),
            Self::EndPersonSessions { .. } => f.write_str("end the person's other sessions"),
            Self::CreatePlace(it) => write!(f, "create place {}", it.name),
            Self::UpdatePlace(it) => write!(f, "place {} changes", it.name),
            Self::CreateContact(it) => write!(f, "create contact {}", it.name),
            Self::UpdateContact(it) => write!(f, "contact {} changes", it.name),
            Self::NoteRefusedLicence { person_key, code, .. } => write!(f, "{person_key} was refused licence {code}"),
            Self::ForgetRefusedLicence { person_key } => write!(f, "no licence of {person_key} is refused any more"),
            Self::PutDevicePlace { external_id, .. } => write!(f, "device {external_id} is put at a place"),
            Self::CreateOneTimeLink(it) => write!(f, "create a one-time link, created by {}", it.created_by),
            Self::RevokeOneTimeLinks { .. } => f.write_str("older one-time links work no longer"),
            Self::UseOneTimeLink { .. } => f.write_str("use a one-time link up"),
            Self::PutPassword { .. } => f.write_str("set a password"),
            Self::ForgetCredentials(_) => f.write_str("take password and second factor away"),
            Self::PutSecondFactor { .. } => f.write_str("add a second factor"),
            Self::ForgetSecondFactor(_) => f.write_str("take the second factor away"),
            Self::PutRecoveryCodes { codes, .. } => write!(f, "make {} recovery codes", codes.len()),
            Self::UseRecoveryCode { .. } => f.write_str("use a recovery code up"),
            Self::CreateRegistration(it) => write!(f, "create a registration of {}", it.name),
            Self::UpdateRegistration { registration, .. } => {
                write!(f, "registration of {} is {}", registration.name, registration.state.as_str())
            }
            Self::MovePerson { .. } => f.write_str("the person moves to their customer"),
            Self::NoteDelivery { hook, .. } => write!(f, "a delivery of the hook {hook}"),
            Self::MarkMissing { key, .. } => write!(f, "record {key} was not found"),
            Self::MergeRecord { key, into, .. } => write!(f, "record {key} was merged into {into}"),
            Self::SuspendLink { id, why: Some(why) } => write!(f, "let link {id} rest: {}", why.as_str()),
            Self::SuspendLink { id, why: None } => write!(f, "resume link {id}"),
            Self::CreateAssetWrite(it) => write!(f, "ask the service desk: {}", it.change.sentence()),
            Self::EndAssetWrite { state, .. } => write!(f, "the write is {}", state.as_str()),
            Self::CreateRequest(it) => write!(f, "create request “{}”", it.subject),
            Self::UpdateRequest(it) => write!(f, "request “{}” is {}", it.subject, it.status.as_str()),
            Self::AddRemark(it) => write!(f, "remark of {}", it.author),
            Self::MarkRemark { way, .. } => write!(f, "the remark is {}", way.as_str()),
            Self::RetryRemarks(id) => write!(f, "send refused remarks of request {id} again"),
            Self::KeepRequestFile(it) => write!(f, "keep the file {}", it.0.name),
            Self::TakeSlots(_) => f.write_str("nobody has correlated by the same names meanwhile"),
            Self::Staff(StaffChange::Create { account: it, .. }) => write!(f, "create staff account {}", it.login),
            Self::Staff(StaffChange::SetPassword(it)) => write!(f, "set the password of staff account {}", it.login),
            Self::Staff(StaffChange::PutApiKey { name, .. }) => write!(f, "issue API key {name}"),
            Self::FreeSeat { licence, number } => write!(f, "free seat {number} of {}", licence.as_str()),
            Self::ReviveJob { id, .. } => write!(f, "retry job {id}"),
            Self::MarkRequestSent { id, at, .. } => write!(f, "request {id} is {}", sending(*at)),
            Self::MarkRemarkSent { id, at } => write!(f, "remark {id} is {}", sending(*at)),
            Self::MarkAssetWriteSent { id, at } => write!(f, "write {id} is {}", sending(*at)),
            Self::CreatePasskey(passkey) => write!(f, "keep passkey {} of person {}", passkey.id, passkey.person),
            Self::PutWorkflow(it) => write!(f, "workflow of {} requests: {} steps", it.kind, it.steps.len()),
            Self::KeepAnswer { .. } => f.write_str("keep the answer for a repetition of the request"),
            Self::CreateReturn(customer_return) => {
                write!(f, "open return {} at place {}", customer_return.number, customer_return.place_id)
            }
            Self::PutInvoice(invoice) => write!(f, "invoice {} of {}", invoice.bill.number, invoice.source),
            Self::ConfirmInvoice { id, .. } => write!(f, "invoice {id} is still so"),
            Self::MissInvoices { source, .. } => write!(f, "{source} does not name some invoices any more"),
            Self::UpdateReturn(customer_return) => {
                write!(f, "return {} is {}", customer_return.number, customer_return.status().as_str())
            }
            Self::Attach(it) => {
                write!(f, "attach {} ({} bytes) to {} {}", it.file.name, it.file.size(), it.owner.kind, it.owner.id)
            }
            Self::Detach { id, .. } => write!(f, "take attachment {id} away"),
            Self::Blog(change) => describe_blog(change, f),
            Self::Forum(change) => describe_forum(change, f),
            Self::Profile(ProfileChange::Put(profile)) => write!(f, "profile of person {}", profile.person),
            Self::Profile(ProfileChange::AskEmail(change)) => {
                write!(f, "person {} wants the address {}", change.person, mask::email(&change.email))
            }
            Self::Profile(ProfileChange::TakeEmail { .. }) => f.write_str("the new address is confirmed"),
            Self::Search(Index::Put(entry)) => write!(f, "“{}” is found by {} words", entry.title, entry.words.len()),
            Self::Search(Index::Remove { source, id }) => write!(f, "{} {id} is not found", source.as_str()),
        }
    }
}

fn describe_blog(change: &NewsChange, f: &mut Formatter<'_>) -> Result {
    match change {
        NewsChange::Create(post) => write!(f, "create news post “{}”, {}", post.title, post.state.as_str()),
        NewsChange::Update(post) => write!(f, "news post “{}”, {}", post.title, post.state.as_str()),
    }
}

fn describe_forum(change: &ForumChange, f: &mut Formatter<'_>) -> Result {
    match change {
        ForumChange::CreateBoard(board) => write!(f, "create board {}", board.name),
        ForumChange::UpdateBoard(board) => write!(f, "board {}", board.name),
        ForumChange::CreateTopic(topic) => write!(f, "create topic “{}”", topic.title),
        ForumChange::UpdateTopic(topic) => write!(f, "topic “{}”", topic.title),
        ForumChange::ExpectTopic { topic_id, .. } => write!(f, "topic {topic_id} is still as it was"),
        ForumChange::CountReply { topic_id, .. } => write!(f, "one reply more in topic {topic_id}, which is open"),
        ForumChange::Recount { topic_id, by } => write!(f, "{by:+} posts in topic {topic_id}"),
        ForumChange::CreatePost(post) => write!(f, "create post {}", post.id),
        ForumChange::UpdatePost(post) => write!(f, "post {}", post.id),
        ForumChange::Report(report) => write!(f, "report post {}: {}", report.post_id, report.why),
        ForumChange::CloseReports { post_id, verdict, .. } => {
            write!(f, "close the reports of post {post_id}: {}", verdict.as_str())
        }
        ForumChange::Follow { topic_id, person, .. } => write!(f, "person {person} follows topic {topic_id}"),
        ForumChange::Unfollow { topic_id, person } => write!(f, "person {person} follows topic {topic_id} no more"),
        ForumChange::Mute(mute) => {
            write!(f, "person {} does not write until {:.0}: {}", mute.person, mute.until, mute.why)
        }
        ForumChange::Rescope { topic_id, board_id: Some(board) } => {
            write!(f, "posts of topic {topic_id} are found on board {board}")
        }
        ForumChange::Rescope { topic_id, board_id: None } => write!(f, "posts of topic {topic_id} are not found"),
    }
}

impl Display for Plan {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        for (number, step) in (1..).zip(&self.steps) {
            writeln!(f, "{number:>3}. {}\n     because {}", step.change, step.reason)?;
        }
        Ok(())
    }
}

fn or_dash(text: Option<&str>) -> &str {
    text.unwrap_or("-")
}

const fn state(state: ActivationState) -> &'static str {
    match state {
        ActivationState::Pending => "pending",
        ActivationState::Done => "done",
        ActivationState::Refused(refusal) => refusal.code(),
    }
}

const fn sending(at: Option<jiff::Timestamp>) -> &'static str {
    if at.is_some() { "being sent" } else { "not sent yet" }
}

fn describe_hold(change: &HoldChange, f: &mut Formatter<'_>) -> Result {
    match change {
        HoldChange::Take(it) => write!(f, "{} taken from customers, within the limit of {}", it.takes, it.limit),
        HoldChange::Open { system, .. } => write!(f, "begin a hold of single changes of {system}"),
        HoldChange::PutAside(it) => write!(f, "put aside what changes of record {}", it.change.seen.key()),
        HoldChange::Release { key, .. } => write!(f, "nothing of record {key} waits any more"),
        HoldChange::Request(it) => write!(f, "sweep {} {}", it.system, it.kind),
        HoldChange::Applied { id, .. } => write!(f, "change {id} is applied"),
        HoldChange::Decide(it) => write!(f, "{} changes of sweep {} are decided by {}", it.count, it.run, it.by),
        HoldChange::Settle { run, .. } => write!(f, "what was decided about sweep {run} is done"),
        HoldChange::GiveBack { run, why, .. } => write!(f, "the changes of sweep {run} wait again: {why}"),
        HoldChange::End(it) => write!(f, "sweep {} is {}", it.run, it.state.as_str()),
    }
}

//! Changes of customers, links, records, timelines, jobs, answers and attached files.

use tessera_core::kernel::answer::AnswerChange;
use tessera_core::kernel::attachment::change::AttachmentChange;
use tessera_core::kernel::customer::change::{CustomerChange, LinkChange};
use tessera_core::kernel::job::change::JobChange;
use tessera_core::kernel::record::change::RecordChange;
use tessera_core::kernel::timeline::change::TimelineChange;

use super::{Describe, or_dash};
use crate::explain::end_reason;
use crate::timeline::{events, staff};

impl Describe for CustomerChange {
    fn describe(&self) -> String {
        match self {
            Self::Create(it) => format!("create customer {} <{}>", it.name, or_dash(it.email.as_deref())),
            Self::Update(it) => format!("customer {} <{}>", it.name, or_dash(it.email.as_deref())),
            Self::AddDomain { entered, .. } => format!("enter domain {}", entered.domain),
            Self::RemoveDomain { domain, .. } => format!("remove domain {domain}"),
            Self::EndAccess { .. } => "all access to the customer ends".to_owned(),
            Self::GiveAccessBack { .. } => "the customer's people can sign in again".to_owned(),
        }
    }
}

impl Describe for LinkChange {
    fn describe(&self) -> String {
        match self {
            Self::Create(it) => {
                format!("link {} ({}): {}", it.record, it.origin.as_str(), events::evidence(&it.evidence))
            }
            Self::End { id, ended } => format!("end link {id}: {}", end_reason(&ended.why)),
            Self::Suspend { id, why: Some(why) } => format!("let link {id} rest: {}", why.as_str()),
            Self::Suspend { id, why: None } => format!("resume link {id}"),
        }
    }
}

impl Describe for RecordChange {
    fn describe(&self) -> String {
        match self {
            Self::Put(it) => format!("record {} {}", it.key, it.attributes.title()),
            Self::Bury { key, .. } => format!("record {key} is gone"),
            Self::Expect { key, .. } => format!("record {key} is still as it was"),
            Self::MarkMissing { key, .. } => format!("record {key} was not found"),
            Self::Merge { key, into, .. } => format!("record {key} was merged into {into}"),
            Self::Reserve(it) => format!("reserve reading timestamps until {}", it.until),
        }
    }
}

impl Describe for TimelineChange {
    fn describe(&self) -> String {
        match self {
            Self::Append(entry) => {
                let event = staff::recorded(entry.written().recorded());
                format!("timeline: {event} [{} through {}]", entry.actor, entry.channel)
            }
            Self::Rewrite { seq, .. } => format!("erase who timeline entry {seq} names"),
            Self::ErasePersonal { seq, .. } => format!("erase what is personal about timeline entry {seq}"),
        }
    }
}

impl Describe for JobChange {
    fn describe(&self) -> String {
        match self {
            Self::Enqueue(job) => format!("job {}", job.task.kind()),
            Self::Finish { id, .. } => format!("job {id} is done"),
            Self::Dismiss { id, .. } => format!("dismiss job {id}"),
            Self::Revive { id, .. } => format!("retry job {id}"),
            Self::Pause { system, .. } => format!("pause the jobs of {}", system.as_str()),
            Self::Resume { system } => format!("resume the jobs of {}", system.as_str()),
        }
    }
}

impl Describe for AnswerChange {
    fn describe(&self) -> String {
        match self {
            Self::Keep { .. } => "keep the answer for a repetition of the request".to_owned(),
        }
    }
}

impl Describe for AttachmentChange {
    fn describe(&self) -> String {
        match self {
            Self::Add(it) => {
                format!("attach {} ({} bytes) to {} {}", it.file.name, it.file.size(), it.owner.kind, it.owner.id)
            }
            Self::Remove { id, .. } => format!("take attachment {id} away"),
        }
    }
}

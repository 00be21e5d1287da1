//! Jobs: effects waiting to happen. They are written in the transaction of the change that asks for them, and done exactly once.

pub mod change;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::credentials::Notice;
use crate::kernel::actor::Actor;
use crate::kernel::customer::SignIn;
use crate::kernel::ids::{
    ActivationId, AssetWriteId, CustomerId, EmailChangeId, ForumPostId, InvitationId, JobId, OneTimeLinkId, PersonId,
    RegistrationId, RequestId, RmaId, SweepId,
};
use crate::kernel::normalise;
use crate::kernel::record::Kind;
use crate::returns;

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Task {
    /// Send the invitation's mail (`A11`).
    MailInvitation {
        /// Which.
        invitation_id: InvitationId,
    },
    /// Tell the known address that the account was activated.
    MailActivated {
        /// Which activation.
        activation_id: ActivationId,
    },
    /// Run the background steps of an activation (`A13`).
    RunActivation {
        /// Which.
        activation_id: ActivationId,
    },
    /// Invite a requester, asked for by a service-desk workflow (`A11`).
    Invite {
        /// The requester's id, as the hook told it.
        requester_id: String,
        /// Who asked: `system:freshservice`.
        asked_by: Actor,
    },
    /// Read one customer's records again.
    Refresh {
        /// Whose.
        customer_id: CustomerId,
    },
    /// Read one customer's records again some time after activation. A task of its own: while it waits for its time, it must not stand in
    /// for a refresh that is asked for now, nor a refresh for it.
    LookAgain {
        /// Whose.
        customer_id: CustomerId,
    },
    /// Read everything of one kind from an outside system, or what changed there.
    Sweep {
        /// What.
        what: SweepOf,
        /// Which sweep; none: a full one that begins with this job.
        #[serde(default)]
        run: Option<SweepId>,
    },
    /// Apply what a sweep has planned, or what the brake held.
    ApplySweep {
        /// Which.
        run: SweepId,
    },
    /// Somebody signed in with nothing but a requester's number: read the requester, and link them or ask staff (`A20`).
    WeighNumber {
        /// The sign-in.
        sign_in: Box<SignIn>,
        /// The number that came with it.
        requester_id: String,
    },
    /// Tell the known address that a sign-in method was added or removed (`A23`).
    MailSignInChanged {
        /// Whose.
        customer_id: CustomerId,
        /// Of which of their people; none in jobs from before people had addresses of their own.
        #[serde(default)]
        person_id: Option<PersonId>,
        /// Added; otherwise removed.
        added: bool,
        /// The sign-in, masked.
        sign_in: String,
        /// When.
        at: Timestamp,
    },
    /// Read one object again: something said that it changed.
    Reread {
        /// Which.
        hint: Hint,
        /// How often it was looked for in vain before.
        #[serde(default)]
        tries: u8,
    },
    /// Do what is wanted of an asset in the service desk (`A08`, `A09`).
    WriteAsset {
        /// Which write.
        write_id: AssetWriteId,
    },
    /// Tell the customer how a return stands (`P09`).
    MailReturn {
        /// Which.
        rma_id: RmaId,
        /// What is told.
        #[serde(rename = "letter")]
        notice: returns::Notice,
    },
    /// Read the invoices in their source (`P09`).
    ReadInvoices,
    /// Send a link to set a password (`P03`).
    MailOneTimeLink {
        /// Which.
        link_id: OneTimeLinkId,
    },
    /// Find out whom somebody means who cannot sign in, and send them a link.
    SendOneTimeLink {
        /// What was typed: a person id or an e-mail address.
        login: String,
    },
    /// Tell the known address that something about the ways in changed.
    MailSecurityNotice {
        /// Whose.
        person_id: PersonId,
        /// What happened.
        notice: Notice,
        /// When.
        at: Timestamp,
    },
    /// Answer somebody who registers (`P12`): with the link that proves the address, or with their person id.
    MailRegistration {
        /// Which.
        registration_id: RegistrationId,
    },
    /// Tell an applicant what was decided (`P12`).
    MailRegistrationDecided {
        /// Which.
        registration_id: RegistrationId,
        /// The link to set a password, when they were let in.
        link_id: Option<OneTimeLinkId>,
    },
    /// Have everybody who follows a topic told of a reply (`P10`): a mail each, some at a time.
    TellFollowers {
        /// The reply.
        post_id: ForumPostId,
        /// Who was told last; none: nobody yet.
        after: Option<PersonId>,
    },
    /// Tell one follower of a reply.
    MailReply {
        /// The reply.
        post_id: ForumPostId,
        /// Whom.
        person_id: PersonId,
    },
    /// Send the link that confirms a new e-mail address, to that address (`P09`).
    MailEmailChange {
        /// Which change.
        change_id: EmailChangeId,
    },
    /// Tell the address before that it was changed.
    MailEmailChanged {
        /// Which change.
        change_id: EmailChangeId,
        /// The address before.
        to: String,
    },
    /// Bring a service request, and what was said on it, to the service desk in order (`P09`).
    MirrorRequest {
        /// Which.
        request_id: RequestId,
    },
    /// Tell somebody of a service request, by a step of their own workflow (`P09`).
    MailRequest {
        /// Which.
        request_id: RequestId,
        /// Whom.
        person: PersonId,
        /// What.
        mail: RequestMail,
        /// When it was asked for.
        at: Timestamp,
    },
    /// Read the tickets of the service desk that changed.
    ReadTickets,
    /// Tell somebody who signs in, at the address before, that their marketplace corrected it (`M08`).
    MailEmailCorrected {
        /// Who.
        person_id: PersonId,
        /// The address before.
        to: String,
        /// When.
        at: Timestamp,
    },
}

/// What a mail about a service request says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestMail {
    /// Your approval is awaited.
    Approval,
    /// For your information.
    Notice,
    /// Yours was approved.
    Approved,
    /// Yours was declined.
    Declined,
}

impl RequestMail {
    /// The name, as in the job's key.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approval => "approval",
            Self::Notice => "notice",
            Self::Approved => "approved",
            Self::Declined => "declined",
        }
    }
}

/// Names an object of an outside system that may have changed. Nothing but the name is believed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum Hint {
    /// An asset of the service desk, by the id that its address has.
    Asset {
        /// The display id.
        display_id: String,
    },
    /// The assets with this tag on their sticker.
    AssetTag {
        /// As told.
        tag: String,
    },
    /// The assets with this serial number.
    Serial {
        /// As told.
        serial: String,
    },
    /// A requester of the service desk.
    Requester {
        /// Its id.
        id: String,
    },
    /// A contact of the CRM.
    Contact {
        /// Its id.
        id: String,
    },
    /// A ticket of the service desk.
    Ticket {
        /// Its number.
        id: String,
    },
}

impl std::fmt::Display for Hint {
    /// Equal hints are written equally, however the tag or the serial number was typed.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let compared = |typed: &str| normalise::serial(typed).unwrap_or_default();
        match self {
            Self::Asset { display_id } => write!(f, "asset:{display_id}"),
            Self::AssetTag { tag } => write!(f, "asset_tag:{}", compared(tag)),
            Self::Serial { serial } => write!(f, "serial:{}", compared(serial)),
            Self::Requester { id } => write!(f, "requester:{id}"),
            Self::Contact { id } => write!(f, "contact:{id}"),
            Self::Ticket { id } => write!(f, "ticket:{id}"),
        }
    }
}

/// What a sweep reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SweepOf {
    /// The service desk's requesters.
    Requesters,
    /// The service desk's assets, assigned or in stock (`A07`).
    Assets,
    /// The CRM's contacts.
    Contacts,
}

impl SweepOf {
    /// All of them, in the order in which they are best read: who, before what they have.
    pub const ALL: [Self; 3] = [Self::Requesters, Self::Contacts, Self::Assets];

    /// What has this name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|what| what.as_str() == text)
    }

    /// The kind of the records it reads.
    pub const fn record_kind(self) -> Kind {
        match self {
            Self::Requesters => Kind::Requester,
            Self::Assets => Kind::Asset,
            Self::Contacts => Kind::Contact,
        }
    }

    /// The name used in the API and the CLI.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requesters => "requesters",
            Self::Assets => "assets",
            Self::Contacts => "contacts",
        }
    }
}

/// Who waits for a job; what somebody is watching goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lane {
    /// A person is looking at a progress page.
    Interactive = 0,
    /// Soon is good enough.
    Normal = 1,
    /// Whenever there is room.
    Bulk = 2,
}

impl Task {
    /// Equal tasks that are both still waiting are one: the second adds nothing.
    pub fn key(&self) -> String {
        match self {
            Self::MailInvitation { invitation_id } => format!("mail_invitation:{invitation_id}"),
            Self::MailActivated { activation_id } => format!("mail_activated:{activation_id}"),
            Self::RunActivation { activation_id } => format!("run_activation:{activation_id}"),
            Self::Invite { requester_id, .. } => format!("invite:{requester_id}"),
            Self::Refresh { customer_id } => format!("refresh:{customer_id}"),
            Self::LookAgain { customer_id } => format!("look_again:{customer_id}"),
            Self::WeighNumber { sign_in, requester_id } => {
                let who = &sign_in.identity;
                format!("weigh_number:{requester_id}:{} {}", who.issuer, who.subject)
            }
            Self::WriteAsset { write_id } => format!("write_asset:{write_id}"),
            Self::MailOneTimeLink { link_id } => format!("mail_one_time_link:{link_id}"),
            Self::SendOneTimeLink { login } => format!("send_one_time_link:{}", crate::persons::key(login)),
            Self::MailSecurityNotice { person_id, notice, at } => {
                format!("mail_security_notice:{person_id}:{}:{}", notice.as_str(), at.as_microsecond())
            }
            Self::MailRegistration { registration_id } => format!("mail_registration:{registration_id}"),
            Self::MailRegistrationDecided { registration_id, .. } => {
                format!("mail_registration_decided:{registration_id}")
            }
            Self::MailSignInChanged { customer_id, added, sign_in, at, .. } => {
                format!("mail_sign_in_changed:{customer_id}:{added}:{sign_in}:{}", at.as_microsecond())
            }
            Self::Reread { hint, .. } => format!("reread:{hint}"),
            Self::Sweep { what, run: None } => format!("sweep:{}", what.as_str()),
            Self::Sweep { run: Some(run), .. } => format!("sweep:{run}"),
            Self::ApplySweep { run } => format!("apply_sweep:{run}"),
            Self::MirrorRequest { request_id } => format!("mirror_request:{request_id}"),
            Self::MailRequest { request_id, person, mail, at } => {
                format!("mail_request:{request_id}:{person}:{}:{}", mail.as_str(), at.as_microsecond())
            }
            Self::ReadTickets => "read_tickets".to_owned(),
            Self::ReadInvoices => "read_invoices".to_owned(),
            Self::MailReturn { rma_id, notice } => format!("mail_return:{rma_id}:{notice}"),
            Self::TellFollowers { post_id, after: None } => format!("tell_followers:{post_id}"),
            Self::TellFollowers { post_id, after: Some(after) } => format!("tell_followers:{post_id}:{after}"),
            Self::MailReply { post_id, person_id } => format!("mail_reply:{post_id}:{person_id}"),
            Self::MailEmailChange { change_id } => format!("mail_email_change:{change_id}"),
            Self::MailEmailChanged { change_id, .. } => format!("mail_email_changed:{change_id}"),
            Self::MailEmailCorrected { person_id, at, .. } => {
                format!("mail_email_corrected:{person_id}:{}", at.as_microsecond())
            }
        }
    }

    /// The name of the kind, as in the database.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::MailInvitation { .. } => "mail_invitation",
            Self::MailActivated { .. } => "mail_activated",
            Self::RunActivation { .. } => "run_activation",
            Self::Invite { .. } => "invite",
            Self::Refresh { .. } => "refresh",
            Self::LookAgain { .. } => "look_again",
            Self::Sweep { .. } => "sweep",
            Self::WeighNumber { .. } => "weigh_number",
            Self::MailSignInChanged { .. } => "mail_sign_in_changed",
            Self::Reread { .. } => "reread",
            Self::ApplySweep { .. } => "apply_sweep",
            Self::WriteAsset { .. } => "write_asset",
            Self::MirrorRequest { .. } => "mirror_request",
            Self::MailRequest { .. } => "mail_request",
            Self::ReadTickets => "read_tickets",
            Self::MailReturn { .. } => "mail_return",
            Self::TellFollowers { .. } => "tell_followers",
            Self::MailReply { .. } => "mail_reply",
            Self::MailEmailChange { .. } => "mail_email_change",
            Self::MailEmailChanged { .. } => "mail_email_changed",
            Self::MailEmailCorrected { .. } => "mail_email_corrected",
            Self::ReadInvoices => "read_invoices",
            Self::MailOneTimeLink { .. } => "mail_one_time_link",
            Self::SendOneTimeLink { .. } => "send_one_time_link",
            Self::MailSecurityNotice { .. } => "mail_security_notice",
            Self::MailRegistration { .. } => "mail_registration",
            Self::MailRegistrationDecided { .. } => "mail_registration_decided",
        }
    }

    /// In which lane it waits.
    pub const fn lane(&self) -> Lane {
        match self {
            Self::RunActivation { .. }
            | Self::WriteAsset { .. }
            | Self::MirrorRequest { .. }
            | Self::MailOneTimeLink { .. }
            | Self::SendOneTimeLink { .. } => Lane::Interactive,
            Self::MailInvitation { .. }
            | Self::MailActivated { .. }
            | Self::Invite { .. }
            | Self::Refresh { .. }
            | Self::LookAgain { .. }
            | Self::WeighNumber { .. }
            | Self::MailSignInChanged { .. }
            | Self::Reread { .. }
            | Self::MailReturn { .. }
            | Self::MailEmailChange { .. }
            | Self::MailEmailChanged { .. }
            | Self::MailEmailCorrected { .. }
            | Self::MailSecurityNotice { .. }
            | Self::MailRegistration { .. }
            | Self::MailRegistrationDecided { .. }
            | Self::MailRequest { .. }
            | Self::ApplySweep { .. } => Lane::Normal,
            Self::Sweep { .. }
            | Self::ReadInvoices
            | Self::ReadTickets
            | Self::TellFollowers { .. }
            | Self::MailReply { .. } => Lane::Bulk,
        }
    }
}

/// A job to enqueue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its id; mails carry it in their message id, so that a repetition can be recognised.
    pub id: JobId,
    /// What is to be done.
    pub task: Task,
    /// Not before.
    pub run_at: Timestamp,
    /// When it was asked for.
    pub created_at: Timestamp,
}

/// A job in a worker's hands. Only the holder of this attempt may finish it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leased {
    /// Its id.
    pub id: JobId,
    /// What is to be done.
    pub task: Task,
    /// Which attempt this is, from 1.
    pub attempt: i64,
}

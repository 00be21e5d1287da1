//! The list of what is stored about a person: how each table's rows are read, and what an erasure makes of them.

use tessera_core::persons;
use tessera_core::persons::erasure::Traces;

#[cfg_attr(not(test), expect(clippy::wildcard_imports, reason = "this is the list of all of them"))]
use super::sql::*;
use super::{Fate, containing};
use crate::engine::Sql;
use crate::{Value, values};

/// By what the rows of a table are a person's. The statements have these values as parameters, once for each value.
#[derive(Debug, Clone, Copy)]
pub(super) enum By {
    /// The hub's own id of the person.
    Person,
    /// Issuer and subject of a sign-in at an identity provider.
    SignIn,
    /// Both as one text.
    Owner,
    /// A subject, and the customer.
    Subject,
    /// A normalised e-mail address.
    Email,
    /// The same, and the customer.
    EmailAtCustomer,
    /// A name, and the customer.
    NameAtCustomer,
    /// The person as an actor.
    Actor,
    /// The normalised person id.
    Key,
    /// A text that means the person wherever it is, as a pattern.
    Text,
    /// The customer, if the record is about the person alone.
    OwnCustomer,
    /// The customer, if the record is about others, too.
    OthersCustomer,
}

impl By {
    pub(super) fn values(self, traces: &Traces) -> Vec<Vec<Value>> {
        let customer = traces.customer;
        let own = traces.is_own_record;
        match self {
            Self::Person => vec![values![traces.person]],
            Self::SignIn => traces.sign_ins.iter().map(|key| values![&key.issuer, &key.subject]).collect(),
            Self::Owner => {
                traces.sign_ins.iter().map(|key| values![format!("{} {}", key.issuer, key.subject)]).collect()
            }
            Self::Subject => traces.sign_ins.iter().map(|key| values![&key.subject, customer]).collect(),
            Self::Email => traces.emails.iter().map(|email| values![email]).collect(),
            Self::EmailAtCustomer => traces.emails.iter().map(|email| values![email, customer]).collect(),
            Self::NameAtCustomer => traces.names.iter().map(|name| values![name, customer]).collect(),
            Self::Actor => traces.actors().iter().map(|actor| values![actor]).collect(),
            Self::Key => traces.person_ids.iter().map(|id| values![persons::key(id)]).collect(),
            Self::Text => traces.patterns().iter().map(|text| values![containing(text)]).collect(),
            Self::OwnCustomer => {
                if own {
                    vec![values![customer]]
                } else {
                    Vec::new()
                }
            }
            Self::OthersCustomer => {
                if own {
                    Vec::new()
                } else {
                    vec![values![customer]]
                }
            }
        }
    }
}

/// Rows of a table that are about a person.
pub(super) struct Holding {
    pub(super) section: &'static str,
    pub(super) title: &'static str,
    pub(super) by: By,
    pub(super) fate: Fate,
    pub(super) read: Sql,
    pub(super) erase: &'static [Sql],
}

const fn deleted(section: &'static str, title: &'static str, by: By, read: Sql, erase: &'static [Sql]) -> Holding {
    Holding { section, title, by, fate: Fate::Deleted, read, erase }
}

const fn emptied(section: &'static str, title: &'static str, by: By, read: Sql, erase: &'static [Sql]) -> Holding {
    Holding { section, title, by, fate: Fate::Emptied, read, erase }
}

const fn kept(section: &'static str, title: &'static str, by: By, read: Sql, why: &'static str) -> Holding {
    Holding { section, title, by, fate: Fate::Kept(why), read, erase: &[] }
}

const INVOICES: &str = "Accounting law requires that invoices are kept. They come from the accounts; ask there";
const ORDERS: &str = "Accounting law requires that orders are kept. They name no person";
const TICKETS: &str = "Tickets are in the service desk. Remove them there, too";
const AT_VENDORS: &str =
    "The vendor is another company. Delete the account in the marketplace, so that it is deleted at the vendor";
const IN_SYSTEMS: &str =
    "The object is in an outside system. Remove it there, or it is read again, without being linked to anybody";
const DEVICES: &str = "Which equipment was assigned when is part of the equipment's history. It names no person";
const NEWS: &str = "The operating company published it in its own name";
const OTHERS: &str =
    "The record is about an organisation or several people. Its source is the service desk or a marketplace";

/// Everything about a person, in the order in which it is erased.
pub(super) static HOLDINGS: &[Holding] = &[
    emptied("person", "Person", By::Person, PRIVACY_PERSON, &[]),
    deleted("profile", "Profile", By::Person, PRIVACY_PROFILE, &[PRIVACY_PROFILE_ERASE]),
    deleted("places", "Places that the person sees", By::Person, PRIVACY_PLACES, &[PRIVACY_PLACES_ERASE]),
    deleted(
        "identities",
        "Sign-ins",
        By::Person,
        PRIVACY_IDENTITIES,
        &[PRIVACY_PASSKEYS_ERASE, PRIVACY_IDENTITIES_ERASE],
    ),
    deleted(
        "credentials",
        "Password and second factor",
        By::Person,
        PRIVACY_CREDENTIALS,
        &[PRIVACY_RECOVERY_CODES_ERASE, PRIVACY_CREDENTIALS_ERASE],
    ),
    deleted("password_links", "Links to set a password", By::Person, PRIVACY_LINKS, &[PRIVACY_LINKS_ERASE]),
    deleted("email_changes", "Changes of the e-mail address", By::Person, PRIVACY_EMAILS, &[PRIVACY_EMAILS_ERASE]),
    deleted(
        "sessions",
        "Sessions",
        By::Person,
        PRIVACY_SESSIONS,
        &[PRIVACY_HALF_SIGN_INS_ERASE, PRIVACY_SEATS_ERASE, PRIVACY_SESSIONS_ERASE],
    ),
    deleted("sessions", "Sessions", By::Owner, PRIVACY_OWN_SESSIONS, &[PRIVACY_OWN_SESSIONS_ERASE]),
    deleted("sign_ins", "Sign-ins without a customer", By::SignIn, PRIVACY_UNLINKED, &[PRIVACY_UNLINKED_ERASE]),
    deleted(
        "sign_ins",
        "Sign-ins without a customer",
        By::Email,
        PRIVACY_UNLINKED_EMAIL,
        &[PRIVACY_UNLINKED_EMAIL_ERASE],
    ),
    deleted("sign_ins", "Sign-ins under way", By::Text, PRIVACY_SIGN_INS, &[PRIVACY_SIGN_INS_ERASE]),
    deleted("sign_ins", "Sign-ins with a passkey under way", By::Text, PRIVACY_CEREMONIES, &[PRIVACY_CEREMONIES_ERASE]),
    deleted("registrations", "Registrations", By::Person, PRIVACY_REGISTRATIONS, &[PRIVACY_REGISTRATIONS_ERASE]),
    deleted(
        "registrations",
        "Registrations",
        By::Email,
        PRIVACY_REGISTRATIONS_EMAIL,
        &[PRIVACY_REGISTRATIONS_EMAIL_ERASE],
    ),
    deleted("registrations", "Licence types that do not exist", By::Key, PRIVACY_REFUSED, &[PRIVACY_REFUSED_ERASE]),
    deleted("activations", "Activations", By::SignIn, PRIVACY_ACTIVATIONS, &[PRIVACY_ACTIVATIONS_ERASE]),
    deleted(
        "invitations",
        "Invitations",
        By::SignIn,
        PRIVACY_CLAIMED,
        &[PRIVACY_CLAIMED_ACTIVATIONS_ERASE, PRIVACY_CLAIMED_ERASE],
    ),
    deleted(
        "invitations",
        "Invitations",
        By::Email,
        PRIVACY_INVITED,
        &[PRIVACY_INVITED_ACTIVATIONS_ERASE, PRIVACY_INVITED_ERASE],
    ),
    deleted("message_keys", "Message keys", By::Person, PRIVACY_MESSAGE_KEYS, &[PRIVACY_MESSAGE_KEYS_ERASE]),
    deleted("messages", "Messages", By::Person, PRIVACY_MESSAGES, &[PRIVACY_MESSAGES_ERASE]),
    kept("tickets", "Tickets in the service desk", By::Person, PRIVACY_TICKETS, TICKETS),
    deleted(
        "request_files",
        "Files of service requests",
        By::Person,
        PRIVACY_REQUEST_FILES,
        &[PRIVACY_REQUEST_FILES_ERASE],
    ),
    deleted("request_files", "Files of service requests", By::Actor, PRIVACY_FILES_ADDED, &[PRIVACY_FILES_ADDED_ERASE]),
    emptied(
        "request_comments",
        "Comments on the person’s service requests",
        By::Person,
        PRIVACY_COMMENTS,
        &[PRIVACY_COMMENTS_ERASE],
    ),
    emptied(
        "request_comments",
        "Comments by the person",
        By::NameAtCustomer,
        PRIVACY_COMMENTED,
        &[PRIVACY_COMMENTED_ERASE],
    ),
    emptied("requests", "Service requests", By::Person, PRIVACY_REQUESTS, &[PRIVACY_REQUESTS_ERASE]),
    emptied("approvals", "Service requests that the person approves", By::Text, PRIVACY_RUNS, &[]),
    emptied("approvals", "Approval workflows with the person", By::Text, PRIVACY_WORKFLOWS, &[]),
    emptied("returns", "Returns", By::Person, PRIVACY_RETURNS, &[PRIVACY_RETURNS_ERASE]),
    emptied(
        "work_orders",
        "Work orders for the person’s service requests",
        By::Person,
        PRIVACY_WORK_ASKED,
        &[PRIVACY_WORK_ASKED_ERASE],
    ),
    emptied("work_orders", "Work orders of the person", By::Person, PRIVACY_WORK_DONE, &[PRIVACY_WORK_DONE_ERASE]),
    emptied("work_orders", "Notes on work orders", By::Actor, PRIVACY_WORK_NOTED, &[PRIVACY_WORK_NOTED_ERASE]),
    deleted(
        "work_orders",
        "Photos of work orders at the customer",
        By::OwnCustomer,
        PRIVACY_WORK_FILES,
        &[PRIVACY_WORK_FILES_ERASE],
    ),
    emptied(
        "work_orders",
        "Notes on work orders at the customer",
        By::OwnCustomer,
        PRIVACY_WORK_NOTES,
        &[PRIVACY_WORK_NOTES_ERASE],
    ),
    emptied("work_orders", "Work orders at the customer", By::OwnCustomer, PRIVACY_WORK, &[PRIVACY_WORK_ERASE]),
    deleted("files", "Files", By::Person, PRIVACY_ATTACHMENTS, &[PRIVACY_ATTACHMENTS_ERASE]),
    emptied(
        "forum_posts",
        "Posts in the forum",
        By::Person,
        PRIVACY_POSTS,
        &[PRIVACY_SEARCH_WORDS_ERASE, PRIVACY_SEARCH_ENTRIES_ERASE, PRIVACY_POSTS_ERASE],
    ),
    emptied("forum_topics", "Topics in the forum", By::Person, PRIVACY_TOPICS, &[PRIVACY_TOPICS_ERASE]),
    emptied("forum_reports", "Reports of posts", By::Person, PRIVACY_REPORTS, &[PRIVACY_REPORTS_ERASE]),
    deleted("forum_topics", "Followed topics", By::Person, PRIVACY_FOLLOWED, &[PRIVACY_FOLLOWED_ERASE]),
    deleted("forum_reports", "Mutes in the forum", By::Person, PRIVACY_MUTES, &[PRIVACY_MUTES_ERASE]),
    kept("news", "News", By::Person, PRIVACY_NEWS, NEWS),
    emptied("contacts", "Contact", By::Person, PRIVACY_CONTACT, &[PRIVACY_CONTACT_ERASE]),
    emptied(
        "contacts",
        "Contacts with the person’s address",
        By::EmailAtCustomer,
        PRIVACY_CONTACTS,
        &[PRIVACY_CONTACTS_ERASE],
    ),
    emptied(
        "accounts",
        "Accounts in the marketplace",
        By::Person,
        PRIVACY_ACCOUNTS,
        &[
            PRIVACY_ACCOUNT_VALUES_ERASE,
            PRIVACY_ACCOUNT_CALLS_ERASE,
            PRIVACY_ACCOUNT_LINES_ERASE,
            PRIVACY_ACCOUNT_OPERATIONS_ERASE,
            PRIVACY_ACCOUNTS_ERASE,
        ],
    ),
    kept("orders", "Orders", By::Person, PRIVACY_ORDERS, ORDERS),
    kept("vendors", "Customers at vendors of the marketplace", By::Person, PRIVACY_VENDORS, AT_VENDORS),
    deleted("accounts", "Buyers in the storefront", By::Person, PRIVACY_BUYERS, &[PRIVACY_BUYERS_ERASE]),
    emptied("customer", "Customer record", By::OwnCustomer, PRIVACY_CUSTOMER, &[]),
    kept("customer", "Customer record", By::OthersCustomer, PRIVACY_SHARED_CUSTOMER, OTHERS),
    emptied("own_places", "Places of the customer", By::OwnCustomer, PRIVACY_OWN_PLACES, &[PRIVACY_OWN_PLACES_ERASE]),
    deleted("customer", "Domains of the customer", By::OwnCustomer, PRIVACY_DOMAINS, &[PRIVACY_DOMAINS_ERASE]),
    deleted("reviews", "Questions to staff", By::OwnCustomer, PRIVACY_REVIEWS, &[PRIVACY_REVIEWS_ERASE]),
    deleted("reviews", "Questions to staff", By::Owner, PRIVACY_REVIEWS_SIGN_IN, &[PRIVACY_REVIEWS_SIGN_IN_ERASE]),
    kept("outside", "Objects in outside systems", By::OwnCustomer, PRIVACY_OUTSIDE, IN_SYSTEMS),
    kept("invoices", "Invoices", By::OwnCustomer, PRIVACY_INVOICES, INVOICES),
    kept("devices", "Assigned equipment", By::OwnCustomer, PRIVACY_DEVICES, DEVICES),
    deleted("marketplace_calls", "Calls of marketplaces", By::OwnCustomer, PRIVACY_CALLS, &[PRIVACY_CALLS_ERASE]),
    deleted("marketplace_calls", "Calls of marketplaces", By::Text, PRIVACY_CALLS_TEXT, &[PRIVACY_CALLS_TEXT_ERASE]),
    deleted(
        "records",
        "Records as last read",
        By::OwnCustomer,
        PRIVACY_RECORDS,
        &[PRIVACY_HANDLES_ERASE, PRIVACY_HELD_ERASE, PRIVACY_RECORDS_ERASE],
    ),
    deleted("records", "Records of sign-ins", By::Subject, PRIVACY_USER_LINKS, &[PRIVACY_USER_LINKS_ERASE]),
    deleted(
        "records",
        "Links of the customer record",
        By::OwnCustomer,
        PRIVACY_RECORD_LINKS,
        &[PRIVACY_RECORD_LINKS_ERASE],
    ),
    deleted(
        "device_writes",
        "Changes of equipment that name the person",
        By::Text,
        PRIVACY_WRITES,
        &[PRIVACY_WRITES_ERASE],
    ),
    deleted("jobs", "E-mails and other jobs", By::Text, PRIVACY_JOBS, &[PRIVACY_JOBS_ERASE]),
    deleted("answers", "Answers kept for repeated requests", By::Text, PRIVACY_ANSWERS, &[PRIVACY_ANSWERS_ERASE]),
    emptied("hooks", "Last unusable delivery of a webhook", By::Text, PRIVACY_HOOKS, &[PRIVACY_HOOKS_ERASE]),
];

/// Columns that say who did something. The person's pseudonym takes their place.
pub(super) static ACTORS: &[Sql] = &[
    PRIVACY_BY_RETURNS,
    PRIVACY_BY_LINKS,
    PRIVACY_BY_LINKS_ENDED,
    PRIVACY_BY_REVIEWS,
    PRIVACY_BY_INVITATIONS,
    PRIVACY_BY_DOMAINS,
    PRIVACY_BY_WORKFLOWS,
    PRIVACY_BY_DEVICE_WRITES,
    PRIVACY_BY_DEVICE_LOADS,
    PRIVACY_BY_TOPICS_HIDDEN,
    PRIVACY_BY_POSTS_HIDDEN,
    PRIVACY_BY_REPORTS,
    PRIVACY_BY_MUTES,
    PRIVACY_BY_REGISTRATIONS,
    PRIVACY_BY_PASSWORD_LINKS,
    PRIVACY_BY_ACCOUNTS,
    PRIVACY_BY_OPERATIONS,
    PRIVACY_BY_ORDERS,
    PRIVACY_BY_ORDERS_CANCELLED,
    PRIVACY_BY_WORK_ORDERS,
    PRIVACY_BY_WORK_NOTES,
    PRIVACY_BY_WORK_FILES,
];

/// What a person wrote, by id: their events name no person.
pub(super) static WRITTEN: &[Sql] =
    &[PRIVACY_REQUEST_IDS, PRIVACY_RETURN_IDS, PRIVACY_TOPIC_IDS, PRIVACY_POST_IDS, PRIVACY_ACCOUNT_IDS];

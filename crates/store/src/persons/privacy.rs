//! What is stored about a person, table by table, and what becomes of it when the person is erased (`H10`).
//!
//! One list serves the export, the preview of an erasure and the erasure, so that they cannot differ. A test goes through
//! the database's own list of tables and fails when one of them is missing here.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;
use tessera_core::kernel::ids::{CustomerId, PersonId};
use tessera_core::persons;
use tessera_core::persons::erasure::{Document, Erasure, Traces};
use uuid::Uuid;

use crate::engine::{Row, Sql, Statement, statements};
use crate::{Conflict, Reads, StoreError, Value, values};

/// By what the rows of a table are a person's. The statements have these values as parameters, once for each value.
#[derive(Debug, Clone, Copy)]
enum By {
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
    fn values(self, traces: &Traces) -> Vec<Vec<Value>> {
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

/// A pattern for texts in lower case that contain this one.
fn containing(text: &str) -> String {
    let literal = text.to_lowercase().replace('!', "!!").replace('%', "!%").replace('_', "!_");
    format!("%{literal}%")
}

/// What becomes of data when its person is erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// The rows are deleted.
    Deleted,
    /// What is personal in the rows is replaced; the rows stay.
    Emptied,
    /// The rows stay, for this reason.
    Kept(&'static str),
}

/// Rows of one kind that are about a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonalData {
    /// Name of the section, for programs.
    pub section: &'static str,
    /// Title of the section.
    pub title: &'static str,
    /// What an erasure makes of them.
    pub fate: Fate,
    /// The rows, without secrets.
    pub rows: Vec<Json>,
}

struct Holding {
    section: &'static str,
    title: &'static str,
    by: By,
    fate: Fate,
    read: Sql,
    erase: &'static [Sql],
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
static HOLDINGS: &[Holding] = &[
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
static ACTORS: &[Sql] = &[
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
static WRITTEN: &[Sql] =
    &[PRIVACY_REQUEST_IDS, PRIVACY_RETURN_IDS, PRIVACY_TOPIC_IDS, PRIVACY_POST_IDS, PRIVACY_ACCOUNT_IDS];

statements! {
    PRIVACY_PERSON =
        "SELECT id, person_id, customer_id, name, email, licence, mobile_user, default_place, role_functions,
            contact_id, inactive_since, inactive_why, created_at
        FROM persons WHERE id = $1";
    /// The last statement: others find the contact by the person.
    PRIVACY_PERSON_ERASE =
        "UPDATE persons
        SET person_id = $1, person_key = $2, name = '(erased)', email = NULL, email_key = NULL, licence = NULL,
            mobile_user = 0, default_place = NULL, role_functions = '[]', contact_id = NULL, email_chosen = 0,
            inactive_since = $3, inactive_why = 'erased', version = version + 1
        WHERE id = $4 AND version = $5";
    PRIVACY_PROFILE = "SELECT phone, notify_of_replies, language, time_zone FROM profiles WHERE person_id = $1";
    PRIVACY_PROFILE_ERASE = "DELETE FROM profiles WHERE person_id = $1";
    PRIVACY_PLACES =
        "SELECT p.id, p.name FROM person_places x JOIN places p ON p.id = x.place_id WHERE x.person_id = $1";
    PRIVACY_PLACES_ERASE = "DELETE FROM person_places WHERE person_id = $1";
    PRIVACY_IDENTITIES =
        "SELECT id, issuer, subject, sign_in, created_at, last_used_at FROM identities WHERE person_id = $1";
    PRIVACY_IDENTITIES_ERASE = "DELETE FROM identities WHERE person_id = $1";
    PRIVACY_PASSKEYS_ERASE = "DELETE FROM passkeys WHERE person_id = $1";
    PRIVACY_CREDENTIALS = "SELECT password_set_at, factor_since FROM credentials WHERE person_id = $1";
    PRIVACY_CREDENTIALS_ERASE = "DELETE FROM credentials WHERE person_id = $1";
    PRIVACY_RECOVERY_CODES_ERASE = "DELETE FROM recovery_codes WHERE person_id = $1";
    PRIVACY_LINKS =
        "SELECT email, created_at, created_by, expires_at, used_at, revoked_at FROM one_time_links WHERE person_id = $1";
    PRIVACY_LINKS_ERASE = "DELETE FROM one_time_links WHERE person_id = $1";
    PRIVACY_EMAILS = "SELECT email, created_at, expires_at, ended_at FROM email_changes WHERE person_id = $1";
    PRIVACY_EMAILS_ERASE = "DELETE FROM email_changes WHERE person_id = $1";
    PRIVACY_SESSIONS =
        "SELECT created_at, last_used_at, expires_at, device, place FROM sessions WHERE person_id = $1";
    PRIVACY_SESSIONS_ERASE = "DELETE FROM sessions WHERE person_id = $1";
    PRIVACY_HALF_SIGN_INS_ERASE = "DELETE FROM half_sign_ins WHERE person_id = $1";
    PRIVACY_SEATS_ERASE = "DELETE FROM seats WHERE person_id = $1";
    PRIVACY_OWN_SESSIONS =
        "SELECT created_at, last_used_at, expires_at, device, place FROM sessions WHERE owner = $1 AND person_id IS NULL";
    PRIVACY_OWN_SESSIONS_ERASE = "DELETE FROM sessions WHERE owner = $1";
    PRIVACY_UNLINKED =
        "SELECT issuer, subject, email, sign_in, seen_at FROM unlinked_sign_ins WHERE issuer = $1 AND subject = $2";
    PRIVACY_UNLINKED_ERASE = "DELETE FROM unlinked_sign_ins WHERE issuer = $1 AND subject = $2";
    PRIVACY_UNLINKED_EMAIL =
        "SELECT issuer, subject, email, sign_in, seen_at FROM unlinked_sign_ins WHERE lower(email) = $1";
    PRIVACY_UNLINKED_EMAIL_ERASE = "DELETE FROM unlinked_sign_ins WHERE lower(email) = $1";
    PRIVACY_SIGN_INS = "SELECT provider, expires_at FROM sign_ins WHERE lower(purpose) LIKE $1 ESCAPE '!'";
    PRIVACY_SIGN_INS_ERASE = "DELETE FROM sign_ins WHERE lower(purpose) LIKE $1 ESCAPE '!'";
    PRIVACY_CEREMONIES =
        "SELECT expires_at FROM passkey_ceremonies WHERE lower(purpose) LIKE $1 ESCAPE '!' OR lower(state) LIKE $1 ESCAPE '!'";
    PRIVACY_CEREMONIES_ERASE =
        "DELETE FROM passkey_ceremonies WHERE lower(purpose) LIKE $1 ESCAPE '!' OR lower(state) LIKE $1 ESCAPE '!'";
    PRIVACY_REGISTRATIONS =
        "SELECT name, email, message, created_at, state, decided_at, reason FROM registrations WHERE person_id = $1";
    PRIVACY_REGISTRATIONS_ERASE = "DELETE FROM registrations WHERE person_id = $1";
    PRIVACY_REGISTRATIONS_EMAIL =
        "SELECT name, email, message, created_at, state, decided_at, reason FROM registrations
        WHERE lower(email) = $1 AND person_id IS NULL";
    PRIVACY_REGISTRATIONS_EMAIL_ERASE = "DELETE FROM registrations WHERE lower(email) = $1 AND person_id IS NULL";
    PRIVACY_REFUSED = "SELECT code, at FROM refused_licences WHERE person_key = $1";
    PRIVACY_REFUSED_ERASE = "DELETE FROM refused_licences WHERE person_key = $1";
    PRIVACY_ACTIVATIONS =
        "SELECT sign_in, state, refusal, progress, created_at, finished_at FROM activations
        WHERE issuer = $1 AND subject = $2";
    PRIVACY_ACTIVATIONS_ERASE = "DELETE FROM activations WHERE issuer = $1 AND subject = $2";
    PRIVACY_CLAIMED =
        "SELECT name, email, system, kind, external_id, created_at, created_by, opened_at, claimed_as, consumed_at
        FROM invitations WHERE claimed_issuer = $1 AND claimed_subject = $2";
    PRIVACY_CLAIMED_ACTIVATIONS_ERASE =
        "DELETE FROM activations WHERE invitation_id IN (
            SELECT i.id FROM invitations i WHERE i.claimed_issuer = $1 AND i.claimed_subject = $2
        )";
    PRIVACY_CLAIMED_ERASE = "DELETE FROM invitations WHERE claimed_issuer = $1 AND claimed_subject = $2";
    PRIVACY_INVITED =
        "SELECT name, email, system, kind, external_id, created_at, created_by, opened_at, revoked_at
        FROM invitations WHERE lower(email) = $1 AND claimed_subject IS NULL";
    PRIVACY_INVITED_ACTIVATIONS_ERASE =
        "DELETE FROM activations WHERE invitation_id IN (SELECT i.id FROM invitations i WHERE lower(i.email) = $1)";
    PRIVACY_INVITED_ERASE = "DELETE FROM invitations WHERE lower(email) = $1";
    PRIVACY_MESSAGE_KEYS =
        "SELECT name, created_at, created_by, last_used_at, revoked_at FROM message_credentials WHERE person_id = $1";
    PRIVACY_MESSAGE_KEYS_ERASE = "DELETE FROM message_credentials WHERE person_id = $1";
    PRIVACY_MESSAGES =
        "SELECT external_id, kind, body, received_at, finished_at, result_kind, result_id, reason FROM messages
        WHERE person_id = $1";
    PRIVACY_MESSAGES_ERASE = "DELETE FROM messages WHERE person_id = $1";
    PRIVACY_TICKETS =
        "SELECT id, ticket_id, status FROM requests WHERE person_id = $1 AND ticket_id IS NOT NULL";
    PRIVACY_REQUEST_FILES =
        "SELECT f.request_id, f.name, f.media_type, f.size, f.created_at, f.created_by FROM request_files f
        WHERE f.request_id IN (SELECT r.id FROM requests r WHERE r.person_id = $1)";
    PRIVACY_REQUEST_FILES_ERASE =
        "DELETE FROM request_files WHERE request_id IN (SELECT r.id FROM requests r WHERE r.person_id = $1)";
    PRIVACY_FILES_ADDED =
        "SELECT request_id, name, media_type, size, created_at, created_by FROM request_files WHERE created_by = $1";
    PRIVACY_FILES_ADDED_ERASE = "DELETE FROM request_files WHERE created_by = $1";
    PRIVACY_COMMENTS =
        "SELECT c.request_id, c.act, c.author, c.text, c.at FROM request_comments c
        WHERE c.request_id IN (SELECT r.id FROM requests r WHERE r.person_id = $1)";
    PRIVACY_COMMENTS_ERASE =
        "UPDATE request_comments SET author = '(erased)', text = '(erased)',
            note = CASE WHEN delivery = 'waiting' THEN '(erased)' ELSE note END,
            delivery = CASE WHEN delivery = 'waiting' THEN 'refused' ELSE delivery END
        WHERE request_id IN (SELECT r.id FROM requests r WHERE r.person_id = $1)";
    PRIVACY_COMMENTED =
        "SELECT c.request_id, c.act, c.text, c.at FROM request_comments c
        JOIN requests r ON r.id = c.request_id
        WHERE c.author = $1 AND r.customer_id = $2 AND r.person_name <> $1";
    PRIVACY_COMMENTED_ERASE =
        "UPDATE request_comments SET author = '(erased)', text = '(erased)',
            note = CASE WHEN delivery = 'waiting' THEN '(erased)' ELSE note END,
            delivery = CASE WHEN delivery = 'waiting' THEN 'refused' ELSE delivery END
        WHERE author = $1 AND request_id IN (SELECT r.id FROM requests r WHERE r.customer_id = $2)";
    PRIVACY_REQUESTS =
        "SELECT id, kind, subject, description, answers, device_name, status, ticket_id, files, created_at, updated_at
        FROM requests WHERE person_id = $1";
    /// What was not sent to the service desk yet is not sent any more.
    PRIVACY_REQUESTS_ERASE =
        "UPDATE requests
        SET person_name = '(erased)', subject = '(erased)', description = '(erased)', answers = '[]', search = '',
            status = CASE WHEN mirror IN ('held', 'waiting') THEN 'closed' ELSE status END,
            mirror_note = CASE WHEN mirror IN ('held', 'waiting') THEN '(erased)' ELSE mirror_note END,
            mirror = CASE WHEN mirror IN ('held', 'waiting') THEN 'refused' ELSE mirror END,
            files = 0, awaited = NULL, version = version + 1
        WHERE person_id = $1";
    PRIVACY_RUNS = "SELECT id, version, run FROM requests WHERE lower(run) LIKE $1 ESCAPE '!'";
    PRIVACY_RUN_ERASE = "UPDATE requests SET run = $1 WHERE id = $2";
    PRIVACY_WORKFLOWS = "SELECT customer_id AS id, kind, version, steps FROM workflows WHERE lower(steps) LIKE $1 ESCAPE '!'";
    PRIVACY_WORKFLOW_ERASE = "UPDATE workflows SET steps = $1 WHERE customer_id = $2 AND version = $3 AND kind = $4";
    PRIVACY_RETURNS =
        "SELECT id, number, version, email, status, lines, created_at, updated_at FROM returns WHERE person_id = $1";
    PRIVACY_RETURNS_ERASE = "UPDATE returns SET email = NULL WHERE person_id = $1";
    PRIVACY_RETURN_ERASE =
        "UPDATE returns SET lines = $1, version = version + 1 WHERE id = $2 AND version = $3";
    PRIVACY_WORK_ASKED =
        "SELECT id, number, subject, description, device_name, state, reason, starts_at, ends_at, created_at
        FROM work_orders WHERE request_id IN (SELECT r.id FROM requests r WHERE r.person_id = $1)";
    PRIVACY_WORK_ASKED_ERASE =
        "UPDATE work_orders SET subject = '(erased)', description = '(erased)', search = '', version = version + 1
        WHERE request_id IN (SELECT r.id FROM requests r WHERE r.person_id = $1)";
    PRIVACY_WORK_DONE =
        "SELECT id, number, assignee_name, state, starts_at, ends_at, created_at FROM work_orders
        WHERE assignee_id = $1";
    PRIVACY_WORK_DONE_ERASE =
        "UPDATE work_orders SET assignee_name = '(erased)', version = version + 1 WHERE assignee_id = $1";
    PRIVACY_WORK_NOTED = "SELECT work_order_id, act, text, author, at FROM work_order_notes WHERE actor = $1";
    /// What was noted is about the work, and stays.
    PRIVACY_WORK_NOTED_ERASE = "UPDATE work_order_notes SET author = '(erased)' WHERE actor = $1";
    PRIVACY_WORK_FILES =
        "SELECT work_order_id, name, media_type, size, created_at, created_by FROM work_order_files
        WHERE work_order_id IN (SELECT w.id FROM work_orders w WHERE w.customer_id = $1)";
    PRIVACY_WORK_FILES_ERASE =
        "DELETE FROM work_order_files
        WHERE work_order_id IN (SELECT w.id FROM work_orders w WHERE w.customer_id = $1)";
    PRIVACY_WORK_NOTES =
        "SELECT work_order_id, act, text, author, at FROM work_order_notes
        WHERE work_order_id IN (SELECT w.id FROM work_orders w WHERE w.customer_id = $1)";
    PRIVACY_WORK_NOTES_ERASE =
        "UPDATE work_order_notes SET text = '(erased)'
        WHERE work_order_id IN (SELECT w.id FROM work_orders w WHERE w.customer_id = $1)";
    PRIVACY_WORK =
        "SELECT id, number, subject, description, device_name, model, state, reason, starts_at, ends_at, created_at
        FROM work_orders WHERE customer_id = $1";
    PRIVACY_WORK_ERASE =
        "UPDATE work_orders
        SET subject = '(erased)', description = '(erased)', search = '', version = version + 1,
            reason = CASE WHEN reason IS NULL THEN NULL ELSE '(erased)' END
        WHERE customer_id = $1";
    PRIVACY_ATTACHMENTS =
        "SELECT owner_kind, owner_id, name, media_type, size, created_at FROM attachments
        WHERE person_id = $1 AND owner_kind <> 'news'";
    PRIVACY_ATTACHMENTS_ERASE = "DELETE FROM attachments WHERE person_id = $1 AND owner_kind <> 'news'";
    PRIVACY_POSTS =
        "SELECT id, topic_id, body, created_at, edited_at, hidden_at FROM forum_posts WHERE author_id = $1";
    PRIVACY_POSTS_ERASE =
        "UPDATE forum_posts SET body = '(erased)', version = version + 1 WHERE author_id = $1";
    /// The words of a topic's title are also those of its replies.
    PRIVACY_SEARCH_WORDS_ERASE =
        "DELETE FROM search_words WHERE source = 'forum' AND id IN (
            SELECT p.id FROM forum_posts p
            WHERE p.author_id = $1 OR p.topic_id IN (SELECT t.id FROM forum_topics t WHERE t.author_id = $1)
        )";
    PRIVACY_SEARCH_ENTRIES_ERASE =
        "DELETE FROM search_entries WHERE source = 'forum' AND id IN (
            SELECT p.id FROM forum_posts p
            WHERE p.author_id = $1 OR p.topic_id IN (SELECT t.id FROM forum_topics t WHERE t.author_id = $1)
        )";
    PRIVACY_TOPICS = "SELECT id, board_id, title, created_at FROM forum_topics WHERE author_id = $1";
    PRIVACY_TOPICS_ERASE =
        "UPDATE forum_topics SET title = '(erased)', version = version + 1 WHERE author_id = $1";
    PRIVACY_REPORTS = "SELECT post_id, why, at, decided_at, verdict FROM forum_reports WHERE person_id = $1";
    PRIVACY_REPORTS_ERASE = "UPDATE forum_reports SET why = '(erased)' WHERE person_id = $1";
    PRIVACY_FOLLOWED = "SELECT topic_id, since FROM forum_followers WHERE person_id = $1";
    PRIVACY_FOLLOWED_ERASE = "DELETE FROM forum_followers WHERE person_id = $1";
    PRIVACY_MUTES = "SELECT until, why, at FROM forum_mutes WHERE person_id = $1";
    PRIVACY_MUTES_ERASE = "DELETE FROM forum_mutes WHERE person_id = $1";
    PRIVACY_NEWS = "SELECT id, title, state, published_at FROM news_posts WHERE author_id = $1";
    PRIVACY_CONTACT =
        "SELECT id, name, email, phone, created_at FROM contacts
        WHERE id IN (SELECT p.contact_id FROM persons p WHERE p.id = $1)";
    PRIVACY_CONTACT_ERASE =
        "UPDATE contacts SET name = '(erased)', email = NULL, email_key = NULL, phone = NULL, version = version + 1
        WHERE id IN (SELECT p.contact_id FROM persons p WHERE p.id = $1)";
    PRIVACY_CONTACTS =
        "SELECT c.id, c.name, c.email, c.phone, c.created_at FROM contacts c
        WHERE c.email_key = $1 AND c.customer_id = $2
          AND NOT EXISTS (SELECT 1 FROM persons p WHERE p.contact_id = c.id)";
    PRIVACY_CONTACTS_ERASE =
        "UPDATE contacts SET name = '(erased)', email = NULL, email_key = NULL, phone = NULL, version = version + 1
        WHERE email_key = $1 AND customer_id = $2
          AND NOT EXISTS (SELECT 1 FROM persons p WHERE p.contact_id = contacts.id)";
    PRIVACY_ACCOUNTS =
        "SELECT a.id, a.profile, a.state, a.created_at FROM marketplace_accounts a
        WHERE a.id IN (SELECT b.account_id FROM storefront_buyers b WHERE b.person_id = $1)";
    PRIVACY_ACCOUNTS_ERASE =
        "UPDATE marketplace_accounts SET profile = '{\"name\":\"(erased)\"}', version = version + 1
        WHERE id IN (SELECT b.account_id FROM storefront_buyers b WHERE b.person_id = $1)";
    PRIVACY_ACCOUNT_VALUES_ERASE =
        "DELETE FROM marketplace_account_values
        WHERE account_id IN (SELECT b.account_id FROM storefront_buyers b WHERE b.person_id = $1)";
    PRIVACY_ACCOUNT_CALLS_ERASE =
        "DELETE FROM service_manager_calls
        WHERE account_id IN (SELECT b.account_id FROM storefront_buyers b WHERE b.person_id = $1)";
    PRIVACY_ACCOUNT_LINES_ERASE =
        "DELETE FROM account_import_lines
        WHERE account_id IN (SELECT b.account_id FROM storefront_buyers b WHERE b.person_id = $1)";
    PRIVACY_ACCOUNT_OPERATIONS_ERASE =
        "UPDATE account_operations SET message = NULL, customer_message = NULL
        WHERE account_id IN (SELECT b.account_id FROM storefront_buyers b WHERE b.person_id = $1)";
    PRIVACY_ORDERS =
        "SELECT o.id, o.total_minor, o.currency, o.placed_at, o.cancelled_at FROM storefront_orders o
        WHERE o.account_id IN (SELECT b.account_id FROM storefront_buyers b WHERE b.person_id = $1)";
    PRIVACY_VENDORS =
        "SELECT l.service_manager_id, l.external_id, l.linked_at FROM vendor_links l
        WHERE l.deleted_at IS NULL
          AND l.account_id IN (SELECT b.account_id FROM storefront_buyers b WHERE b.person_id = $1)";
    PRIVACY_BUYERS = "SELECT account_id, created_at FROM storefront_buyers WHERE person_id = $1";
    PRIVACY_BUYERS_ERASE = "DELETE FROM storefront_buyers WHERE person_id = $1";
    PRIVACY_CUSTOMER = "SELECT id, name, email, phone, contact_finding, created_at FROM customers WHERE id = $1";
    PRIVACY_SHARED_CUSTOMER = "SELECT id, name FROM customers WHERE id = $1";
    PRIVACY_OWN_PLACES = "SELECT id, name, address, created_at FROM places WHERE owner_id = $1";
    PRIVACY_OWN_PLACES_ERASE =
        "UPDATE places SET name = '(erased)', address = NULL, version = version + 1 WHERE owner_id = $1";
    PRIVACY_DOMAINS = "SELECT domain, at FROM customer_domains WHERE customer_id = $1";
    PRIVACY_DOMAINS_ERASE = "DELETE FROM customer_domains WHERE customer_id = $1";
    PRIVACY_REVIEWS =
        "SELECT id, question, created_at, decided_at, decision, note FROM reviews WHERE customer_id = $1";
    PRIVACY_REVIEWS_ERASE = "DELETE FROM reviews WHERE customer_id = $1";
    PRIVACY_REVIEWS_SIGN_IN =
        "SELECT id, question, created_at, decided_at, decision, note FROM reviews
        WHERE identity = $1 AND customer_id IS NULL";
    PRIVACY_REVIEWS_SIGN_IN_ERASE = "DELETE FROM reviews WHERE identity = $1 AND customer_id IS NULL";
    PRIVACY_OUTSIDE =
        "SELECT system, kind, external_id FROM links
        WHERE customer_id = $1 AND ended_at IS NULL AND kind IN ('requester', 'contact', 'account')";
    PRIVACY_INVOICES = "SELECT number, status, due, bill, created_at FROM invoices WHERE customer_id = $1";
    PRIVACY_DEVICES = "SELECT system, external_id, since, ended_at FROM device_assignments WHERE customer_id = $1";
    PRIVACY_CALLS =
        "SELECT c.operation, c.account_id, c.at, c.request, c.answer FROM marketplace_calls c
        JOIN links l ON l.system = c.marketplace AND l.external_id = c.account_id AND l.kind = 'account'
        WHERE l.customer_id = $1";
    PRIVACY_CALLS_ERASE =
        "DELETE FROM marketplace_calls WHERE (marketplace, account_id) IN (
            SELECT l.system, l.external_id FROM links l WHERE l.customer_id = $1 AND l.kind = 'account'
        )";
    PRIVACY_CALLS_TEXT =
        "SELECT operation, account_id, at, request, answer FROM marketplace_calls
        WHERE lower(request) LIKE $1 ESCAPE '!' OR lower(answer) LIKE $1 ESCAPE '!'";
    PRIVACY_CALLS_TEXT_ERASE =
        "DELETE FROM marketplace_calls WHERE lower(request) LIKE $1 ESCAPE '!' OR lower(answer) LIKE $1 ESCAPE '!'";
    PRIVACY_RECORDS =
        "SELECT r.system, r.kind, r.external_id, r.title, r.attributes, r.raw, r.read_at FROM records r
        JOIN links l ON l.system = r.system AND l.kind = r.kind AND l.external_id = r.external_id
        WHERE l.customer_id = $1 AND l.kind <> 'asset'
              AND NOT EXISTS (
                  SELECT 1 FROM links o
                  WHERE o.system = l.system AND o.kind = l.kind AND o.external_id = l.external_id
                    AND o.ended_at IS NULL AND o.customer_id <> $1
              )";
    PRIVACY_RECORDS_ERASE =
        "DELETE FROM records WHERE (system, kind, external_id) IN (
            SELECT l.system, l.kind, l.external_id FROM links l
            WHERE l.customer_id = $1 AND l.kind <> 'asset'
              AND NOT EXISTS (
                  SELECT 1 FROM links o
                  WHERE o.system = l.system AND o.kind = l.kind AND o.external_id = l.external_id
                    AND o.ended_at IS NULL AND o.customer_id <> $1
              )
        )";
    PRIVACY_HANDLES_ERASE =
        "DELETE FROM record_handles WHERE (system, kind, external_id) IN (
            SELECT l.system, l.kind, l.external_id FROM links l
            WHERE l.customer_id = $1 AND l.kind <> 'asset'
              AND NOT EXISTS (
                  SELECT 1 FROM links o
                  WHERE o.system = l.system AND o.kind = l.kind AND o.external_id = l.external_id
                    AND o.ended_at IS NULL AND o.customer_id <> $1
              )
        )";
    PRIVACY_HELD_ERASE =
        "DELETE FROM held_changes WHERE (system, kind, external_id) IN (
            SELECT l.system, l.kind, l.external_id FROM links l
            WHERE l.customer_id = $1 AND l.kind <> 'asset'
              AND NOT EXISTS (
                  SELECT 1 FROM links o
                  WHERE o.system = l.system AND o.kind = l.kind AND o.external_id = l.external_id
                    AND o.ended_at IS NULL AND o.customer_id <> $1
              )
        )";
    PRIVACY_USER_LINKS =
        "SELECT id, system, kind, external_id, origin, evidence, created_at, ended_at FROM links
        WHERE kind = 'user' AND external_id = $1 AND customer_id = $2";
    PRIVACY_USER_LINKS_ERASE = "DELETE FROM links WHERE kind = 'user' AND external_id = $1 AND customer_id = $2";
    PRIVACY_RECORD_LINKS =
        "SELECT id, system, kind, external_id, origin, evidence, created_at, ended_at FROM links
        WHERE customer_id = $1 AND kind <> 'user'";
    PRIVACY_RECORD_LINKS_ERASE = "DELETE FROM links WHERE customer_id = $1";
    PRIVACY_WRITES =
        "SELECT subject, change, state, note, created_at FROM device_writes
        WHERE finished_at IS NOT NULL AND (lower(change) LIKE $1 ESCAPE '!' OR lower(note) LIKE $1 ESCAPE '!')";
    PRIVACY_WRITES_ERASE =
        "DELETE FROM device_writes
        WHERE finished_at IS NOT NULL AND (lower(change) LIKE $1 ESCAPE '!' OR lower(note) LIKE $1 ESCAPE '!')";
    PRIVACY_JOBS =
        "SELECT id, task, state, error, created_at FROM jobs
        WHERE state <> 'running' AND (lower(task) LIKE $1 ESCAPE '!' OR lower(error) LIKE $1 ESCAPE '!')";
    PRIVACY_JOBS_ERASE =
        "DELETE FROM jobs WHERE state <> 'running' AND (lower(task) LIKE $1 ESCAPE '!' OR lower(error) LIKE $1 ESCAPE '!')";
    PRIVACY_ANSWERS =
        "SELECT status, answer, created_at FROM idempotency_keys WHERE lower(key) LIKE $1 ESCAPE '!' OR lower(answer) LIKE $1 ESCAPE '!'";
    PRIVACY_ANSWERS_ERASE =
        "DELETE FROM idempotency_keys WHERE lower(key) LIKE $1 ESCAPE '!' OR lower(answer) LIKE $1 ESCAPE '!'";
    PRIVACY_HOOKS =
        "SELECT hook, last_unusable_at, last_unusable_why, last_unusable_excerpt FROM hook_deliveries
        WHERE lower(last_unusable_excerpt) LIKE $1 ESCAPE '!' OR lower(last_unusable_why) LIKE $1 ESCAPE '!'";
    PRIVACY_HOOKS_ERASE =
        "UPDATE hook_deliveries SET last_unusable_excerpt = '', last_unusable_why = '(erased)'
        WHERE lower(last_unusable_excerpt) LIKE $1 ESCAPE '!' OR lower(last_unusable_why) LIKE $1 ESCAPE '!'";

    PRIVACY_BY_RETURNS = "UPDATE returns SET created_by = $2 WHERE created_by = $1";
    PRIVACY_BY_LINKS = "UPDATE links SET actor = $2 WHERE actor = $1";
    PRIVACY_BY_LINKS_ENDED = "UPDATE links SET ended_by = $2 WHERE ended_by = $1";
    PRIVACY_BY_REVIEWS = "UPDATE reviews SET decided_by = $2 WHERE decided_by = $1";
    PRIVACY_BY_INVITATIONS = "UPDATE invitations SET created_by = $2 WHERE created_by = $1";
    PRIVACY_BY_DOMAINS = "UPDATE customer_domains SET entered_by = $2 WHERE entered_by = $1";
    PRIVACY_BY_WORKFLOWS = "UPDATE workflows SET changed_by = $2 WHERE changed_by = $1";
    PRIVACY_BY_DEVICE_WRITES = "UPDATE device_writes SET asked_by = $2 WHERE asked_by = $1";
    PRIVACY_BY_DEVICE_LOADS = "UPDATE device_loads SET asked_by = $2 WHERE asked_by = $1";
    PRIVACY_BY_TOPICS_HIDDEN = "UPDATE forum_topics SET hidden_by = $2 WHERE hidden_by = $1";
    PRIVACY_BY_POSTS_HIDDEN = "UPDATE forum_posts SET hidden_by = $2 WHERE hidden_by = $1";
    PRIVACY_BY_REPORTS = "UPDATE forum_reports SET decided_by = $2 WHERE decided_by = $1";
    PRIVACY_BY_MUTES = "UPDATE forum_mutes SET muted_by = $2 WHERE muted_by = $1";
    PRIVACY_BY_REGISTRATIONS = "UPDATE registrations SET decided_by = $2 WHERE decided_by = $1";
    PRIVACY_BY_PASSWORD_LINKS = "UPDATE one_time_links SET created_by = $2 WHERE created_by = $1";
    PRIVACY_BY_ACCOUNTS = "UPDATE marketplace_accounts SET created_by = $2 WHERE created_by = $1";
    PRIVACY_BY_OPERATIONS = "UPDATE account_operations SET requested_by = $2 WHERE requested_by = $1";
    PRIVACY_BY_ORDERS = "UPDATE storefront_orders SET placed_by = $2 WHERE placed_by = $1";
    PRIVACY_BY_ORDERS_CANCELLED = "UPDATE storefront_orders SET cancelled_by = $2 WHERE cancelled_by = $1";

    PRIVACY_BY_WORK_ORDERS = "UPDATE work_orders SET created_by = $2 WHERE created_by = $1";
    PRIVACY_BY_WORK_NOTES = "UPDATE work_order_notes SET actor = $2 WHERE actor = $1";
    PRIVACY_BY_WORK_FILES = "UPDATE work_order_files SET created_by = $2 WHERE created_by = $1";

    PRIVACY_REQUEST_IDS = "SELECT id FROM requests WHERE person_id = $1";
    PRIVACY_RETURN_IDS = "SELECT id FROM returns WHERE person_id = $1";
    PRIVACY_TOPIC_IDS = "SELECT id FROM forum_topics WHERE author_id = $1";
    PRIVACY_POST_IDS = "SELECT id FROM forum_posts WHERE author_id = $1";
    PRIVACY_ACCOUNT_IDS = "SELECT account_id AS id FROM storefront_buyers WHERE person_id = $1";
    PRIVACY_TIMELINES_BY = "SELECT DISTINCT customer_id AS id FROM timeline WHERE actor = $1";
    /// The timelines that name somebody anywhere, by a text that means only them.
    PRIVACY_TIMELINES =
        "SELECT DISTINCT customer_id AS id FROM timeline
        WHERE lower(event) LIKE $1 ESCAPE '!' OR lower(personal) LIKE $1 ESCAPE '!'";
}

impl Reads {
    /// Everything that is stored about a person outside timelines, without secrets.
    pub async fn personal_data(&self, of: &Traces) -> Result<Vec<PersonalData>, StoreError> {
        let mut found = Vec::with_capacity(HOLDINGS.len());
        for holding in HOLDINGS {
            // Several values may find the same row, and the database returns rows in any order.
            let mut rows = BTreeMap::new();
            for values in holding.by.values(of) {
                let read = self.query(holding.read, values).await?;
                rows.extend(read.iter().map(json_row).map(|row| (row.to_string(), row)));
            }
            let rows = rows.into_values().collect();
            found.push(PersonalData { section: holding.section, title: holding.title, fate: holding.fate, rows });
        }
        Ok(found)
    }

    /// Ids of what a person wrote.
    pub async fn written_by(&self, person: PersonId) -> Result<Vec<Uuid>, StoreError> {
        let mut ids = Vec::new();
        for sql in WRITTEN {
            let rows = self.query(*sql, values![person]).await?;
            ids.extend(rows.iter().map(|row| row.get::<Uuid>("id")).collect::<Result<Vec<_>, _>>()?);
        }
        Ok(ids)
    }

    /// The customers on whose timelines a person may be named.
    pub async fn timelines_naming(&self, traces: &Traces) -> Result<BTreeSet<CustomerId>, StoreError> {
        let by = traces.actors().into_iter().map(|actor| (PRIVACY_TIMELINES_BY, actor));
        let naming = traces.patterns_of_facts().into_iter().map(|text| (PRIVACY_TIMELINES, containing(&text)));
        let mut found = BTreeSet::new();
        for (sql, text) in by.chain(naming) {
            for row in self.query(sql, values![text]).await? {
                found.insert(row.id("id")?);
            }
        }
        Ok(found)
    }
}

/// The statements of an erasure.
pub(super) fn erase(erasure: &Erasure, to: &mut Vec<Statement>) {
    let traces = &erasure.traces;
    // A session that begins at the same moment is either found, or finds no sign-in.
    to.push(Statement::any(crate::credentials::sql::IDENTITIES_LOCK_OF_PERSON, values![traces.person]));
    for document in &erasure.documents {
        to.push(rewrite(document));
    }
    for holding in HOLDINGS {
        for values in holding.by.values(traces) {
            to.extend(holding.erase.iter().map(|sql| Statement::any(*sql, values.clone())));
        }
    }
    for actor in traces.actors().iter().filter(|actor| **actor != traces.erased_actor()) {
        to.extend(ACTORS.iter().map(|sql| Statement::any(*sql, values![actor, traces.erased_actor()])));
    }
    let pseudonym = traces.pseudonym();
    let key = persons::key(&pseudonym);
    let values = values![pseudonym, key, erasure.at, traces.person, erasure.version];
    to.push(Statement::one(PRIVACY_PERSON_ERASE, values, Conflict::PersonId));
}

fn rewrite(document: &Document) -> Statement {
    match document {
        Document::Return { id, version, lines } => {
            Statement::one(PRIVACY_RETURN_ERASE, values![lines, id.0, *version], Conflict::Return)
        }
        Document::Run { request, run } => Statement::any(PRIVACY_RUN_ERASE, values![run, request.0]),
        Document::Workflow { customer, kind, version, steps } => {
            Statement::any(PRIVACY_WORKFLOW_ERASE, values![steps, *customer, *version, kind])
        }
    }
}

fn json_row(row: &Row) -> Json {
    Json::Object(row.each().map(|(column, value)| (column.to_owned(), json_value(column, value))).collect())
}

/// A value as programs read it: times as text, JSON as such, ids as text.
fn json_value(column: &str, value: &Value) -> Json {
    let is_time = column.ends_with("_at") || column.ends_with("_since") || matches!(column, "at" | "since" | "until");
    match value {
        Value::Null => Json::Null,
        Value::Int(number) if is_time => {
            jiff::Timestamp::from_microsecond(*number).map_or(Json::Null, |at| at.to_string().into())
        }
        Value::Int(number) => (*number).into(),
        Value::Text(text) if text.starts_with(['{', '[']) => {
            serde_json::from_str(text).unwrap_or_else(|_| text.as_str().into())
        }
        Value::Text(text) => text.as_str().into(),
        // SQLite stores ids as bytes.
        Value::Blob(bytes) => Uuid::from_slice(bytes).map_or(Json::Null, |id| id.to_string().into()),
        Value::Uuid(id) => id.to_string().into(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use rusqlite::Connection;

    use super::*;
    use crate::engine::migrate_sqlite;
    use crate::kernel::schema::MIGRATIONS;

    /// Tables without anything personal, or where it is not readable, each with the reason.
    const NOT_PERSONAL: &[(&str, &str)] = &[
        ("account_imports", "how many accounts staff imported"),
        ("alarms", "systems"),
        ("api_keys", "machines"),
        ("asset_forms", "fields of the service desk"),
        ("audiences", "places"),
        ("brakes", "systems"),
        ("call_spending", "systems"),
        ("call_systems", "systems"),
        ("correlation_slots", "numbers"),
        ("device_load_lines", "what staff typed about equipment; kept for a while"),
        ("device_places", "places"),
        ("device_readings", "measurements of equipment"),
        ("devices", "equipment of the service desk, read again with the next sweep"),
        ("failed_logins", "keyed hashes"),
        ("form_posts", "keyed hashes; kept for a day"),
        ("forum_boards", "written by staff"),
        ("invoice_feeds", "sources"),
        ("option_sets", "written by staff"),
        ("part_stock", "parts at places"),
        ("paused_systems", "systems"),
        ("rate_limits", "keyed hashes; kept for an hour"),
        ("reading_clock", "a number"),
        ("return_units", "serial numbers"),
        ("return_words", "serial numbers and models"),
        ("schema_migrations", "versions"),
        ("service_managers", "vendors"),
        ("staff", "members of staff, who are not erased as long as they are staff"),
        ("storefront_order_lines", "products"),
        ("storefront_pictures", "pictures of products, without what they tell about their photographer"),
        ("storefront_products", "products"),
        ("sweeps", "systems; staff ask for them"),
        ("takings", "numbers"),
        ("ticket_readings", "systems"),
        ("vendor_notifications", "encrypted; kept for a week"),
        ("workers", "processes"),
        ("write_probe", "a number"),
    ];

    fn tables() -> BTreeSet<String> {
        let mut connection = Connection::open_in_memory().unwrap();
        crate::kernel::timeline::teach_chain_hash(&connection).unwrap();
        migrate_sqlite(&mut connection, &MIGRATIONS).unwrap();
        let mut names = connection
            .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
            .unwrap();
        names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    #[test]
    fn h10_every_table_is_exported_and_erased_or_has_nothing_personal() {
        let tables = tables();
        let words = |sql: &Sql| -> BTreeSet<String> {
            sql.text.split(|letter: char| !letter.is_alphanumeric() && letter != '_').map(ToOwned::to_owned).collect()
        };
        let touched: BTreeSet<String> = ALL.1.iter().flat_map(words).collect();
        let excused: BTreeSet<&str> = NOT_PERSONAL.iter().map(|(table, _)| *table).collect();
        let missing: Vec<_> =
            tables.iter().filter(|table| !touched.contains(*table) && !excused.contains(table.as_str())).collect();
        assert_eq!(missing, [] as [&String; 0], "add them to HOLDINGS, or say why they have nothing personal");
        for table in excused {
            assert!(tables.contains(table), "{table} is gone");
        }
    }

    #[test]
    fn h10_every_statement_of_the_list_is_used() {
        let erased = HOLDINGS.iter().flat_map(|holding| holding.erase.iter().chain([&holding.read]));
        let named: BTreeSet<&str> = erased.chain(ACTORS).chain(WRITTEN).map(|sql| sql.name).collect();
        let by_hand = [
            PRIVACY_PERSON_ERASE,
            PRIVACY_RUN_ERASE,
            PRIVACY_WORKFLOW_ERASE,
            PRIVACY_RETURN_ERASE,
            PRIVACY_TIMELINES,
            PRIVACY_TIMELINES_BY,
        ];
        let unused: Vec<_> = ALL
            .1
            .iter()
            .filter(|sql| !named.contains(sql.name) && !by_hand.contains(sql))
            .map(|sql| sql.name)
            .collect();
        assert_eq!(unused, [] as [&str; 0]);
    }

    #[test]
    fn h10_what_is_kept_is_not_erased_and_what_is_deleted_is() {
        for holding in HOLDINGS {
            match holding.fate {
                Fate::Kept(why) => assert!(holding.erase.is_empty() && !why.is_empty(), "{}", holding.title),
                Fate::Deleted => {
                    let deletes = holding.erase.iter().any(|sql| sql.text.starts_with("DELETE"));
                    assert!(deletes, "{}", holding.title);
                }
                Fate::Emptied => {}
            }
        }
    }
}

//! On PostgreSQL, transactions run at once, at READ COMMITTED. A statement that writes by what it reads of other rows sees
//! them as they were when it began, and another transaction may change them before it is committed. So each such statement
//! names what keeps the rows that it reads as they are, or why a change of them does no harm.

use super::query_plans::FEATURES;
use crate::engine::Sql;

const CUSTOMER: &str = "the plan has changed the version of the customer before, as every plan that changes these rows";
const BRAKE: &str = "BRAKE comes before, in every plan that changes these rows";
const SIGN_IN: &str = "the identities are locked before, as by every session that begins";
const RECORD: &str = "the plan has locked the record before: it put it, or expects it";
const EQUAL_JOBS: &str = "the index of equal jobs refuses what this does not see, and it is tried again";
const OWN_ROW: &str = "the condition is about the row itself, and is repeated outside";
const DELETED_ACCOUNT: &str = "nothing changes an account that is deleted, and nothing refers to it newly";
const PERSON: &str =
    "the plan has changed the version of the person's customer; what comes afterwards does not come from the person";
const SERIAL: &str =
    "as if it was written just before: a statement that changes what it reads reads nothing of what it writes";

/// Statements that write by what they read of other rows, each with what keeps those rows.
const GUARDS: &[(&str, &str)] = &[
    ("IDENTITY_REMOVE_SPARE", CUSTOMER),
    ("IDENTITY_STANDS", "IDENTITY_USED has locked the identity; a change of what it rests on ends its sessions"),
    ("SESSION_CREATE", "IDENTITY_USED has locked the identity"),
    ("SESSIONS_END_OF_IDENTITIES", SIGN_IN),
    ("SESSIONS_END_OF_IDENTITY", SIGN_IN),
    ("SESSIONS_END_OF_PEOPLE", SIGN_IN),
    ("SESSIONS_END_OF_CUSTOMER", SIGN_IN),
    ("RECOVERY_CODES_LEAVE", CUSTOMER),
    ("RECOVERY_CODES_LEAVE_PASSKEY", CUSTOMER),
    ("ONE_TIME_LINK_USE", "PERSON_LOCK_OF_LINK has locked the person"),
    ("PERSON_LOCK_OF_LINK", "the person of a link never changes"),
    ("PERSON_MOVE", "PERSON_LOCK has locked the person, as does the link by which an inactive person gets an identity"),
    ("DEVICE_PUT", RECORD),
    ("DEVICE_TOUCH", RECORD),
    ("DEVICE_ASSIGN", CUSTOMER),
    ("HANDLES_CLEAR", RECORD),
    ("HANDLE_ADD", RECORD),
    ("TIMELINE_APPEND", "TIMELINE_ADVANCE has locked the head"),
    ("TOPIC_CREATE", SERIAL),
    ("TOPIC_REPLIED", SERIAL),
    ("SEARCH_RESCOPE", "the topic is updated before, and a reply has to count on it"),
    ("REQUEST_TAKE", "a job that began to run again takes the request anew, and is refused"),
    ("JOBS_CLAIM_SQLITE", "SQLite has one writer"),
    ("JOBS_CLAIM_POSTGRES", "it locks the worker"),
    ("JOB_AGAIN", EQUAL_JOBS),
    ("ORPHANS_TAKE_BACK", EQUAL_JOBS),
    ("RECORD_RELEASE", BRAKE),
    ("RECORD_RELEASE_ONE", BRAKE),
    ("RECORDS_RELEASE_CHOSEN", BRAKE),
    ("SWEEP_END", BRAKE),
    ("SWEEP_DECIDE", BRAKE),
    ("SWEEP_DISCARDED", BRAKE),
    ("SWEEP_SETTLE", BRAKE),
    ("SWEEP_RECOUNT", BRAKE),
    ("SWEEPS_EMPTIED", BRAKE),
    ("SWEEP_HOLDS", BRAKE),
    ("SWEEP_LETS_GO", BRAKE),
    ("TAKE", BRAKE),
    ("CALLS_TAKE", "CALLS_LOCK has locked the system"),
    ("SESSIONS_FORGET", OWN_ROW),
    ("SIGN_INS_FORGET", OWN_ROW),
    ("SIGN_INS_TRIM", "a sign-in that begins at the same moment is counted by the next one"),
    ("HALF_SIGN_INS_FORGET", OWN_ROW),
    ("HALF_SIGN_INS_TRIM", "PASSWORD_STANDS has locked the person's password"),
    ("CEREMONIES_FORGET", OWN_ROW),
    ("LOGINS_FORGET", OWN_ROW),
    ("UNLINKED_FORGET", OWN_ROW),
    ("ONE_TIME_LINKS_FORGET", OWN_ROW),
    ("EMAIL_CHANGES_FORGET", OWN_ROW),
    ("RATE_LIMITS_FORGET", OWN_ROW),
    ("FORM_POSTS_FORGET", OWN_ROW),
    ("REGISTRATIONS_FORGET", OWN_ROW),
    ("REGISTRATIONS_DECIDED_FORGET", OWN_ROW),
    ("ANSWERS_FORGET", OWN_ROW),
    ("JOBS_DONE_FORGET", OWN_ROW),
    ("JOBS_FAILED_FORGET", OWN_ROW),
    ("DRY_RUNS_FORGET", "a decision chooses the changes before it changes the sweep, and counts them"),
    ("SWEEPS_FORGET", "a change joins only a sweep that is open, held or being applied"),
    ("TAKINGS_FORGET", OWN_ROW),
    ("LICENCES_REFUSED_FORGET", OWN_ROW),
    ("ACTIVATIONS_FORGET", "activations that have ended never change"),
    ("INVITATIONS_FORGET", "a foreign key keeps the invitation of an activation"),
    ("SERVICE_MANAGER_DELETE", "SERVICE_MANAGER_GOES has locked the service manager, as does what refers to it newly"),
    ("SERVICE_MANAGER_CALLS_FORGET", OWN_ROW),
    ("OPERATIONS_FORGET", OWN_ROW),
    ("ACCOUNT_VALUES_FORGET", DELETED_ACCOUNT),
    ("ACCOUNT_LINKS_FORGET", DELETED_ACCOUNT),
    ("ACCOUNT_OPERATIONS_FORGET", DELETED_ACCOUNT),
    ("BUYERS_FORGET", DELETED_ACCOUNT),
    ("ACCOUNTS_FORGET", DELETED_ACCOUNT),
    ("VENDOR_NOTIFICATIONS_FORGET", OWN_ROW),
    ("DEVICE_WRITES_FORGET", OWN_ROW),
    ("DEVICE_LOADS_FORGET", OWN_ROW),
    ("ACCOUNT_IMPORTS_FORGET", OWN_ROW),
    ("CALLS_FORGET", OWN_ROW),
    ("MESSAGES_FORGET", OWN_ROW),
    ("DEVICE_READINGS_FORGET", OWN_ROW),
    ("CALLS_TRIM", "calls never change"),
    ("RAW_BODIES_FORGET", OWN_ROW),
    ("PRIVACY_CLAIMED_ACTIVATIONS_ERASE", PERSON),
    ("PRIVACY_INVITED_ACTIVATIONS_ERASE", PERSON),
    ("PRIVACY_REQUEST_FILES_ERASE", PERSON),
    ("PRIVACY_COMMENTS_ERASE", PERSON),
    ("PRIVACY_COMMENTED_ERASE", PERSON),
    ("PRIVACY_WORK_ASKED_ERASE", PERSON),
    ("PRIVACY_WORK_FILES_ERASE", PERSON),
    ("PRIVACY_WORK_NOTES_ERASE", PERSON),
    ("PRIVACY_SEARCH_WORDS_ERASE", PERSON),
    ("PRIVACY_SEARCH_ENTRIES_ERASE", PERSON),
    ("PRIVACY_CONTACT_ERASE", PERSON),
    ("PRIVACY_CONTACTS_ERASE", PERSON),
    ("PRIVACY_ACCOUNTS_ERASE", PERSON),
    ("PRIVACY_ACCOUNT_VALUES_ERASE", PERSON),
    ("PRIVACY_ACCOUNT_CALLS_ERASE", PERSON),
    ("PRIVACY_ACCOUNT_LINES_ERASE", PERSON),
    ("PRIVACY_ACCOUNT_OPERATIONS_ERASE", PERSON),
    ("PRIVACY_CALLS_ERASE", PERSON),
    ("PRIVACY_RECORDS_ERASE", PERSON),
    ("PRIVACY_HANDLES_ERASE", PERSON),
    ("PRIVACY_HELD_ERASE", PERSON),
];

/// Whether it writes by what it reads of other rows.
fn is_guarded(sql: &Sql) -> bool {
    !sql.text.starts_with("SELECT") && sql.text.contains("SELECT")
}

#[test]
fn h04_every_guard_that_reads_other_rows_names_what_keeps_them() {
    let statements = FEATURES.iter().flat_map(|(_, statements)| *statements);
    let guarded: Vec<&str> = statements.filter(|sql| is_guarded(sql)).map(|sql| sql.name).collect();
    let is_named = |name: &str| GUARDS.iter().any(|(named, _)| *named == name);
    let missing: Vec<_> = guarded.iter().filter(|name| !is_named(name)).collect();
    assert_eq!(missing, [] as [&&str; 0], "lock what these read, in an earlier statement, and name it in GUARDS");
    assert!(GUARDS.iter().all(|(name, _)| guarded.contains(name)), "a statement of GUARDS is gone");
}

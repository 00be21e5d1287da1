//! Authentication.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::answer::Exchange;
use crate::rules::{self, Rule};
use crate::run::{CUSTOMER_BAND, Run};
use crate::vendor::Twist;

/// Calls with wrong credentials.
pub async fn all(run: &mut Run) {
    let wrong_key = Twist { api_key: Some(STANDARD.encode("not the key")), ..Twist::default() };
    refused(run, rules::WRONG_KEY, &wrong_key, "with a wrong key").await;
    let not_encoded = Twist { api_key: Some("%%%".to_owned()), ..Twist::default() };
    refused(run, rules::WRONG_KEY, &not_encoded, "with a key that is not base64").await;
    let stranger =
        Twist { application_id: Some("00000000-0000-4000-8000-000000000000".to_owned()), ..Twist::default() };
    refused(run, rules::WRONG_APPLICATION, &stranger, "with an unknown application id").await;
    let nobody = Twist { application_id: Some(String::new()), api_key: Some(String::new()), ..Twist::default() };
    refused(run, rules::NO_CREDENTIALS, &nobody, "without application id and key").await;
    settings(run).await;
}

/// A write and a read that must both be refused.
async fn refused(run: &mut Run, rule: &'static Rule, twist: &Twist, how: &str) {
    run.begin_rules(&[rule]);
    let account = run.account();
    let made = run.synchronize_oddly(&account, &account.body, twist).await;
    judge(run, rule, "Synchronize", &made, how);
    if let Some(status) = made.status {
        run.look_at_status(status, &made);
    }
    staff_band(run, &made);
    let options = run.call_oddly("SyncOptions", None, twist).await;
    judge(run, rule, "SyncOptions", &options, how);
    run.begin_rules(&[]);
}

/// Records whether the answer refuses the call. A refusal counts only if the same call is accepted with the right
/// credentials: a vendor that refuses everyone does not look at them.
fn judge(run: &mut Run, rule: &'static Rule, operation: &str, answer: &Exchange, how: &str) {
    if let Some(what) = acceptance(run, operation, answer) {
        run.judge(rule, answer, Err(format!("{how}, {operation} {what}")));
    } else if answer.refused().is_err() && !answer.is_refused_by_status() {
        run.skip(rule, &format!("{how}, {operation} neither accepts nor refuses the call: {}", answer.outcome()));
    } else if run.accepts(operation) {
        run.record(rule, answer, Ok(()));
    } else {
        run.skip(rule, &format!("{operation} accepted no call with the right credentials either"));
    }
}

/// How the answer accepts the call, if it does.
fn acceptance(run: &Run, operation: &str, answer: &Exchange) -> Option<String> {
    match answer.code() {
        _ if operation == "SyncOptions" && answer.lists_options() => Some("listed the options".to_owned()),
        _ if answer.created().is_ok() => Some("answered Code 0 and an id".to_owned()),
        Some(code @ 0..) if run.accepts(operation) => Some(format!("answered Code {code}, which does not refuse it")),
        _ => None,
    }
}

/// An error that customers can do nothing about must not have a code whose message they read.
pub fn staff_band(run: &mut Run, answer: &Exchange) {
    match answer.code() {
        Some(code) if CUSTOMER_BAND.contains(&code) => {
            run.judge(rules::STAFF_BAND, answer, Err(format!("customers read the message of Code {code}")));
        }
        Some(..0) => run.judge(rules::STAFF_BAND, answer, Ok(())),
        _ => {}
    }
}

async fn settings(run: &mut Run) {
    if run.vendor.settings().is_empty() {
        return run.does_not_apply(rules::SETTINGS, "no --setting was given");
    }
    let other = run.vendor.settings().iter().map(|(name, value)| (name.clone(), format!("not {value}"))).collect();
    let twist = Twist { settings: Some(other), ..Twist::default() };
    let answer = run.call_oddly("SyncOptions", None, &twist).await;
    judge(run, rules::SETTINGS, "SyncOptions", &answer, "with other values of the settings");
}

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
    refused(run, rules::WRONG_KEY, &wrong_key).await;
    let not_encoded = Twist { api_key: Some("%%%".to_owned()), ..Twist::default() };
    refused(run, rules::WRONG_KEY, &not_encoded).await;
    let stranger =
        Twist { application_id: Some("00000000-0000-4000-8000-000000000000".to_owned()), ..Twist::default() };
    refused(run, rules::WRONG_APPLICATION, &stranger).await;
    let nobody = Twist { application_id: Some(String::new()), api_key: Some(String::new()), ..Twist::default() };
    refused(run, rules::NO_CREDENTIALS, &nobody).await;
    settings(run).await;
}

/// A read and a write that must both be refused.
async fn refused(run: &mut Run, rule: &'static Rule, twist: &Twist) {
    let options = run.call_oddly("SyncOptions", None, twist).await;
    let listed = "SyncOptions listed the options without the right credentials";
    run.judge(rule, &options, if lists(&options) { Err(listed.to_owned()) } else { Ok(()) });
    let account = run.account();
    let made = run.synchronize_oddly(&account, &account.body, twist).await;
    let succeeded = match (made.created(), made.code()) {
        (Ok(_), _) => Err("Synchronize created a customer without the right credentials".to_owned()),
        (Err(_), Some(code @ 0..)) => Err(format!("Synchronize answered Code {code}, which does not refuse anything")),
        (Err(_), _) => Ok(()),
    };
    run.judge(rule, &made, succeeded);
    if let Some(status) = made.status {
        run.look_at_status(status, &made);
    }
    staff_band(run, &made);
}

/// Whether the answer lists the options, in any form.
fn lists(options: &Exchange) -> bool {
    options.status == Some(200) && options.fields().is_some() && options.code().unwrap_or(0) == 0
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
    let listed = || Err("SyncOptions listed the options for other values of the settings".to_owned());
    run.judge(rules::SETTINGS, &answer, if lists(&answer) { listed() } else { Ok(()) });
}

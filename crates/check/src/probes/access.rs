//! Authentication.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

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

/// A read and a write that must both be rejected.
async fn refused(run: &mut Run, rule: &'static Rule, twist: &Twist) {
    let options = run.call_with("SyncOptions", None, twist).await;
    let told = options.member(&["Fields"]).is_some() && options.code().unwrap_or(0) == 0;
    run.judge(rule, &options, if told { Err("the options were told all the same".to_owned()) } else { Ok(()) });
    let account = run.account();
    let made = run.call_with("Synchronize", Some(&account.body), twist).await;
    run.remember(&account, &made);
    match (made.created(), made.code()) {
        (Ok(_), _) => run.judge(rule, &made, Err("a customer was made all the same".to_owned())),
        (Err(_), Some(code)) if CUSTOMER_BAND.contains(&code) => {
            run.judge(rules::STAFF_BAND, &made, Err(format!("customers read the message of Code {code}")));
        }
        (Err(_), Some(_)) => run.judge(rules::STAFF_BAND, &made, Ok(())),
        (Err(_), None) => {}
    }
}

async fn settings(run: &mut Run) {
    if run.vendor.settings().is_empty() {
        return run.skip(rules::SETTINGS, "no --setting was given");
    }
    let other = run.vendor.settings().iter().map(|(name, value)| (name.clone(), format!("not {value}"))).collect();
    let twist = Twist { settings: Some(other), ..Twist::default() };
    let answer = run.call_with("SyncOptions", None, &twist).await;
    match answer.refused() {
        Ok(_) => run.judge(rules::SETTINGS, &answer, Ok(())),
        Err(_) => run.advise(rules::SETTINGS, &answer, "other settings were let in too"),
    }
}

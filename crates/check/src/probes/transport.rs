//! Unusual paths, headers and bodies.

use serde_json::{Value, json};

use super::exists::absent;
use crate::answer::Exchange;
use crate::rules;
use crate::run::{CUSTOMER_BAND, Run};
use crate::vendor::{CannotCheck, Twist};

/// Size of the largest body that is sent, in bytes.
const LARGE: usize = 10 * 1024 * 1024;

/// Whether the vendor answers. If it accepts connections but does not answer, it has broken a rule, and no further
/// calls are made.
pub async fn reachable(run: &mut Run) -> Result<bool, CannotCheck> {
    let answer = run.vendor.call("SyncOptions", None, &Twist::default()).await;
    if answer.status.is_some() {
        return Ok(true);
    }
    let url = || run.vendor.address().to_owned();
    run.vendor.is_there().await.map_err(|why| CannotCheck::Unreachable { url: url(), why })?;
    run.look("SyncOptions", &answer);
    run.stop("the first question got no answer");
    Ok(false)
}

/// All checks of paths, headers and bodies.
pub async fn all(run: &mut Run) {
    for path in ["/api/accounts/syncoptions", "/API/ACCOUNTS/SYNCOPTIONS"] {
        let twist = Twist { path: Some(path.to_owned()), ..Twist::default() };
        let answer = run.vendor.call("SyncOptions", None, &twist).await;
        let told = answered(&answer).map_err(|()| format!("{path} is not answered"));
        run.judge(rules::LETTER_CASE, &answer, told);
    }
    let twist = Twist { accept: Some("Accept=application/json"), ..Twist::default() };
    let answer = run.vendor.call("SyncOptions", None, &twist).await;
    let told = answered(&answer).map_err(|()| "the options are not told".to_owned());
    run.judge(rules::ACCEPT, &answer, told);
    malformed(run).await;
    wrong_types(run).await;
    large(run).await;
}

/// Whether the answer contains options, in any form.
fn answered(answer: &Exchange) -> Result<(), ()> {
    let told = answer.member(&["Fields"]).is_some() || answer.body.trim_start().starts_with('[');
    if answer.status == Some(200) && told { Ok(()) } else { Err(()) }
}

async fn malformed(run: &mut Run) {
    for body in ["{\"ID\": \"1\", ", "", "[]", "not json"] {
        for operation in ["Synchronize", "Exists", "Delete"] {
            let answer = run.vendor.send(operation, Some(body.to_owned()), &Twist::default()).await;
            run.look(operation, &answer);
            let refused = answer.refused().map(drop);
            if operation == "Exists" && answer.code().is_some() {
                run.judge(rules::NO_ERROR_AS_ABSENT, &answer, refused);
            } else {
                run.judge(rules::MALFORMED, &answer, refused);
            }
            if let Some(code) = answer.code().filter(|code| CUSTOMER_BAND.contains(code)) {
                run.judge(rules::STAFF_BAND, &answer, Err(format!("customers read the message of Code {code}")));
            }
        }
    }
}

async fn wrong_types(run: &mut Run) {
    for (member, value) in [("Name", json!({ "first": "A" })), ("SyncOptions", json!("text")), ("Address", json!([1]))]
    {
        let account = run.account();
        let answer = run.synchronize(&account.with(member, value)).await;
        let verdict = answer.refused().map(drop).map_err(|_| format!("{member} of the wrong type was taken"));
        run.judge(rules::WRONG_TYPE, &answer, verdict);
        let exists = run.exists(&account).await;
        if exists.code() == Some(1) {
            run.judge(rules::WRONG_TYPE, &exists, absent(&exists));
        }
    }
}

async fn large(run: &mut Run) {
    let account = run.account().with("Description", Value::from("x".repeat(LARGE)));
    let answer = run.synchronize(&account).await;
    let verdict = match (answer.status, answer.code()) {
        (Some(200), Some(_)) => Ok(()),
        (None, _) => Err(answer.body.clone()),
        (Some(status), _) => Err(format!("the answer is HTTP {status} without a Code")),
    };
    run.judge(rules::LARGE, &answer, verdict);
}

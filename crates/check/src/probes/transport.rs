//! Unusual paths, headers and bodies.

use serde_json::json;

use super::access::staff_band;
use crate::rules::{self, Rule};
use crate::run::Run;
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
    run.stop("the first call got no answer");
    Ok(false)
}

/// The checks of paths and headers. These calls only read.
pub async fn reading(run: &mut Run) {
    run.begin_rules(&[rules::LETTER_CASE]);
    let paths = ["/api/accounts/syncoptions", "/API/ACCOUNTS/SYNCOPTIONS"];
    for path in paths.into_iter().filter(|_| !run.vendor.is_elsewhere("SyncOptions")).collect::<Vec<_>>() {
        let twist = Twist { path: Some(path.to_owned()), ..Twist::default() };
        listed(run, rules::LETTER_CASE, &twist, path).await;
    }
    run.begin_rules(&[]);
    let twist = Twist { accept: Some("Accept=application/json"), ..Twist::default() };
    listed(run, rules::ACCEPT, &twist, "“Accept: Accept=application/json”").await;
}

/// All checks of paths, headers and bodies. The contract describes none of these calls.
pub async fn all(run: &mut Run) {
    reading(run).await;
    run.begin_rules(&[rules::MALFORMED, rules::NO_ERROR_AS_ABSENT]);
    malformed(run).await;
    run.begin_rules(&[rules::WRONG_TYPE]);
    wrong_types(run).await;
    run.begin_rules(&[]);
    large(run).await;
    // These two are about answers that a vendor need not give.
    run.does_not_apply(rules::NO_ERROR_AS_ABSENT, "Exists answered no error with a Code");
    run.does_not_apply(rules::STAFF_BAND, "no call was refused with a Code");
}

/// `SyncOptions` must list the options, as it does without the deviation.
async fn listed(run: &mut Run, rule: &'static Rule, twist: &Twist, how: &str) {
    if !run.accepts("SyncOptions") {
        return run.skip(rule, "SyncOptions listed no options without it either");
    }
    let answer = run.call_oddly("SyncOptions", None, twist).await;
    let listed = answer.fields().is_some();
    let found = || match answer.status {
        Some(status) => format!("with {how}, the options are not listed; the status is {status}"),
        None => format!("with {how}, {}", answer.body),
    };
    run.record(rule, &answer, listed.then_some(()).ok_or_else(found));
}

async fn malformed(run: &mut Run) {
    for body in ["{\"ID\": \"1\", ", "", "[]", "not json"] {
        for operation in ["Synchronize", "Exists", "Delete"] {
            let answer = run.send_oddly(operation, Some(body.to_owned()), &Twist::default()).await;
            match answer.code() {
                Some(code) if operation == "Exists" => {
                    let says = if code == 1 || code == 2 { "exists" } else { "does not exist" };
                    let found = || format!("to a malformed body, Exists answers Code {code}, which means “{says}”");
                    let verdict = (code < 0).then_some(()).ok_or_else(found);
                    run.judge_oddly(rules::NO_ERROR_AS_ABSENT, operation, &answer, verdict);
                }
                _ => {
                    let refused = answer.refused().map(drop).map_err(|wrong| format!("{operation}: {wrong}"));
                    run.judge_oddly(rules::MALFORMED, operation, &answer, refused);
                }
            }
            staff_band(run, &answer);
        }
    }
}

async fn wrong_types(run: &mut Run) {
    for (member, value) in [("Name", json!({ "first": "A" })), ("SyncOptions", json!("text")), ("Address", json!([1]))]
    {
        let account = run.account();
        let body = account.with(member, value).body;
        let answer = run.synchronize_oddly(&account, &body, &Twist::default()).await;
        let verdict = answer.refused().map(drop).map_err(|wrong| format!("{member} has the wrong type, but {wrong}"));
        run.judge_oddly(rules::WRONG_TYPE, "Synchronize", &answer, verdict);
        let exists = run.exists(&account).await;
        match exists.code() {
            _ if !run.exists_shows() => {
                run.skip(rules::WRONG_TYPE, "Exists does not show whether a customer is there (E1, E2, E3)");
            }
            Some(1) => {
                let found = format!("{member} had the wrong type, but the account exists");
                run.judge(rules::WRONG_TYPE, &exists, Err(found));
            }
            Some(0..) => {}
            _ => run.skip(
                rules::WRONG_TYPE,
                &format!("Exists did not say whether the account exists: {}", exists.outcome()),
            ),
        }
    }
}

async fn large(run: &mut Run) {
    let account = run.account();
    run.attempt(&account);
    let body = account.with("Description", "LARGE").body.to_string().replace("LARGE", &"x".repeat(LARGE));
    let answer = run.send_oddly("Synchronize", Some(body), &Twist::default()).await;
    run.remember(&account, &answer);
    let verdict = answer.code().map(drop).ok_or_else(|| answer.outcome());
    run.judge_oddly(rules::LARGE, "Synchronize", &answer, verdict);
}

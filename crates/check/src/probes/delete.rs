//! Delete: the customer is gone on both sides, also when deleted twice.

use serde_json::json;

use crate::rules;
use crate::run::Run;

/// Deletes a customer twice and checks that it is gone.
pub async fn all(run: &mut Run) {
    let account = run.account();
    let made = run.synchronize(&account).await;
    let Ok(id) = made.created().map(ToOwned::to_owned) else { return };
    let extra = made.member(&["AccountExtraInfo"]).cloned().unwrap_or_else(|| json!({}));
    let body = json!({ "ExternalID": id, "ExtraDetails": extra });
    let first = run.call("Delete", Some(&body)).await;
    run.judge(rules::DELETES, &first, first.succeeded());
    let exists = run.exists(&account.with("ExternalID", id.as_str())).await;
    match (exists.code(), exists.result()) {
        (Some(1), Some(other)) if other != id => {
            run.advise(rules::DELETED, &exists, &format!("Exists answers 1 with another customer's id, {other}"));
        }
        (Some(1), _) => run.judge(rules::DELETED, &exists, Err("Exists still answers 1".to_owned())),
        (Some(0 | 3..), _) => run.judge(rules::DELETED, &exists, Ok(())),
        (Some(2), _) => {
            run.advise(rules::DELETED, &exists, "Exists answers 2, as if the customer were there but not valid")
        }
        (Some(_), _) => run.advise(rules::DELETED, &exists, "Exists answers an error, where 0 says “does not exist”"),
        (None, _) => run.skip(rules::DELETED, &exists.outcome()),
    }
    let second = run.call("Delete", Some(&body)).await;
    run.judge(rules::DELETED_TWICE, &second, second.succeeded());
}

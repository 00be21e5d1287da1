//! Delete: the customer is gone on both sides, also when deleted twice.

use serde_json::json;

use crate::account::Account;
use crate::answer::Exchange;
use crate::ownership::{Named, named};
use crate::rules;
use crate::run::{Run, UNRELIABLE};

/// Deletes a customer twice and checks that it is gone.
pub async fn all(run: &mut Run) {
    let account = run.account();
    let made = run.synchronize(&account).await;
    let Ok(id) = made.created().map(ToOwned::to_owned) else { return };
    if let Some(why) = not_its_own(run, &account, &id).await {
        for rule in [rules::DELETES, rules::DELETED, rules::DELETED_TWICE] {
            run.skip(rule, &why);
        }
        return;
    }
    let extra = made.member(&["AccountExtraInfo"]).cloned().unwrap_or_else(|| json!({}));
    let body = json!({ "ExternalID": id, "ExtraDetails": extra });
    let first = run.call("Delete", Some(&body)).await;
    run.judge(rules::DELETES, &first, first.succeeded());
    let exists = run.exists(&account.with("ExternalID", id.as_str())).await;
    if let Err(wrong) = first.succeeded() {
        run.skip(rules::DELETED, &format!("Delete did not succeed: {wrong}"));
    } else if !run.is_kept(rules::ABSENT) {
        run.skip(rules::DELETED, UNRELIABLE);
    } else {
        gone(run, &exists, &id);
    }
    let second = run.call("Delete", Some(&body)).await;
    run.judge(rules::DELETED_TWICE, &second, second.succeeded());
}

/// Whether Exists says that the deleted customer is gone.
fn gone(run: &mut Run, exists: &Exchange, id: &str) {
    match (exists.code(), exists.result()) {
        (Some(1), Some(other)) if other != id => {
            run.advise(rules::DELETED, exists, &format!("Exists answers 1 with another customer's id, {other}"));
        }
        (Some(1), _) => run.judge(rules::DELETED, exists, Err("Exists still answers 1".to_owned())),
        (Some(0 | 3..), _) if run.exists_finds() => run.judge(rules::DELETED, exists, Ok(())),
        (Some(0 | 3..), _) => run.skip(rules::DELETED, "Exists found no customer before the deletion either"),
        (Some(2), _) => {
            run.advise(rules::DELETED, exists, "Exists answers 2, as if the customer were there but not valid");
        }
        (Some(_), _) => run.advise(rules::DELETED, exists, "Exists answers an error, where 0 says “does not exist”"),
        (None, _) => run.skip(rules::DELETED, &exists.outcome()),
    }
}

/// Why the customer may be someone else's. Such a customer is not deleted.
async fn not_its_own(run: &mut Run, account: &Account, id: &str) -> Option<String> {
    if run.is_protected(id) {
        return Some(format!("Synchronize answered the id {id}, whose customer was there before the check"));
    }
    match named(run, account).await {
        Ok(Named::Otherwise(other)) => Some(format!(
            "Synchronize answered the id {id}, but Exists finds the account as {other}, so nothing was deleted"
        )),
        Ok(Named::AsAnswered) => None,
        Ok(Named::NotFound) | Err(_) => {
            let other = run.other_with(account, id)?;
            Some(format!("Synchronize answered the id {id} for {other}, too, so nothing was deleted"))
        }
    }
}

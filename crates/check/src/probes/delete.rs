//! Delete: the customer is gone on both sides, also when deleted twice.

use super::exists::present;
use crate::rules;
use crate::run::Run;

/// Deletes a customer twice and checks that it is gone.
pub async fn all(run: &mut Run) {
    let account = run.account();
    let made = run.synchronize(&account).await;
    let Ok(id) = made.created().map(ToOwned::to_owned) else { return };
    let Some(at) = run.made.iter().position(|made| made.external_id == id) else { return };
    let customer = run.made.remove(at);
    let zero = |code: Option<i64>| match code {
        Some(0) => Ok(()),
        Some(code) => Err(format!("Code is {code}")),
        None => Err("there is no Code".to_owned()),
    };
    let first = run.delete(&customer).await;
    run.judge(rules::DELETES, &first, zero(first.code()));
    let exists = run.exists(&account.with("ExternalID", id.as_str())).await;
    let gone = if present(&exists, &id).is_ok() || exists.code() == Some(1) {
        Err("Exists still answers 1".to_owned())
    } else {
        Ok(())
    };
    run.judge(rules::DELETED, &exists, gone);
    let second = run.delete(&customer).await;
    run.judge(rules::DELETED_TWICE, &second, zero(second.code()));
}

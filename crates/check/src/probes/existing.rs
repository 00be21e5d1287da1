//! Linking an account to a customer that the vendor has already, by sync options.

use std::collections::BTreeMap;

use super::exists::present;
use crate::account::Account;
use crate::answer::Exchange;
use crate::ownership::{Named, named};
use crate::rules;
use crate::run::Run;
use crate::vendor::Existing;

/// Asks Exists for a new account whose sync options are those of a customer.
pub async fn all(run: &mut Run) {
    match run.vendor.existing().cloned() {
        Some(existing) => given(run, &existing).await,
        None => made(run).await,
    }
}

/// A customer that was given is only asked for: it is a real one.
async fn given(run: &mut Run, existing: &Existing) {
    let account = with_options(run.account(), &existing.options);
    let exists = run.call("Exists", Some(&account.body)).await;
    match (exists.code(), exists.result(), &existing.external_id) {
        (Some(1), Some(id), expected) => {
            let right = expected.as_ref().is_none_or(|expected| expected == id);
            let other = || format!("Result is {id}, not {}", expected.as_deref().unwrap_or_default());
            run.judge_found(rules::LINKS, &exists, right.then_some(()).ok_or_else(other));
            let id = id.to_owned();
            run.protect(&id);
            linked(run, &account, &id).await;
        }
        (Some(2), ..) if !exists.message().trim().is_empty() => {
            let why = format!("the customer may not be linked: {}", exists.message());
            run.advise(rules::LINKS, &exists, &why);
        }
        (code, ..) => {
            let found = match code {
                Some(1) => "Code is 1, but Result holds no id".to_owned(),
                Some(2) => "Code is 2, but there is no Message".to_owned(),
                _ => format!("{}; the customer given by --existing was not found", exists.outcome()),
            };
            run.judge(rules::LINKS, &exists, Err(found));
        }
    }
    run.does_not_apply(rules::LINKED, "Exists linked no account");
}

/// A customer of another test account. The vendor may link it (1), or say that it belongs to another account (2).
async fn made(run: &mut Run) {
    let customer = run.account();
    let options = identifying(run, &customer);
    if options.is_empty() {
        run.does_not_apply(rules::LINKS, "no sync option has a value of its own for each customer");
        return run.does_not_apply(rules::LINKED, "Exists linked no account");
    }
    let created = run.synchronize(&customer).await;
    let Ok(id) = created.created().map(ToOwned::to_owned) else {
        return run.skip(rules::LINKS, &created.outcome());
    };
    let account = with_options(run.account(), &options);
    run.note_alike(&account);
    let exists = run.exists(&account).await;
    match exists.code() {
        Some(1) if present(&exists, &id).is_ok() => {
            run.judge_found(rules::LINKS, &exists, Ok(()));
            linked(run, &account, &id).await;
        }
        Some(1) => found_another(run, &customer, &exists, &id).await,
        Some(2) if exists.message().trim().is_empty() => {
            run.judge(rules::LINKS, &exists, Err("Code is 2, but there is no Message".to_owned()));
        }
        Some(2) => run.judge(rules::LINKS, &exists, Ok(())),
        Some(0 | 3..) => not_found(run, &account, &id, &options).await,
        _ => run.judge(rules::LINKS, &exists, Err(exists.outcome())),
    }
    run.does_not_apply(rules::LINKED, "Exists linked no account");
}

/// Whether customers are identified by these options shows in what Synchronize makes of the account.
async fn not_found(run: &mut Run, account: &Account, id: &str, options: &BTreeMap<String, String>) {
    let options = options.keys().map(|option| format!("“{option}”")).collect::<Vec<_>>().join(" and ");
    let not_found = format!("Exists did not find the customer with the same {options}");
    let made = run.synchronize_alike(account).await;
    match made.created() {
        Ok(other) if other == id => {
            let found = format!("{not_found}, but Synchronize answered its id, {id}");
            run.judge(rules::LINKS, &made, Err(found));
        }
        Ok(_) => {
            let why = format!(
                "{not_found}, and Synchronize created a second one. That is right only if none of these identifies a customer"
            );
            run.advise(rules::LINKS, &made, &why);
        }
        Err(why) if made.refused().is_ok() => {
            run.judge(rules::LINKS, &made, Err(format!("{not_found}, but Synchronize refused it: {why}")));
        }
        Err(why) => run.skip(rules::LINKS, &format!("{not_found}, and Synchronize does not show why: {why}")),
    }
}

/// Exists found another customer than the one that Synchronize named. That is a fault of Exists only if Exists itself
/// knows the customer by the name of Synchronize.
async fn found_another(run: &mut Run, customer: &Account, exists: &Exchange, id: &str) {
    match named(run, customer).await {
        Ok(Named::AsAnswered | Named::NotFound) => run.judge(rules::LINKS, exists, present(exists, id)),
        Ok(Named::Otherwise(own)) => {
            let why = format!("Synchronize answered the id {id}, but Exists finds this account as {own}");
            run.skip(rules::LINKS, &why);
        }
        Err(why) => run.skip(rules::LINKS, &why),
    }
}

/// The platform links the account without a call of Synchronize, and sends the id from then on.
async fn linked(run: &mut Run, account: &Account, id: &str) {
    let exists = run.call("Exists", Some(&account.with("ExternalID", id).body)).await;
    run.judge_found(rules::LINKED, &exists, present(&exists, id));
}

/// The values that differ from account to account.
fn identifying(run: &mut Run, customer: &Account) -> BTreeMap<String, String> {
    let other = run.account();
    let values = customer.body["SyncOptions"].as_object().into_iter().flatten();
    let own = values.filter(|(id, value)| other.body["SyncOptions"][id.as_str()] != **value);
    own.map(|(id, value)| (id.clone(), value.as_str().unwrap_or_default().to_owned())).collect()
}

fn with_options(account: Account, options: &BTreeMap<String, String>) -> Account {
    options.iter().fold(account, |account, (option, value)| account.with_option(option, value))
}

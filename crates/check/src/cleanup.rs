//! Deletes the test accounts, and lists those that are left.
//!
//! What Synchronize answered is not proof enough: it may have named someone else's customer, or none. So Exists is asked
//! for every account by its own id, before the deletion and after it.

use std::collections::BTreeMap;

use serde_json::json;
use tokio::time::Instant;

use crate::account::{Account, Made};
use crate::answer::{Exchange, shortened};
use crate::ownership::{Named, named_until};
use crate::probes::exists::absent;
use crate::report::LeftBehind;
use crate::rules;
use crate::run::{Run, UNRELIABLE};

/// Maximum number of customers of one account that only Exists has named.
const MAX_PER_ACCOUNT: usize = 16;

/// What is known of an account after Delete.
enum End {
    Gone,
    Unknown(String),
    There(Box<Exchange>, String),
}

/// An account that is looked for by its own id.
struct Sought {
    account: Account,
    /// Why it may have a customer that no answer named.
    unclear: Option<String>,
}

/// Deletes every customer that the check has created, until the deadline, and confirms it by Exists.
pub async fn all(run: &mut Run, until: Instant) {
    let disputed = disputed(run, until).await;
    let mut ended: Vec<(Made, End)> = Vec::new();
    for made in run.made.clone() {
        if spare(run, &made) || disputed.contains_key(&made.account.id) {
            continue;
        }
        let end = delete(run, &made, until).await;
        ended.push((made, end));
    }
    for (made, end) in &mut ended {
        confirm(run, made, end, until).await;
    }
    let mut not_found = Vec::new();
    for sought in sought(run, &ended, &disputed) {
        if !search(run, &sought, &mut ended, until).await {
            not_found.extend(sought.unclear.map(|why| (sought.account.id, why)));
        }
    }
    // An Exists that finds nobody does not show that an account is absent.
    if !run.exists_finds() {
        for (account, why) in not_found {
            leave(
                run,
                &account,
                None,
                &format!("{why}; Exists did not find it, but it found no other customer either"),
            );
        }
    }
    if run.is_kept(rules::ASKING) && !run.exists_finds() {
        run.skip(rules::ASKING, "Exists found no customer at all, so it does not show that it created none");
    }
    judge(run, ended);
}

/// The accounts whose customer may not be the one that Synchronize named, each with the reason. What it named may be
/// someone else's, so only what Exists names is deleted.
async fn disputed(run: &mut Run, until: Instant) -> BTreeMap<String, String> {
    let accounts: BTreeMap<String, Account> =
        run.made.iter().map(|made| (made.account.id.clone(), made.account.clone())).collect();
    let (mut disputed, mut otherwise) = (BTreeMap::new(), Vec::new());
    let mut answers = true;
    for (id, account) in accounts {
        let named = if answers { named_until(run, &account, until).await } else { Ok(Named::NotFound) };
        // If Exists falls silent, the time is better spent on deleting.
        answers &= named.is_ok();
        match named {
            Ok(Named::AsAnswered) => {}
            Ok(Named::Otherwise(external_id)) => otherwise.push((id, external_id)),
            Ok(Named::NotFound) | Err(_) => {
                let shared =
                    |made: &&Made| made.account.id == id && run.other_with(&account, &made.external_id).is_some();
                if let Some(made) = run.made.iter().find(shared).filter(|_| !run.is_alike(&account)) {
                    let why = format!("Synchronize answered the id {} for another account, too", made.external_id);
                    disputed.insert(id, why);
                }
            }
        }
    }
    // An id that Exists gives to several accounts belongs to none of them.
    let shared = |external_id: &String| otherwise.iter().filter(|(_, other)| other == external_id).count() > 1;
    for (id, external_id) in &otherwise {
        if shared(external_id) {
            run.protect(external_id);
        } else {
            disputed.insert(
                id.clone(),
                format!("Exists finds it as {external_id}, which Synchronize did not answer for it"),
            );
        }
    }
    disputed
}

fn judge(run: &mut Run, ended: Vec<(Made, End)>) {
    let any = !ended.is_empty();
    let mut there = None;
    for (made, end) in ended {
        match end {
            End::Gone => {}
            End::Unknown(why) => leave(run, &made.account.id, Some(&made.external_id), &why),
            End::There(exchange, why) => {
                leave(run, &made.account.id, Some(&made.external_id), &why);
                there = Some(exchange);
            }
        }
    }
    let left = match run.left_behind.len() {
        1 => "1 test account, named at the end of the report".to_owned(),
        left => format!("{left} test accounts, listed at the end of the report"),
    };
    match there {
        // The fault is that a deletion has no effect, and that is said already.
        Some(_) if run.is_broken(rules::DELETED) => {
            run.skip(rules::TIDY, &format!("a deleted customer is still there (D2): {left}"));
        }
        Some(exchange) => run.record(rules::TIDY, &exchange, Err(format!("left behind: {left}"))),
        None if !run.left_behind.is_empty() => run.skip(rules::TIDY, &format!("it is not known what became of {left}")),
        None if any => run.keep(rules::TIDY),
        None => {}
    }
}

/// The accounts to look for by their own ids: all that the vendor has received, but those that are listed anyway. For an
/// account whose customers are deleted, Exists must have shown that it finds customers, or every answer is the same.
fn sought(run: &mut Run, ended: &[(Made, End)], disputed: &BTreeMap<String, String>) -> Vec<Sought> {
    let again = run.exists_shows() || run.is_broken(rules::ASKING);
    let mut sought = Vec::new();
    for attempt in std::mem::take(&mut run.attempts) {
        let mut ends = ended.iter().filter(|(made, _)| made.account.id == attempt.account.id).map(|(_, end)| end);
        let deleted = ends.clone().next().is_some();
        if ends.any(|end| !matches!(end, End::Gone)) || (deleted && !again) {
            continue;
        }
        let awaited = || attempt.awaited.then(|| "Synchronize: the check ended before an answer came".to_owned());
        let unclear = attempt.unclear.map(|outcome| format!("Synchronize: {outcome}")).or_else(awaited);
        let unclear = disputed.get(&attempt.account.id).cloned().or(unclear);
        sought.push(Sought { account: attempt.account, unclear });
    }
    sought
}

/// Deletes the customers of an account that Exists names. Returns whether there were any, or the account is listed.
async fn search(run: &mut Run, sought: &Sought, ended: &mut Vec<(Made, End)>, until: Instant) -> bool {
    // An Exists that creates customers would name one every time.
    let most = if run.is_broken(rules::ASKING) { 1 } else { MAX_PER_ACCOUNT };
    for found in 0..most {
        let made = match look_for(run, sought, until).await {
            Look::Found(made) => made,
            Look::NotFound => return found > 0,
            Look::Listed => return true,
        };
        let listed = |(known, end): &(Made, End)| known.external_id == made.external_id && !matches!(end, End::Gone);
        if ended.iter().any(listed) {
            return true;
        }
        let mut end = delete(run, &made, until).await;
        confirm(run, &made, &mut end, until).await;
        let gone = matches!(end, End::Gone);
        ended.push((made, end));
        if !gone {
            return true;
        }
    }
    if most == MAX_PER_ACCOUNT {
        leave(run, &sought.account.id, None, &format!("Exists found {most} customers of it, and may find more"));
    }
    true
}

/// What came of looking for an account.
enum Look {
    Found(Made),
    NotFound,
    Listed,
}

/// Asks Exists for a customer of the account, and lists the account if that does not show whether it has one.
async fn look_for(run: &mut Run, Sought { account, unclear }: &Sought, until: Instant) -> Look {
    let list = |run: &mut Run, what: &str| match unclear {
        Some(why) => {
            leave(run, &account.id, None, &format!("{why}; {what}"));
            Look::Listed
        }
        None => Look::NotFound,
    };
    if !run.is_kept(rules::ABSENT) {
        return list(run, UNRELIABLE);
    }
    let mut exists = run.ask(until, "Exists", &account.body).await;
    if run.is_broken(rules::ASKING) && exists.as_ref().is_ok_and(|answer| answer.code() != Some(1)) {
        // This question has created the customer that the next one finds.
        exists = run.ask(until, "Exists", &account.body).await;
    }
    let answer = match exists {
        Ok(answer) => answer,
        Err(why) => return list(run, &why),
    };
    match (answer.code(), answer.result()) {
        (Some(1), Some(id)) if run.is_protected(id) => list(run, "Exists finds a customer that is not this account's"),
        (Some(1), Some(id)) => {
            Look::Found(Made { account: account.clone(), external_id: id.to_owned(), extra: json!({}) })
        }
        _ if absent(&answer).is_ok() => Look::NotFound,
        _ => list(run, &format!("Exists: {}", answer.outcome())),
    }
}

/// A customer that was there before the check is not deleted, even if the vendor linked a test account to it.
fn spare(run: &mut Run, made: &Made) -> bool {
    let protected = run.is_protected(&made.external_id);
    if protected {
        let why = "linked to a customer that the check did not create, so it was not deleted";
        leave(run, &made.account.id, Some(&made.external_id), why);
    }
    protected
}

async fn delete(run: &mut Run, made: &Made, until: Instant) -> End {
    let body = json!({ "ExternalID": made.external_id, "ExtraDetails": made.extra });
    match run.ask(until, "Delete", &body).await {
        Err(why) => End::Unknown(why),
        Ok(answer) if answer.code() == Some(0) => End::Gone,
        Ok(answer) if answer.code().is_none() => End::Unknown(format!("Delete: {}", answer.outcome())),
        Ok(answer) => {
            let why = format!("Delete did not succeed: {}", answer.outcome());
            End::There(Box::new(answer), why)
        }
    }
}

/// Asks Exists whether the customer is gone, whatever Delete said.
async fn confirm(run: &mut Run, made: &Made, end: &mut End, until: Instant) {
    if run.is_broken(rules::ASKING) {
        if !run.is_kept(rules::DELETED) {
            unconfirmed(end, "Exists creates customers itself (E2), so it does not show that this one is gone");
        }
        return;
    }
    if !run.is_kept(rules::ABSENT) {
        return unconfirmed(end, UNRELIABLE);
    }
    if !run.exists_finds() {
        return unconfirmed(end, "Exists found no customer before, so it does not show that this one is gone");
    }
    let account = made.account.with("ExternalID", made.external_id.as_str());
    let answer = match run.ask(until, "Exists", &account.body).await {
        Ok(answer) => answer,
        Err(why) => return unconfirmed(end, &format!("Exists did not confirm it: {why}")),
    };
    match (answer.code(), answer.result()) {
        (Some(1), Some(id)) if id == made.external_id => {
            *end = match std::mem::replace(end, End::Gone) {
                End::Gone => {
                    End::There(Box::new(answer), "Delete answered Code 0, but Exists still finds it".to_owned())
                }
                End::Unknown(why) => End::Unknown(format!("{why}; Exists still finds it")),
                End::There(_, why) => End::There(Box::new(answer), format!("{why}; Exists still finds it")),
            };
        }
        (Some(1), Some(_)) => *end = End::Gone,
        _ if absent(&answer).is_ok() => *end = End::Gone,
        _ => unconfirmed(end, &format!("Exists did not confirm it: {}", answer.outcome())),
    }
}

/// Nothing but Delete says that the customer is gone.
fn unconfirmed(end: &mut End, why: &str) {
    if matches!(end, End::Gone) {
        *end = End::Unknown(format!("Delete answered Code 0, but {why}"));
    }
}

fn leave(run: &mut Run, account: &str, external_id: Option<&str>, why: &str) {
    run.left_behind.push(LeftBehind {
        account: account.to_owned(),
        external_id: external_id.map(shortened),
        why: shortened(why),
    });
}

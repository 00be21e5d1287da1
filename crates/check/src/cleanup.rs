//! Deletes the test accounts, and lists those that are left.

use serde_json::{Value, json};
use tokio::time::{Instant, timeout_at};

use crate::account::{Account, Made};
use crate::answer::{Exchange, shortened};
use crate::report::LeftBehind;
use crate::rules;
use crate::run::Run;
use crate::vendor::Twist;

/// What is known of an account after Delete.
enum End {
    Gone,
    Unknown(String),
    There(Box<Exchange>, String),
}

/// Deletes every customer that the check has created, until the deadline, and confirms it by Exists.
pub async fn all(run: &mut Run, until: Instant) {
    let mut ended: Vec<(Made, End)> = Vec::new();
    for made in std::mem::take(&mut run.made) {
        if spare(run, &made) {
            continue;
        }
        let end = delete(run, &made, until).await;
        ended.push((made, end));
    }
    for (made, end) in &mut ended {
        confirm(run, made, end, until).await;
    }
    for account in uncertain(run, &ended) {
        let Some(made) = look_for(run, &account, until).await else { continue };
        let known = |(known, end): &(Made, End)| known.external_id == made.external_id && !matches!(end, End::Gone);
        if ended.iter().any(known) || run.is_protected(&made.external_id) {
            continue;
        }
        let mut end = delete(run, &made, until).await;
        confirm(run, &made, &mut end, until).await;
        ended.push((made, end));
    }
    judge(run, ended);
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

/// The accounts that the vendor has received, and that no answer called created. If Exists creates customers, every
/// account may be there again.
fn uncertain(run: &mut Run, ended: &[(Made, End)]) -> Vec<(Account, bool)> {
    let attempts = std::mem::take(&mut run.attempts);
    let exists_creates = run.is_broken(rules::ASKING);
    let deleted = |account: &Account| ended.iter().any(|(made, _)| made.account.id == account.id);
    let uncertain = attempts.into_iter().filter(|it| exists_creates || !deleted(&it.account));
    uncertain.map(|it| (it.account, it.unanswered)).collect()
}

/// Looks for a customer of an account that was refused, or whose Synchronize was not answered.
async fn look_for(run: &mut Run, (account, unanswered): &(Account, bool), until: Instant) -> Option<Made> {
    let mut exists = ask(run, until, "Exists", &account.body).await;
    if run.is_broken(rules::ASKING) && exists.as_ref().is_ok_and(|answer| answer.code() != Some(1)) {
        // This question has created the customer that the next one finds.
        exists = ask(run, until, "Exists", &account.body).await;
    }
    match exists.map(|answer| (answer.code(), answer.result().map(ToOwned::to_owned), answer)) {
        Ok((Some(1), Some(external_id), _)) => Some(Made { account: account.clone(), external_id, extra: json!({}) }),
        Ok((Some(0 | 3..), ..)) => None,
        _ if !unanswered => None,
        Ok((.., answer)) => {
            let why = format!("Synchronize got no answer; to Exists, {}", answer.outcome());
            leave(run, &account.id, None, &why);
            None
        }
        Err(why) => {
            leave(run, &account.id, None, &format!("Synchronize got no answer; {why}"));
            None
        }
    }
}

/// A customer that was there before the check is not deleted, even if the vendor linked a test account to it.
fn spare(run: &mut Run, made: &Made) -> bool {
    let protected = run.is_protected(&made.external_id);
    if protected {
        let why = "linked to a customer that was there before the check, so it was not deleted";
        leave(run, &made.account.id, Some(&made.external_id), why);
    }
    protected
}

async fn delete(run: &mut Run, made: &Made, until: Instant) -> End {
    let body = json!({ "ExternalID": made.external_id, "ExtraDetails": made.extra });
    match ask(run, until, "Delete", &body).await {
        Err(why) => End::Unknown(why),
        Ok(answer) if answer.code() == Some(0) => End::Gone,
        Ok(answer) if answer.status.is_none() => End::Unknown(format!("Delete got {}", answer.body)),
        Ok(answer) => {
            let why = format!("Delete did not succeed: {}", answer.outcome());
            End::There(Box::new(answer), why)
        }
    }
}

/// Asks Exists whether the customer is gone, whatever Delete said.
async fn confirm(run: &mut Run, made: &Made, end: &mut End, until: Instant) {
    if run.is_broken(rules::ASKING) {
        return;
    }
    let account = made.account.with("ExternalID", made.external_id.as_str());
    let answer = match ask(run, until, "Exists", &account.body).await {
        Ok(answer) if answer.status.is_some() => answer,
        Ok(Exchange { body: why, .. }) | Err(why) => {
            if matches!(end, End::Gone) {
                *end = End::Unknown(format!("Delete answered Code 0, but Exists did not confirm it: {why}"));
            }
            return;
        }
    };
    match (answer.code(), answer.result()) {
        (Some(1), Some(id)) if id == made.external_id => {
            let why = match end {
                End::Gone => "Delete answered Code 0, but Exists still finds it".to_owned(),
                End::Unknown(why) | End::There(_, why) => format!("{why}; Exists still finds it"),
            };
            *end = End::There(Box::new(answer), why);
        }
        (Some(0 | 1 | 3..), _) => *end = End::Gone,
        _ => {}
    }
}

fn leave(run: &mut Run, account: &str, external_id: Option<&str>, why: &str) {
    run.left_behind.push(LeftBehind {
        account: account.to_owned(),
        external_id: external_id.map(shortened),
        why: shortened(why),
    });
}

/// Calls the vendor, unless the deadline is over.
async fn ask(run: &mut Run, until: Instant, operation: &str, body: &Value) -> Result<Exchange, String> {
    let twist = Twist::default();
    let call = run.vendor.call(operation, Some(body), &twist);
    let exchange = timeout_at(until, call).await.map_err(|_| "the time for cleaning up was over".to_owned())?;
    run.look(operation, &exchange);
    Ok(exchange)
}

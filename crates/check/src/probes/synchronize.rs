//! Synchronize: one customer per account, for repeated and concurrent calls.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::exists::{absent, present};
use crate::account::{Account, SeenOption};
use crate::answer::Exchange;
use crate::rules;
use crate::run::{CUSTOMER_BAND, Run};
use crate::vendor::Twist;

/// Maximum number of choices to try.
const CHOICES: usize = 8;
/// Number of equal concurrent calls.
const RACERS: usize = 16;

/// All checks of Synchronize.
pub async fn all(run: &mut Run) {
    let account = run.account();
    let first = run.synchronize(&account).await;
    let id = match first.created() {
        Ok(id) => id.to_owned(),
        Err(wrong) => return run.judge(rules::CREATES, &first, Err(wrong)),
    };
    run.judge(rules::CREATES, &first, Ok(()));
    members(run, &first);

    let extra = first.member(&["AccountExtraInfo"]).cloned().unwrap_or_else(|| json!({}));
    let known = account.with("ExternalID", id.as_str()).with("ExtraDetails", extra);
    let again = run.synchronize(&known).await;
    run.judge(rules::AGAIN, &again, same(&again, &id));
    let lost = run.synchronize(&account).await;
    run.judge(rules::LOST_ANSWER, &lost, same(&lost, &id));
    let exists = run.exists(&known).await;
    found_by_id(run, &account, &exists, &id).await;

    another(run, &id).await;
    race(run).await;
    without_blocks(run).await;
    choices(run).await;
    required(run).await;
    in_test_mode(run).await;
}

/// Judges what Exists said of the account's external id.
async fn found_by_id(run: &mut Run, account: &Account, exists: &Exchange, id: &str) {
    let verdict = present(exists, id);
    let contradicts = verdict.is_err() && exists.code().is_some_and(|code| code >= 0) && run.exists_is_plausible();
    if contradicts && let Some((own, shown)) = own_id(run, account, id).await {
        let wrong = format!("Synchronize answered the id {id}, but Exists finds the account as {own}");
        run.judge(rules::CREATES, &shown, Err(wrong));
        return run.judge(rules::PRESENT, &shown, Ok(()));
    }
    run.judge_found(rules::PRESENT, exists, verdict);
}

/// The id by which Exists knows the account, and no other account, if it is not the one that Synchronize answered. Then
/// Synchronize is to blame, and not Exists.
async fn own_id(run: &mut Run, account: &Account, id: &str) -> Option<(String, Exchange)> {
    let found = run.exists(account).await;
    let own = found.result().filter(|own| found.code() == Some(1) && *own != id)?.to_owned();
    let by_own = run.exists(&account.with("ExternalID", own.as_str())).await;
    let other = run.account();
    run.synchronize(&other).await;
    let found_other = run.exists(&other).await;
    (present(&by_own, &own).is_ok() && present(&found_other, &own).is_err()).then_some((own, by_own))
}

fn same(exchange: &Exchange, id: &str) -> Result<(), String> {
    match exchange.created()? {
        again if again == id => Ok(()),
        other => Err(format!("Result was {id}, and is {other} now")),
    }
}

/// The members of the answer beside Code, Message and Result.
fn members(run: &mut Run, first: &Exchange) {
    let none = "the answer has no such member";
    match first.member(&["AccountExtraInfo"]) {
        None => run.does_not_apply(rules::EXTRA, none),
        Some(Value::Object(members)) => {
            let odd = members.iter().find(|(_, value)| !value.is_string() && !value.is_null());
            let found = |(name, value)| Err(format!("AccountExtraInfo.{name} is {value}, which is not a text"));
            run.judge(rules::EXTRA, first, odd.map_or(Ok(()), found));
        }
        Some(other) => run.judge(rules::EXTRA, first, Err(format!("AccountExtraInfo is {other}"))),
    }
    match first.member(&["GeneratedPassword"]).and_then(Value::as_str) {
        Some(password) if !password.is_empty() => {
            run.judge(rules::PASSWORD, first, Err("GeneratedPassword holds a password".to_owned()));
        }
        _ => run.judge(rules::PASSWORD, first, Ok(())),
    }
    match first.member(&["SendNotification"]) {
        None => run.does_not_apply(rules::NOTIFY, none),
        Some(Value::Bool(_)) => run.judge(rules::NOTIFY, first, Ok(())),
        Some(other) => run.judge(rules::NOTIFY, first, Err(format!("SendNotification is {other}"))),
    }
}

async fn another(run: &mut Run, id: &str) {
    let account = run.account();
    let other = run.synchronize(&account).await;
    match other.created() {
        Ok(result) if result == id => {
            run.judge(rules::DISTINCT, &other, Err(format!("both accounts got the id {id}")));
        }
        Ok(_) => run.judge(rules::DISTINCT, &other, Ok(())),
        Err(wrong) => {
            run.judge(rules::CREATES, &other, Err(format!("the second account: {wrong}")));
            run.skip(rules::DISTINCT, &format!("the second account got no id: {wrong}"));
        }
    }
}

async fn race(run: &mut Run) {
    let account = run.account();
    run.attempt(&account);
    let vendor = run.vendor.clone();
    let (vendor, twist, body) = (&vendor, Twist::default(), &account.body);
    let answers = join_all((0..RACERS).map(|_| vendor.call("Synchronize", Some(body), &twist))).await;
    let mut ids: Vec<&str> = Vec::new();
    let mut failed = None;
    for answer in &answers {
        run.count(answer);
        run.remember(&account, answer);
        match answer.created() {
            Ok(id) => ids.push(id),
            Err(wrong) => failed = Some((answer, wrong)),
        }
    }
    ids.sort_unstable();
    ids.dedup();
    match (failed, answers.last()) {
        (_, Some(last)) if ids.len() > 1 => {
            run.record(rules::RACE, last, Err(format!("{} different ids came back: {}", ids.len(), ids.join(", "))));
        }
        (Some((answer, wrong)), _) => run.judge(rules::RACE, answer, Err(format!("one of the calls: {wrong}"))),
        (None, Some(last)) => run.record(rules::RACE, last, Ok(())),
        (None, None) => {}
    }
}

async fn without_blocks(run: &mut Run) {
    let account = run.account();
    let less = account.without("ContactDetails").without("Address").without("ExtraDetails");
    let less = less.without("Description").without("Fax");
    let answer = run.synchronize_oddly(&account, &less.body, &Twist::default()).await;
    let without = "without ContactDetails, Address, ExtraDetails, Description and Fax";
    run.record(rules::OPTIONAL_BLOCKS, &answer, answer.created().map(drop).map_err(|it| format!("{without}: {it}")));
    let account = run.account();
    let mut more = account.with("Loyalty", json!({ "Tier": 3 })).with("IsTest", false).with("Language", "en");
    more.body["ContactDetails"]["Pronouns"] = Value::from("they");
    let answer = run.synchronize_oddly(&account, &more.body, &Twist::default()).await;
    let with = "with IsTest, Language, Loyalty and ContactDetails.Pronouns";
    run.record(rules::UNKNOWN_FIELDS, &answer, answer.created().map(drop).map_err(|it| format!("{with}: {it}")));
}

/// The platform sends a choice's id. Some choices may need more than the account has, so one accepted id is enough.
async fn choices(run: &mut Run) {
    // A name that is the id of a choice, too, would be accepted as such.
    let telling = |option: &&SeenOption| {
        let name = option.choices.first().map(|(_, name)| name);
        option.kind == "List" && name.is_some_and(|name| option.choices.iter().all(|(id, _)| id != name))
    };
    let Some(list) = run.options.iter().find(telling).cloned() else {
        let none = "no sync option is a list whose values have names other than their ids";
        run.does_not_apply(rules::CHOICE_ID, none);
        return run.does_not_apply(rules::OTHER_VALUE, none);
    };
    run.begin_rules(&[rules::CHOICE_ID]);
    let mut refused = Vec::new();
    let mut accepted = false;
    for (id, _) in list.choices.iter().take(CHOICES) {
        let account = run.account().with_option(&list.id, id);
        let answer = run.synchronize(&account).await;
        match answer.created() {
            Ok(_) => {
                accepted = true;
                run.judge(rules::CHOICE_ID, &answer, Ok(()));
            }
            Err(wrong) if answer.refused().is_err() => {
                run.skip(
                    rules::CHOICE_ID,
                    &format!("id “{id}” of “{}” is neither accepted nor refused: {wrong}", list.id),
                );
            }
            Err(wrong) => refused.push((format!("id “{id}” of “{}” is refused: {wrong}", list.id), answer)),
        }
    }
    match refused.pop() {
        Some((why, answer)) if accepted => run.advise(rules::CHOICE_ID, &answer, &why),
        Some((why, answer)) => run.judge(rules::CHOICE_ID, &answer, Err(why)),
        None => {}
    }
    run.begin_rules(&[]);
    let name = list.choices.first().map(|(_, name)| name.clone()).unwrap_or_default();
    let account = run.account().with_option(&list.id, &name);
    let answer = run.synchronize_oddly(&account, &account.body, &Twist::default()).await;
    let found = |wrong| format!("“{name}” is a name and not the id of a choice, but {wrong}");
    run.record(rules::OTHER_VALUE, &answer, answer.refused().map(drop).map_err(found));
}

async fn required(run: &mut Run) {
    let required = run.options.iter().find(|option| option.required && !option.id.eq_ignore_ascii_case("username"));
    let Some(option) = required.cloned() else {
        return run.does_not_apply(rules::REQUIRED, "no option is required but the one that the platform fills in");
    };
    let account = run.account().without_option(&option.id);
    let answer = run.synchronize_oddly(&account, &account.body, &Twist::default()).await;
    if let Some(status) = answer.status {
        run.look_at_status(status, &answer);
    }
    let verdict = match answer.refused() {
        Err(wrong) => Err(format!("without “{}”, {wrong}", option.id)),
        Ok(code) if !CUSTOMER_BAND.contains(&code) => {
            Err(format!("without “{}”, Code {code} is outside −80000…−89999", option.id))
        }
        Ok(_) if answer.message().trim().is_empty() => Err(format!("without “{}”, there is no Message", option.id)),
        Ok(_) => Ok(()),
    };
    run.record(rules::REQUIRED, &answer, verdict);
}

async fn in_test_mode(run: &mut Run) {
    if !run.exists_shows() {
        return run.skip(rules::TEST_MODE, "Exists does not show whether a customer is there (E1, E2, E3)");
    }
    run.begin_rules(&[rules::TEST_MODE]);
    let account = run.account();
    let answer = run.synchronize_oddly(&account, &account.with("IsTest", true).body, &Twist::default()).await;
    if answer.code().is_none() {
        run.skip(rules::TEST_MODE, &format!("with IsTest, {}", answer.outcome()));
    }
    let exists = run.exists(&account).await;
    not_created(run, &exists);
    // A vendor may find accounts by external id only, so that is checked too.
    let Ok(id) = answer.created().map(ToOwned::to_owned) else { return run.begin_rules(&[]) };
    if run.other_with(&account, &id).is_some() {
        return run.skip(rules::TEST_MODE, &format!("Synchronize answered the id {id}, which is another account's"));
    }
    let by_id = run.exists(&account.with("ExternalID", id.as_str())).await;
    not_created(run, &by_id);
    run.begin_rules(&[]);
    // The id of a test may be made up, so it is deleted only if it exists.
    if absent(&exists).is_ok() && by_id.code().is_some_and(|code| code != 1) {
        run.forget(&account, &id);
    }
}

fn not_created(run: &mut Run, exists: &Exchange) {
    match exists.code() {
        Some(1 | 2) => {
            let found = format!("after Synchronize with IsTest, the account exists: {}", exists.outcome());
            run.judge(rules::TEST_MODE, exists, Err(found));
        }
        Some(0..) => run.judge(rules::TEST_MODE, exists, Ok(())),
        _ => {
            let unsaid = format!("Exists did not say whether the account exists: {}", exists.outcome());
            run.skip(rules::TEST_MODE, &unsaid);
        }
    }
}

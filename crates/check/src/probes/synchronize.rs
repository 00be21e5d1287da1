//! Synchronize: one customer per account, for repeated and concurrent calls.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::exists::{absent, present};
use crate::account::Account;
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
    what_it_says(run, &account, &first).await;

    let extra = first.member(&["AccountExtraInfo"]).cloned().unwrap_or_else(|| json!({}));
    let known = account.with("ExternalID", id.as_str()).with("ExtraDetails", extra);
    let again = run.synchronize(&known).await;
    run.judge(rules::AGAIN, &again, same(&again, &id));
    let lost = run.synchronize(&account).await;
    run.judge(rules::LOST_ANSWER, &lost, same(&lost, &id));
    let exists = run.exists(&known).await;
    run.judge(rules::PRESENT, &exists, present(&exists, &id));

    another(run, &id).await;
    race(run).await;
    without_blocks(run).await;
    choices(run).await;
    required(run).await;
    in_test_mode(run).await;
}

fn same(exchange: &crate::answer::Exchange, id: &str) -> Result<(), String> {
    match exchange.created() {
        Ok(again) if again == id => Ok(()),
        Ok(other) => Err(format!("Result was {id} and is {other} now")),
        Err(wrong) => Err(wrong),
    }
}

async fn what_it_says(run: &mut Run, account: &Account, first: &crate::answer::Exchange) {
    let extra = first.member(&["AccountExtraInfo"]);
    let texts = match extra {
        None => Ok(()),
        Some(Value::Object(members)) => {
            let odd = members.iter().find(|(_, value)| !value.is_string());
            odd.map_or(Ok(()), |(name, value)| Err(format!("AccountExtraInfo.{name} is {value}, which is no text")))
        }
        Some(other) => Err(format!("AccountExtraInfo is {other}")),
    };
    run.judge(rules::EXTRA, first, texts);
    let given = json!({ "customer_location": "us" });
    let with_extra = account.with("ExternalID", first.result().unwrap_or_default()).with("ExtraDetails", given);
    let taken = run.synchronize(&with_extra).await;
    run.judge(rules::EXTRA, &taken, taken.created().map(drop));
    match first.member(&["GeneratedPassword"]).and_then(Value::as_str) {
        Some(password) if !password.is_empty() => {
            run.advise(rules::PASSWORD, first, "a password is in the answer, and from there in an e-mail");
        }
        _ => run.judge(rules::PASSWORD, first, Ok(())),
    }
    let notify = first.member(&["SendNotification"]);
    let boolean = notify.is_none_or(Value::is_boolean).then_some(()).ok_or_else(|| format!("it is {}", json!(notify)));
    run.judge(rules::NOTIFY, first, boolean);
}

async fn another(run: &mut Run, id: &str) {
    let account = run.account();
    let other = run.synchronize(&account).await;
    let verdict = match other.created() {
        Ok(result) if result == id => Err(format!("both accounts got {id}")),
        Ok(_) => Ok(()),
        Err(wrong) => Err(wrong),
    };
    run.judge(rules::DISTINCT, &other, verdict);
}

async fn race(run: &mut Run) {
    let account = run.account();
    run.expect(&account);
    let vendor = run.vendor.clone();
    let (vendor, twist, body) = (&vendor, Twist::default(), &account.body);
    let answers = join_all((0..RACERS).map(|_| vendor.call("Synchronize", Some(body), &twist))).await;
    let mut ids: Vec<&str> = Vec::new();
    let mut verdict = Ok(());
    for answer in &answers {
        run.look("Synchronize", answer);
        run.remember(&account, answer);
        match answer.created() {
            Ok(id) => ids.push(id),
            Err(wrong) => verdict = Err(wrong),
        }
    }
    ids.sort_unstable();
    ids.dedup();
    if ids.len() > 1 {
        verdict = Err(format!("{} different ids came back: {}", ids.len(), ids.join(", ")));
    }
    if let Some(last) = answers.last() {
        run.judge(rules::RACE, last, verdict);
    }
}

async fn without_blocks(run: &mut Run) {
    let account = run.account().without("ContactDetails").without("Address").without("ExtraDetails");
    let account = account.without("Description").without("Fax").without("IsTest");
    let answer = run.synchronize(&account).await;
    run.judge(rules::OPTIONAL_BLOCKS, &answer, answer.created().map(drop));
    let mut more = run.account().with("Loyalty", json!({ "Tier": 3 }));
    more.body["ContactDetails"]["Pronouns"] = Value::from("they");
    let answer = run.synchronize(&more).await;
    run.judge(rules::UNKNOWN_FIELDS, &answer, answer.created().map(drop));
}

/// The platform sends a choice's id. A vendor that accepts its name accepts any value.
async fn choices(run: &mut Run) {
    let list = run.options.iter().find(|option| {
        option.kind == "List" && option.choices.iter().any(|(id, _)| option.choices.iter().all(|(_, name)| name != id))
    });
    let Some(list) = list.cloned() else { return run.skip(rules::CHOICE_ID, "there is no list among the options") };
    for (id, _) in list.choices.iter().take(CHOICES) {
        let account = run.account().with_option(&list.id, id);
        let answer = run.synchronize(&account).await;
        let verdict =
            answer.created().map(drop).map_err(|wrong| format!("id “{id}” of “{}” is refused: {wrong}", list.id));
        run.judge(rules::CHOICE_ID, &answer, verdict);
    }
    let name = list.choices.first().map(|(_, name)| name.clone()).unwrap_or_default();
    let account = run.account().with_option(&list.id, &name);
    let answer = run.synchronize(&account).await;
    let verdict = answer.refused().map(drop).map_err(|_| format!("“{name}” was taken, which is a name and no id"));
    run.judge(rules::CHOICE_ID, &answer, verdict);
}

async fn required(run: &mut Run) {
    let required = run.options.iter().find(|option| option.required && !option.id.eq_ignore_ascii_case("username"));
    let Some(option) = required.cloned() else {
        return run.skip(rules::REQUIRED, "no option is required but the one the platform fills in");
    };
    let account = run.account().without_option(&option.id);
    let answer = run.synchronize(&account).await;
    let verdict = match answer.refused() {
        Err(_) => Err(format!("a customer was made without “{}”", option.id)),
        Ok(code) if !CUSTOMER_BAND.contains(&code) => Err(format!("Code {code} is outside −80000…−89999")),
        Ok(_) if answer.message().trim().is_empty() => Err("there is no message".to_owned()),
        Ok(_) => Ok(()),
    };
    run.judge(rules::REQUIRED, &answer, verdict);
}

async fn in_test_mode(run: &mut Run) {
    let account = run.account();
    let answer = run.synchronize(&account.with("IsTest", true)).await;
    let exists = run.exists(&account).await;
    let nothing = absent(&exists).map_err(|_| "afterwards the account exists".to_owned());
    run.judge(rules::TEST_MODE, &exists, nothing);
    // A vendor may find accounts by external id only, so that is checked too.
    if let Ok(id) = answer.created() {
        let id = id.to_owned();
        let exists = run.exists(&account.with("ExternalID", id.as_str())).await;
        let nothing = absent(&exists).map_err(|_| "afterwards the account exists".to_owned());
        let nothing = if exists.code().is_some_and(|code| code < 0) { Ok(()) } else { nothing };
        run.judge(rules::TEST_MODE, &exists, nothing);
        if exists.code() != Some(1) {
            run.made.retain(|made| made.external_id != id);
        }
    }
}

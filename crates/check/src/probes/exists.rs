//! Exists, before any account has been created.

use crate::answer::Exchange;
use crate::rules;
use crate::run::Run;

/// Asks twice for an account that does not exist.
pub async fn before(run: &mut Run) {
    let account = run.account();
    let first = run.exists(&account).await;
    if let (Some(1), Some(id)) = (first.code(), first.result()) {
        run.protect(id);
    }
    run.judge(rules::ABSENT, &first, absent(&first));
    let second = run.exists(&account).await;
    match (absent(&first), second.code()) {
        (Ok(()), Some(1 | 2)) => {
            let found = format!("the first time it did not exist, the second time {}", second.outcome());
            run.judge(rules::ASKING, &second, Err(found));
        }
        (Ok(()), _) if absent(&second).is_ok() => run.judge(rules::ASKING, &second, Ok(())),
        (Ok(()), _) => run.skip(rules::ASKING, &second.outcome()),
        _ => run.skip(rules::ASKING, "Exists did not say of an unknown account that it does not exist"),
    }
}

/// Checks for "does not exist": code 0, or more than 2.
pub fn absent(exchange: &Exchange) -> Result<(), String> {
    match exchange.code() {
        Some(0 | 3..) => Ok(()),
        Some(code @ 1..=2) => Err(format!("Code {code} says that it exists")),
        _ => Err(exchange.outcome()),
    }
}

/// Checks for "exists": code 1 with this id.
pub fn present(exchange: &Exchange, id: &str) -> Result<(), String> {
    match (exchange.code(), exchange.result()) {
        (Some(1), Some(result)) if result == id => Ok(()),
        (Some(1), Some(result)) => Err(format!("Result is {result}, not {id}")),
        (Some(1), None) => Err(format!("Result holds no id, where {id} was expected")),
        _ => Err(format!("{}; 1 was expected", exchange.outcome())),
    }
}

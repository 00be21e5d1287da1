//! Exists, before any account has been created.

use crate::answer::Exchange;
use crate::rules;
use crate::run::Run;

/// Asks twice for an account that does not exist.
pub async fn before(run: &mut Run) {
    let account = run.account();
    let first = run.exists(&account).await;
    run.judge(rules::ABSENT, &first, absent(&first));
    let second = run.exists(&account).await;
    run.judge(rules::ASKING, &second, if absent(&first).is_ok() { absent(&second) } else { Ok(()) });
}

/// Checks for "does not exist": code 0, or more than 2.
pub fn absent(exchange: &Exchange) -> Result<(), String> {
    match exchange.code() {
        Some(0 | 3..) => Ok(()),
        Some(code @ 1..=2) => Err(format!("Code {code} says that it exists")),
        Some(code) => Err(format!("Code {code} is an error: {}", exchange.message())),
        None => Err("there is no Code".to_owned()),
    }
}

/// Checks for "exists": code 1 with this id.
pub fn present(exchange: &Exchange, id: &str) -> Result<(), String> {
    match (exchange.code(), exchange.result()) {
        (Some(1), Some(result)) if result == id => Ok(()),
        (Some(1), result) => Err(format!("Result is {}, not {id}", result.unwrap_or("missing"))),
        (code, _) => {
            Err(format!("Code is {}, not 1", code.map_or_else(|| "missing".to_owned(), |code| code.to_string())))
        }
    }
}

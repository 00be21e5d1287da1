//! `tessera key`: which secret key encrypts what is stored, and encrypting it with the current one.
#![expect(clippy::print_stdout, reason = "a command's answer goes to standard output")]

use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

use tessera_hub::KeyStatus;

use crate::admin::with_hub;
use crate::{CLI, Configured};

/// Maximum number of secrets that are named one by one.
const SHOWN: usize = 50;

/// What `tessera key` does.
#[derive(Debug, clap::Subcommand)]
pub enum Action {
    /// Show which secret key encrypts how many stored secrets. Changes nothing. Exits with a non-zero status if one cannot be
    /// read.
    Status {
        #[command(flatten)]
        configured: Configured,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Encrypt all stored secrets with the current key of [secret], so that the keys in `[[secret.other_keys]]` are no longer
    /// needed to read them. Works while the hub is running, and can be repeated after an interruption. Exits with a non-zero
    /// status if secrets are left.
    Rotate(Configured),
}

/// Runs the command.
pub async fn run(action: Action) -> anyhow::Result<ExitCode> {
    match action {
        Action::Status { configured, json } => status(&configured.config, json).await,
        Action::Rotate(configured) => rotate(&configured.config).await,
    }
}

async fn status(config: &Path, json: bool) -> anyhow::Result<ExitCode> {
    let status = with_hub(config, async |hub| Ok(hub.key_status().await?)).await?;
    if json {
        println!("{}", as_json(&status));
    } else {
        print!("{}", described(&status));
    }
    Ok(if status.unreadable.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn rotate(config: &Path) -> anyhow::Result<ExitCode> {
    let status = with_hub(config, async |hub| Ok(hub.reencrypt_all(&CLI).await?)).await?;
    print!("{}", described(&status));
    if status.remaining() > 0 {
        println!(
            "A running hub still encrypts with another key. Restart it with this configuration, then run this again."
        );
    }
    let whole = status.remaining() == 0 && status.unreadable.is_empty();
    Ok(if whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn as_json(status: &KeyStatus) -> serde_json::Value {
    let unreadable = status.unreadable.iter().map(|it| serde_json::json!({ "what": it.what, "why": it.why }));
    serde_json::json!({
        "current": status.current,
        "others": status.others,
        "under_current": status.done,
        "under_others": status.left,
        "unreadable": unreadable.collect::<Vec<_>>(),
    })
}

fn described(status: &KeyStatus) -> String {
    let mut text = format!("Current key: {}\n", status.current);
    if !status.others.is_empty() {
        writeln!(text, "Other keys:  {}", status.others.join(", ")).unwrap_or_default();
    }
    writeln!(text, "Stored secrets under {}: {}", status.current, status.done).unwrap_or_default();
    for (key, count) in &status.left {
        let under = if key.is_empty() { "a key that an earlier version did not name" } else { key };
        writeln!(text, "Stored secrets under {under}: {count}").unwrap_or_default();
    }
    for unreadable in status.unreadable.iter().take(SHOWN) {
        writeln!(text, "Cannot be read: {}: {}", unreadable.what, unreadable.why).unwrap_or_default();
    }
    let more = status.unreadable.len().saturating_sub(SHOWN);
    if more > 0 {
        writeln!(text, "Cannot be read: {more} more; `tessera key status --json` has all of them").unwrap_or_default();
    }
    text
}

#[cfg(test)]
mod tests {
    use tessera_hub::UnreadableSecret;

    use super::*;

    #[test]
    fn h01_key_status_names_every_key_and_every_secret_that_cannot_be_read() {
        let status = KeyStatus {
            current: "k1".to_owned(),
            others: vec!["k2".to_owned()],
            done: 3,
            left: [("k2".to_owned(), 2), (String::new(), 1)].into(),
            unreadable: vec![UnreadableSecret { what: "the app".to_owned(), why: "its key is missing".to_owned() }],
        };
        let expected = [
            "Current key: k1",
            "Other keys:  k2",
            "Stored secrets under k1: 3",
            "Stored secrets under a key that an earlier version did not name: 1",
            "Stored secrets under k2: 2",
            "Cannot be read: the app: its key is missing",
        ];
        assert_eq!(described(&status).lines().collect::<Vec<_>>(), expected);
        assert_eq!(as_json(&status)["under_others"]["k2"], 2);
    }
}

//! `tessera check-vendor`: checks whether a vendor keeps the marketplace's account contract.
#![expect(clippy::print_stdout, reason = "the report is the command's answer")]

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use secrecy::SecretString;
use tessera_check::{Existing, Target};
use tessera_core::kernel::printed::Lines;
use url::Url;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Base URL of the vendor: the part before /API/Accounts/….
    url: Url,
    /// Application id from the vendor.
    #[arg(long, value_name = "ID")]
    application_id: String,
    /// API key from the vendor. Prefer the environment variable, which process lists do not show.
    #[arg(long, value_name = "KEY", env = "TESSERA_VENDOR_API_KEY", hide_env_values = true)]
    api_key: String,
    /// Value of a setting field of the service manager. Repeatable.
    #[arg(long, value_name = "FIELD=VALUE")]
    setting: Vec<String>,
    /// Value for a sync option that needs a real one. No customer may have it yet. Repeatable.
    #[arg(long, value_name = "ID=VALUE")]
    option: Vec<String>,
    /// Sync option that identifies a customer who exists at the vendor, which Exists must find. Repeatable.
    #[arg(long, value_name = "ID=VALUE")]
    existing: Vec<String>,
    /// The vendor's id of that customer.
    #[arg(long, value_name = "ID", requires = "existing")]
    existing_id: Option<String>,
    /// Time limit for an answer, in seconds.
    #[arg(long, default_value_t = 30, value_name = "SECONDS")]
    timeout: u64,
    /// Time limit for the check, in seconds.
    #[arg(long, default_value_t = 300, value_name = "SECONDS")]
    within: u64,
    /// Time limit for deleting the test accounts afterwards, in seconds.
    #[arg(long, default_value_t = 300, value_name = "SECONDS")]
    cleanup: u64,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Runs the check and prints the report. Exit status: 0 if the contract is kept, 1 if a rule is broken or was not
/// checked; an error if nothing answers.
pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let json = arguments.json;
    let report = tessera_check::check(target(arguments)?).await?;
    if json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print!("{}", Lines(&report));
    }
    Ok(if report.passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn target(arguments: Arguments) -> anyhow::Result<Target> {
    if !matches!(arguments.url.scheme(), "http" | "https") {
        bail!("{} is not a web address; it begins with https:// or http://", arguments.url);
    }
    if arguments.url.path().trim_end_matches('/').to_ascii_lowercase().ends_with("/api/accounts") {
        bail!("leave out /API/Accounts: the address is the part before it");
    }
    let options = pairs(&arguments.existing, "--existing")?;
    let external_id = arguments.existing_id;
    let seconds = |limit: u64| Duration::from_secs(limit.max(1));
    Ok(Target {
        base_url: arguments.url,
        application_id: arguments.application_id,
        api_key: SecretString::from(arguments.api_key),
        settings: pairs(&arguments.setting, "--setting")?,
        options: pairs(&arguments.option, "--option")?.into_iter().collect(),
        timeout: seconds(arguments.timeout),
        within: seconds(arguments.within),
        cleanup: seconds(arguments.cleanup),
        existing: (!options.is_empty()).then(|| Existing { options: options.into_iter().collect(), external_id }),
    })
}

fn pairs(given: &[String], name: &str) -> anyhow::Result<Vec<(String, String)>> {
    let pair = |text: &String| {
        let (key, value) = text.split_once('=').with_context(|| format!("{name} {text}: write NAME=VALUE"))?;
        Ok((key.to_owned(), value.to_owned()))
    };
    given.iter().map(pair).collect()
}

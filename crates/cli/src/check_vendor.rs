//! `tessera check-vendor`: checks whether a vendor keeps the marketplace's account contract.
#![expect(clippy::print_stdout, reason = "the report is the command's answer")]

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use secrecy::SecretString;
use tessera_check::Target;
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
    /// Value for a sync option that needs a real one. Repeatable.
    #[arg(long, value_name = "ID=VALUE")]
    option: Vec<String>,
    /// Time limit for an answer, in seconds.
    #[arg(long, default_value_t = 30, value_name = "SECONDS")]
    timeout: u64,
    /// Time limit for the whole check, in seconds. Cleaning up may take as long again.
    #[arg(long, default_value_t = 300, value_name = "SECONDS")]
    within: u64,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Runs the check and prints the report. Exit status: 0 if all rules are kept, 1 if a rule is broken; an error if there
/// is no verdict.
pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    if !matches!(arguments.url.scheme(), "http" | "https") {
        bail!("{} is no web address; it begins with https:// or http://", arguments.url);
    }
    let target = Target {
        base_url: arguments.url,
        application_id: arguments.application_id,
        api_key: SecretString::from(arguments.api_key),
        settings: pairs(&arguments.setting, "--setting")?,
        options: pairs(&arguments.option, "--option")?.into_iter().collect(),
        timeout: Duration::from_secs(arguments.timeout.max(1)),
        within: Duration::from_secs(arguments.within.max(1)),
    };
    let report = tessera_check::check(target).await?;
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print!("{report}");
    }
    Ok(if report.passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn pairs(given: &[String], name: &str) -> anyhow::Result<Vec<(String, String)>> {
    let pair = |text: &String| {
        let (key, value) = text.split_once('=').with_context(|| format!("{name} {text}: write NAME=VALUE"))?;
        Ok((key.to_owned(), value.to_owned()))
    };
    given.iter().map(pair).collect()
}

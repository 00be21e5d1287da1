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
    /// The vendor's base address: what precedes /API/Accounts/….
    url: Url,
    /// The application id the vendor gave.
    #[arg(long, value_name = "ID")]
    application_id: String,
    /// The API key the vendor gave; better in the environment, where no list of processes shows it.
    #[arg(long, value_name = "KEY", env = "TESSERA_VENDOR_API_KEY", hide_env_values = true)]
    api_key: String,
    /// The value of a setting field of the service manager; may be repeated.
    #[arg(long, value_name = "FIELD=VALUE")]
    setting: Vec<String>,
    /// The value to use for a sync option, where one made up would not do; may be repeated.
    #[arg(long, value_name = "ID=VALUE")]
    option: Vec<String>,
    /// How long an answer may take, in seconds.
    #[arg(long, default_value_t = 30, value_name = "SECONDS")]
    timeout: u64,
    /// How long the whole check may take, in seconds; cleaning up has as long again.
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

//! `tessera check-vendor`: checks whether a vendor keeps the marketplace's account contract, or answers as recorded.
#![expect(clippy::print_stdout, reason = "the report is the command's answer")]

use std::io::{BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use secrecy::SecretString;
use tessera_check::{Existing, Recording, Target};
use tessera_core::kernel::printed::Lines;
use url::Url;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Base URL of the vendor: the part before /API/Accounts/….
    url: Url,
    #[command(flatten)]
    credentials: Credentials,
    /// Make the calls of this recording again, and compare the answers with the recorded ones. See
    /// `tessera marketplace sandbox --record`.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["existing", "existing_id"])]
    replay: Option<PathBuf>,
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

/// The credentials that a vendor gave.
#[derive(Debug, clap::Args)]
pub struct Credentials {
    /// Application id from the vendor.
    #[arg(long, value_name = "ID")]
    pub application_id: String,
    /// API key from the vendor. Prefer the environment variable, which process lists do not show. Without either, the
    /// key is read from the terminal.
    #[arg(long, value_name = "KEY", env = "TESSERA_VENDOR_API_KEY", hide_env_values = true)]
    api_key: Option<String>,
    /// File with the API key, in place of the key.
    #[arg(long, value_name = "FILE")]
    api_key_file: Option<PathBuf>,
    /// Value of a setting field of the service manager. Repeatable.
    #[arg(long, value_name = "FIELD=VALUE")]
    setting: Vec<String>,
}

impl Credentials {
    /// The API key.
    pub fn key(&self) -> anyhow::Result<SecretString> {
        let key = match (&self.api_key_file, &self.api_key) {
            (Some(file), _) => {
                std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?
            }
            (None, Some(key)) => key.clone(),
            (None, None) => entered_key()?,
        };
        let key = key.trim_matches(['\n', '\r', ' ']);
        if key.is_empty() {
            bail!("the API key is empty");
        }
        Ok(SecretString::from(key))
    }

    /// The setting fields.
    pub fn settings(&self) -> anyhow::Result<Vec<(String, String)>> {
        pairs(&self.setting, "--setting")
    }
}

/// The key as someone enters it at the terminal.
fn entered_key() -> anyhow::Result<String> {
    if !std::io::stdin().is_terminal() {
        bail!("there is no API key: set TESSERA_VENDOR_API_KEY, or name a file with --api-key-file");
    }
    eprint!("API key of the vendor: ");
    std::io::stderr().flush()?;
    let mut key = String::new();
    std::io::stdin().lock().read_line(&mut key)?;
    Ok(key)
}

/// Checks that an address is one before `/API/Accounts/…`.
pub fn check_base(url: &Url) -> anyhow::Result<()> {
    if !matches!(url.scheme(), "http" | "https") {
        bail!("{url} is not a web address; it begins with https:// or http://");
    }
    if url.path().trim_end_matches('/').to_ascii_lowercase().ends_with("/api/accounts") {
        bail!("leave out /API/Accounts: the address is the part before it");
    }
    Ok(())
}

fn recording(file: &Path) -> anyhow::Result<Recording> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    Recording::read(&text).with_context(|| format!("{} cannot be replayed", file.display()))
}

/// Runs the check or the replay and prints the report. Exit status: 0 if the contract is kept, 1 if a rule is broken or was not
/// checked; an error if nothing answers.
pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let json = arguments.json;
    let recording = arguments.replay.as_deref().map(recording).transpose()?;
    let target = target(arguments)?;
    let report = match &recording {
        Some(recording) => tessera_check::replay(target, recording).await?,
        None => tessera_check::check(target).await?,
    };
    if json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print!("{}", Lines(&report));
    }
    Ok(if report.passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn target(arguments: Arguments) -> anyhow::Result<Target> {
    check_base(&arguments.url)?;
    let (api_key, settings) = (arguments.credentials.key()?, arguments.credentials.settings()?);
    let options = pairs(&arguments.existing, "--existing")?;
    let external_id = arguments.existing_id;
    let seconds = |limit: u64| Duration::from_secs(limit.max(1));
    Ok(Target {
        base_url: arguments.url,
        application_id: arguments.credentials.application_id,
        api_key,
        settings,
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

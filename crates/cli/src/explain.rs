//! Commands that explain: why something is missing, and the system's health.
#![expect(clippy::print_stdout, reason = "a command's answer goes to standard output")]

use std::path::Path;
use std::process::ExitCode;

use tessera_core::access::Portal;
use tessera_core::kernel::printed::Lines;
use tessera_hub::HubError;
use tessera_hub::doctor::Verdict;
use tessera_web::api::access::Access;
use tessera_web::api::doctor::Doctor;
use tessera_web::api::why::Why;
use tessera_web::explain::{AccessTable, Table};

use crate::admin::with_hub;

/// `tessera why`.
pub async fn why(config: &Path, subject: &str, json: bool) -> anyhow::Result<ExitCode> {
    let answer = match with_hub(config, async |hub| Ok(hub.why(subject).await)).await? {
        Ok(answer) => answer,
        Err(error @ (HubError::NotFound(_) | HubError::Rejected(_))) => {
            eprintln!("tessera: {}", Lines(error));
            return Ok(ExitCode::from(2));
        }
        Err(error) => return Err(error.into()),
    };
    if json {
        println!("{}", serde_json::to_string_pretty(&Why::from(answer))?);
    } else {
        print!("{}", Table(&answer));
    }
    Ok(ExitCode::SUCCESS)
}

/// `tessera why person ID --portal …`.
pub async fn access(config: &Path, asked: &str, portal: &str, json: bool) -> anyhow::Result<ExitCode> {
    let Some(portal) = Portal::parse(portal) else {
        let known: Vec<&str> = Portal::ALL.into_iter().map(Portal::as_str).collect();
        anyhow::bail!("there is no portal {portal}: use one of {}", known.join(", "));
    };
    let answer = match with_hub(config, async |hub| Ok(hub.explain_access(asked, portal).await)).await? {
        Ok(answer) => answer,
        Err(error @ (HubError::NotFound(_) | HubError::Rejected(_))) => {
            eprintln!("tessera: {}", Lines(error));
            return Ok(ExitCode::from(2));
        }
        Err(error) => return Err(error.into()),
    };
    if json {
        println!("{}", serde_json::to_string_pretty(&Access::from(answer))?);
    } else {
        print!("{}", AccessTable(&answer));
    }
    Ok(ExitCode::SUCCESS)
}

/// `tessera doctor`.
pub async fn doctor(config: &Path, json: bool) -> anyhow::Result<ExitCode> {
    let report = with_hub(config, async |hub| Ok(hub.doctor().await)).await?;
    let failed = report.verdict() == Verdict::Fail;
    if json {
        println!("{}", serde_json::to_string_pretty(&Doctor::from(report))?);
    } else {
        println!("{report}");
    }
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

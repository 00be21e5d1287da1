//! Commands that explain: why something is missing.
#![expect(clippy::print_stdout, reason = "a command's answer goes to standard output")]

use std::path::Path;
use std::process::ExitCode;

use tessera_hub::HubError;
use tessera_web::api::why::Why;

use crate::admin::hub;

/// `tessera why`.
pub async fn why(config: &Path, subject: &str, json: bool) -> anyhow::Result<ExitCode> {
    let answer = match hub(config).await?.why(subject).await {
        Ok(answer) => answer,
        Err(error @ (HubError::NotFound(_) | HubError::Precondition { .. })) => {
            eprintln!("tessera: {error}");
            return Ok(ExitCode::from(2));
        }
        Err(error) => return Err(error.into()),
    };
    if json {
        println!("{}", serde_json::to_string_pretty(&Why::from(answer))?);
    } else {
        print!("{answer}");
    }
    Ok(ExitCode::SUCCESS)
}

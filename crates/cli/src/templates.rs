//! `tessera templates`: the operator's own page and e-mail templates.
#![expect(clippy::print_stdout, reason = "a command's answer goes to standard output")]

use std::path::Path;
use std::process::ExitCode;

use tessera_web::pages::check::{self, Report};

use crate::config::Config;

/// `tessera templates check`.
pub fn check(config: &Path) -> anyhow::Result<ExitCode> {
    let config = Config::read(config)?;
    let Some(directory) = &config.server.templates else {
        println!("[server] templates is not set: only built-in templates are used");
        return Ok(ExitCode::SUCCESS);
    };
    let Report { replaced, rendered, problems } = check::check(directory)?;
    for problem in &problems {
        println!("{problem}");
    }
    println!("{replaced} of your own, {rendered} pages and e-mails rendered, {} wrong", problems.len());
    Ok(if problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

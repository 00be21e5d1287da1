//! Logging to standard error, so that the output of commands stays clean.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

use crate::config::LogFormat;

/// Starts logging. `TESSERA_LOG` overrides the level, for example `TESSERA_LOG=debug`.
pub fn start(format: LogFormat, level: &str) {
    let mut filter = EnvFilter::try_from_env("TESSERA_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    // At debug level these log whole messages and requests, and e-mails contain activation links. The database's
    // notices are noise.
    let most: &[&str] = match filter.max_level_hint() {
        Some(level) if level <= LevelFilter::INFO => &[],
        _ => &["lettre=info", "hyper=info", "hyper_util=info", "reqwest=info", "rustls=info"],
    };
    for quiet in most.iter().chain(&["tokio_postgres=warn"]) {
        filter = match quiet.parse() {
            Ok(directive) => filter.add_directive(directive),
            Err(_) => filter,
        };
    }
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // Colours only where somebody sees them: not in a pipe, and not with NO_COLOR (https://no-color.org).
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|set| !set.is_empty());
    let builder = builder.with_ansi(std::io::stderr().is_terminal() && !no_color);
    // A second start happens only in tests and has no effect.
    let _ = match format {
        LogFormat::Text => builder.try_init(),
        LogFormat::Json => builder.json().try_init(),
    };
}

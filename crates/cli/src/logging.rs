//! Logs go to standard error: answers of commands stay clean.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

use crate::config::LogFormat;

/// Begins to log. `TESSERA_LOG` overrides the level, `TESSERA_LOG=debug` for example.
pub fn start(format: LogFormat, level: &str) {
    let mut filter = EnvFilter::try_from_env("TESSERA_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    // These write whole messages and requests when asked for more: mails hold activation links. The database's notices are no news.
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
    // Starting twice happens only in tests; the first one stays.
    let _ = match format {
        LogFormat::Text => builder.try_init(),
        LogFormat::Json => builder.json().try_init(),
    };
}

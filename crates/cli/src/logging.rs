//! Logs go to standard error: answers of commands stay clean.

use tracing_subscriber::EnvFilter;

use crate::config::LogFormat;

/// Begins to log. `TESSERA_LOG` overrides the level, `TESSERA_LOG=debug` for example.
pub fn start(format: LogFormat, level: &str) {
    let filter = EnvFilter::try_from_env("TESSERA_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // Starting twice happens only in tests; the first one stays.
    let _ = match format {
        LogFormat::Text => builder.try_init(),
        LogFormat::Json => builder.json().try_init(),
    };
}

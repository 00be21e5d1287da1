//! Logging to standard error, so that the output of commands stays clean.

use std::io::{IsTerminal as _, Write};

use tessera_core::kernel::printed::OneLine;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

use crate::config::LogFormat;

/// Checks a log level: one of six words, or a list of them that names modules, as in `info,tessera_hub=debug`.
///
/// # Errors
/// What is wrong. Any other word would be taken for the name of a module, and silence everything else.
pub fn check_level(text: &str) -> Result<(), String> {
    let is_level = |directive: &str| {
        let level = directive.rsplit_once('=').map_or(directive, |(_, level)| level);
        // The parser takes an empty word for `error`.
        !level.trim().is_empty() && level.trim().parse::<LevelFilter>().is_ok()
    };
    if text.split(',').all(is_level) && EnvFilter::try_new(text).is_ok() {
        return Ok(());
    }
    Err(format!(
        "`{text}` is no log level: use off, error, warn, info, debug or trace, or a list such as info,tessera_hub=debug"
    ))
}

/// Starts logging. `TESSERA_LOG` overrides the level, for example `TESSERA_LOG=debug`.
pub fn start(format: LogFormat, level: &str) {
    let given = std::env::var("TESSERA_LOG").ok().filter(|given| !given.trim().is_empty());
    let wrong = given.as_deref().and_then(|given| check_level(given).err());
    let level = given.as_deref().filter(|_| wrong.is_none()).unwrap_or(level);
    let mut filter = EnvFilter::new(level);
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
    // Colours only where someone sees them: not in a file or a pipe, and not with NO_COLOR (https://no-color.org).
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|set| !set.is_empty());
    let has_colours = std::io::stderr().is_terminal() && !no_color;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(has_colours);
    // A second start happens only in tests and has no effect.
    let _ = match format {
        LogFormat::Text if has_colours => builder.with_writer(std::io::stderr).try_init(),
        LogFormat::Text => builder.with_writer(|| Entries(std::io::stderr())).try_init(),
        LogFormat::Json => builder.json().with_writer(std::io::stderr).try_init(),
    };
    if let Some(wrong) = wrong {
        tracing::warn!("TESSERA_LOG is ignored: {wrong}");
    }
}

/// Writes each entry on one line. Its parts may be texts from outside, which could look like another entry otherwise. JSON escapes
/// them itself.
struct Entries<W>(W);

impl<W: Write> Write for Entries<W> {
    /// `entry` is a whole one, because it is formatted before it is written.
    fn write(&mut self, entry: &[u8]) -> std::io::Result<usize> {
        let text = String::from_utf8_lossy(entry);
        let (line, end) = text.strip_suffix('\n').map_or((&*text, ""), |line| (line, "\n"));
        // In one piece: the standard error output has no buffer.
        self.0.write_all(format!("{}{end}", OneLine(line)).as_bytes())?;
        Ok(entry.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h01_an_entry_of_the_log_is_one_line_whatever_is_in_it() {
        let mut log = Entries(Vec::new());
        let forged = "WARN hub: it answered no\n2026-11-30T12:00:00Z INFO hub: all is well\u{1b}[2J\n";
        log.write_all(forged.as_bytes()).unwrap();
        log.write_all(b"INFO hub: ready\n").unwrap();
        let written = String::from_utf8(log.0).unwrap();
        assert_eq!(
            written,
            "WARN hub: it answered no 2026-11-30T12:00:00Z INFO hub: all is well\u{fffd}[2J\nINFO hub: ready\n"
        );
    }

    #[test]
    fn h01_a_log_level_that_would_silence_everything_is_refused() {
        for right in ["off", "error", "warn", "info", "debug", "trace", "INFO", "info,tessera_hub=debug", "hyper=warn"]
        {
            assert_eq!(check_level(right), Ok(()), "{right}");
        }
        for wrong in ["loud", "", "tessera_hub", "info,loud", "tessera_hub=loud", "inf"] {
            assert!(check_level(wrong).is_err(), "{wrong}");
        }
    }
}

//! What is wrong with a configuration: every problem with its key, not only the first one.

use std::collections::HashMap;
use std::fmt::{Display, Formatter};

use url::Url;

use super::{Brake, Config, IdentityProvider, Sweep};
use crate::logging;

/// A problem of a configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The key, as in `identity_providers[0].name`. Empty: see the line.
    pub key: String,
    /// The line in the file, if it is known without the key.
    pub line: Option<usize>,
    /// What is wrong, and what to do.
    pub message: String,
}

/// The problems that were found.
#[derive(Debug, Default)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    /// Adds a problem.
    pub fn add(&mut self, key: impl Into<String>, message: impl Into<String>) {
        self.0.push(Problem { key: key.into(), line: None, message: message.into() });
    }

    /// Whether there is a problem of a key that begins like this.
    pub fn has(&self, beginning: &str) -> bool {
        self.0.iter().any(|problem| problem.key.starts_with(beginning))
    }

    /// An error with every problem, if there is one.
    ///
    /// # Errors
    /// If there is one.
    pub fn refuse(&self) -> anyhow::Result<()> {
        let all: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        if all.is_empty() { Ok(()) } else { anyhow::bail!("{}", all.join("\n")) }
    }

    /// Adds a problem if this does not hold.
    fn unless(&mut self, holds: bool, key: impl Into<String>, message: impl Into<String>) {
        if !holds {
            self.add(key, message);
        }
    }

    /// Adds the error of a check.
    pub fn check<T>(&mut self, key: impl Into<String>, outcome: anyhow::Result<T>) -> Option<T> {
        match outcome {
            Ok(value) => Some(value),
            Err(error) => {
                self.add(key, crate::error_chain(&error));
                None
            }
        }
    }
}

impl Display for Problem {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        if self.key.is_empty() || self.message.contains(&self.key) {
            return f.write_str(&self.message);
        }
        write!(f, "{}: {}", self.key, self.message)
    }
}

impl Config {
    /// What is wrong, as far as values and names say so.
    pub fn problems(&self) -> Vec<Problem> {
        let mut found = Problems::default();
        found.unless(
            !self.identity_providers.is_empty(),
            "identity_providers",
            "there is no [[identity_providers]]: nobody could sign in",
        );
        for (at, provider) in self.identity_providers.iter().enumerate() {
            check_provider(&mut found, at, provider);
        }
        found.check("b2c", self.check_b2c());
        if let Some(crm) = found.check("freshsales", self.crm()) {
            let mut taken: Vec<&str> = vec![&self.freshservice.name, crm.name()];
            taken.extend(self.identity_providers.iter().map(|provider| provider.name.as_str()));
            taken.push(tessera_core::marketplace_platform::SYSTEM);
            found.check("marketplaces", self.marketplaces.check(&taken));
        }
        found.unless(
            self.invitations.lifetime_hours >= 1,
            "invitations.lifetime_hours",
            "lifetime_hours must be at least 1",
        );
        found.unless(self.sessions.lifetime_hours >= 1, "sessions.lifetime_hours", "lifetime_hours must be at least 1");
        let Brake { count, percent, floor, window_minutes } = self.brake;
        found.unless(
            count >= 0 && floor >= 0 && (0..=100).contains(&percent) && window_minutes >= 1,
            "brake",
            "[brake]: count and floor must not be negative, percent is 0 to 100, window_minutes at least 1",
        );
        let Sweep { full_every_hours, changes_every_minutes, overlap_minutes } = self.sweep;
        found.unless(
            full_every_hours >= 0 && changes_every_minutes >= 0 && overlap_minutes >= 0,
            "sweep",
            "[sweep]: no time may be negative; 0 means: only when asked",
        );
        found.unless(
            self.server.stop_delay_seconds < self.server.stop_seconds.get(),
            "server.stop_delay_seconds",
            "[server]: stop_delay_seconds must be less than stop_seconds, which covers all of a stop",
        );
        found.check("server.trusted_proxies", self.server.proxies());
        if let Some(wrong) = wrong_public_url(&self.server.public_url) {
            found.add("server.public_url", wrong);
        }
        if let Err(wrong) = logging::check_level(&self.log.level) {
            found.add("log.level", wrong);
        }
        found.0
    }
}

fn check_provider(found: &mut Problems, at: usize, provider: &IdentityProvider) {
    let key = |member: &str| format!("identity_providers[{at}].{member}");
    let name = &provider.name;
    found.unless(
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
        key("name"),
        format!(
            "identity provider name `{name}`: use lower-case letters, digits and hyphens; it becomes part of an address"
        ),
    );
    found.unless(
        provider.subject_claim.as_ref().is_none_or(|claim| !claim.trim().is_empty()),
        key("subject_claim"),
        format!("identity provider `{name}`: subject_claim is empty; leave it out to use sub"),
    );
    found.unless(
        name != tessera_core::credentials::PROVIDER,
        key("name"),
        format!("identity provider name `{name}`: sign-ins with a person ID have it; choose another"),
    );
}

/// Links and redirect addresses are built from the public URL, and routes begin at the root.
fn wrong_public_url(url: &Url) -> Option<&'static str> {
    if !matches!(url.scheme(), "http" | "https") {
        return Some("server.public_url must begin with https:// (or http:// on a machine of your own)");
    }
    if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
        return Some(
            "server.public_url must end after the host name: the hub's addresses begin at the root of the host",
        );
    }
    (!url.username().is_empty() || url.password().is_some()).then_some("server.public_url must not contain credentials")
}

/// Reads a configuration as far as possible: a line that is wrong is reported and left out, and the rest is read. `None`
/// if something needed is missing or wrong.
pub fn read_leniently(text: &str) -> (Option<Config>, Vec<Problem>) {
    let (mut text, mut found, mut left_out) = (text.to_owned(), Vec::new(), Vec::new());
    let at_line = |line, message: &str| Problem { key: String::new(), line, message: message.trim().to_owned() };
    loop {
        let error = match toml::from_str::<Config>(&text) {
            Ok(config) => return (Some(config), found),
            Err(error) => error,
        };
        let line = error.span().map(|span| text[..span.start].matches('\n').count() + 1);
        let follows = left_out.iter().any(|key| error.message().contains(&format!("missing field `{key}`")));
        if !follows {
            found.push(at_line(line, error.message()));
        }
        let is_missing = error.message().contains("missing field");
        match line.filter(|_| !is_missing).and_then(|line| without_line(&text, line)) {
            Some((key, shorter)) => {
                left_out.push(key);
                text = shorter;
            }
            None => return (None, found),
        }
    }
}

/// The text without a line, and the key on it. `None` if the line is not one setting or one section.
fn without_line(text: &str, line: usize) -> Option<(String, String)> {
    let wrong = text.lines().nth(line - 1)?.trim();
    let is_section = |line: &str| line.trim_start().starts_with('[');
    let setting = toml::from_str::<toml::Table>(wrong).ok()?;
    let key = setting.keys().next()?.clone();
    let mut leaving_out = false;
    let kept = text.lines().enumerate().map(|(at, content)| {
        leaving_out = at == line - 1 || (leaving_out && is_section(wrong) && !is_section(content));
        if leaving_out { "" } else { content }
    });
    let kept: Vec<&str> = kept.collect();
    Some((key, kept.join("\n")))
}

/// The line of a key, or of the innermost section around it that is in the file.
pub fn line_of(text: &str, key: &str) -> Option<usize> {
    let (mut section, mut last) = (String::new(), HashMap::<String, usize>::new());
    let mut nearest: Option<(usize, usize)> = None;
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        let path = if let Some(name) = line.strip_prefix("[[").and_then(|rest| rest.split_once("]]")).map(|it| it.0) {
            let path = resolved(name, &last);
            let number = last.entry(path.clone()).and_modify(|number| *number += 1).or_default();
            section = format!("{path}[{number}]");
            section.clone()
        } else if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.split_once(']')).map(|it| it.0) {
            section = resolved(name, &last);
            section.clone()
        } else if let Some((name, _)) = line.split_once('=').filter(|_| !line.starts_with('#')) {
            let name = name.trim().trim_matches('"');
            if section.is_empty() { name.to_owned() } else { format!("{section}.{name}") }
        } else {
            continue;
        };
        let is_around =
            key.strip_prefix(path.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']));
        if is_around && nearest.is_none_or(|(length, _)| path.len() > length) {
            nearest = Some((path.len(), at + 1));
        }
    }
    nearest.map(|(_, line)| line)
}

/// The name of a section, in which each list stands for its latest element.
fn resolved(name: &str, last: &HashMap<String, usize>) -> String {
    let mut path = String::new();
    let parts: Vec<&str> = name.split('.').map(|part| part.trim().trim_matches('"')).collect();
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            path.push('.');
        }
        path.push_str(part);
        let is_inner = at + 1 < parts.len();
        if let Some(number) = last.get(&path).filter(|_| is_inner) {
            path = format!("{path}[{number}]");
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = include_str!("../../../../examples/tessera.toml");

    #[test]
    fn h01_every_problem_of_a_configuration_is_named_with_its_line() {
        let wrong = EXAMPLE
            .replace(
                "public_url = \"https://accounts.example.com\"",
                "public_url = \"https://accounts.example.com/hub\"",
            )
            .replace("level = \"info\"", "level = \"loud\"")
            .replace("[server]", "[server]\nportal = true\nbody_seconds = \"many\"");
        let (config, found) = read_leniently(&wrong);
        let lines: Vec<_> = found.iter().map(|problem| problem.line.unwrap()).collect();
        let at = |text: &str| wrong.lines().position(|line| line.starts_with(text)).unwrap() + 1;
        assert_eq!(lines.len(), 2, "{found:?}");
        assert!(lines.contains(&at("portal = true")) && lines.contains(&at("body_seconds = ")), "{found:?}");
        assert!(found.iter().any(|problem| problem.message.contains("unknown field `portal`")), "{found:?}");
        let found = config.unwrap().problems();
        let keys: Vec<_> = found.iter().map(|problem| problem.key.as_str()).collect();
        assert_eq!(keys, ["server.public_url", "log.level"], "{found:?}");
        assert_eq!(line_of(&wrong, "server.public_url"), Some(at("public_url")));
        assert_eq!(line_of(&wrong, "log.level"), Some(at("level = \"loud\"")));
    }

    #[test]
    fn h01_a_wrong_value_is_not_missing_too() {
        let wrong = EXAMPLE.replace("public_url = \"https://accounts.example.com\"", "public_url = 5");
        let (config, found) = read_leniently(&wrong);
        assert!(config.is_none() && found.len() == 1, "{found:?}");
        let (config, found) = read_leniently("[server]\nlisten = ");
        assert!(config.is_none() && found.len() == 1 && found[0].line == Some(2), "{found:?}");
        let (config, found) = read_leniently("");
        assert!(config.is_none() && found.len() == 1 && found[0].message.contains("missing field"), "{found:?}");
    }

    #[test]
    fn h01_keys_in_lists_have_the_line_of_their_own_element() {
        let text = "a = 1\n[[p]]\nname = \"x\"\n[[p.q]]\nid = 1\n[[p]]\nname = \"y\"\n# name = 2\n[[p.q]]\nid = 2\n[p.r]\nz = 3";
        let lines = [
            ("a", 1),
            ("p[0].name", 3),
            ("p[0].q[0].id", 5),
            ("p[1].name", 7),
            ("p[1].q[0].id", 10),
            ("p[1].r.z", 12),
            ("p[1].missing", 6),
            ("p[0]", 2),
        ];
        for (key, line) in lines {
            assert_eq!(line_of(text, key), Some(line), "{key}");
        }
        assert_eq!(line_of(text, "server.public_url"), None);
    }

    #[test]
    fn h01_a_public_url_is_a_host_and_nothing_else() {
        for right in ["https://a.example.com", "https://a.example.com/", "http://localhost:8080"] {
            assert_eq!(wrong_public_url(&right.parse().unwrap()), None, "{right}");
        }
        for wrong in [
            "https://a.example.com/hub",
            "https://a.example.com/?a",
            "https://a.example.com/#b",
            "https://u:p@a.example.com",
            "ftp://a",
        ] {
            assert!(wrong_public_url(&wrong.parse().unwrap()).is_some(), "{wrong}");
        }
    }
}

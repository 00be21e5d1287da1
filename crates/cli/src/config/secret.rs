//! `[secret]`: the installation's secret key, and other keys that were used before or will be used next.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use anyhow::{Context, bail};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use tessera_hub::SecretKey;

use super::masking::masked;
use super::{Problems, required};

/// Time limit for a command that prints a key.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(30);

const WEAK_KEY: &str = "it is too weak: it needs at least 32 characters, and not a few of them repeated; make one with \
                        `openssl rand -hex 32`. To replace a key that is in use, keep it in [[secret.other_keys]]";

/// The secret keys. The current key comes from one of the three places; a key in the environment wins.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Secret {
    /// At least 32 secret characters.
    #[serde(serialize_with = "masked")]
    pub key: Option<SecretString>,
    /// A file with the key.
    pub key_file: Option<PathBuf>,
    /// A command that prints the key, with its arguments.
    pub key_command: Option<Vec<String>>,
    /// Keys that are still needed to read what they encrypted, or will be the current one next.
    #[serde(default)]
    pub other_keys: Vec<OtherKey>,
}

/// A key that is not the current one, from one of three places.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct OtherKey {
    /// The key.
    #[serde(serialize_with = "masked")]
    pub key: Option<SecretString>,
    /// A file with the key.
    pub file: Option<PathBuf>,
    /// A command that prints the key, with its arguments.
    pub command: Option<Vec<String>>,
}

impl Secret {
    /// Overrides the section with the environment: the current key, and other keys, one a line, besides those of the file.
    pub fn overlay(&mut self, current: Option<SecretString>, others: Option<&SecretString>) {
        if current.is_some() {
            (self.key, self.key_file, self.key_command) = (current, None, None);
        }
        let lines = others.map(|others| others.expose_secret().lines()).into_iter().flatten();
        let keys = lines.map(str::trim).filter(|line| !line.is_empty());
        let keys = keys.map(|key| OtherKey { key: Some(SecretString::from(key)), ..OtherKey::default() });
        self.other_keys.extend(keys);
    }

    /// The keys, read from their places.
    ///
    /// # Errors
    /// If the current key is missing, or one cannot be read, is too weak, or is named twice.
    pub fn keys(&self) -> anyhow::Result<SecretKey> {
        let current = self.current()?;
        let others = self.other_keys.iter().enumerate().map(|(at, other)| other.read(at));
        Ok(current.with_others(others.collect::<anyhow::Result<Vec<_>>>()?)?)
    }

    /// Adds every problem of the keys.
    pub fn check(&self, found: &mut Problems) {
        let current = found.check("secret.key", self.current());
        let mut others = Vec::new();
        for (at, other) in self.other_keys.iter().enumerate() {
            others.extend(found.check(format!("secret.other_keys[{at}]"), other.read(at)));
        }
        if let Some(current) = current {
            found.check("secret.other_keys", current.with_others(others).map_err(Into::into));
        }
    }

    fn current(&self) -> anyhow::Result<SecretKey> {
        let place =
            Place { key: self.key.as_ref(), file: self.key_file.as_deref(), command: self.key_command.as_deref() };
        let text = place.read("secret.key")?;
        let key = required(text.as_ref(), "secret.key", "TESSERA_SECRET_KEY")?;
        SecretKey::new(key).with_context(|| format!("secret.key: {WEAK_KEY}"))
    }
}

impl OtherKey {
    fn read(&self, at: usize) -> anyhow::Result<SecretKey> {
        let name = format!("secret.other_keys[{at}]");
        let place = Place { key: self.key.as_ref(), file: self.file.as_deref(), command: self.command.as_deref() };
        let text = place.read(&name)?.with_context(|| format!("{name}: give it a key, a file or a command"))?;
        SecretKey::new(&text).with_context(|| format!("{name}: {WEAK_KEY}"))
    }
}

/// Where a key comes from.
struct Place<'a> {
    key: Option<&'a SecretString>,
    file: Option<&'a Path>,
    command: Option<&'a [String]>,
}

impl Place<'_> {
    /// The text of the key. `None`: no place is named, or the key is empty.
    fn read(&self, name: &str) -> anyhow::Result<Option<SecretString>> {
        let key = self.key.filter(|key| !key.expose_secret().trim().is_empty());
        let text = match (key, self.file, self.command) {
            (None, None, None) => return Ok(None),
            (Some(key), None, None) => key.clone(),
            (None, Some(file), None) => {
                let text = std::fs::read_to_string(file);
                SecretString::from(text.with_context(|| format!("{name}: the file {} cannot be read", file.display()))?)
            }
            (None, None, Some(command)) => printed(command).with_context(|| name.to_owned())?,
            _ => bail!("{name}: name one place only: the key, its file, or a command that prints it"),
        };
        let is_empty = text.expose_secret().trim().is_empty();
        if is_empty {
            bail!("{name}: the place that is named holds an empty key");
        }
        Ok(Some(text))
    }
}

/// What a command prints. Its arguments and its errors may contain secrets, so they are not repeated.
fn printed(command: &[String]) -> anyhow::Result<SecretString> {
    let (program, arguments) = command.split_first().context("the command is empty")?;
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("the command {program} cannot be started"))?;
    let mut output = child.stdout.take().context("the command has no output")?;
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut text = String::new();
        let read = std::io::Read::read_to_string(&mut output, &mut text).map(|_| SecretString::from(text));
        // Nobody waits any more after the time limit.
        sender.send(read).ok();
    });
    let Ok(read) = receiver.recv_timeout(COMMAND_TIMEOUT) else {
        child.kill().and_then(|()| child.wait()).ok();
        bail!("the command {program} did not end within {} seconds", COMMAND_TIMEOUT.as_secs());
    };
    let status = child.wait().with_context(|| format!("the command {program} cannot be waited for"))?;
    if !status.success() {
        bail!("the command {program} failed ({status}); run it as the user that runs the hub");
    }
    read.with_context(|| format!("the output of the command {program} cannot be read"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "0123456789abcdef0123456789abcdef";
    const NEW: &str = "fedcba9876543210fedcba9876543210";

    fn keys(section: &str) -> anyhow::Result<(String, Vec<String>)> {
        let keys = toml::from_str::<Secret>(section).unwrap().keys()?;
        Ok((keys.id().to_owned(), keys.other_ids()))
    }

    fn refused(section: &str) -> String {
        format!("{:#}", keys(section).unwrap_err())
    }

    #[test]
    fn h01_secret_keys_come_from_the_file_from_files_and_from_commands() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        std::fs::write(&file, format!("{OLD}\n")).unwrap();
        let (current, others) = keys(&format!("key = '{NEW}'\n[[other_keys]]\nkey = '{OLD}'")).unwrap();
        assert_ne!(others, std::slice::from_ref(&current));
        let by_file = keys(&format!("key = '{NEW}'\n[[other_keys]]\nfile = '{}'", file.display())).unwrap();
        assert_eq!(by_file, (current.clone(), others.clone()), "without the line break");
        let by_command = keys(&format!("key_command = ['echo', '{OLD}']\n[[other_keys]]\ncommand = ['echo', '{NEW}']"));
        assert_eq!(by_command.unwrap(), (others[0].clone(), vec![current]));
    }

    #[test]
    fn h01_a_key_that_cannot_be_had_is_an_error_that_names_the_place_and_no_secret() {
        assert!(refused("").contains("TESSERA_SECRET_KEY"));
        assert!(refused("key_file = '/nowhere/key'").contains("/nowhere/key"));
        for command in ["['false', 'of the safe']", "['/nowhere/safe', 'of the safe']", "['true', 'of the safe']"] {
            let error = refused(&format!("key_command = {command}"));
            assert!(error.contains("secret.key") && !error.contains("of the safe"), "{error}");
        }
        assert!(refused(&format!("key = '{OLD}'\nkey_file = '/nowhere/key'")).contains("one place only"));
        assert!(refused(&format!("key = '{OLD}'\n[[other_keys]]")).contains("secret.other_keys[0]"));
        assert!(refused(&format!("key = '{OLD}'\n[[other_keys]]\nkey = '{OLD}'")).contains("name each key once"));
        let weak = refused(&format!("key = '{OLD}'\n[[other_keys]]\nkey = 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'"));
        assert!(weak.contains("too weak") && !weak.contains("xxx"), "{weak}");
    }

    #[test]
    fn h01_the_environment_replaces_the_current_key_and_adds_others() {
        let mut section: Secret = toml::from_str("key_file = '/nowhere/key'").unwrap();
        section.overlay(Some(SecretString::from(NEW)), Some(&SecretString::from(format!("\n{OLD}\n"))));
        let keys = section.keys().unwrap();
        assert_eq!(keys.other_ids().len(), 1);
        assert!(!format!("{section:?}").contains("0123"));
    }
}

//! Secrets from outside the configuration file: variables, files that variables name, and credentials of systemd.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::bail;

/// Where systemd puts the credentials of a service.
const CREDENTIALS: &str = "CREDENTIALS_DIRECTORY";

/// The values that override the configuration file. The first place that has a value wins: the variable `NAME`; the
/// file that the variable `NAME_FILE` names, as container engines mount secrets; the credential `NAME` of systemd.
pub struct Variables<'a> {
    variable: &'a dyn Fn(&str) -> Option<String>,
    used: RefCell<BTreeSet<String>>,
    unreadable: RefCell<Vec<String>>,
}

impl<'a> Variables<'a> {
    /// Variables that are read like this.
    pub fn of(variable: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self { variable, used: RefCell::default(), unreadable: RefCell::default() }
    }

    /// The value of a name. An empty value is none.
    pub fn get(&self, name: &str) -> Option<String> {
        let value = self.set(name).or_else(|| self.file(name)).or_else(|| self.credential(name));
        if value.is_some() {
            self.used.borrow_mut().insert(name.to_owned());
        }
        value
    }

    /// The names that had a value.
    pub fn used(&self) -> Vec<String> {
        self.used.borrow().iter().cloned().collect()
    }

    /// Files that could not be read.
    ///
    /// # Errors
    /// If there was one: the hub must not start with less than it was given.
    pub fn check(&self) -> anyhow::Result<()> {
        let unreadable = self.unreadable.borrow();
        if unreadable.is_empty() { Ok(()) } else { bail!("{}", unreadable.join("\n")) }
    }

    fn set(&self, name: &str) -> Option<String> {
        (self.variable)(name).filter(|value| !value.is_empty())
    }

    fn file(&self, name: &str) -> Option<String> {
        let variable = format!("{name}_FILE");
        let path = PathBuf::from(self.set(&variable)?);
        self.content(&path, &variable)
    }

    fn credential(&self, name: &str) -> Option<String> {
        let path = PathBuf::from(self.set(CREDENTIALS)?).join(name);
        if path.exists() { self.content(&path, name) } else { None }
    }

    /// The content of a file, without the line break at its end.
    fn content(&self, path: &Path, named_by: &str) -> Option<String> {
        match std::fs::read_to_string(path) {
            Ok(text) => Some(text.trim_end_matches(['\r', '\n']).to_owned()).filter(|value| !value.is_empty()),
            Err(error) => {
                let problem = format!("the file {} of {named_by} cannot be read: {error}", path.display());
                self.unreadable.borrow_mut().push(problem);
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h01_secrets_come_from_variables_files_and_credentials() {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        put("key", "of a file\n");
        put("TESSERA_MAIL_URL", "smtp://of-a-credential\r\n");
        put("TESSERA_SECRET_KEY", "of a credential");
        put("TESSERA_HOOKS_SECRET", "\n");
        let here = folder.path().display().to_string();
        let set = |name: &str| match name {
            "TESSERA_DATABASE_URL" => Some("of a variable".to_owned()),
            "TESSERA_DATABASE_URL_FILE" | "TESSERA_SECRET_KEY_FILE" => Some(format!("{here}/key")),
            "CREDENTIALS_DIRECTORY" => Some(here.clone()),
            _ => None,
        };
        let variables = Variables::of(&set);
        for (name, value) in [
            ("TESSERA_DATABASE_URL", Some("of a variable")),
            ("TESSERA_SECRET_KEY", Some("of a file")),
            ("TESSERA_MAIL_URL", Some("smtp://of-a-credential")),
            ("TESSERA_HOOKS_SECRET", None),
            ("TESSERA_B2C_API_KEY", None),
        ] {
            assert_eq!(variables.get(name).as_deref(), value, "{name}");
        }
        assert_eq!(variables.used(), ["TESSERA_DATABASE_URL", "TESSERA_MAIL_URL", "TESSERA_SECRET_KEY"]);
        variables.check().unwrap();
    }

    #[test]
    fn h01_a_secret_whose_file_cannot_be_read_is_an_error_that_names_the_file() {
        let set = |name: &str| (name == "TESSERA_MAIL_URL_FILE").then(|| "/nowhere/mail".to_owned());
        let variables = Variables::of(&set);
        assert_eq!(variables.get("TESSERA_MAIL_URL"), None);
        let error = variables.check().unwrap_err().to_string();
        assert!(error.contains("/nowhere/mail") && error.contains("TESSERA_MAIL_URL_FILE"), "{error}");
    }
}

//! Service managers: how a vendor is called, and the custom fields that it defines.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

use super::error::PlatformError;
use super::notification::{default_body, default_subject};
use crate::kernel::ids::ServiceManagerId;
use crate::kernel::placeholder::is_placeholder;
use crate::kernel::rejection::FieldProblem;
use crate::marketplace::account::one_line;
use crate::marketplace::{Operation, SyncOption};

/// Maximum length of a name, in characters.
pub const MAX_NAME_LENGTH: usize = 100;
/// Maximum length of an address, a key or the value of a setting, in bytes.
pub const MAX_VALUE_LENGTH: usize = 2000;
/// Maximum number of setting fields.
pub const MAX_SETTINGS: usize = 50;
/// Maximum length of the template of a notification, in characters.
pub const MAX_TEMPLATE_LENGTH: usize = 20_000;

/// A vendor that the marketplace calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceManager {
    /// Id.
    pub id: ServiceManagerId,
    /// Name, which is also the name of its group of custom fields.
    pub name: String,
    /// How it is called.
    pub settings: ServiceManagerSettings,
    /// API key and setting fields, encrypted.
    pub sealed: String,
    /// The custom fields, as fetched last.
    pub fields: Vec<SyncOption>,
    /// When they were fetched. `None`: never.
    pub fetched_at: Option<Timestamp>,
    /// The version of the settings with which they were fetched.
    pub fetched_version: i64,
    /// Why they could not be fetched since.
    pub fetch_error: Option<String>,
    /// Number of times that the settings were saved.
    pub version: i64,
    /// Time of creation.
    pub created_at: Timestamp,
    /// When the settings were saved last.
    pub changed_at: Timestamp,
    /// Who saved them.
    pub changed_by: String,
}

/// The settings of a service manager that are no secret.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ServiceManagerSettings {
    /// Address before `/API/Accounts/…`.
    pub base_url: String,
    /// Addresses of single endpoints.
    pub endpoints: Endpoints,
    /// The application id.
    pub application_id: String,
    /// Ids of the setting fields that are sent.
    pub setting_ids: Vec<String>,
    /// Whether Synchronize is called with `CheckOnly` first. Only for vendors that know it.
    pub pre_check: bool,
    /// Whether the vendor takes resellers: then a reseller is synchronized before its customers (`M08`).
    pub reseller_support: bool,
    /// The e-mail to a new customer.
    pub notification: Notification,
}

/// Addresses of endpoints that are not below the base address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Endpoints {
    /// Address of `SyncOptions`.
    pub sync_options: Option<String>,
    /// Address of `Exists`.
    pub exists: Option<String>,
    /// Address of `Synchronize`.
    pub synchronize: Option<String>,
    /// Address of `Delete`.
    pub delete: Option<String>,
}

/// The e-mail to a new customer, if the vendor asks for one (`M12`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Notification {
    /// Whether it is sent.
    pub enabled: bool,
    /// Subject, with merge fields.
    pub subject: String,
    /// Body, with merge fields.
    pub body: String,
}

/// What staff enter, without secrets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServiceManagerDraft {
    /// Name.
    pub name: String,
    /// Settings.
    pub settings: ServiceManagerSettings,
}

impl Notification {
    /// The template, with a short text in place of what is blank.
    #[must_use]
    pub fn with_defaults(&self, service_manager: &str) -> Self {
        let or = |text: &str, default: String| if text.trim().is_empty() { default } else { text.to_owned() };
        Self {
            enabled: self.enabled,
            subject: or(&self.subject, default_subject(service_manager)),
            body: or(&self.body, default_body(service_manager)),
        }
    }
}

impl ServiceManager {
    /// The fields, if they were ever fetched.
    pub fn known_fields(&self) -> Option<&[SyncOption]> {
        self.fetched_at.map(|_| self.fields.as_slice())
    }

    /// Whether the fields were fetched with the present settings.
    pub const fn is_fetched(&self) -> bool {
        self.fetched_version >= self.version
    }
}

impl ServiceManagerSettings {
    /// The address of an operation.
    pub fn address(&self, operation: Operation) -> String {
        let own = match operation {
            Operation::SyncOptions => &self.endpoints.sync_options,
            Operation::Exists => &self.endpoints.exists,
            Operation::Synchronize => &self.endpoints.synchronize,
            Operation::Delete => &self.endpoints.delete,
        };
        let below_base = || format!("{}/API/Accounts/{}", self.base_url.trim_end_matches('/'), operation.as_str());
        own.clone().unwrap_or_else(below_base)
    }

    /// Whether secrets would be sent to a server that has not had them.
    pub fn sends_elsewhere(&self, before: &Self) -> bool {
        !self.servers().is_subset(&before.servers())
    }

    /// The servers that the operations are sent to.
    fn servers(&self) -> BTreeSet<String> {
        let operations = [Operation::SyncOptions, Operation::Exists, Operation::Synchronize, Operation::Delete];
        let addresses = operations.into_iter().filter_map(|operation| Url::parse(&self.address(operation)).ok());
        addresses.map(|address| address.origin().ascii_serialization()).collect()
    }
}

/// The problem of stored secrets that would go to another server than before. Anyone who may change an address, but has never seen the
/// secrets, could otherwise have them sent to a server of their own.
pub fn secrets_would_move(field: &str) -> PlatformError {
    let message = "the address names another server, so give the API key and the values of all setting fields again; stored \
                   ones are sent to no other server than before";
    PlatformError::Invalid(vec![FieldProblem::new(field, message)])
}

impl ServiceManagerDraft {
    /// The draft as it is stored.
    ///
    /// # Errors
    /// [`PlatformError::Invalid`] with every problem.
    pub fn checked(mut self) -> Result<Self, PlatformError> {
        let mut problems = Vec::new();
        self.name = one_line(&self.name);
        if self.name.is_empty() || self.name.chars().count() > MAX_NAME_LENGTH {
            problems.push(FieldProblem::new("name", format!("1 to {MAX_NAME_LENGTH} characters")));
        }
        let settings = &mut self.settings;
        check_address("base_url", &mut settings.base_url, &mut problems);
        let Endpoints { sync_options, exists, synchronize, delete } = &mut settings.endpoints;
        for (name, address) in
            [("sync_options", sync_options), ("exists", exists), ("synchronize", synchronize), ("delete", delete)]
        {
            if let Some(address) = address {
                check_address(&format!("endpoints.{name}"), address, &mut problems);
            }
        }
        settings.application_id = settings.application_id.trim().to_owned();
        problems.extend(check_header_value("application_id", &settings.application_id));
        if settings.application_id.is_empty() {
            problems.push(FieldProblem::new("application_id", "the vendor's application id is needed"));
        }
        if settings.notification.enabled {
            settings.notification = settings.notification.with_defaults(&self.name);
        }
        let Notification { subject, body, .. } = &settings.notification;
        if [subject, body].iter().any(|text| text.chars().count() > MAX_TEMPLATE_LENGTH) {
            problems.push(FieldProblem::new("notification", format!("at most {MAX_TEMPLATE_LENGTH} characters")));
        }
        if problems.is_empty() { Ok(self) } else { Err(PlatformError::Invalid(problems)) }
    }

    /// The key of the name: names that people take for the same are the same.
    pub fn name_key(&self) -> String {
        name_key(&self.name)
    }
}

/// The key of a name.
pub fn name_key(name: &str) -> String {
    name.to_lowercase()
}

/// Checks the secrets of a service manager: the API key and the setting fields.
///
/// # Errors
/// [`PlatformError::Invalid`] with every problem, without the values.
pub fn check_secrets<'a>(
    api_key: &str,
    settings: impl Iterator<Item = (&'a str, &'a str)>,
) -> Result<(), PlatformError> {
    let mut problems = Vec::new();
    if api_key.trim().is_empty() || api_key.len() > MAX_VALUE_LENGTH {
        problems.push(FieldProblem::new("api_key", "the vendor's API key is needed"));
    } else if is_placeholder(api_key) {
        let message = "this is a placeholder; enter the API key that the vendor gave you";
        problems.push(FieldProblem::new("api_key", message));
    }
    let mut number = 0;
    for (id, value) in settings {
        number += 1;
        let shortened: String = id.chars().take(100).collect();
        let shaped =
            (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b));
        if !shaped {
            let message = "the id of a setting field is 1 to 64 letters, digits, hyphens, dots and underscores";
            problems.push(FieldProblem::new(format!("settings.{shortened}"), message));
        }
        problems.extend(check_header_value(&format!("settings.{shortened}"), value));
    }
    if number > MAX_SETTINGS {
        problems.push(FieldProblem::new("settings", format!("at most {MAX_SETTINGS} setting fields")));
    }
    if problems.is_empty() { Ok(()) } else { Err(PlatformError::Invalid(problems)) }
}

fn check_header_value(field: &str, value: &str) -> Option<FieldProblem> {
    let sendable = value.len() <= MAX_VALUE_LENGTH && value.bytes().all(|b| (0x20..0x7f).contains(&b));
    let message =
        format!("at most {MAX_VALUE_LENGTH} letters, digits and signs of ASCII, because it is sent in a header");
    (!sendable).then(|| FieldProblem::new(field, message))
}

fn check_address(field: &str, address: &mut String, problems: &mut Vec<FieldProblem>) {
    *address = address.trim().to_owned();
    let usable = Url::parse(address).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none()
    });
    if !usable || address.len() > MAX_VALUE_LENGTH {
        let message = "an address such as https://vendor.example/api, without user, query and fragment";
        problems.push(FieldProblem::new(field, message));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(base_url: &str) -> ServiceManagerDraft {
        let settings = ServiceManagerSettings {
            base_url: base_url.to_owned(),
            application_id: "app".to_owned(),
            ..ServiceManagerSettings::default()
        };
        ServiceManagerDraft { name: "Vendor".to_owned(), settings }
    }

    #[test]
    fn m18_each_operation_has_its_address() {
        let mut settings = draft("https://vendor.example/x/").checked().unwrap().settings;
        assert_eq!(settings.address(Operation::Exists), "https://vendor.example/x/API/Accounts/Exists");
        settings.endpoints.exists = Some("https://other.example/exists".to_owned());
        assert_eq!(settings.address(Operation::Exists), "https://other.example/exists");
        assert_eq!(settings.address(Operation::Delete), "https://vendor.example/x/API/Accounts/Delete");
    }

    #[test]
    fn m04_h01_another_server_is_noticed_whichever_address_names_it() {
        let before = draft("https://vendor.example/x/").checked().unwrap().settings;
        let with = |change: &dyn Fn(&mut ServiceManagerSettings)| {
            let mut after = before.clone();
            change(&mut after);
            after.sends_elsewhere(&before)
        };
        assert!(
            !with(&|it| it.base_url = "https://VENDOR.example:443/y".to_owned()),
            "another path of the same server"
        );
        assert!(!with(&|it| it.endpoints.exists = Some("https://vendor.example/exists".to_owned())));
        assert!(with(&|it| it.base_url = "https://vendor.example.evil.example/x".to_owned()));
        assert!(with(&|it| it.base_url = "http://vendor.example/x".to_owned()), "in clear");
        assert!(with(&|it| it.base_url = "https://vendor.example:8443/x".to_owned()));
        assert!(with(&|it| it.endpoints.delete = Some("https://evil.example/delete".to_owned())));
    }

    #[test]
    fn m04_unusable_settings_are_rejected_before_they_are_saved() {
        for address in
            ["", "vendor.example", "ftp://vendor.example", "https://jo:pw@vendor.example", "https://v.example?x=1"]
        {
            assert!(draft(address).checked().is_err(), "{address}");
        }
        assert!(check_secrets("key", [("Field", "value")].into_iter()).is_ok());
        for (key, id, value) in [
            ("", "Field", "v"),
            ("changeme", "Field", "v"),
            ("k", "a b", "v"),
            ("k", "Field", "v\r\nX: y"),
            ("k", "Field", "ä"),
        ] {
            let error = check_secrets(key, [(id, value)].into_iter()).unwrap_err();
            assert!(value.len() < 2 || !error.to_string().contains(value), "{error}");
        }
    }
}

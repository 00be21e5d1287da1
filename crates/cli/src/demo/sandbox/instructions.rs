//! Prints where to click, once everything answers.
#![expect(clippy::print_stdout, reason = "this is the command's answer")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tessera_core::kernel::printed::Lines;
use tessera_core::marketplace_platform::{MarketplaceAccount, ServiceManager};
use tessera_hub::Hub;

use super::example_options;
use crate::demo::{STAFF, startup_info};

/// The path of the storefront.
const STOREFRONT: &str = "/shop";

/// What a person or a test needs to begin.
pub struct Instructions<'a> {
    pub hub: &'a Hub,
    pub service_manager: ServiceManager,
    pub accounts: Vec<MarketplaceAccount>,
    pub api_key: String,
    /// Address of the mailbox.
    pub mail: String,
    pub record: Option<PathBuf>,
}

impl Instructions<'_> {
    /// Writes the ready file, and prints the instructions.
    pub async fn tell(self, ready_file: Option<&Path>) -> anyhow::Result<()> {
        let config = &self.hub.config;
        let storefront = match startup_info::status_of(&config.public_url, STOREFRONT).await? {
            404 => None,
            _ => Some(config.url(STOREFRONT)),
        };
        let text = self.text(storefront.as_deref());
        if let Some(path) = ready_file {
            startup_info::write_ready_file(path, &self.json(storefront.as_deref()))?;
        }
        println!("{}", Lines(text));
        Ok(())
    }

    fn text(&self, storefront: Option<&str>) -> String {
        let Self { hub, service_manager, api_key, mail, .. } = self;
        let base = hub.config.url("");
        let (login, password) = STAFF;
        let (id, name) = (service_manager.id, &service_manager.name);
        let mut text = format!(
            "
A marketplace is running. Its vendor is {vendor}, as the service manager “{name}”.

  1. See the vendor        {base}/console/service-managers/{id}
                           sign in as {login} / {password}
  2. Synchronize accounts  {base}/console/marketplace-accounts
  3. Read the e-mails      {mail}",
            vendor = service_manager.settings.base_url,
        );
        if let Some(storefront) = storefront {
            let _ = write!(text, "\n  4. Buy as a customer     {storefront}");
        }
        text += "\n\n  Accounts";
        for account in &self.accounts {
            let of = account.reseller.and_then(|id| self.accounts.iter().find(|it| it.id == id));
            let what = match of {
                Some(reseller) => format!("customer of {}", reseller.profile.name),
                None if account.is_reseller => "reseller".to_owned(),
                None => "direct customer".to_owned(),
            };
            let _ = write!(text, "\n    {}  {:<18} {what}", account.id, account.profile.name);
        }
        let _ = write!(
            text,
            "\n\n  API                      {base}/api/v1/openapi.json, for example:

    curl -s {base}/api/v1/marketplace-accounts/{account}/synchronize \\
      -H 'Authorization: Bearer {api_key}' -H 'Content-Type: application/json' \\
      -d '{body}'",
            account = self.example().map(|account| account.id.to_string()).unwrap_or_default(),
            body = self.example_body().to_string().replace('\'', "'\\''"),
        );
        if let Some(error) = &service_manager.fetch_error {
            let _ = write!(
                text,
                "\n\n  The vendor has given no sync options: {error}\n  They are fetched again in the background."
            );
        }
        if let Some(record) = &self.record {
            let _ = write!(text, "\n\n  Recording                {}", record.display());
        }
        text + "\n\nEvery call of the vendor is shown here. Press Ctrl+C to stop; nothing is kept but the recording.\n"
    }

    /// The first direct customer.
    fn example(&self) -> Option<&MarketplaceAccount> {
        self.accounts.iter().find(|account| account.kind() == "direct_customer")
    }

    fn example_body(&self) -> Value {
        let options = self.example().map(|account| example_options(&self.service_manager, account));
        json!({ "service_manager_id": self.service_manager.id, "sync_options": options.unwrap_or_default() })
    }

    fn json(&self, storefront: Option<&str>) -> Value {
        let base = self.hub.config.url("");
        let accounts = self.accounts.iter().map(|account| {
            json!({
                "id": account.id, "name": account.profile.name, "kind": account.kind(), "reseller_id": account.reseller,
                "email": account.profile.email,
            })
        });
        json!({
            "hub": base,
            "console": format!("{base}/console"),
            "storefront": storefront,
            "mail": self.mail,
            "admin_api_key": self.api_key,
            "staff": { "login": STAFF.0, "password": STAFF.1 },
            "service_manager": { "id": self.service_manager.id, "name": self.service_manager.name },
            "accounts": accounts.collect::<Vec<_>>(),
            "example": { "account_id": self.example().map(|account| account.id), "body": self.example_body() },
            "recording": self.record,
        })
    }
}

/// The last words.
pub fn say_goodbye(record: Option<&Path>) {
    match record {
        Some(path) => println!("Stopped. The recording is in {}.", path.display()),
        None => println!("Stopped. Nothing was kept."),
    }
}

//! `tessera marketplace sandbox`: a marketplace with fictional accounts, against a vendor under development (`M22`).
//!
//! It is a demo whose only vendor is someone else's. Every call of it is shown on the terminal, and recorded if wanted.

mod calls;
mod instructions;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, bail};
use secrecy::SecretString;
use tessera_core::kernel::ids::MarketplaceAccountId;
use tessera_core::marketplace_platform::{MarketplaceAccount, ServiceManager};
use tessera_hub::Hub;
use url::Url;

use super::marketplace_platform::{Connection, by_default, company, connect, open};
use super::{Installation, install, startup_info};
use crate::assemble::VendorCalls;
use crate::check_vendor::{Credentials, check_base};
use crate::marketplace::Marketplaces;
use crate::serve;
use calls::{Recorder, WatchedCalls};
use instructions::Instructions;

/// How long a stop may take, in seconds. A vendor that never answers is not waited for.
const STOP_SECONDS: u32 = 5;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Base URL of the vendor: the part before /API/Accounts/….
    #[arg(long, value_name = "URL")]
    vendor: Url,
    #[command(flatten)]
    credentials: Credentials,
    /// Name of the service manager, as the console shows it.
    #[arg(long, default_value = "Your vendor", value_name = "NAME")]
    name: String,
    /// Record every call in this file, as JSON lines, for `tessera check-vendor --replay`. The file must be new.
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// Address to listen on: an address of this machine. Port 0 selects a free one.
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDR")]
    listen: SocketAddr,
    /// Host name for browsers. Without it, `localhost` if the address is the one that this name stands for.
    #[arg(long, value_name = "NAME")]
    host: Option<String>,
    /// Write a JSON object with all addresses to this file, once everything answers.
    #[arg(long, value_name = "FILE")]
    ready_file: Option<PathBuf>,
}

/// Starts everything, prints where to click, shows the calls, and runs until it is stopped.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    check_base(&arguments.vendor)?;
    if !arguments.listen.ip().is_loopback() {
        bail!(
            "the sandbox has well-known passwords and listens on this machine only: use an address such as 127.0.0.1:8080"
        );
    }
    let settings = arguments.credentials.settings()?.into_iter();
    let connection = Connection {
        name: arguments.name.clone(),
        base_url: arguments.vendor.as_str().trim_end_matches('/').to_owned(),
        application_id: arguments.credentials.application_id.clone(),
        api_key: arguments.credentials.key()?,
        settings: settings.map(|(id, value)| (id, SecretString::from(value))).collect(),
        notification: by_default(),
    };
    let recorder = arguments.record.as_deref().map(Recorder::create).transpose()?;
    let temporary = tempfile::tempdir().context("cannot make a temporary directory")?;
    let demo = super::Arguments {
        listen: arguments.listen,
        host: arguments.host.clone(),
        data: None,
        database: None,
        ready_file: None,
        sim_latency: false,
        people: 0,
    };
    let adapt = |config: &mut crate::config::Config| {
        // The only vendor is someone else's.
        config.marketplaces = Marketplaces::default();
        config.invoices = None;
        config.server.stop_delay_seconds = 0;
        config.server.stop_seconds = std::num::NonZeroU32::MIN.saturating_add(STOP_SECONDS - 1);
    };
    let watch = |calls: VendorCalls| -> VendorCalls { Arc::new(WatchedCalls::new(calls, recorder)) };
    let installation = install(&demo, temporary.path(), adapt, watch).await?;
    serve_and_show(installation, connection, &arguments).await
}

async fn serve_and_show(
    installation: Installation,
    connection: Connection,
    arguments: &Arguments,
) -> anyhow::Result<()> {
    let Installation { app, listener, stop, stand_ins, api_key, _lock, .. } = installation;
    let (hub, ready_file) = (app.hub.clone(), arguments.ready_file.clone());
    let (record, mail) = (arguments.record.clone(), stand_ins.mail.url());
    let show = tokio::spawn(async move {
        startup_info::wait(&hub.config.public_url).await?;
        let service_manager = connect(&hub, connection).await?;
        let accounts = accounts(&hub).await?;
        // A product of the vendor in the storefront belongs here.
        let instructions = Instructions { hub: &hub, service_manager, accounts, api_key, mail, record };
        instructions.tell(ready_file.as_deref()).await
    });
    let failed = async {
        match show.await {
            Ok(Ok(())) => std::future::pending().await,
            Ok(Err(error)) => error,
            Err(error) => error.into(),
        }
    };
    tokio::select! {
        ended = serve::until_stopped(app, listener, stop) => ended?,
        error = failed => return Err(error),
    }
    // Nothing is written any more when the directory is deleted.
    stand_ins.flush()?;
    instructions::say_goodbye(arguments.record.as_deref());
    Ok(())
}

/// Two resellers, two direct customers, and three customers of the resellers.
async fn accounts(hub: &Hub) -> anyhow::Result<Vec<MarketplaceAccount>> {
    let companies = [
        ("Harbour Resale", "harbour-resale.example", ("Amina", "Diallo"), None),
        ("Summit Partners", "summit-partners.example", ("Jonas", "Weber"), None),
        ("Rivers Roofing", "rivers-roofing.example", ("Thandi", "Muller"), None),
        ("Bakehouse Lane", "bakehouse-lane.example", ("Piotr", "Nowak"), None),
        ("Lighthouse Dental", "lighthouse-dental.example", ("Grace", "Mbeki"), Some(0)),
        ("Quayside Books", "quayside-books.example", ("Elif", "Demir"), Some(0)),
        ("Alpine Outdoor", "alpine-outdoor.example", ("Lars", "Berg"), Some(1)),
    ];
    let mut accounts: Vec<MarketplaceAccount> = Vec::new();
    for (number, (name, domain, contact, reseller)) in companies.into_iter().enumerate() {
        let reseller: Option<MarketplaceAccountId> = reseller.and_then(|at: usize| accounts.get(at)).map(|it| it.id);
        let profile = company(name, domain, contact, &format!("+44 1632 9600{:02}", number + 21));
        accounts.push(open(hub, profile, reseller).await?);
    }
    // Read again: an account becomes a reseller with its first customer.
    let mut now = Vec::new();
    for account in accounts {
        let page = hub.queries().platform_account(account.id).await?;
        now.push(page.map_or(account, |page| page.account));
    }
    Ok(now)
}

/// Values of the options that someone has to enter for an account, made up.
fn example_options(vendor: &ServiceManager, account: &MarketplaceAccount) -> BTreeMap<String, String> {
    use tessera_core::marketplace::option::USERNAME;
    use tessera_core::marketplace::{DataType, OptionKind};
    let domain = account.profile.email.as_deref().and_then(|email| email.split_once('@')).map(|(_, domain)| domain);
    let domain = domain.unwrap_or("account.example");
    let fields = vendor.fields.iter().filter(|field| field.required && !field.read_only && field.id != USERNAME);
    let example = |field: &tessera_core::marketplace::SyncOption| match (field.kind, field.data_type) {
        (OptionKind::List | OptionKind::ListMultiSelect, _) => field.values.first().map(|it| it.id.clone()),
        (OptionKind::Boolean, _) => Some("true".to_owned()),
        (OptionKind::Link, _) => Some(format!("https://www.{domain}/")),
        (OptionKind::Mod11CheckDigit, _) => Some("36532-7".to_owned()),
        (_, DataType::Number | DataType::Currency) => Some("1".to_owned()),
        (_, DataType::Date) => Some("2026-01-31".to_owned()),
        _ if field.id.to_lowercase().contains("mail") => account.profile.email.clone(),
        _ if field.id.to_lowercase().contains("domain") => Some(domain.to_owned()),
        _ => Some("example".to_owned()),
    };
    fields.filter_map(|field| Some((field.id.clone(), example(field)?))).collect()
}

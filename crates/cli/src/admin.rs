//! Administration commands.
#![expect(clippy::print_stdout, reason = "a command's answer goes to standard output")]

use crate::CLI;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use tessera_core::activation::requester_id_link;
use tessera_hub::Hub;
use tessera_store::Store;

use crate::config::Config;
use crate::{assemble, logging};

/// Runs a command with the hub that the configuration describes, and closes its database.
pub(crate) async fn with_hub<T>(
    config: &Path,
    command: impl AsyncFnOnce(&Hub) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let config = Config::read(config)?;
    logging::start(config.log.format, "warn");
    let hub = assemble::app(config).await?.hub.clone();
    let outcome = command(&hub).await;
    hub.close().await;
    outcome
}

/// Runs a command with the database that the configuration names, and closes it.
pub(crate) async fn with_store<T>(
    config: &Config,
    command: impl AsyncFnOnce(&Store) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    logging::start(config.log.format, "warn");
    let store = Store::open(&config.database.url).await.context("the database cannot be opened")?;
    let outcome = command(&store).await;
    store.close().await;
    outcome
}

/// Arguments of `tessera invite`.
#[derive(Debug, clap::Args)]
pub struct InvitationArgs {
    /// Id of the requester in the service desk.
    #[arg(long, value_name = "ID")]
    requester: String,
    /// Print the link without sending an e-mail. You pass the link on yourself.
    #[arg(long)]
    link_only: bool,
    /// Format of the link: the hub's own page, or directly to a policy of Azure AD B2C.
    #[arg(long, value_enum, default_value_t = Form::Hub, requires_if("b2c", "environment"))]
    format: Form,
    /// Environment of a B2C link, as in [b2c.environments.NAME].
    #[arg(long, value_name = "NAME")]
    environment: Option<String>,
    /// Put the requester's number itself into the B2C link, as in links without tokens. Creates no invitation, and
    /// reads only the configuration.
    #[arg(long, requires = "link_only", requires = "environment")]
    compat: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    Hub,
    B2c,
}

/// `tessera invite`.
pub async fn invite(path: &Path, args: &InvitationArgs) -> anyhow::Result<()> {
    let form = match (args.format, &args.environment) {
        (Form::B2c, Some(environment)) => Some(Config::read(path)?.link_form(environment)?.clone()),
        (Form::Hub, None) => None,
        _ => bail!("--environment and --compat belong to --format b2c"),
    };
    if let (true, Some(form)) = (args.compat, &form) {
        tell_numbered(args, &form.url(requester_number(&args.requester)?));
        return Ok(());
    }
    let (invited, url) = with_hub(path, async |hub| {
        let invited = if args.link_only {
            hub.invite_without_mail(&args.requester, &CLI).await?
        } else {
            hub.invite(&args.requester, &CLI).await?
        };
        let url = form.map_or_else(|| invited.url.clone(), |form| form.url(&invited.token));
        Ok((invited, url))
    })
    .await?;
    if args.json {
        println!("{}", serde_json::json!({ "id": invited.id, "url": url, "expires_at": invited.expires_at }));
        return Ok(());
    }
    println!("{url}");
    if args.link_only {
        eprintln!("It works until {}, for whoever uses it first. No mail is sent.", invited.expires_at);
    } else {
        eprintln!("The running hub mails its own link to {}. It works until {}.", invited.email, invited.expires_at);
    }
    Ok(())
}

fn requester_number(requester: &str) -> anyhow::Result<&str> {
    if requester_id_link::is_requester_id(requester) {
        return Ok(requester);
    }
    bail!("--requester {requester}: a requester's id is a number")
}

fn tell_numbered(args: &InvitationArgs, url: &str) {
    if args.json {
        println!("{}", serde_json::json!({ "url": url }));
    } else {
        println!("{url}");
        eprintln!("This link proves nothing: anybody can change its number. Without --compat it carries a token.");
    }
}

/// `tessera plan`.
pub async fn plan(config: &Path, requester: &str) -> anyhow::Result<()> {
    let plan = with_hub(config, async |hub| Ok(hub.preview(requester, &CLI).await?)).await?;
    print!("{}", tessera_web::timeline::plan::words(&plan));
    eprintln!("{} steps; nothing was changed.", plan.steps.len());
    Ok(())
}

/// `tessera backup`.
pub async fn backup(config: &Path, to: PathBuf) -> anyhow::Result<()> {
    if to.exists() {
        bail!("{} exists already; name a new file", to.display());
    }
    with_store(&Config::read(config)?, async |store| Ok(store.backup(to.clone()).await?)).await?;
    println!("{}", to.display());
    Ok(())
}

/// `tessera migrate`.
pub async fn migrate(config: &Path) -> anyhow::Result<()> {
    let kind = with_store(&Config::read(config)?, async |store| Ok(store.kind())).await?;
    println!("the {kind} database is up to date");
    Ok(())
}

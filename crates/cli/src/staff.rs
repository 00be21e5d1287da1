//! `tessera staff` and `tessera api-key`: who may do what.
#![expect(clippy::print_stdout, reason = "a command's answer goes to standard output")]

use std::io::{BufRead, IsTerminal};
use std::path::Path;

use anyhow::{Context, bail};
use jiff::{SignedDuration, Timestamp};
use tessera_core::kernel::printed::OneLine;
use tessera_core::staff::{ApiKeyDraft, Permission, Permissions, Role, StaffAccount};
use tessera_hub::Hub;

use crate::CLI;
use crate::admin::with_hub;

/// Arguments of `tessera staff`.
#[derive(Debug, clap::Args)]
pub struct StaffArguments {
    /// Login name.
    #[arg(required_unless_present = "list")]
    login: Option<String>,
    /// Display name.
    #[arg(long)]
    name: Option<String>,
    /// Role, can be repeated: administrator, support, operator, moderator, warehouse or auditor. A new account gets the role
    /// administrator if none is given.
    #[arg(long = "role", value_name = "ROLE", value_parser = |text: &str| text.parse::<Role>())]
    roles: Vec<Role>,
    /// Set a new password for an existing account, and end its sessions.
    #[arg(long)]
    reset: bool,
    /// Remove the account, and end its sessions.
    #[arg(long, conflicts_with_all = ["name", "roles", "reset", "list"])]
    remove: bool,
    /// List all accounts with their roles.
    #[arg(long, conflicts_with_all = ["login", "name", "roles", "reset"])]
    list: bool,
}

/// Arguments of `tessera api-key`.
#[derive(Debug, clap::Args)]
pub struct ApiKeyArguments {
    /// Name of the machine, as shown on timelines.
    #[arg(required_unless_present = "list")]
    name: Option<String>,
    /// Scope, can be repeated: an area such as customers or devices, or `customers:read` to read only. Everything if none is
    /// given.
    #[arg(long = "scope", value_name = "SCOPE", value_parser = |text: &str| text.parse::<Permission>())]
    scopes: Vec<Permission>,
    /// Days until the key expires. Without it, the key does not expire.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=3660))]
    expires_in_days: Option<u16>,
    /// Hours for which older keys of the same name go on working.
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u16).range(0..=8760))]
    keep_older_hours: u16,
    /// Revoke all keys of this name.
    #[arg(long, conflicts_with_all = ["scopes", "expires_in_days", "keep_older_hours", "list"])]
    revoke: bool,
    /// List all keys. The keys themselves are not stored.
    #[arg(long, conflicts_with_all = ["name", "scopes", "expires_in_days", "keep_older_hours"])]
    list: bool,
}

/// `tessera staff`.
pub async fn accounts(config: &Path, arguments: StaffArguments) -> anyhow::Result<()> {
    with_hub(config, async |hub| match &arguments.login {
        None => list_accounts(hub).await,
        Some(login) if arguments.remove => remove(hub, login).await,
        Some(login) => put(hub, login, &arguments).await,
    })
    .await
}

async fn list_accounts(hub: &Hub) -> anyhow::Result<()> {
    for account in hub.queries().staff_accounts().await? {
        let roles: Vec<&str> = account.roles.iter().map(|role| role.as_str()).collect();
        let roles = if roles.is_empty() { "no role".to_owned() } else { roles.join(", ") };
        println!("{}\t{}\t{roles}", OneLine(&account.login), OneLine(&account.name));
    }
    Ok(())
}

async fn known(hub: &Hub, login: &str) -> anyhow::Result<Option<StaffAccount>> {
    Ok(hub.queries().staff_account_by_login(login.trim()).await?)
}

async fn remove(hub: &Hub, login: &str) -> anyhow::Result<()> {
    let account = known(hub, login).await?.with_context(|| format!("there is no staff account {login}"))?;
    hub.remove_staff(account.id, &CLI).await?;
    eprintln!("{login} was removed and is signed out everywhere.");
    Ok(())
}

async fn put(hub: &Hub, login: &str, arguments: &StaffArguments) -> anyhow::Result<()> {
    let existing = known(hub, login).await?;
    if let Some(account) = &existing {
        if !arguments.roles.is_empty() {
            hub.set_staff_roles(account.id, &arguments.roles, &CLI).await?;
            eprintln!("The roles of {login} were changed.");
        } else if !arguments.reset {
            bail!("there is a staff account {login} already; pass --reset to give it a new password");
        }
        if !arguments.reset {
            return Ok(());
        }
    }
    let password = new_password(login)?;
    let name = arguments.name.as_deref().or_else(|| existing.as_ref().map(|it| it.name.as_str())).unwrap_or(login);
    let administrator = [Role::Administrator];
    let roles = if arguments.roles.is_empty() { &administrator[..] } else { &arguments.roles };
    hub.put_staff_with(login, name, &password, roles, &CLI).await?;
    eprintln!("{login} can sign in at {}", hub.config.url("/console"));
    Ok(())
}

/// Asks for a password twice at a terminal, where it is not shown; reads one line from a pipe.
fn new_password(login: &str) -> anyhow::Result<String> {
    let stdin = std::io::stdin();
    if !stdin.is_terminal() {
        let mut password = String::new();
        stdin.lock().read_line(&mut password)?;
        return Ok(password.trim_end_matches(['\n', '\r']).to_owned());
    }
    let password = rpassword::prompt_password(format!("Password for {login} (at least 12 characters): "))?;
    if password != rpassword::prompt_password("Again: ")? {
        bail!("the two passwords are not the same; nothing was changed");
    }
    Ok(password)
}

/// `tessera api-key`.
pub async fn api_keys(config: &Path, arguments: ApiKeyArguments) -> anyhow::Result<()> {
    with_hub(config, async |hub| match &arguments.name {
        None => list_keys(hub).await,
        Some(name) if arguments.revoke => revoke(hub, name).await,
        Some(name) => issue(hub, name, &arguments).await,
    })
    .await
}

async fn list_keys(hub: &Hub) -> anyhow::Result<()> {
    let or = |at: Option<Timestamp>, otherwise: &str| at.map_or_else(|| otherwise.to_owned(), |at| at.to_string());
    for key in hub.queries().api_keys().await? {
        let scopes: Vec<String> = key.scopes.iter().map(|scope| scope.to_string()).collect();
        let (expires, used) = (or(key.expires_at, "never"), or(key.last_used_at, "never"));
        println!("{}\texpires {expires}\tlast used {used}\t{}", OneLine(&key.name), scopes.join(" "));
    }
    Ok(())
}

async fn revoke(hub: &Hub, name: &str) -> anyhow::Result<()> {
    let keys: Vec<_> = hub.queries().api_keys().await?.into_iter().filter(|key| key.name == name).collect();
    if keys.is_empty() {
        bail!("there is no API key {name}");
    }
    for key in keys {
        hub.revoke_api_key(key.id, &CLI).await?;
    }
    eprintln!("{name} no longer has a key that works.");
    Ok(())
}

async fn issue(hub: &Hub, name: &str, arguments: &ApiKeyArguments) -> anyhow::Result<()> {
    let hours = |count: i64| hub.env.now() + SignedDuration::from_hours(count);
    let scopes: Permissions = arguments.scopes.iter().copied().collect();
    let draft = ApiKeyDraft {
        name: name.trim().to_owned(),
        scopes: if scopes.is_empty() { Permissions::all() } else { scopes },
        expires_at: arguments.expires_in_days.map(|days| hours(24 * i64::from(days))),
        older_until: (arguments.keep_older_hours > 0).then(|| hours(arguments.keep_older_hours.into())),
    };
    println!("{}", hub.issue_api_key(&draft, &CLI).await?.1);
    eprintln!("This is shown once. Send it as `Authorization: Bearer <key>`.");
    Ok(())
}

//! The `tessera` command: one program, its roles as sub-commands.

mod admin;
mod assemble;
mod audit;
mod check_vendor;
mod config;
#[cfg(feature = "demo")]
mod demo;
mod explain;
mod logging;
mod marketplace;
mod restore;
mod serve;
mod sweep;
mod templates;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tessera_core::kernel::actor::{Actor, Channel};
use tessera_hub::Ctx;

/// The context of an operator at the command line.
const CLI: Ctx = Ctx::new(Actor::Cli, Channel::Cli);

/// Links the same customer across your identity provider, service desk and CRM.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start the hub with stand-ins for all outside systems, on this machine only, with fictional data.
    #[cfg(feature = "demo")]
    Demo(demo::Arguments),
    /// Start the hub.
    Serve(Configured),
    /// Invite a requester of the service desk to activate their account.
    Invite {
        #[command(flatten)]
        configured: Configured,
        #[command(flatten)]
        invitation: admin::InvitationArgs,
    },
    /// Show what reading a requester's records now would change, step by step with its reason. Nothing is changed.
    Plan {
        #[command(flatten)]
        configured: Configured,
        /// The requester's id in the service desk.
        #[arg(long, value_name = "ID")]
        requester: String,
    },
    /// Explain why a customer sees no devices, or a device is not seen: every check on the way, with what to do. No outside system is asked.
    ///
    /// `tessera why person ID --portal customer` explains whether a person may use a portal, rule by rule.
    Why {
        #[command(flatten)]
        configured: Configured,
        /// A customer's id, an e-mail address, a serial number or asset tag, a requester's or contact's id, `system:kind:id`, or an identity:
        /// issuer and subject, or the subject alone. Or `person` and a person id, an e-mail address or a contact's id.
        #[arg(required = true, num_args = 1..=2)]
        subject: Vec<String>,
        /// Which portal a person wants to use: customer, tech, warehouse, dealer, repair, mobile, `smart_client` or studio.
        #[arg(long, default_value = "customer")]
        portal: String,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Check every system from the hub's point of view, the database, the disk and the hub's own work; each failure with its remedy. Nothing
    /// is changed and no mail is sent. Ends with a status other than 0 when something fails.
    Doctor {
        #[command(flatten)]
        configured: Configured,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Make a staff account for the console, or set its password. The password is read from the terminal or from standard input.
    Staff {
        #[command(flatten)]
        configured: Configured,
        /// What they sign in with.
        login: String,
        /// Their name.
        #[arg(long)]
        name: Option<String>,
    },
    /// Make an API key for a machine, and print it once. An older key of the same name stops working.
    ApiKey {
        #[command(flatten)]
        configured: Configured,
        /// The machine's name, as the timeline will show it.
        name: String,
    },
    /// Compare all requesters, contacts and assets with the outside systems.
    Sweep {
        #[command(flatten)]
        configured: Configured,
        #[command(flatten)]
        arguments: sweep::Arguments,
    },
    /// Check the timelines of all customers for tampering, and make checkpoints of them.
    Audit {
        #[command(subcommand)]
        command: Audit,
    },
    /// Check page and e-mail templates of your own.
    Templates {
        #[command(subcommand)]
        command: Templates,
    },
    /// Copy an SQLite database to a new file, also while the hub is running.
    Backup {
        #[command(flatten)]
        configured: Configured,
        /// The file to write; it must not exist.
        to: PathBuf,
    },
    /// Put a backup in the place of an SQLite database, after it was checked. The database before is kept beside it. No hub may be running.
    Restore {
        #[command(flatten)]
        configured: Configured,
        #[command(flatten)]
        arguments: restore::Arguments,
    },
    /// Check whether a vendor keeps the marketplace's account contract, rule by rule, with test accounts that are deleted again.
    CheckVendor(check_vendor::Arguments),
    /// Bring the database's schema up to date, and say so. `serve` does this too.
    Migrate(Configured),
}

#[derive(Debug, Subcommand)]
enum Audit {
    /// Follow every customer's hash chain from its first entry to its head, and compare all with the newest checkpoint. Names the first bad
    /// entry of each and ends with a status other than 0 when there is one.
    Verify {
        #[command(flatten)]
        configured: Configured,
        #[command(flatten)]
        compared: audit::Compared,
    },
    /// Make a checkpoint of all timelines in the directory that [audit] names, and tell the witnesses.
    Checkpoint(Configured),
}

#[derive(Debug, Subcommand)]
enum Templates {
    /// Render every page and e-mail in every state with the templates of [server] templates, and name the file and line of each mistake. Ends
    /// with a status other than 0 when there is one.
    Check(Configured),
}

#[derive(Debug, clap::Args)]
struct Configured {
    /// The configuration file; see examples/tessera.toml.
    #[arg(long, value_name = "FILE", env = "TESSERA_CONFIG")]
    config: PathBuf,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    // Several libraries use TLS; all of them use this implementation.
    if rustls::crypto::aws_lc_rs::default_provider().install_default().is_err() {
        eprintln!("tessera: TLS cannot be set up");
        return ExitCode::FAILURE;
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("tessera: {error}");
            return ExitCode::FAILURE;
        }
    };
    let ended = runtime.block_on(run(cli.command));
    // What is left was not to be waited for.
    runtime.shutdown_background();
    match ended {
        Ok(code) => code,
        Err(error) => {
            eprintln!("tessera: {}", error_chain(&error));
            ExitCode::FAILURE
        }
    }
}

/// An error with its causes. A cause that is contained in the text before it is omitted.
fn error_chain(error: &anyhow::Error) -> String {
    error.chain().map(ToString::to_string).fold(String::new(), |told, cause| match told.as_str() {
        "" => cause,
        before if before.contains(&cause) => told,
        before => format!("{before}: {cause}"),
    })
}

async fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        #[cfg(feature = "demo")]
        Command::Demo(arguments) => demo::run(arguments).await?,
        Command::Serve(configured) => serve::run(&configured.config).await?,
        Command::Invite { configured, invitation } => admin::invite(&configured.config, &invitation).await?,
        Command::Plan { configured, requester } => admin::plan(&configured.config, &requester).await?,
        Command::Why { configured, subject, portal, json } => {
            if let [first, asked] = subject.as_slice()
                && first == "person"
            {
                return explain::access(&configured.config, asked, &portal, json).await;
            }
            return explain::why(&configured.config, &subject.join(" "), json).await;
        }
        Command::Doctor { configured, json } => return explain::doctor(&configured.config, json).await,
        Command::Staff { configured, login, name } => admin::staff(&configured.config, &login, name.as_deref()).await?,
        Command::ApiKey { configured, name } => admin::api_key(&configured.config, &name).await?,
        Command::Sweep { configured, arguments } => return sweep::run(&configured.config, arguments).await,
        Command::Templates { command: Templates::Check(configured) } => return templates::check(&configured.config),
        Command::Audit { command: Audit::Verify { configured, compared } } => {
            return audit::check(&configured.config, &compared).await;
        }
        Command::Audit { command: Audit::Checkpoint(configured) } => {
            return audit::checkpoint(&configured.config).await;
        }
        Command::Backup { configured, to } => admin::backup(&configured.config, to).await?,
        Command::Restore { configured, arguments } => restore::run(&configured.config, &arguments).await?,
        Command::CheckVendor(arguments) => return check_vendor::run(arguments).await,
        Command::Migrate(configured) => admin::migrate(&configured.config).await?,
    }
    Ok(ExitCode::SUCCESS)
}

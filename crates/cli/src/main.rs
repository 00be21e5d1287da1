//! The `tessera` command: one program, its roles as sub-commands.

mod admin;
mod assemble;
mod audit;
mod check_config;
mod check_vendor;
mod config;
#[cfg(feature = "demo")]
mod demo;
#[cfg(test)]
mod documented;
mod explain;
mod jobs;
mod key;
mod logging;
mod manual;
mod marketplace;
mod move_database;
mod person;
mod restore;
mod serve;
mod show_config;
mod staff;
mod sweep;
mod templates;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};
use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::kernel::printed::Lines;
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
    /// Start a demo: the hub with stand-ins for all outside systems and fictional data, on this machine only.
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
    /// Preview the changes that reading a requester's records would cause, step by step with reasons. Changes nothing.
    Plan {
        #[command(flatten)]
        configured: Configured,
        /// Id of the requester in the service desk.
        #[arg(long, value_name = "ID")]
        requester: String,
    },
    /// Explain why a customer sees no devices, or why a device is not shown: every check, with its fix. Calls no
    /// outside system.
    ///
    /// `tessera why person ID --portal customer` explains whether a person may use a portal, rule by rule.
    Why {
        #[command(flatten)]
        configured: Configured,
        /// A customer's id, an e-mail address, a serial number or asset tag, a requester's or contact's id,
        /// `system:kind:id`, or an identity: issuer and subject, or only the subject. Or `person`, followed by a person
        /// id, an e-mail address or a contact's id.
        #[arg(required = true, num_args = 1..=2)]
        subject: Vec<String>,
        /// Portal to check for a person: customer, tech, warehouse, dealer, repair, mobile, `smart_client` or studio.
        #[arg(long, default_value = "customer")]
        portal: String,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Check every outside system, the database, the disk and the hub's own work, with a remedy for each failure.
    /// Changes nothing and sends no e-mail. Exits with a non-zero status if a check fails.
    Doctor {
        #[command(flatten)]
        configured: Configured,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Create, list or remove staff accounts of the console.
    ///
    /// Reads the password of a new account from the terminal, without showing it, or from standard input. An existing account gets
    /// another password only with `--reset`.
    Staff {
        #[command(flatten)]
        configured: Configured,
        #[command(flatten)]
        arguments: staff::StaffArguments,
    },
    /// Create, list or revoke API keys of other systems. A new key is printed once, and older keys of the same name stop
    /// working.
    ApiKey {
        #[command(flatten)]
        configured: Configured,
        #[command(flatten)]
        arguments: staff::ApiKeyArguments,
    },
    /// Export or erase everything about a person.
    Person {
        #[command(subcommand)]
        action: person::Action,
    },
    /// Compare all requesters, contacts and assets with the outside systems.
    Sweep {
        #[command(flatten)]
        configured: Configured,
        #[command(flatten)]
        arguments: sweep::Arguments,
    },
    /// List background jobs, retry or dismiss failed ones, and pause the jobs of an outside system.
    Jobs {
        #[command(subcommand)]
        action: jobs::Action,
    },
    /// Show which secret key encrypts what is stored, and encrypt all of it with the current one.
    Key {
        #[command(subcommand)]
        action: key::Action,
    },
    /// Check the timelines of all customers for tampering, or create checkpoints of them.
    Audit {
        #[command(subcommand)]
        command: Audit,
    },
    /// Check the configuration file.
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },
    /// Check your own page and e-mail templates.
    Templates {
        #[command(subcommand)]
        command: Templates,
    },
    /// Copy an SQLite database to a new file. Works while the hub is running.
    Backup {
        #[command(flatten)]
        configured: Configured,
        /// File to write. It must not exist.
        to: PathBuf,
    },
    /// Replace an SQLite database with a backup, after checking the backup. Keeps the old database beside it. No hub
    /// may be running.
    Restore {
        #[command(flatten)]
        configured: Configured,
        #[command(flatten)]
        arguments: restore::Arguments,
    },
    /// Move the hub to another database, for example from SQLite to PostgreSQL: copies everything, compares it, and verifies
    /// every timeline. No hub may be running. The old database keeps its rows.
    Move {
        #[command(flatten)]
        configured: Configured,
        #[command(flatten)]
        arguments: move_database::Arguments,
    },
    /// Check that a vendor keeps the marketplace's account contract, rule by rule, or answers as in a recording. Creates
    /// test accounts and deletes them again.
    CheckVendor(Box<check_vendor::Arguments>),
    /// Try a vendor as the platform of a marketplace does.
    #[cfg(feature = "demo")]
    Marketplace {
        #[command(subcommand)]
        command: MarketplaceCommand,
    },
    /// Update the database schema. `serve` does this, too.
    Migrate(Configured),
    /// Print a script that completes commands and options in a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Write the manual pages, one for each command.
    Man {
        /// Directory to write them to. It is created if it is missing.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
enum Audit {
    /// Verify every customer's hash chain, and compare all of them with the newest checkpoint. Prints the first invalid
    /// entry of each chain. Exits with a non-zero status if there is one.
    Verify {
        #[command(flatten)]
        configured: Configured,
        #[command(flatten)]
        compared: audit::Compared,
    },
    /// Create a checkpoint of all timelines in the directory of [audit], and send it to the witnesses.
    Checkpoint(Configured),
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Read the configuration with the environment, and print every problem with its key and line. Calls no outside
    /// system. Exits with a non-zero status if there is one.
    Check(Configured),
    /// Print the configuration in force: the file with the environment and all defaults, with secrets masked.
    Show(Configured),
}

#[cfg(feature = "demo")]
#[derive(Debug, Subcommand)]
enum MarketplaceCommand {
    /// Start a marketplace with fictional resellers and accounts against a vendor under development, and show every call
    /// as it is made. On this machine only; nothing is kept.
    Sandbox(Box<demo::sandbox::Arguments>),
}

#[derive(Debug, Subcommand)]
enum Templates {
    /// Render every page and e-mail in every state with the templates of [server] templates. Prints the file and line
    /// of each error. Exits with a non-zero status if there is one.
    Check(Configured),
}

#[derive(Debug, clap::Args)]
struct Configured {
    /// Configuration file. See examples/tessera.toml.
    #[arg(long, value_name = "FILE", env = "TESSERA_CONFIG")]
    config: PathBuf,
}

/// The exit status of a command whose output nobody reads any more: that of a process which SIGPIPE ended.
const CLOSED_PIPE: i32 = 141;

/// Ends the command quietly when the reader of its output has ended, as in `tessera doctor | head`.
fn end_with_the_reader() {
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let message = panic.payload_as_str().unwrap_or_default();
        if message.starts_with("failed printing to stdout") && message.contains("Broken pipe") {
            std::process::exit(CLOSED_PIPE);
        }
        report(panic);
    }));
}

fn main() -> ExitCode {
    end_with_the_reader();
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
    // Remaining tasks need not be awaited.
    runtime.shutdown_background();
    match ended {
        Ok(code) => code,
        Err(error) => {
            eprintln!("tessera: {}", Lines(error_chain(&error)));
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
        Command::Demo(arguments) => Box::pin(demo::run(arguments)).await?,
        Command::Serve(configured) => Box::pin(serve::run(&configured.config)).await?,
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
        Command::Staff { configured, arguments } => staff::accounts(&configured.config, arguments).await?,
        Command::ApiKey { configured, arguments } => staff::api_keys(&configured.config, arguments).await?,
        Command::Person { action } => person::run(action).await?,
        Command::Sweep { configured, arguments } => return sweep::run(&configured.config, arguments).await,
        Command::Jobs { action } => return jobs::run(action).await,
        Command::Key { action } => return key::run(action).await,
        Command::Config { command: ConfigCommand::Check(configured) } => return check_config::run(&configured.config),
        Command::Config { command: ConfigCommand::Show(configured) } => return show_config::run(&configured.config),
        Command::Templates { command: Templates::Check(configured) } => return templates::check(&configured.config),
        Command::Audit { command: Audit::Verify { configured, compared } } => {
            return audit::check(&configured.config, &compared).await;
        }
        Command::Audit { command: Audit::Checkpoint(configured) } => {
            return audit::checkpoint(&configured.config).await;
        }
        Command::Backup { configured, to } => admin::backup(&configured.config, to).await?,
        Command::Restore { configured, arguments } => restore::run(&configured.config, &arguments).await?,
        Command::Move { configured, arguments } => move_database::run(&configured.config, &arguments).await?,
        Command::CheckVendor(arguments) => return check_vendor::run(*arguments).await,
        #[cfg(feature = "demo")]
        Command::Marketplace { command: MarketplaceCommand::Sandbox(arguments) } => {
            Box::pin(demo::sandbox::run(*arguments)).await?;
        }
        Command::Migrate(configured) => admin::migrate(&configured.config).await?,
        Command::Completions { shell } => manual::completions(shell, Cli::command()),
        Command::Man { out } => manual::pages(&out, Cli::command())?,
    }
    Ok(ExitCode::SUCCESS)
}

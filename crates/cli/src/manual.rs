//! `tessera completions` and `tessera man`: made of the definition of the commands, so that they are never behind it.
#![expect(clippy::print_stdout, reason = "a command's answer goes to standard output")]

use std::path::Path;

use anyhow::Context as _;
use clap::Command;
use clap_complete::Shell;

/// The name of the program in scripts and on pages.
const NAME: &str = "tessera";

/// `tessera completions`.
pub fn completions(shell: Shell, mut command: Command) {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, NAME, &mut script);
    print!("{}", String::from_utf8_lossy(&script));
}

/// `tessera man`.
pub fn pages(out: &Path, command: Command) -> anyhow::Result<()> {
    std::fs::create_dir_all(out).with_context(|| format!("cannot create {}", out.display()))?;
    clap_mangen::generate_to(command.name(NAME), out)
        .with_context(|| format!("cannot write the manual pages to {}", out.display()))
}

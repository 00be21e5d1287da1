//! The output: machine and command first, then one row for each measurement.
#![expect(clippy::print_stdout, reason = "this is the command's answer")]

use std::io::Write as _;
use std::path::Path;
use std::time::Instant;

use crate::stats::Latencies;

/// Prints a heading.
pub fn section(title: &str) {
    println!("\n{title}");
}

/// Prints a measurement.
pub fn row(what: &str, measured: &str) {
    println!("  {what:<50} {measured}");
}

/// Prints a measurement with its target.
pub fn against(what: &str, measured: &str, target: &str, met: bool) {
    let verdict = if met { "met" } else { "MISSED" };
    println!("  {what:<50} {measured:<38} target {target}: {verdict}");
}

/// Prints the machine and the command, on which the numbers depend.
pub fn machine(data: &Path) -> anyhow::Result<()> {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let field = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
        line.split_once(':').map_or("unknown", |(_, value)| value.trim()).to_owned()
    };
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    println!("machine   {cores} × {}", field(&read("/proc/cpuinfo"), "model name"));
    println!("memory    {}", field(&read("/proc/meminfo"), "MemTotal"));
    println!(
        "kernel    Linux {}, load before {}",
        read("/proc/sys/kernel/osrelease").trim(),
        read("/proc/loadavg").trim()
    );
    println!("disk      {} for 4 KiB and fdatasync, in {}", sync_times(data)?.sentence(), data.display());
    println!("program   tessera {}", env!("CARGO_PKG_VERSION"));
    println!("command   {}", std::env::args().collect::<Vec<_>>().join(" "));
    Ok(())
}

/// Times for writing a page to disk durably: the minimum cost of a durable commit.
fn sync_times(data: &Path) -> anyhow::Result<Latencies> {
    let mut file = std::fs::File::create(data.join("sync-probe"))?;
    let mut times = Vec::new();
    for _ in 0..300 {
        let began = Instant::now();
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
        times.push(began.elapsed());
    }
    Ok(Latencies::new(times))
}

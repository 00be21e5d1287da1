# Daily commands. `just` lists them. `./test` runs all checks.

set positional-arguments

[private]
default:
    @just --list --unsorted

# Run the demo on loopback: hub and stand-ins with fictional data
demo *args:
    cargo run --bin tessera -- demo "$@"

# Run the hub with a configuration file
serve config *args:
    cargo run --bin tessera -- serve --config "$@"

# Run all checks, or the named steps (fmt, clippy, rust, deny, browser, clients)
test *steps:
    ./test "$@"

# Run the Rust tests whose names match, on both databases
t *filter:
    tests/with-postgres cargo nextest run --workspace "$@"

# Compile everything without building it
check:
    cargo check --workspace --all-targets

# Run clippy
lint:
    cargo clippy --workspace --all-targets -- -D warnings

fmt:
    cargo fmt --all

# Check licences, sources, banned crates and checksums by the rules of deny.toml, and advisories if cargo-deny has its database
deny:
    tests/supply/supply.py check
    tests/supply/supply.py advisories

# Write a CycloneDX bill of materials of the program
sbom file="tessera.cdx.json":
    tests/supply/supply.py sbom "$1"

# Measure the hub and compare it with the machine's limits (docs/performance.md)
bench *args:
    cargo build --release -p tessera -p tessera-bench
    "${CARGO_TARGET_DIR:-target}/release/bench" "$@"

# Run the bench with a throwaway PostgreSQL that syncs to disk
bench-postgres *args:
    cargo build --release -p tessera -p tessera-bench
    TESSERA_POSTGRES_OPTIONS="-c fsync=on -c full_page_writes=on" tests/with-postgres "${CARGO_TARGET_DIR:-target}/release/bench" "$@"

# Simulate random stories with faults and crashes, and check the promises; `--seed N` plays one again (docs/testing.md)
simulate *args:
    cargo run --profile simulate -p tessera-simulate -- "$@"

# Kill the hub and its database under load, and check that nothing is lost or doubled (docs/testing.md#crashes)
crash *args:
    cargo build -p tessera -p tessera-crash
    "${CARGO_TARGET_DIR:-target}/debug/crash" "$@"

# Fuzz every parser of outside input for a minute each; or one, for so many seconds: `just fuzz email 600` (docs/testing.md)
fuzz target="" seconds="60":
    tests/fuzz "$1" "$2"

# Start a throwaway PostgreSQL: prints its URL, runs until Ctrl-C
pg:
    tests/with-postgres sh -c 'echo "$TESSERA_TEST_POSTGRES"; trap exit INT; while sleep 3600; do :; done'

# Take screenshots of every page, on phone and desktop, in tests/browser/out
pages:
    TESSERA_PICTURES=1 ./test browser

# Delete the demo's data
clean-data:
    rm -rf data

# Build and open the documentation of every crate, including private items
doc:
    cargo doc --workspace --no-deps --document-private-items --open

# Daily commands. `just` lists them; `./test` is everything that has to pass.

set positional-arguments

[private]
default:
    @just --list --unsorted

# The whole story on loopback: hub and stand-ins with fictional data
demo *args:
    cargo run --bin tessera -- demo "$@"

# The hub alone, with a configuration file
serve config *args:
    cargo run --bin tessera -- serve --config "$@"

# Everything that has to pass, or the steps named (fmt, clippy, rust, deny, browser, clients)
test *steps:
    ./test "$@"

# The Rust tests whose names match, on both databases
t *filter:
    tests/with-postgres cargo nextest run --workspace "$@"

# What the compiler says, fast
check:
    cargo check --workspace --all-targets

# What clippy says
lint:
    cargo clippy --workspace --all-targets -- -D warnings

fmt:
    cargo fmt --all

# Licences, sources and banned crates
deny:
    cargo deny check bans licenses sources

# How fast and how small the hub is, beside the machine's own limits (docs/performance.md)
bench *args:
    cargo build --release -p tessera -p tessera-bench
    "${CARGO_TARGET_DIR:-target}/release/bench" "$@"

# The same with a throwaway PostgreSQL that waits for its disk
bench-postgres *args:
    cargo build --release -p tessera -p tessera-bench
    TESSERA_POSTGRES_OPTIONS="-c fsync=on -c full_page_writes=on" tests/with-postgres "${CARGO_TARGET_DIR:-target}/release/bench" "$@"

# Random stories in virtual time, with faults and deaths, and the promises checked; `--seed N` plays one again (docs/testing.md)
simulate *args:
    cargo run --profile simulate -p tessera-simulate -- "$@"

# A throwaway PostgreSQL: prints its URL, runs until Ctrl-C
pg:
    tests/with-postgres sh -c 'echo "$TESSERA_TEST_POSTGRES"; trap exit INT; while sleep 3600; do :; done'

# Pictures of every page, on phone and desktop, in tests/browser/out
pages:
    ./test browser

# Forget what the demo has stored
clean-data:
    rm -rf data

# Documentation of every crate, private items too
doc:
    cargo doc --workspace --no-deps --document-private-items --open

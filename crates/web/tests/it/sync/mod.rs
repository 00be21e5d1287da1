//! Comparing with the outside systems: sweeps, the brake, and what it holds.

mod brake;
mod holds;
pub mod sweeps;

//! Synchronization with the outside systems: sweeps, the brake, and its holds.

mod brake;
mod holds;
pub mod sweeps;

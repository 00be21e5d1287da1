//! The API for the app and for the company's other systems.

mod admin;
mod authorization;
mod bodies;
pub mod device_writes;
mod doctor;
mod me;
mod repeated_device_writes;
mod request_bodies;
mod why;

//! The API for the app and for the company's other systems.

mod admin;
mod authorization;
mod bodies;
mod described;
mod device_loads;
pub mod device_writes;
mod doctor;
mod jobs;
mod me;
pub mod messages;
mod repeated_device_writes;
mod request_bodies;
mod staff;
mod why;

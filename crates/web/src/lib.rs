//! The faces: app and admin API, hooks, activation, portal, console.

pub mod view;

//! Responses: pages, problems, files and tables.

pub(crate) mod csv;
pub(crate) mod files;
pub(crate) mod page;
pub(crate) mod problem;

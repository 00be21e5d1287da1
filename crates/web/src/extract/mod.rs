//! Extractors for requests: client, parameters, forms and files.

pub(crate) mod api;
pub(crate) mod body;
pub(crate) mod bounds;
pub(crate) mod by_name;
pub(crate) mod client_addr;
pub(crate) mod cursor;
pub(crate) mod form;
pub(crate) mod if_match;
pub(crate) mod limits;
pub(crate) mod link_token;
pub(crate) mod multipart;
pub(crate) mod patch;
pub(crate) mod trusted_proxies;
pub(crate) mod uploads;

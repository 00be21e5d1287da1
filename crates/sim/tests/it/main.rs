//! The stand-ins, over HTTP.

mod idp;

//! Portal access: permission to use each portal, role functions, and seats.

pub(crate) mod portal_access;
mod role_functions;
pub(crate) mod seats;

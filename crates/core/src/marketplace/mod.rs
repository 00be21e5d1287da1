//! Marketplaces: accounts that an outside platform provisions here, by contract (`M01`–`M21`).
//!
//! A marketplace's account is a record like any other: it is observed, correlated, and a plan makes or finds its customer. What the platform
//! may ask for beside names and addresses are its sync options; what it is told is a code out of one table.

pub mod account;
pub mod activate;
pub mod call;
pub mod change;
pub mod code;
mod error;
pub mod matching;
pub mod option;
pub mod provision;
pub mod remove;
pub mod settle;
pub mod values;

pub use account::{Account, AccountContact, AccountField, Address, Place};
pub use call::{Call, Operation};
pub use code::{Code, MarketplaceError};
pub use error::{AccountError, OptionsError};
pub use matching::{Found, MatchRule, Matched};
pub use option::{Choice, DataType, OptionKind, SyncOption};

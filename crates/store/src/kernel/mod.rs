pub(crate) mod answers;
pub(crate) mod attachments;
pub(crate) mod audience;
pub(crate) mod conflict;
pub(crate) mod customers;
pub(crate) mod disk_space;
#[cfg(test)]
mod guards;
pub(crate) mod ids;
pub(crate) mod jobs;
pub(crate) mod lower;
#[cfg(test)]
mod orders;
#[cfg(test)]
pub(crate) mod query_plans;
pub(crate) mod reads;
pub(crate) mod records;
pub(crate) mod schema;
#[cfg(test)]
mod select;
pub(crate) mod timeline;

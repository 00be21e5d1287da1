//! Tests of rules in context: plans applied in any order, and sequences of actions.

mod any_order;
mod contact_reviews;
mod hands;
mod job_places;
mod job_retries;
mod job_scarcity;
mod job_watch;
mod model;
mod races;
mod returns;
mod timeline_form;

//! A stand-in for Freshservice.

//! A stand-in for Freshsales.

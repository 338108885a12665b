//! Marketplace tickets for sellers.

#![forbid(unsafe_code)]

pub mod attachment;

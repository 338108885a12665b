//! The marketplaces. Each has a folder with the same files, and an entry in the
//! [registry](crate::registry).

#[cfg(feature = "clickbank")]
pub mod clickbank;
#[cfg(feature = "jtl-scx")]
pub mod jtl_scx;
#[cfg(feature = "kaufland")]
pub mod kaufland;
#[cfg(feature = "magalu")]
pub mod magalu;
#[cfg(feature = "probo")]
pub mod probo;
#[cfg(test)]
pub mod testing;

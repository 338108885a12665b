//! The list of all marketplaces of this build. Only the exports to JavaScript and tests use it.

#[cfg(feature = "marketplace")]
use crate::marketplaces;
use crate::vendor::Marketplace;

/// All marketplaces of this build.
pub const ALL: &[&Marketplace] = &[
    #[cfg(feature = "clickbank")]
    &marketplaces::clickbank::CLICKBANK,
    #[cfg(feature = "jtl-scx")]
    &marketplaces::jtl_scx::JTL_SCX,
    #[cfg(feature = "kaufland")]
    &marketplaces::kaufland::KAUFLAND,
    #[cfg(feature = "magalu")]
    &marketplaces::magalu::MAGALU,
    #[cfg(feature = "probo")]
    &marketplaces::probo::PROBO,
];

/// Returns the marketplace with this id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Marketplace> {
    ALL.iter().copied().find(|marketplace| marketplace.id == id)
}

#[cfg(test)]
mod tests;

//! Pages that a marketplace refuses because of their size.

use super::Call;
use crate::call::limit::Gate;
use crate::vendor::{Access, Marketplace};
use crate::wire::http::Response;
use crate::wire::url::Query;

/// How often one call asks for a smaller page.
const MOST_STEPS: u32 = 4;

/// Returns the size of the page that a URL asks for with this parameter.
#[must_use]
pub(super) fn asked(url: &str, parameter: &str) -> Option<u64> {
    let query = Query::parse(url.split_once('?')?.1)?;
    query.pairs().iter().find(|(name, _)| name == parameter)?.1.parse().ok()
}

/// Returns the URL with a page of at most this size, if it asks for a larger one.
#[must_use]
fn at_most(url: &str, parameter: &str, most: u64) -> Option<String> {
    let (path, query) = url.split_once('?')?;
    asked(url, parameter).filter(|size| *size > most)?;
    let mut smaller = Query::default();
    for (name, value) in Query::parse(query)?.pairs() {
        let value = if name == parameter { most.to_string() } else { value.clone() };
        smaller.push(name.as_str(), value);
    }
    Some(format!("{path}{}", smaller.to_suffix()))
}

impl Call {
    /// Asks for no larger page than the marketplace was found to allow.
    pub(super) fn fit_page(&mut self, marketplace: &Marketplace, gate: &Gate) {
        if let Some(page) = marketplace.page_size.filter(|_| gate.page_size > 0 && self.is_own_read())
            && let Some(url) = at_most(&self.plan.url, page.parameter, gate.page_size)
        {
            self.plan.url = url;
        }
    }

    /// Makes the page smaller if the marketplace refused its size. Returns whether it did.
    pub(super) fn shrink_page(&mut self, marketplace: &Marketplace, gate: &mut Gate, response: &Response) -> bool {
        let Some(page) = marketplace.page_size.filter(|_| self.is_own_read() && self.shrunk < MOST_STEPS) else {
            return false;
        };
        let smaller = asked(&self.plan.url, page.parameter).and_then(|size| (page.smaller)(size, response));
        let url = smaller.and_then(|size| at_most(&self.plan.url, page.parameter, size));
        let (Some(size), Some(url)) = (smaller, url) else { return false };
        gate.page_size = size;
        self.shrunk = self.shrunk.saturating_add(1);
        self.plan.url = url;
        true
    }

    /// Returns whether the call reads from the marketplace itself.
    fn is_own_read(&self) -> bool {
        self.plan.access == Access::Read && !self.plan.gateway
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_size_changes_and_only_downwards() {
        let url = "https://a.example/x?_sort=updated_at%3Aasc&_limit=100&q=a%20b%26";
        assert_eq!(asked(url, "_limit"), Some(100));
        let smaller = "https://a.example/x?_sort=updated_at%3Aasc&_limit=50&q=a%20b%26";
        assert_eq!(at_most(url, "_limit", 50).as_deref(), Some(smaller));
        for (url, most) in [(url, 100), (url, 200), ("https://a.example/x", 5), ("https://a.example/x?_limit=x", 5)] {
            assert_eq!(at_most(url, "_limit", most), None, "{url} {most}");
        }
        assert_eq!(at_most(url, "limit", 5), None);
    }
}

//! How pages of lists come.

use super::model::Collection;
use crate::model::schema::Outline;
use crate::model::{self, Field};
use crate::rules::error::DecodeError;
use crate::vendor::declare::ReadAnswer;
use crate::vendor::{Answer, PageShape, Shape};
use crate::wire::http::Response;

/// The page with its envelope, which says where it is in its list.
impl<T: Field> ReadAnswer for Collection<T> {
    type Output = Self;

    const ANSWER: Option<Answer> = Some(Answer { schema: const { &Self::SCHEMA }, shape: page_shape });

    fn decode(response: &Response) -> Result<Self::Output, DecodeError> {
        model::decode(response)
    }
}

impl<T> Collection<T> {
    /// The items, and whether there may be more behind them.
    pub(super) fn into_page(self) -> (Vec<T>, bool) {
        let page = self.meta.as_ref().and_then(|meta| meta.page.as_ref());
        let limit = page.and_then(|page| page.limit).and_then(|limit| u64::try_from(limit).ok());
        let more = has_more(limit, self.results.len() as u64);
        (self.results, more)
    }
}

/// Whether there may be items behind a page. There is no total, and the link to a next page is
/// there at the end, too; so only a page that is not full is surely the last.
fn has_more(limit: Option<u64>, length: u64) -> bool {
    length > 0 && limit.is_none_or(|limit| length >= limit)
}

fn page_shape(outline: &Outline) -> Shape {
    let length = outline.count("results").unwrap_or(0);
    let page = PageShape {
        key: "id",
        items: "results",
        offset_field: "_offset",
        numbered: false,
        offset: outline.count("offset"),
        length,
        total: None,
        more: has_more(outline.count("limit"), length),
        beyond: None,
    };
    Shape::Json { text: None, pick: &[], page: Some(page) }
}

/// How many items a list leaves out, as a caller gives it.
pub(super) fn offset(given: Option<i64>) -> u64 {
    given.and_then(|offset| u64::try_from(offset).ok()).unwrap_or(0)
}

/// The same as a parameter.
pub(super) fn given(offset: u64) -> Option<i64> {
    Some(i64::try_from(offset).unwrap_or(i64::MAX))
}

//! The pages of Magalu's lists.

use super::model::{Collection, Message, Ticket, TicketEvent, TicketReturn, Transaction};
use crate::model::schema::Outline;
use crate::model::{self, Field};
use crate::rules::error::DecodeError;
use crate::vendor::declare::ReadAnswer;
use crate::vendor::{Answer, ListPage, PageShape, Shape};
use crate::wire::http::Response;

/// Decodes to the page with its envelope, which has the page's position in its list.
impl<T: Field> ReadAnswer for Collection<T> {
    type Output = Self;

    const ANSWER: Option<Answer> = Some(Answer { schema: const { &Self::SCHEMA }, shape: page_shape });

    fn decode(response: &Response) -> Result<Self::Output, DecodeError> {
        model::decode(response)
    }
}

/// An item of a list.
pub(super) trait Listed {
    /// Returns its id.
    fn id(&self) -> &str;
}

impl Listed for Ticket {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Listed for Message {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Listed for TicketEvent {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Listed for TicketReturn {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Listed for Transaction {
    fn id(&self) -> &str {
        &self.id
    }
}

impl<T: Listed> ListPage for Collection<T> {
    type Item = T;

    fn into_items(self) -> (Vec<T>, bool) {
        let page = self.meta.as_ref().and_then(|meta| meta.page.as_ref());
        let limit = page.and_then(|page| page.limit).and_then(|limit| u64::try_from(limit).ok());
        let more = has_more(limit, self.results.len() as u64);
        (self.results, more)
    }

    fn key(item: &T) -> String {
        item.id().to_owned()
    }
}

/// Whether more items may follow a page. There is no total, and even the last page has a link to a
/// next one; so only a page that is not full is certainly the last.
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

//! The envelopes of Kaufland's responses: a single item or a page of a list.

use super::model::{Collection, Single, Ticket, TicketMessage};
use crate::model::schema::Outline;
use crate::model::{self, Field};
use crate::rules::error::DecodeError;
use crate::vendor::declare::ReadAnswer;
use crate::vendor::{Answer, ListPage, PageShape, Shape};
use crate::wire::http::Response;

/// Decodes to the item without its envelope.
impl<T: Field> ReadAnswer for Single<T> {
    type Output = T;

    const ANSWER: Option<Answer> = Some(Answer {
        schema: const { &Self::SCHEMA },
        shape: |_| Shape::Json { text: None, pick: &["data"], page: None, odd: Vec::new() },
    });

    fn decode(response: &Response) -> Result<Self::Output, DecodeError> {
        model::decode::<Self>(response).map(|single| single.data)
    }
}

/// Decodes to the page with its envelope, which has the page's position in its list.
impl<T: Field + Listed> ReadAnswer for Collection<T> {
    type Output = Self;

    const ANSWER: Option<Answer> =
        Some(Answer { schema: const { &Self::SCHEMA }, shape: |outline| page_shape(outline, T::KEY) });

    fn decode(response: &Response) -> Result<Self::Output, DecodeError> {
        model::decode(response)
    }
}

/// An item of a list.
pub(super) trait Listed {
    /// The field with the id of an item.
    const KEY: &'static str;

    /// Returns the id of this item.
    fn id(&self) -> String;
}

impl Listed for Ticket {
    const KEY: &'static str = "id_ticket";

    fn id(&self) -> String {
        self.id_ticket.clone()
    }
}

impl Listed for TicketMessage {
    const KEY: &'static str = "id_ticket_message";

    fn id(&self) -> String {
        self.id_ticket_message.to_string()
    }
}

impl<T: Listed> ListPage for Collection<T> {
    type Item = T;

    fn into_items(self) -> (Vec<T>, bool) {
        let count = |value: i64| u64::try_from(value).ok();
        let pagination = self.pagination.as_ref();
        let offset = pagination.and_then(|pagination| count(pagination.offset)).unwrap_or(0);
        let total = pagination.and_then(|pagination| count(pagination.total));
        let more = has_more(offset, self.data.len() as u64, total);
        (self.data, more)
    }

    fn key(item: &T) -> String {
        item.id()
    }
}

/// Returns whether more items follow a page. The specification allows a page without a total; then
/// only an empty page is certainly the last. A total that the page itself exceeds counts as none.
fn has_more(offset: u64, length: u64, total: Option<u64>) -> bool {
    length > 0 && total != Some(offset.saturating_add(length))
}

fn page_shape(outline: &Outline, key: &'static str) -> Shape {
    let length = outline.count("data").unwrap_or(0);
    let (offset, total) = (outline.count("offset"), outline.count("total"));
    let more = has_more(offset.unwrap_or(0), length, total);
    let page = PageShape {
        key,
        items: "data",
        offset_field: "offset",
        numbered: false,
        offset,
        length,
        total,
        more,
        beyond: None,
    };
    Shape::Json { text: None, pick: &[], page: Some(page), odd: Vec::new() }
}

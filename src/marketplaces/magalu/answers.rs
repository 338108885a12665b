//! The pages of Magalu's lists.

use super::model::{Collection, Message, Submitted, Ticket, TicketEvent, TicketReturn, Transaction};
use crate::model::schema::Outline;
use crate::model::{self, Field};
use crate::rules::codes::code;
use crate::rules::error::DecodeError;
use crate::vendor::declare::ReadAnswer;
use crate::vendor::{Answer, ListPage, PageShape, Shape};
use crate::wire::http::Response;
use crate::wire::json::Json;

/// Decodes to the page with its envelope, which has the page's position in its list.
impl<T: Field> ReadAnswer for Collection<T> {
    type Output = Self;

    const ANSWER: Option<Answer> = Some(Answer { schema: const { &Self::SCHEMA }, shape: page_shape });

    fn decode(response: &Response) -> Result<Self::Output, DecodeError> {
        model::decode(response)
    }
}

/// Decodes to the item without its envelope. Without the id of a transaction or of the new item,
/// nothing shows that the write was accepted. A table cannot say that one of two fields is needed, so
/// hosts leave these responses to us.
impl ReadAnswer for Submitted {
    type Output = Self;

    fn decode(response: &Response) -> Result<Self::Output, DecodeError> {
        let submitted = model::decode(response)?;
        has_id(response).map(|()| submitted)
    }

    fn shape(response: &Response) -> Result<Shape, DecodeError> {
        let outline = model::check::<Self>(response)?;
        let shape = Shape::Json { text: model::exact(response, &outline), pick: &[], page: None, odd: outline.odd };
        has_id(response).map(|()| shape)
    }
}

fn has_id(response: &Response) -> Result<(), DecodeError> {
    let answer = Json::read(&response.body).unwrap_or_default();
    let is_id = |name: &&str| answer.get(name).and_then(Json::as_str).is_some_and(|id| !id.trim().is_empty());
    if ["transaction_id", "id"].iter().any(is_id) {
        return Ok(());
    }
    let text = "`transaction_id` of the answer is not as documented: expected it to be there";
    Err(DecodeError::new(code!("unexpected_shape"), text))
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

/// Returns whether more items may follow a page. There is no total, even the last page has a link
/// to a next one, and a page may be shorter than its limit, because services cap pages without a
/// word: pages of 10 and of 50 were seen for 100. So only what comes next shows the end. A page of
/// one item that could have more is not capped.
fn has_more(limit: Option<u64>, length: u64) -> bool {
    length > 1 || (length == 1 && limit.is_none_or(|limit| limit <= 1))
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
    Shape::Json { text: None, pick: &[], page: Some(page), odd: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::super::{CreateEventParams, CreateMessageParams, CreateReturnParams};
    use super::*;
    use crate::vendor::Endpoint;

    fn answer(body: &str) -> Response {
        Response { status: 202, body: body.as_bytes().to_vec(), ..Response::default() }
    }

    fn code<E: Endpoint>(body: &str) -> Option<String> {
        assert_eq!(E::decode(&answer(body)).is_ok(), E::shape(&answer(body)).is_ok(), "{body}");
        E::shape(&answer(body)).err().map(|error| error.code.to_string())
    }

    #[test]
    fn an_accepted_write_has_a_transaction_or_is_the_new_item() {
        for (body, problem) in [
            (r#"{"transaction_id":"t-1","links":[{"path":"/x"}],"data":null}"#, None),
            (r#"{"id":"m-1","message":"old form"}"#, None),
            (r#"{"transaction_id":null,"id":"m-1"}"#, None),
            ("{}", Some("unexpected_shape")),
            (r#"{"message":"queued"}"#, Some("unexpected_shape")),
            (r#"{"transaction_id":null}"#, Some("unexpected_shape")),
            (r#"{"transaction_id":" "}"#, Some("unexpected_shape")),
            ("", Some("empty_body")),
            ("[]", Some("unexpected_shape")),
        ] {
            assert_eq!(code::<CreateEventParams>(body).as_deref(), problem, "{body}");
            assert_eq!(code::<CreateMessageParams>(body).as_deref(), problem, "{body}");
            assert_eq!(code::<CreateReturnParams>(body).as_deref(), problem, "{body}");
        }
    }
}

//! The forms of ClickBank's responses: JSON that was converted from XML, or XML itself.

use super::normalise::{self, Root};
use crate::rules::error::DecodeError;
use crate::vendor::Shape;
use crate::vendor::answer::xml_text;
use crate::vendor::declare::ReadAnswer;
use crate::wire::http::Response;
use std::marker::PhantomData;

/// A single item, wrapped or bare, as [`normalise`] normalises it.
#[derive(Debug)]
pub struct Normalised<T>(PhantomData<T>);

impl<T: Root> ReadAnswer for Normalised<T> {
    type Output = T;

    fn decode(response: &Response) -> Result<Self::Output, DecodeError> {
        normalise::read(response, normalise::single::<T>(response)?)
    }

    fn shape(response: &Response) -> Result<Shape, DecodeError> {
        let (text, outline) = normalise::check::<T>(response, normalise::single::<T>(response)?)?;
        Ok(Shape::Json { text, pick: &[], page: None, odd: outline.odd })
    }
}

/// An XML document as text.
#[derive(Debug)]
pub struct Xml;

impl ReadAnswer for Xml {
    type Output = String;

    fn decode(response: &Response) -> Result<Self::Output, DecodeError> {
        xml_text(response).map(str::to_owned)
    }

    fn shape(response: &Response) -> Result<Shape, DecodeError> {
        xml_text(response).map(|_| Shape::Text)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{answer, problem};
    use super::super::{GetPartialRefundDataSchemaParams, GetTicketSchemaParams};
    use super::*;
    use crate::vendor::Endpoint;

    #[test]
    fn schemas_are_the_text_as_it_comes() {
        let xsd = "<?xml version=\"1.0\"?>\n<xs:schema>ü</xs:schema>\n";
        for body in [xsd.to_owned(), format!("\u{feff}{xsd}")] {
            let response = answer(200, &body);
            assert_eq!(GetTicketSchemaParams::shape(&response), Ok(Shape::Text));
            assert_eq!(GetTicketSchemaParams::decode(&response).as_deref(), Ok(xsd));
            assert_eq!(GetPartialRefundDataSchemaParams::shape(&response), Ok(Shape::Text));
            assert_eq!(GetPartialRefundDataSchemaParams::decode(&response).as_deref(), Ok(xsd));
        }
        assert!(problem::<GetTicketSchemaParams>("").starts_with("empty_body"));
        assert!(
            problem::<GetTicketSchemaParams>("{}").starts_with("invalid_xml: the answer (200) is not XML in UTF-8")
        );
        let latin = Response { body: b"<a>\xfc</a>".to_vec(), ..answer(200, "") };
        assert_eq!(GetTicketSchemaParams::shape(&latin).unwrap_err().code, "invalid_xml");
    }
}

//! Reads whose result is the text of an XML response.

use crate::rules::error::DecodeError;
use crate::rules::input::FromInput;
use crate::rules::settings::Settings;
use crate::rules::violation::Violations;
use crate::vendor::answer::xml_text;
use crate::vendor::plan::XML;
use crate::vendor::{Endpoint, Meta, Parts, Shape};
use crate::wire::http::Response;
use crate::wire::json::Json;

/// The same read as `E`, with the XML of the response as its result. It compiles only for an
/// operation with [`Meta::offers_xml`].
#[derive(Debug, Clone, PartialEq)]
pub struct AsXml<E>(pub E);

impl<E: FromInput> FromInput for AsXml<E> {
    fn from_input(input: Json, path: &str, violations: &mut Violations) -> Self {
        Self(E::from_input(input, path, violations))
    }
}

impl<E: Endpoint> Endpoint for AsXml<E> {
    type Vendor = E::Vendor;
    type Output = String;
    const META: Meta = {
        assert!(E::META.offers_xml);
        Meta { accept: XML, ..E::META }
    };

    fn check(&self, settings: &Settings, violations: &mut Violations) {
        self.0.check(settings, violations);
    }

    fn parts(&self, settings: &Settings) -> Parts {
        self.0.parts(settings)
    }

    fn decode(response: &Response) -> Result<Self::Output, DecodeError> {
        xml_text(response).map(str::to_owned)
    }

    fn shape(response: &Response) -> Result<Shape, DecodeError> {
        xml_text(response).map(|_| Shape::Text)
    }
}

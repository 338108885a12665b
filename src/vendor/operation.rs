//! Endpoints with their types erased, for callers that name them by text.

use crate::model::schema::Outline;
use crate::rules::codes::code;
use crate::rules::error::DecodeError;
use crate::rules::rule::Param;
use crate::rules::settings::Settings;
use crate::rules::violation::{Violation, Violations};
use crate::vendor::answer::{Answer, Shape, xml_text};
use crate::vendor::evidence::{Evidence, Finding, Recovery};
use crate::vendor::marketplace::{Marketplace, Vendor};
use crate::vendor::plan::{self, Built, Parts, Plan, build};
use crate::vendor::{BodyKind, Endpoint, Meta};
use crate::wire::http::Response;
use crate::wire::json::Json;

/// One endpoint with its type erased, for callers that name it by text.
#[derive(Debug, Clone, Copy)]
pub struct Operation {
    /// The fixed properties, such as method, path and name.
    pub meta: Meta,
    marketplace: fn() -> &'static Marketplace,
    read: fn(Json, &mut Violations) -> Box<dyn Asked>,
    shape: fn(&Response) -> Result<Shape, DecodeError>,
    beyond: fn(&Plan, &str) -> Option<Json>,
    /// See [`Endpoint::found`].
    pub found: fn(Evidence<'_>) -> Finding,
    /// The table of its responses, for hosts that check a response themselves.
    pub answer: Option<Answer>,
    /// See [`Endpoint::RULES`].
    pub rules: Option<&'static [Param]>,
    /// See [`Endpoint::TIMES`].
    pub times: Option<[&'static str; 2]>,
    /// Its parameters in TypeScript.
    #[cfg(feature = "types")]
    pub parameters: crate::vendor::typescript::Type,
}

/// A program that prints TypeScript requires it of an endpoint; other programs require nothing.
#[cfg(feature = "types")]
pub trait Printed: ts_rs::TS + 'static {}
#[cfg(feature = "types")]
impl<T: ts_rs::TS + 'static> Printed for T {}

/// A program that prints TypeScript requires it of an endpoint; other programs require nothing.
#[cfg(not(feature = "types"))]
pub trait Printed {}
#[cfg(not(feature = "types"))]
impl<T> Printed for T {}

/// An [`Endpoint`] with its type erased, so that code for all of them is compiled once.
trait Asked {
    /// See [`Endpoint::refer`].
    fn refer(&mut self, settings: &Settings);

    /// See [`Endpoint::check`].
    fn check(&self, settings: &Settings, violations: &mut Violations);

    /// See [`Endpoint::parts`].
    fn parts(&self, settings: &Settings) -> Parts;

    /// See [`Endpoint::recovery`].
    fn recovery(&self, now_ms: f64) -> Recovery;
}

impl<E: Endpoint> Asked for E {
    fn refer(&mut self, settings: &Settings) {
        Endpoint::refer(self, settings);
    }

    fn check(&self, settings: &Settings, violations: &mut Violations) {
        Endpoint::check(self, settings, violations);
    }

    fn parts(&self, settings: &Settings) -> Parts {
        plan::parts(self, settings)
    }

    fn recovery(&self, now_ms: f64) -> Recovery {
        Endpoint::recovery(self, now_ms)
    }
}

impl Operation {
    /// Returns the operation that `E` describes.
    #[must_use]
    pub const fn of<E: Endpoint + Printed + 'static>() -> Self {
        Self {
            meta: E::META,
            marketplace: marketplace_of::<E>,
            read: read::<E>,
            shape: E::shape,
            beyond: E::beyond,
            found: E::found,
            answer: E::ANSWER,
            rules: E::RULES,
            times: E::TIMES,
            #[cfg(feature = "types")]
            parameters: crate::vendor::typescript::Type::given::<E>(),
        }
    }

    /// Returns the same operation on another of its paths, where it takes such a body; see
    /// [`Parts::template`].
    #[must_use]
    pub const fn at(mut self, path: &'static str, body: BodyKind) -> Self {
        self.meta.path = path;
        self.meta.body = body;
        self
    }

    /// Returns the parameters that `arguments` describe, which are the method's arguments in their
    /// order.
    fn asked(&self, arguments: Vec<Json>, violations: &mut Violations) -> Box<dyn Asked> {
        (self.read)(named(self.meta.positional, arguments), violations)
    }

    /// Returns all violations of `arguments`.
    #[must_use]
    pub fn validate(&self, arguments: Vec<Json>, settings: &Settings) -> Vec<Violation> {
        let mut violations = Violations::new();
        let asked = self.asked(arguments, &mut violations);
        violations.reading_done();
        asked.check(settings, &mut violations);
        violations.into_vec()
    }

    /// Returns the request that `arguments` describe, or all their violations.
    pub fn plan(&self, arguments: Vec<Json>, settings: &Settings) -> Result<Built, Vec<Violation>> {
        let mut violations = Violations::new();
        let mut asked = self.asked(arguments, &mut violations);
        asked.refer(settings);
        violations.reading_done();
        asked.check(settings, &mut violations);
        violations.into_result()?;
        build((self.marketplace)(), &self.meta, asked.parts(settings), settings)
    }

    /// Returns the [`Endpoint::recovery`] of arguments that break no rule.
    #[must_use]
    pub fn recovery(&self, arguments: Vec<Json>, settings: &Settings, now_ms: f64) -> Recovery {
        let mut asked = self.asked(arguments, &mut Violations::new());
        asked.refer(settings);
        asked.recovery(now_ms)
    }

    /// Checks a successful response and returns where its result is.
    pub fn shape(&self, response: &Response) -> Result<Shape, DecodeError> {
        (self.shape)(response)
    }

    /// Does the same for a response that the host checked with our table: the host passed only the
    /// outline and kept the body.
    pub fn outlined(&self, outline: &Outline) -> Result<Shape, DecodeError> {
        let answer =
            self.answer.ok_or_else(|| DecodeError::new(code!("empty_body"), "the body was not handed over"))?;
        Ok((answer.shape)(outline))
    }

    /// Checks the successful response to `asked` and returns where its result is. If the host has
    /// checked the response, the outline that it `saw` is used.
    pub fn read(&self, asked: &Plan, response: &Response, saw: Option<&Outline>) -> Result<Shape, DecodeError> {
        if self.meta.offers_xml && asked.is_for_xml() {
            return xml_text(response).map(|_| Shape::Text);
        }
        let mut shape = saw.map_or_else(|| self.shape(response), |outline| self.outlined(outline))?;
        if let (Shape::Json { page: Some(page), .. }, Some([items, time])) = (&mut shape, self.times) {
            let last = match saw {
                Some(outline) => outline.last.clone(),
                None => Json::read(&response.body).and_then(|mut answer| answer.take(items).into_list().pop()),
            };
            page.beyond = last.and_then(|last| (self.beyond)(asked, last.get(time)?.as_str()?));
        }
        Ok(shape)
    }
}

/// Turns `getTicket(id, { embedded })` into `{ id_ticket: id, embedded }` and returns it.
fn named(positional: &[&str], arguments: Vec<Json>) -> Json {
    let mut arguments = arguments.into_iter();
    let mut entries: Vec<_> =
        positional.iter().map(|name| ((*name).to_owned(), arguments.next().unwrap_or_default())).collect();
    match arguments.next().unwrap_or_default() {
        Json::Map(mut rest) => {
            rest.retain(|(name, _)| !positional.contains(&name.as_str()));
            entries.append(&mut rest);
            Json::Map(entries)
        }
        Json::Absent => Json::Map(entries),
        // It is not an object, which reading it reports.
        other => other,
    }
}

/// Returns the marketplace of `E`. It is a function because the marketplace's own table of
/// operations refers to it.
fn marketplace_of<E: Endpoint>() -> &'static Marketplace {
    E::Vendor::MARKETPLACE
}

fn read<E: Endpoint + 'static>(input: Json, violations: &mut Violations) -> Box<dyn Asked> {
    Box::new(E::from_input(input, "", violations))
}

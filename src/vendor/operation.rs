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
    run: fn(Json, &Settings, &mut Violations, Aim) -> Outcome,
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

/// The purpose of reading the parameters.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Aim {
    /// Report what is wrong with them.
    Check,
    /// Build a request from them, if nothing is wrong.
    Build,
    /// Find out how the effect of a lost write could be found, at this time.
    Recover(f64),
}

/// The result of reading the parameters.
enum Outcome {
    Checked,
    Built(Parts),
    Recovery(Recovery),
}

impl Operation {
    /// Returns the operation that `E` describes.
    #[must_use]
    pub const fn of<E: Endpoint + Printed>() -> Self {
        Self {
            meta: E::META,
            marketplace: marketplace_of::<E>,
            run: run::<E>,
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

    /// Returns all violations of `arguments`, which are the method's arguments in their order.
    #[must_use]
    pub fn validate(&self, arguments: Vec<Json>, settings: &Settings) -> Vec<Violation> {
        let mut violations = Violations::new();
        let _ = (self.run)(named(self.meta.positional, arguments), settings, &mut violations, Aim::Check);
        violations.into_vec()
    }

    /// Returns the request that `arguments` describe, or all their violations.
    pub fn plan(&self, arguments: Vec<Json>, settings: &Settings) -> Result<Built, Vec<Violation>> {
        let mut violations = Violations::new();
        match (self.run)(named(self.meta.positional, arguments), settings, &mut violations, Aim::Build) {
            Outcome::Built(parts) => build((self.marketplace)(), &self.meta, parts, settings),
            Outcome::Checked | Outcome::Recovery(_) => Err(violations.into_vec()),
        }
    }

    /// Returns the [`Endpoint::recovery`] of arguments that break no rule.
    #[must_use]
    pub fn recovery(&self, arguments: Vec<Json>, settings: &Settings, now_ms: f64) -> Recovery {
        let mut violations = Violations::new();
        let arguments = named(self.meta.positional, arguments);
        match (self.run)(arguments, settings, &mut violations, Aim::Recover(now_ms)) {
            Outcome::Recovery(recovery) => recovery,
            Outcome::Checked | Outcome::Built(_) => Recovery::Impossible,
        }
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

/// Holds all code that is compiled for each type of parameters; code that does not depend on the
/// type stays outside. The parts are separate functions, because each compresses better beside the
/// same part of other operations than in one long function.
fn run<E: Endpoint>(input: Json, settings: &Settings, violations: &mut Violations, aim: Aim) -> Outcome {
    fn read<E: Endpoint>(input: Json, violations: &mut Violations) -> E {
        E::from_input(input, "", violations)
    }

    fn check<E: Endpoint>(endpoint: &E, settings: &Settings, violations: &mut Violations) {
        endpoint.check(settings, violations);
    }

    fn parts<E: Endpoint>(endpoint: &E, settings: &Settings) -> Parts {
        plan::parts(endpoint, settings)
    }

    fn recovery<E: Endpoint>(endpoint: &E, now_ms: f64) -> Recovery {
        endpoint.recovery(now_ms)
    }

    let mut endpoint: E = read(input, violations);
    if aim != Aim::Check {
        endpoint = endpoint.with_reference(settings).unwrap_or(endpoint);
    }
    if let Aim::Recover(now_ms) = aim {
        return Outcome::Recovery(recovery(&endpoint, now_ms));
    }
    violations.reading_done();
    check(&endpoint, settings, violations);
    if aim == Aim::Build && violations.is_empty() {
        Outcome::Built(parts(&endpoint, settings))
    } else {
        Outcome::Checked
    }
}

//! The one way to declare an endpoint is `endpoint!`, together with the code beside it in the
//! endpoint's file.
//!
//! An endpoint's file holds everything that is known about an operation:
//!
//! ```text
//! endpoint! {
//!     "createTicketMessage"(id_ticket) = POST "/tickets/{id_ticket}/messages" -> ();
//!
//!     /// A message to the customer.
//!     pub struct CreateTicketMessageParams of Kaufland, deny unknown {
//!         /// The ticket's id.
//!         path id_ticket: String = ID_TICKET,
//!         /// What to write: 1 to 65535 characters.
//!         body text: String = Rule::Text { min: 1, max: MAX_TEXT },
//!     }
//! }
//!
//! impl Overrides for CreateTicketMessageParams {}
//! ```
//!
//! - The first line has the method's name in the public API with its positional arguments, the HTTP
//!   method, the path below the base URL, and how the response is read: a type with [`ReadAnswer`].
//!   `()` means no result, `Vec<u8>` is a file, [`Whole<T>`] is the model `T`. A marketplace's
//!   envelopes are types of its own. Other fields of [`Meta`](crate::vendor::Meta) are given in
//!   braces: `"/tickets/{id_ticket}/close" { closes: true }`.
//! - `deny unknown` refuses further fields. `keep unknown` sends them along, in the JSON body if
//!   the operation has one, otherwise in the query.
//! - A field is `location name: Type = rule`. The locations are those of
//!   [`location`](crate::vendor::location): `path`, `query`, `commas`, `query_or("100")`,
//!   `header("Page")`, `body`, `files`, `code`. The rules are checked in the order of the fields,
//!   and the request has its parameters in the same order.
//! - An object within a body is declared by the same macro without a first line and without
//!   locations: `pub struct NewOwner, keep unknown { code: String = GIVEN, }`.
//!
//! Whatever the table cannot express is plain code in [`Overrides`]. The declaration above becomes:
//!
//! ```text
//! pub struct CreateTicketMessageParams { pub id_ticket: String, pub text: String }
//! impl Ruled for …      // const TABLE: &[Param] = &[Param::of::<String>("id_ticket", &ID_TICKET).at(path), …]
//! impl Object for …     // fields() -> vec![&self.id_ticket, &self.text]
//! impl FromInput for …  // reads these fields, and reports all that cannot be read
//! impl Endpoint for … {
//!     type Vendor = Kaufland;
//!     type Output = <() as ReadAnswer>::Output;
//!     const META: Meta = Meta {
//!         name: "createTicketMessage",
//!         path: "/tickets/{id_ticket}/messages",
//!         ..Meta::new(Method::Post, &["id_ticket"], BodyKind::Json)
//!     };
//!     const ANSWER: Option<Answer> = <() as ReadAnswer>::ANSWER;
//!     const RULES: Option<&[Param]> = Some(Self::TABLE);
//!     fn check(&self, …) {
//!         obey(self, …);       // the table
//!         self.check_more(…);  // Overrides
//!     }
//!     fn parts(&self, …) -> Parts {
//!         self.place_more(place(&self.tree(), …), …)  // Overrides
//!     }
//!     // … and the other methods of `Overrides` and `ReadAnswer` under their names there
//! }
//! ```

use crate::attachment::Attachment;
use crate::model::{self, Field};
use crate::rules::error::DecodeError;
use crate::rules::settings::Settings;
use crate::rules::violation::Violations;
use crate::vendor::denial::check_empty;
use crate::vendor::evidence::{Evidence, Finding};
use crate::vendor::{Answer, Parts, Plan, Recovery, Shape};
use crate::wire::http::Response;
use crate::wire::json::Json;
use std::marker::PhantomData;

/// What an endpoint does beside its table or in another way, in plain code. Most endpoints do
/// nothing of the kind: `impl Overrides for … {}`.
pub trait Overrides: Sized {
    /// Whether the table of rules covers everything that can be wrong with arguments, except for
    /// parameters with [`Rule::Code`](crate::rules::rule::Rule::Code). If not, hosts leave every
    /// check to us.
    const IS_TABLE_COMPLETE: bool = true;

    /// Whether its API takes a reference of the caller.
    const TAKES_REFERENCE: bool = false;

    /// Reports broken rules that the table does not cover: rules between fields and rules about
    /// files.
    fn check_more(&self, _settings: &Settings, _violations: &mut Violations) {}

    /// Returns the request after changing what the locations made. It also places the fields that
    /// are declared as `code`.
    fn place_more(&self, parts: Parts, _settings: &Settings) -> Parts {
        parts
    }

    /// Returns the files that the body's segments refer to, in their order.
    fn held_files(&self) -> Vec<&Attachment> {
        Vec::new()
    }

    /// Returns the caller's reference that the write carries.
    fn caller_reference(&self) -> Option<&str> {
        None
    }

    /// Makes `reference` the caller's reference, where the API takes one.
    fn refer_to(&mut self, _reference: &str, _settings: &Settings) {}

    /// Returns how to find out whether this write took effect if its response was lost.
    fn lookup(&self, _now_ms: f64) -> Recovery {
        Recovery::Impossible
    }

    /// Returns what a lookup proves about such a write.
    #[must_use]
    fn finding_of(_evidence: Evidence<'_>) -> Finding {
        Finding::Unclear
    }

    /// See [`Endpoint::TIMES`](crate::vendor::Endpoint::TIMES).
    const ITEM_TIMES: Option<[&'static str; 2]> = None;

    /// See [`Endpoint::beyond`](crate::vendor::Endpoint::beyond).
    fn go_beyond(_asked: &Plan, _last: &str) -> Option<Json> {
        None
    }
}

/// How a successful response is read.
pub trait ReadAnswer {
    /// The type of the result.
    type Output;

    /// The schema of the response, if it arrives as the vendor documents it and needs no
    /// normalising.
    const ANSWER: Option<Answer> = None;

    /// Reads the response and returns its result.
    fn decode(response: &Response) -> Result<Self::Output, DecodeError>;

    /// Checks the response and returns where its result is, for a host that parses the JSON itself.
    /// Without an [`ANSWER`](Self::ANSWER) there is no result by default.
    fn shape(response: &Response) -> Result<Shape, DecodeError> {
        Self::ANSWER.map_or(Ok(Shape::Empty), |answer| answer.read(response))
    }
}

/// There is no result. The body may be anything that does not contradict success.
impl ReadAnswer for () {
    type Output = ();

    fn decode(response: &Response) -> Result<Self::Output, DecodeError> {
        check_empty(response)
    }

    fn shape(response: &Response) -> Result<Shape, DecodeError> {
        check_empty(response).map(|()| Shape::Empty)
    }
}

/// The result is the body's bytes.
impl ReadAnswer for Vec<u8> {
    type Output = Self;

    fn decode(response: &Response) -> Result<Self::Output, DecodeError> {
        Ok(response.body.clone())
    }

    fn shape(_response: &Response) -> Result<Shape, DecodeError> {
        Ok(Shape::Bytes)
    }
}

/// The whole body is a `T`.
#[derive(Debug)]
pub struct Whole<T>(PhantomData<T>);

impl<T: Field> ReadAnswer for Whole<T> {
    type Output = T;

    const ANSWER: Option<Answer> = Some(Answer {
        schema: const { &T::SCHEMA },
        shape: |_| Shape::Json { text: None, pick: &[], page: None, odd: Vec::new() },
    });

    fn decode(response: &Response) -> Result<Self::Output, DecodeError> {
        model::decode(response)
    }
}

/// The HTTP methods under the names that a declaration uses.
pub mod method {
    use crate::wire::http::Method;

    /// The method that reads.
    pub const GET: Method = Method::Get;
    /// The method that creates or adds.
    pub const POST: Method = Method::Post;
    /// The method that replaces.
    pub const PUT: Method = Method::Put;
    /// The method that changes.
    pub const PATCH: Method = Method::Patch;
    /// The method that removes.
    pub const DELETE: Method = Method::Delete;
}

/// The names that the macro's output uses.
#[doc(hidden)]
#[cfg(any(test, feature = "marketplace"))]
pub mod names {
    pub use super::{Overrides, ReadAnswer, method};
    pub use crate::attachment::Attachment;
    pub use crate::rules::error::DecodeError;
    pub use crate::rules::input::FromInput;
    pub(crate) use crate::rules::input::wire_name;
    pub use crate::rules::obey::obey;
    pub use crate::rules::rule::{Param, Ruled};
    pub use crate::rules::settings::Settings;
    pub use crate::rules::value::{Given, Object, read_object, tree_of};
    pub use crate::rules::violation::Violations;
    pub use crate::vendor::evidence::{Evidence, Finding};
    pub use crate::vendor::location::{body_kind, place, word};
    pub use crate::vendor::{Access, Answer, BodyKind, Endpoint, Meta, Parts, Plan, Recovery, Shape};
    pub use crate::wire::http::Response;
    pub use crate::wire::json::Json;
}

/// Declares an endpoint, or an object within a body; see the [module](self).
#[cfg(any(test, feature = "marketplace"))]
macro_rules! endpoint {
    (
        $name:literal ( $($argument:ident),* ) = $method:ident $path:literal
        $( { $( $meta:ident : $value:expr ),* $(,)? } )? -> $Answer:ty;
        $(#[$about:meta])*
        pub struct $Name:ident of $Vendor:ty, $unknown:ident unknown {
            $( $(#[$about_field:meta])* $location:ident $( ($with:expr) )? $field:ident : $type:ty = $rule:expr, )*
        }
    ) => {
        $crate::vendor::declare::endpoint! { @ $unknown { $(#[$about])* } $Name
            $( { $(#[$about_field])* } [ $location $( ($with) )? ] $field : $type = $rule, )*
        }

        const _: () = {
            use $crate::vendor::declare::names::*;

            impl Endpoint for $Name {
                type Vendor = $Vendor;
                type Output = <$Answer as ReadAnswer>::Output;
                const META: Meta = Meta {
                    name: $name, path: $path,
                    $( $( $meta: $value, )* )?
                    ..Meta::new(
                        method::$method,
                        &[$( wire_name(stringify!($argument)) ),*],
                        body_kind(<Self as Ruled>::TABLE),
                    )
                };
                const ANSWER: Option<Answer> = <$Answer as ReadAnswer>::ANSWER;
                const RULES: Option<&'static [Param]> =
                    if <Self as Overrides>::IS_TABLE_COMPLETE { Some(Self::TABLE) } else { None };
                const TIMES: Option<[&'static str; 2]> = <Self as Overrides>::ITEM_TIMES;

                fn check(&self, settings: &Settings, violations: &mut Violations) {
                    obey(self, "", settings, violations);
                    self.check_more(settings, violations);
                }

                fn parts(&self, settings: &Settings) -> Parts {
                    self.place_more(place(&tree_of(self), settings, Self::META.body), settings)
                }

                fn attachments(&self) -> Vec<&Attachment> {
                    self.held_files()
                }

                fn reference(&self) -> Option<&str> {
                    self.caller_reference()
                }

                const TAKES_REFERENCE: bool = <Self as Overrides>::TAKES_REFERENCE;

                fn refer(&mut self, settings: &Settings) {
                    if self.caller_reference().is_none() && !settings.nonce.is_empty() {
                        self.refer_to(&settings.nonce, settings);
                    }
                }

                fn decode(response: &Response) -> Result<Self::Output, DecodeError> {
                    if matches!(Self::META.access, Access::Write) {
                        Self::shape(response)?;
                    }
                    <$Answer as ReadAnswer>::decode(response)
                }

                fn shape(response: &Response) -> Result<Shape, DecodeError> {
                    <$Answer as ReadAnswer>::shape(response)?.checked_for(Self::META.access)
                }

                fn recovery(&self, now_ms: f64) -> Recovery {
                    self.lookup(now_ms)
                }

                fn found(evidence: Evidence<'_>) -> Finding {
                    Self::finding_of(evidence)
                }

                fn beyond(asked: &Plan, last: &str) -> Option<Json> {
                    Self::go_beyond(asked, last)
                }
            }
        };
    };
    (
        $(#[$about:meta])*
        pub struct $Name:ident, $unknown:ident unknown {
            $( $(#[$about_field:meta])* $field:ident : $type:ty = $rule:expr, )*
        }
    ) => {
        $crate::vendor::declare::endpoint! { @ $unknown { $(#[$about])* } $Name
            $( { $(#[$about_field])* } [ body ] $field : $type = $rule, )*
        }
    };
    (@ deny $($rest:tt)*) => { $crate::vendor::declare::endpoint! { @ [] $($rest)* } };
    (@ keep $($rest:tt)*) => { $crate::vendor::declare::endpoint! { @ [extra] $($rest)* } };
    (@ [$($extra:ident)?] { $(#[$about:meta])* } $Name:ident
        $( { $(#[$about_field:meta])* } [ $location:ident $( ($with:expr) )? ] $field:ident : $type:ty = $rule:expr, )*
    ) => {
        #[derive(Debug, Clone, Default, PartialEq)]
        #[cfg_attr(feature = "types", derive(ts_rs::TS), ts(optional_fields))]
        $(#[$about])*
        pub struct $Name {
            $( $(#[$about_field])* pub $field: $type, )*
            $(
                /// Undocumented fields, exactly as given.
                #[cfg_attr(feature = "types", ts(skip))]
                pub $extra: Vec<(String, $crate::wire::json::Json)>,
            )?
        }

        const _: () = {
            use $crate::vendor::declare::names::*;

            impl Ruled for $Name {
                const TABLE: &'static [Param] = &[$(
                    Param::of::<$type>(wire_name(stringify!($field)), const { &$rule })
                        .at(word::$location::<$type>($($with)?)),
                )*];
            }

            impl Object for $Name {
                fn table(&self) -> &'static [Param] {
                    Self::TABLE
                }

                fn fields(&self) -> Vec<&dyn Given> {
                    vec![$( &self.$field ),*]
                }

                fn fields_mut(&mut self) -> Vec<&mut dyn Given> {
                    vec![$( &mut self.$field ),*]
                }

                $(
                    fn extra(&self) -> &[(String, Json)] {
                        &self.$extra
                    }

                    fn extra_mut(&mut self) -> Option<&mut Vec<(String, Json)>> {
                        Some(&mut self.$extra)
                    }
                )?
            }

            impl FromInput for $Name {
                fn from_input(input: Json, path: &str, violations: &mut Violations) -> Self {
                    let mut read = Self::default();
                    read_object(&mut read, input, path, violations);
                    read
                }
            }
        };
    };
}
#[cfg(any(test, feature = "marketplace"))]
pub(crate) use endpoint;

#[cfg(test)]
mod tests;

//! Errors, violations and their texts, the reading of untyped input, the rules of parameters, and
//! settings.

pub mod codes;
pub mod error;
pub mod input;
pub mod int_or_text;
pub mod obey;
pub mod rule;
pub mod settings;
pub mod value;
pub mod violation;
pub mod words;

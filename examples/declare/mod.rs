//! TypeScript of Rust types.
#![allow(dead_code, reason = "each program uses a part of it")]

use seller_tickets::vendor::Operation;
use ts_rs::{Config, TS};

/// The declaration of `T`, exported, with its documentation.
pub fn declaration<T: TS>(config: &Config) -> String {
    tidy(&format!("\n{}export {}\n", T::docs().unwrap_or_default(), T::decl(config)))
}

/// What a caller gives: there, an optional field may also be `undefined`, under every setting of
/// TypeScript.
pub fn given(declaration: &str) -> String {
    let text = tidy(declaration);
    let lines = text.lines().map(|line| match line.split_once(", ").or_else(|| line.split_once(',')) {
        Some((field, rest)) if field.contains("?: ") && !field.starts_with([' ', '/']) => {
            format!("{field} | undefined, {rest}\n")
        }
        _ => format!("{line}\n"),
    });
    lines.collect()
}

/// Documentation of one line goes on one line.
pub fn tidy(text: &str) -> String {
    let mut lines = text.lines().peekable();
    let mut out = String::new();
    while let Some(line) = lines.next() {
        let mut line = line.to_owned();
        if line == "/**"
            && let Some(words) = lines.next()
        {
            if lines.next_if_eq(&" */").is_some() {
                line = format!("/**{} */", words.trim_start_matches(" *"));
            } else {
                line = format!("/**\n{words}");
            }
        }
        out.push_str(&line);
        out.push('\n');
    }
    out
}

/// Whether an object of parameters follows an operation's positional arguments.
pub fn has_parameters(operation: &Operation, config: &Config) -> bool {
    let fields = fields(&operation.parameters.inline(config));
    fields.iter().any(|name| !operation.meta.positional.contains(&name.as_str()))
}

/// The names of the fields of an object's type.
fn fields(object: &str) -> Vec<String> {
    let mut plain = String::new();
    for (at, part) in object.split("/**").enumerate() {
        plain += if at == 0 { part } else { part.split_once("*/").map_or("", |(_, rest)| rest) };
    }
    let mut names = Vec::new();
    let (mut depth, mut name) = (0_usize, String::new());
    for c in plain.chars() {
        match c {
            '{' | '[' | '<' | '(' => depth += 1,
            '}' | ']' | '>' | ')' => depth = depth.saturating_sub(1),
            ':' if depth == 1 => names.push(name.trim_matches([' ', '\n', '?', '"']).to_owned()),
            _ => {}
        }
        if depth == 1 && !matches!(c, ',' | '{') {
            name.push(c);
        } else {
            name.clear();
        }
    }
    names
}

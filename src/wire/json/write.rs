//! Writes JSON texts.

use super::Json;
use super::read::plain_length;

/// Writes a text as a JSON literal, including the quotation marks.
pub(crate) fn write_text(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    loop {
        let (before, after) = rest.split_at_checked(plain_length(rest.as_bytes())).unwrap_or((rest, ""));
        out.push_str(before);
        if after.is_empty() {
            break;
        }
        let mut chars = after.chars();
        let escaped = chars.next().unwrap_or_default();
        let short = match escaped {
            '"' => Some('"'),
            '\\' => Some('\\'),
            '\u{8}' => Some('b'),
            '\u{c}' => Some('f'),
            '\n' => Some('n'),
            '\r' => Some('r'),
            '\t' => Some('t'),
            _ => None,
        };
        out.push('\\');
        match short {
            Some(letter) => out.push(letter),
            None => {
                out.push_str("u00");
                let code = u32::from(escaped);
                out.push(char::from_digit(code >> 4, 16).unwrap_or('0'));
                out.push(char::from_digit(code & 15, 16).unwrap_or('0'));
            }
        }
        rest = chars.as_str();
    }
    out.push('"');
}

/// Returns a text as a separate JSON literal.
pub(crate) fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len().saturating_add(2));
    write_text(&mut out, text);
    out
}

impl Json {
    /// Appends the value to `out`, with its numbers unchanged.
    pub(crate) fn write(&self, out: &mut String) {
        match self {
            // A number that JSON cannot write becomes `null`, as in JavaScript.
            Self::Number(text) if !text.ends_with(|c: char| c.is_ascii_digit()) => out.push_str("null"),
            Self::Absent => out.push_str("null"),
            Self::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::Int(value) => out.push_str(&value.to_string()),
            Self::Number(text) => out.push_str(text),
            Self::Text(text) => write_text(out, text),
            Self::List(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    item.write(out);
                }
                out.push(']');
            }
            Self::Map(entries) => {
                out.push('{');
                for (index, (name, value)) in entries.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    write_text(out, name);
                    out.push(':');
                    value.write(out);
                }
                out.push('}');
            }
        }
    }
}

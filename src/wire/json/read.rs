//! Reads JSON texts, token by token or as a tree.

use super::Json;

/// Why a text cannot be read as JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The text is not JSON.
    Syntax,
    /// The text is nested too deeply.
    Depth,
}

/// Reads a JSON text from its beginning to its end, token by token.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

/// The text of a number, and whether it has neither fraction nor exponent.
pub(crate) struct Digits<'a> {
    pub text: &'a [u8],
    pub is_whole: bool,
}

impl Digits<'_> {
    /// Returns the integer, if it fits 64 bits. `-0` is not an integer: it is a floating point
    /// number in every language.
    pub fn integer(&self) -> Option<i64> {
        let (negative, digits) = match self.text {
            [b'-', digits @ ..] => (true, digits),
            digits => (false, digits),
        };
        if !self.is_whole || digits.is_empty() || (negative && digits == b"0") {
            return None;
        }
        let mut value = 0i64;
        for byte in digits {
            let digit = i64::from(byte.checked_sub(b'0').filter(|digit| *digit < 10)?);
            value = value.checked_mul(10)?.checked_add(if negative { digit.checked_neg()? } else { digit })?;
        }
        Some(value)
    }
}

impl<'a> Reader<'a> {
    pub fn new(json: &'a [u8]) -> Self {
        Self { rest: json }
    }

    /// Returns the first byte of the next token.
    #[inline(always)]
    pub fn peek(&mut self) -> Option<u8> {
        loop {
            match self.rest {
                [b' ' | b'\n' | b'\r' | b'\t', rest @ ..] => self.rest = rest,
                rest => return rest.first().copied(),
            }
        }
    }

    /// Takes the next token if it is this byte, and returns whether it was.
    #[inline(always)]
    pub fn eat(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        if is_next {
            self.skip(1);
        }
        is_next
    }

    /// Takes the next value if it is an empty array, and returns whether it was.
    pub fn eat_empty_array(&mut self) -> bool {
        let mut after = *self;
        let is_next = after.eat(b'[') && after.eat(b']');
        if is_next {
            *self = after;
        }
        is_next
    }

    pub fn expect(&mut self, byte: u8) -> Result<(), Fault> {
        if self.eat(byte) { Ok(()) } else { Err(Fault::Syntax) }
    }

    fn skip(&mut self, count: usize) {
        self.rest = self.rest.get(count..).unwrap_or_default();
    }

    pub fn end(&mut self) -> Result<(), Fault> {
        if self.peek().is_none() { Ok(()) } else { Err(Fault::Syntax) }
    }

    pub fn word(&mut self, word: &str) -> Result<(), Fault> {
        self.rest = self.rest.strip_prefix(word.as_bytes()).ok_or(Fault::Syntax)?;
        Ok(())
    }

    /// Returns the bytes between the quotation marks of a text, and whether they contain escapes.
    pub fn raw_text(&mut self) -> Result<(&'a [u8], bool), Fault> {
        self.expect(b'"')?;
        let inside = self.rest;
        let mut has_escapes = false;
        loop {
            self.skip(plain_length(self.rest));
            match self.rest {
                [b'"', rest @ ..] => {
                    let length = inside.len().saturating_sub(self.rest.len());
                    self.rest = rest;
                    return Ok((inside.get(..length).unwrap_or_default(), has_escapes));
                }
                [b'\\', b'u', a, b, c, d, rest @ ..] if [a, b, c, d].into_iter().all(u8::is_ascii_hexdigit) => {
                    self.rest = rest;
                }
                [b'\\', b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', rest @ ..] => self.rest = rest,
                _ => return Err(Fault::Syntax),
            }
            has_escapes = true;
        }
    }

    /// Reads a text and returns it.
    pub fn text(&mut self) -> Result<String, Fault> {
        let (raw, has_escapes) = self.raw_text()?;
        let raw = std::str::from_utf8(raw).map_err(|_| Fault::Syntax)?;
        Ok(if has_escapes { unescape(raw) } else { raw.to_owned() })
    }

    pub fn number(&mut self) -> Result<Digits<'a>, Fault> {
        let start = self.rest;
        if let [b'-', rest @ ..] = self.rest {
            self.rest = rest;
        }
        match self.rest {
            [b'0', rest @ ..] => self.rest = rest,
            _ => self.digits()?,
        }
        let mut is_whole = true;
        if let [b'.', rest @ ..] = self.rest {
            self.rest = rest;
            self.digits()?;
            is_whole = false;
        }
        if let [b'e' | b'E', b'+' | b'-', rest @ ..] | [b'e' | b'E', rest @ ..] = self.rest {
            self.rest = rest;
            self.digits()?;
            is_whole = false;
        }
        let length = start.len().saturating_sub(self.rest.len());
        Ok(Digits { text: start.get(..length).unwrap_or_default(), is_whole })
    }

    fn digits(&mut self) -> Result<(), Fault> {
        let before = self.rest.len();
        while let [b'0'..=b'9', rest @ ..] = self.rest {
            self.rest = rest;
        }
        if self.rest.len() < before { Ok(()) } else { Err(Fault::Syntax) }
    }

    /// Reads an object and returns its fields with the names that `is_wanted` accepts. The others
    /// are not kept.
    pub fn fields(&mut self, is_wanted: impl Fn(&str) -> bool) -> Result<Vec<(String, Json)>, Fault> {
        let mut wanted = Vec::new();
        let mut is_first = true;
        self.expect(b'{')?;
        while !self.eat(b'}') {
            if !is_first {
                self.expect(b',')?;
            }
            is_first = false;
            let name = self.text()?;
            self.expect(b':')?;
            if is_wanted(&name) {
                wanted.push((name, self.tree(super::MAX_DEPTH)?));
            } else {
                self.pass(super::MAX_DEPTH)?;
            }
        }
        self.end().map(|()| wanted)
    }

    /// Reads a value without keeping it.
    fn pass(&mut self, depth: u8) -> Result<(), Fault> {
        let inner = depth.checked_sub(1).ok_or(Fault::Depth);
        let (end, is_object) = match self.peek().ok_or(Fault::Syntax)? {
            b'n' => return self.word("null"),
            b't' => return self.word("true"),
            b'f' => return self.word("false"),
            b'"' => return self.raw_text().map(drop),
            b'[' => (b']', false),
            b'{' => (b'}', true),
            _ => return self.number().map(drop),
        };
        self.skip(1);
        let (inner, mut is_first) = (inner?, true);
        while !self.eat(end) {
            if !is_first {
                self.expect(b',')?;
            }
            is_first = false;
            if is_object {
                self.raw_text()?;
                self.expect(b':')?;
            }
            self.pass(inner)?;
        }
        Ok(())
    }

    /// Reads a value with all its contents and returns it.
    pub fn tree(&mut self, depth: u8) -> Result<Json, Fault> {
        let inner = depth.checked_sub(1).ok_or(Fault::Depth);
        Ok(match self.peek().ok_or(Fault::Syntax)? {
            b'n' => self.word("null").map(|()| Json::Absent)?,
            b't' => self.word("true").map(|()| Json::Bool(true))?,
            b'f' => self.word("false").map(|()| Json::Bool(false))?,
            b'"' => Json::Text(self.text()?),
            b'[' => {
                self.skip(1);
                let (inner, mut items) = (inner?, Vec::new());
                while !self.eat(b']') {
                    if !items.is_empty() {
                        self.expect(b',')?;
                    }
                    items.push(self.tree(inner)?);
                }
                Json::List(items)
            }
            b'{' => {
                self.skip(1);
                let (inner, mut entries) = (inner?, Vec::new());
                while !self.eat(b'}') {
                    if !entries.is_empty() {
                        self.expect(b',')?;
                    }
                    let name = self.text()?;
                    self.expect(b':')?;
                    entries.push((name, self.tree(inner)?));
                }
                Json::Map(entries)
            }
            _ => {
                let digits = self.number()?;
                match digits.integer() {
                    Some(value) => Json::Int(value),
                    _ => Json::Number(std::str::from_utf8(digits.text).unwrap_or_default().to_owned()),
                }
            }
        })
    }
}

/// Returns the number of bytes before the first quotation mark, backslash or control character.
/// Eight bytes are examined at a time, because most of the input is texts.
pub(super) fn plain_length(bytes: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let mut length = 0usize;
    let mut rest = bytes;
    while let Some((chunk, after)) = rest.split_first_chunk::<8>() {
        let word = u64::from_le_bytes(*chunk);
        let (quote, backslash) = (word ^ ONES.wrapping_mul(0x22), word ^ ONES.wrapping_mul(0x5c));
        // A byte's high bit is set if the byte was zero, or below 0x20. A wrong bit can only follow
        // a correct one.
        let found = (quote.wrapping_sub(ONES) & !quote)
            | (backslash.wrapping_sub(ONES) & !backslash)
            | (word.wrapping_sub(ONES.wrapping_mul(0x20)) & !word);
        if found & HIGH != 0 {
            break;
        }
        length = length.saturating_add(8);
        rest = after;
    }
    let special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..=0x1f);
    length.saturating_add(rest.iter().position(special).unwrap_or(rest.len()))
}

/// Returns the text of a valid literal. An unpaired surrogate becomes U+FFFD, as in the UTF-8 of
/// hosts.
pub(crate) fn unescape(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let mut chars = after.chars();
        match chars.next().unwrap_or('\\') {
            'b' => out.push('\u{8}'),
            'f' => out.push('\u{c}'),
            'n' => out.push('\n'),
            'r' => out.push('\r'),
            't' => out.push('\t'),
            'u' => {
                let high = unit(chars.as_str());
                chars = chars.as_str().get(4..).unwrap_or_default().chars();
                let low = chars.as_str().strip_prefix("\\u").map(unit).filter(|low| (0xDC00..0xE000).contains(low));
                match (high, low) {
                    (0xD800..0xDC00, Some(low)) => {
                        chars = chars.as_str().get(6..).unwrap_or_default().chars();
                        let pair = (high & 0x3FF) << 10 | (low & 0x3FF);
                        out.push(char::from_u32(pair.saturating_add(0x1_0000)).unwrap_or(char::REPLACEMENT_CHARACTER));
                    }
                    _ => out.push(char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER)),
                }
            }
            other => out.push(other),
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
    out
}

fn unit(hex: &str) -> u32 {
    hex.get(..4).and_then(|hex| u32::from_str_radix(hex, 16).ok()).unwrap_or(0xFFFD)
}

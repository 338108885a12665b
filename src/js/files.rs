//! Exports with which the facade puts files into bodies: file types and base64.
//!
//! File content passes through one buffer in the module's memory that is allocated once: the host
//! copies a chunk into it and reads the result from it. No call allocates memory, however large the
//! file is.

use crate::attachment::{Detection, Window, base64, detect};
use std::cell::RefCell;
use wasm_bindgen::prelude::*;

/// The size of the buffer for bytes before they are encoded. It is a multiple of 3, so that encoded
/// chunks can be joined. It is small enough that the whole buffer stays in the processor's cache,
/// and large enough that the host makes few Blobs; for larger Blobs, Node 20 allocates new memory
/// pages.
const PLAIN: usize = 192 * 1024;
/// The size of the buffer after it, for the encoded text.
const ENCODED: usize = PLAIN / 3 * 4;

/// The size of the buffer after that, for the state of a SHA-256. Only a module that signs has one.
#[cfg(feature = "marketplace")]
const STATE: usize = super::hash::STATE;
#[cfg(not(feature = "marketplace"))]
const STATE: usize = 0;

thread_local! {
    pub(super) static ROOM: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Returns the position of the buffer in the module's memory.
#[wasm_bindgen(js_name = fileRoom)]
pub fn file_room() -> *const u8 {
    ROOM.with_borrow_mut(|room| {
        room.resize(PLAIN + ENCODED + STATE, 0);
        room.as_ptr()
    })
}

/// Returns the largest number of bytes in a chunk.
#[wasm_bindgen(js_name = fileRoomSize)]
pub fn file_room_size() -> usize {
    PLAIN
}

/// Encodes the first `len` bytes of the buffer, and returns the length of the text, which begins
/// where a chunk of the largest size would end. The length of every chunk of a file except the last
/// is a multiple of 3.
#[wasm_bindgen(js_name = encodePiece)]
pub fn encode_piece(len: usize) -> usize {
    ROOM.with_borrow_mut(|room| {
        let (plain, encoded) = room.split_at_mut_checked(PLAIN)?;
        base64::encode_into(plain.get(..len)?, encoded)
    })
    .unwrap_or_default()
}

/// Detects a file's type from its content, of which `starts[n]` and `windows[n]` are the parts.
/// Returns the MIME type, `null` if it is unknown, or the part `[start, end]` to read before the
/// next call.
#[wasm_bindgen(js_name = detect, unchecked_return_type = "string | null | [number, number]")]
pub fn detect_type(size: f64, starts: &[f64], windows: Vec<js_sys::Uint8Array>) -> JsValue {
    let pieces: Vec<_> = windows.iter().map(js_sys::Uint8Array::to_vec).collect();
    let windows: Vec<_> =
        starts.iter().zip(&pieces).map(|(start, bytes)| Window { start: *start as u64, bytes }).collect();
    match detect(size as u64, &windows) {
        Detection::Found(file_type) => JsValue::from_str(file_type.mime_type()),
        Detection::Unknown => JsValue::NULL,
        Detection::Need(range) => js_sys::Array::of2(&(range.start as f64).into(), &(range.end as f64).into()).into(),
    }
}

//! Exports with which the facade puts files into bodies: file types, base64 and SHA-256.
//!
//! File content passes through one buffer in the module's memory that is allocated once: the host
//! copies a chunk into it and reads the result from it. No call allocates memory, however large the
//! file is.

use crate::attachment::{Detection, Window, base64, detect};
use sha2::Digest;
use sha2::Sha256;
use sha2::digest::common::hazmat::SerializableState;
use sha2::digest::typenum::Unsigned;
use std::cell::RefCell;
use wasm_bindgen::prelude::*;

/// The size of the buffer for bytes before they are encoded. It is a multiple of 3, so that encoded
/// chunks can be joined. It is small enough that the whole buffer stays in the processor's cache,
/// and large enough that the host makes few Blobs; for larger Blobs, Node 20 allocates new memory
/// pages.
const PLAIN: usize = 192 * 1024;
/// The size of the buffer after it, for the encoded text.
const ENCODED: usize = PLAIN / 3 * 4;

/// The size of the buffer after that, for the state of a SHA-256.
const STATE: usize = <Sha256 as SerializableState>::SerializedStateSize::USIZE;

thread_local! {
    static ROOM: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
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

/// Returns the length of the state of a SHA-256. The state is at the end of the buffer, so that the
/// host can save it, because the module may be restarted while a file is read.
#[wasm_bindgen(js_name = hashStateSize)]
pub fn hash_state_size() -> usize {
    STATE
}

/// Begins a SHA-256.
#[wasm_bindgen(js_name = hashBegin)]
pub fn hash_begin() {
    with_hash(|hash, _| *hash = Sha256::new());
}

/// Continues the SHA-256 with `len` bytes of the buffer, from `start`.
#[wasm_bindgen(js_name = hashPiece)]
pub fn hash_piece(start: usize, len: usize) {
    with_hash(|hash, room| {
        if let Some(piece) = room.get(start..).and_then(|rest| rest.get(..len)) {
            hash.update(piece);
        }
    });
}

/// Ends the SHA-256. Its value replaces the state in the buffer.
#[wasm_bindgen(js_name = hashEnd)]
pub fn hash_end() {
    with_state(|state, _| {
        let sum = restore(state).finalize();
        state.iter_mut().zip(sum).for_each(|(to, from)| *to = from);
    });
}

fn with_hash(change: impl FnOnce(&mut Sha256, &[u8])) {
    with_state(|state, room| {
        let mut hash = restore(state);
        change(&mut hash, room);
        state.copy_from_slice(&hash.serialize());
    });
}

fn with_state(change: impl FnOnce(&mut [u8; STATE], &[u8])) {
    ROOM.with_borrow_mut(|room| {
        if let Some((room, state)) = room.split_last_chunk_mut() {
            change(state, room);
        }
    });
}

fn restore(state: &[u8; STATE]) -> Sha256 {
    Sha256::deserialize(&(*state).into()).unwrap_or_default()
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

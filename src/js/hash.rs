//! Exports with which the facade hashes bodies that are large, or not in one piece, for signatures.

use super::files::ROOM;
use sha2::Digest;
use sha2::Sha256;
use sha2::digest::common::hazmat::SerializableState;
use sha2::digest::typenum::Unsigned;
use wasm_bindgen::prelude::*;

/// The size of the state of a SHA-256.
pub(super) const STATE: usize = <Sha256 as SerializableState>::SerializedStateSize::USIZE;

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

//! HMAC-SHA256 (RFC 2104), as a whole or in two halves. The halves are for large bodies: the host's
//! own SHA-256 is faster and can be fed while the body is written. The host then hashes `head(key,
//! before)`, the body and `after`, and `finish` makes the MAC from that hash.

use crate::wire::secret::Secret;
use hmac::{Hmac, KeyInit, Mac as _};
#[cfg(any(all(feature = "js", feature = "marketplace", target_arch = "wasm32"), test))]
use sha2::Digest as _;
use sha2::Sha256;

/// The block size of SHA-256 in bytes.
#[cfg(any(all(feature = "js", feature = "marketplace", target_arch = "wasm32"), test))]
const BLOCK: usize = 64;

/// A MAC, 32 bytes.
pub type Mac = [u8; 32];

/// Returns one MAC for each key, over `before`, the chunks that `each_chunk` passes, and `after`.
pub(crate) fn hmac_sha256(
    keys: &[&Secret],
    before: &[u8],
    each_chunk: impl FnOnce(&mut dyn FnMut(&[u8])),
    after: &[u8],
) -> Vec<Mac> {
    // HMAC accepts keys of any length, so no key is filtered out.
    let mut macs: Vec<_> =
        keys.iter().filter_map(|key| Hmac::<Sha256>::new_from_slice(key.expose().as_bytes()).ok()).collect();
    let mut feed = |bytes: &[u8]| macs.iter_mut().for_each(|mac| mac.update(bytes));
    feed(before);
    each_chunk(&mut feed);
    feed(after);
    macs.into_iter().map(|mac| mac.finalize().into_bytes().into()).collect()
}

/// The bytes that the host hashes before the body.
#[cfg(any(all(feature = "js", feature = "marketplace", target_arch = "wasm32"), test))]
pub(crate) fn head(key: &Secret, before: &[u8]) -> Vec<u8> {
    [&pad(key, 0x36)[..], before].concat()
}

/// Makes the MAC from the host's hash over `head`, the body and `after`.
#[cfg(any(all(feature = "js", feature = "marketplace", target_arch = "wasm32"), test))]
pub(crate) fn finish(key: &Secret, inner: &Mac) -> Mac {
    Sha256::new().chain_update(pad(key, 0x5c)).chain_update(inner).finalize().into()
}

#[cfg(any(all(feature = "js", feature = "marketplace", target_arch = "wasm32"), test))]
fn pad(key: &Secret, byte: u8) -> [u8; BLOCK] {
    let key = key.expose().as_bytes();
    let hashed: Mac;
    let key = if key.len() > BLOCK {
        hashed = Sha256::digest(key).into();
        &hashed[..]
    } else {
        key
    };
    let mut block = [byte; BLOCK];
    block.iter_mut().zip(key).for_each(|(block, key)| *block ^= key);
    block
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_halves_make_the_whole(key in "[ -~]{0,140}", before: Vec<u8>, body: Vec<u8>, after: Vec<u8>) {
            let key = Secret::new(key);
            let whole = hmac_sha256(&[&key, &key], &before, |feed| feed(&body), &after);
            let inner = Sha256::digest([head(&key, &before), body, after].concat()).into();
            prop_assert_eq!(whole, vec![finish(&key, &inner); 2]);
        }
    }
}

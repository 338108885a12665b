//! Our own state as bytes, which a host of JavaScript carries from one call to the next without
//! reading them. Bytes outlive the module instance that wrote them. ARCHITECTURE says why they are
//! postcard's.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Returns the bytes of a state. They are empty if it cannot be written, but each of ours can.
pub fn to_bytes<T: Serialize>(state: &T) -> Vec<u8> {
    postcard::to_allocvec(state).unwrap_or_default()
}

/// Returns the state that [`to_bytes`] wrote, or `None` for any other bytes.
pub fn from_bytes<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    match postcard::take_from_bytes(bytes) {
        Ok((state, [])) => Some(state),
        _ => None,
    }
}

/// Returns the state as it is read again.
#[cfg(test)]
pub fn round_trip<T: Serialize + DeserializeOwned>(state: &T) -> T {
    from_bytes(&to_bytes(state)).unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::json::Json;

    #[test]
    fn plain_data_survives_whole() {
        let json = Json::read(br#"{"a":[1,9223372036854775807,1.50,null,true,"\u00e4"],"b":{}}"#).unwrap();
        assert_eq!(round_trip(&json), json);
        assert_eq!(round_trip(&(0.1, u64::MAX, Some(7_u8))), (0.1, u64::MAX, Some(7)));
    }

    #[test]
    fn other_bytes_are_no_state() {
        let bytes = to_bytes(&("text".to_owned(), 7_u32));
        assert!(from_bytes::<(String, u32)>(&bytes).is_some());
        assert!(from_bytes::<(String, u32)>(&[bytes.as_slice(), &[0]].concat()).is_none());
        for end in 0..bytes.len() {
            assert!(from_bytes::<(String, u32)>(&bytes[..end]).is_none(), "{end}");
        }
        assert!(from_bytes::<Json>(&to_bytes(&"{")).is_none());
    }
}

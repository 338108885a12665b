//! The shared part of the tests of the Rust driver.
#![allow(clippy::panic, reason = "a test may fail")]

use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// Returns the result of `future`, if all that it waits for is ready when it is polled again.
pub fn run<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..1_000 {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
    panic!("the future waits for nothing that the host does");
}

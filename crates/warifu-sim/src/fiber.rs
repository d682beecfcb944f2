//! A command of the SDK in the middle of its call of the network.
//!
//! The SDK blocks in [`Transport::send`], as applications want it. Here each command runs on a stack of its own and is set aside whenever it sends, so
//! that the messages of many clients are under way at once while one thread does everything, in an order that the seed decides. Dropping a
//! fiber is the end of its process: its stack is unwound and what it had not written to its folder is gone.

use std::cell::Cell;
use std::ptr;

use corosensei::{Coroutine, CoroutineResult, Yielder};
use warifu_client::{Method, Request, Response, Transport, TransportError};

/// A request as it left the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// What the network brings back.
pub(crate) type Answer = Result<Response, TransportError>;

/// Where a fiber has got to.
pub(crate) enum Progress<R> {
    /// It has sent this and waits for its answer.
    Sent(Call),
    /// It is done.
    Done(R),
}

/// Work that may stop at any call of the network.
pub(crate) struct Fiber<R: 'static>(Coroutine<Input, Box<Call>, Box<R>>);

/// What goes in and out travels in boxes: a coroutine passes no more than a few words.
type Input = Option<Box<Answer>>;

thread_local! {
    /// The way out of the fiber that is running; null outside of any.
    static RUNNING: Cell<*const Yielder<Input, Box<Call>>> = const { Cell::new(ptr::null()) };
}

impl<R: 'static> Fiber<R> {
    /// Sets `work` up; it begins with the first [`Self::go_on`].
    pub(crate) fn new(work: impl FnOnce() -> R + 'static) -> Self {
        let work = Box::new(work);
        Self(Coroutine::new(move |yielder: &Yielder<Input, Box<Call>>, _| {
            RUNNING.set(ptr::from_ref(yielder));
            Box::new(work())
        }))
    }

    /// Lets the work go on until it sends or is done. `answer` is for its last call; none begins it.
    pub(crate) fn go_on(&mut self, answer: Option<Answer>) -> Progress<R> {
        let outside = RUNNING.replace(ptr::null());
        let result = self.0.resume(answer.map(Box::new));
        RUNNING.set(outside);
        match result {
            CoroutineResult::Yield(call) => Progress::Sent(*call),
            CoroutineResult::Return(result) => Progress::Done(*result),
        }
    }
}

/// The transport of every client here: sets its fiber aside with the request, and goes on with the answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wire {
    /// What every URL begins with.
    pub(crate) origin: &'static str,
}

impl Transport for Wire {
    fn send(&mut self, request: &Request<'_>) -> Answer {
        let path = request.url.strip_prefix(self.origin).unwrap_or(request.url);
        let call = Call {
            method: request.method,
            path: path.to_owned(),
            headers: request
                .headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect(),
            body: request.body.to_vec(),
        };
        set_aside(call).unwrap_or_else(|| Err(TransportError::Unreachable("nobody carries it".to_owned())))
    }
}

/// Sets the running fiber aside and brings what it is resumed with. None outside of any fiber.
#[expect(unsafe_code, reason = "the one place where a fiber finds its way out; see SAFETY")]
fn set_aside(call: Call) -> Option<Answer> {
    let yielder = RUNNING.get();
    if yielder.is_null() {
        return None;
    }
    // SAFETY: the pointer is to the yielder that `Coroutine::resume` keeps alive for as long as the coroutine's function runs. It is set only while that
    // function runs on this thread: `Fiber::new` sets it at the function's start, `go_on` takes it away before anything else may run, and the line
    // below sets it again when the function goes on. Fibers are not `Send`, so no other thread can see it.
    let answer = unsafe { &*yielder }.suspend(Box::new(call));
    RUNNING.set(yielder);
    answer.map(|answer| *answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(path: &str) -> Call {
        Call { method: Method::Get, path: path.to_owned(), headers: Vec::new(), body: Vec::new() }
    }

    fn ask(path: &str) -> u16 {
        set_aside(call(path)).unwrap().unwrap().status
    }

    fn answer(status: u16) -> Option<Answer> {
        Some(Ok(Response { status, ..Response::default() }))
    }

    #[test]
    fn several_fibers_wait_at_once_and_each_gets_its_own_answers() {
        let mut fibers: Vec<Fiber<u16>> = (0..3).map(|_| Fiber::new(|| ask("/a") * 10 + ask("/b"))).collect();
        for fiber in &mut fibers {
            assert!(matches!(fiber.go_on(None), Progress::Sent(sent) if sent == call("/a")));
        }
        for (first, fiber) in (1..).zip(&mut fibers) {
            assert!(matches!(fiber.go_on(answer(first)), Progress::Sent(sent) if sent == call("/b")));
        }
        for (first, fiber) in (1..4_u16).zip(&mut fibers).rev() {
            assert!(
                matches!(fiber.go_on(answer(first + 3)), Progress::Done(done) if done == first * 10 + first + 3)
            );
        }
    }

    #[test]
    fn a_dropped_fiber_is_unwound_and_outside_of_fibers_nobody_carries_anything() {
        struct Noted<'a>(&'a Cell<bool>);
        impl Drop for Noted<'_> {
            fn drop(&mut self) {
                self.0.set(true);
            }
        }
        let ended: &'static Cell<bool> = Box::leak(Box::new(Cell::new(false)));
        let mut fiber = Fiber::new(|| {
            let _noted = Noted(ended);
            ask("/a")
        });
        assert!(matches!(fiber.go_on(None), Progress::Sent(_)));
        assert!(!ended.get());
        drop(fiber);
        assert!(ended.get());
        assert_eq!(set_aside(call("/a")), None);
    }
}

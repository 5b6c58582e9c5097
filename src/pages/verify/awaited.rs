//! One answer that several wait for, so that it is asked for once.

use std::{
    cell::RefCell,
    future::poll_fn,
    mem,
    rc::Rc,
    task::{Poll, Waker},
};

/// An answer that is on its way; copies of it wait for the same.
#[derive(Clone, Debug)]
pub struct Awaited<T>(Rc<RefCell<State<T>>>);

#[derive(Debug)]
struct State<T> {
    answer: Option<T>,
    waiting: Vec<Waker>,
}

impl<T: Copy> Awaited<T> {
    /// One that nobody has heard yet.
    pub fn new() -> Self {
        Self(Rc::new(RefCell::new(State {
            answer: None,
            waiting: Vec::new(),
        })))
    }

    /// Tells it to all who wait, and to whoever asks later.
    pub fn tell(&self, answer: T) {
        let mut state = self.0.borrow_mut();
        state.answer = Some(answer);
        let waiting = mem::take(&mut state.waiting);
        // Whoever is woken may look at it at once.
        drop(state);
        waiting.into_iter().for_each(Waker::wake);
    }

    /// The answer, once it is there.
    pub async fn answer(&self) -> T {
        poll_fn(|context| {
            let mut state = self.0.borrow_mut();
            match state.answer {
                Some(answer) => Poll::Ready(answer),
                None => {
                    state.waiting.push(context.waker().clone());
                    Poll::Pending
                }
            }
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        pin::pin,
        sync::{
            Arc,
            atomic::{AtomicUsize, Ordering},
        },
        task::{Context, Wake},
    };

    #[derive(Default)]
    struct Woken(AtomicUsize);

    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn everybody_who_waits_is_told_and_whoever_comes_later() {
        let awaited = Awaited::new();
        let copy = awaited.clone();
        let (mut one, mut other) = (pin!(awaited.answer()), pin!(copy.answer()));
        let woken = [Arc::new(Woken::default()), Arc::new(Woken::default())];
        let wakers = woken.clone().map(Waker::from);
        let [mut first, mut second] = [&wakers[0], &wakers[1]].map(Context::from_waker);
        assert_eq!(one.as_mut().poll(&mut first), Poll::Pending);
        assert_eq!(other.as_mut().poll(&mut second), Poll::Pending);
        awaited.tell('a');
        assert_eq!(woken.map(|one| one.0.load(Ordering::Relaxed)), [1, 1]);
        assert_eq!(one.as_mut().poll(&mut first), Poll::Ready('a'));
        assert_eq!(other.as_mut().poll(&mut second), Poll::Ready('a'));
        let mut late = pin!(copy.answer());
        assert_eq!(late.as_mut().poll(&mut first), Poll::Ready('a'));
    }
}

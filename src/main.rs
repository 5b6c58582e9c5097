//! The app in the browser: a readable panic, then the page.

fn main() {
    console_error_panic_hook::set_once();
    #[cfg(feature = "csr")]
    dsos::mount();
}

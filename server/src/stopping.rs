//! How the program hears that it is to end.

use std::io;
use tokio::signal;

/// Hears from now on when the person or the system asks the program to stop; ends when they do.
///
/// # Errors
/// When the system gives no signals.
pub fn asked_to_stop() -> io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    {
        use signal::unix::{SignalKind, signal};
        let (mut interrupt, mut terminate) = (
            signal(SignalKind::interrupt())?,
            signal(SignalKind::terminate())?,
        );
        Ok(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    Ok(async {
        if signal::ctrl_c().await.is_err() {
            // Without the signal there is no orderly end; the system's will do.
            std::future::pending::<()>().await;
        }
    })
}

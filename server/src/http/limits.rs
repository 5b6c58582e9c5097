//! How much one client, and one account, may ask for in a time. What costs others
//! something, such as a mail or a question to a forge, is scarcer than what does not.

use super::{client::ByClient, refusal::Refusal};
use crate::settings::Limits;
use api::{Problem, ProblemKind};
use axum::{body::Body, http::Response, response::IntoResponse};
use governor::{
    DefaultKeyedRateLimiter, Quota,
    clock::{Clock, DefaultClock},
    middleware::NoOpMiddleware,
};
use std::{net::IpAddr, num::NonZeroU32, sync::Arc, time::Duration};
use tower_governor::{
    GovernorError, GovernorLayer,
    governor::{GovernorConfig, GovernorConfigBuilder},
};

/// What a request costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cost {
    /// Our own data is read or written.
    Ordinary,
    /// Others are asked: forges and the registry.
    Asking,
    /// An application comes in and a mail goes out.
    Sending,
    /// A code is mailed or guessed.
    SigningIn,
}

impl Cost {
    /// How many at once, and after what time one more.
    const fn quota(self) -> (u32, Duration) {
        match self {
            Self::Ordinary => (240, Duration::from_millis(50)),
            Self::Asking => (60, Duration::from_secs(2)),
            Self::Sending => (20, Duration::from_secs(30)),
            Self::SigningIn => (20, Duration::from_secs(15)),
        }
    }
}

/// What an account may ask for: at once, and how often one more.
const ACCOUNT: (u32, Duration) = (480, Duration::from_millis(25));

type Config = GovernorConfig<ByClient, NoOpMiddleware<governor::clock::QuantaInstant>>;

/// A limit as it is laid over routes.
pub type Layer = GovernorLayer<ByClient, NoOpMiddleware<governor::clock::QuantaInstant>, Body>;

/// The limits by client.
#[derive(Clone)]
pub struct ClientLimits(Arc<[(Cost, Arc<Config>)]>);

impl ClientLimits {
    /// Limits that count anew.
    pub fn new(limits: Limits, trusted: &[IpAddr]) -> Self {
        let costs = [Cost::Ordinary, Cost::Asking, Cost::Sending, Cost::SigningIn];
        let configs = costs.into_iter().filter_map(|cost| {
            let (burst, period) = match limits {
                Limits::On => cost.quota(),
                Limits::Off => NO_LIMIT,
            };
            let config = GovernorConfigBuilder::default()
                .period(period)
                .burst_size(burst)
                .key_extractor(ByClient {
                    trusted: trusted.into(),
                })
                .finish()?;
            Some((cost, Arc::new(config)))
        });
        Self(configs.collect())
    }

    /// The limit for what costs so much, to be laid over its routes.
    pub fn layer(&self, cost: Cost) -> Option<Layer> {
        let (_, config) = self.0.iter().find(|(of, _)| *of == cost)?;
        Some(GovernorLayer::new(Arc::clone(config)).error_handler(refused))
    }

    /// Forgets clients that have not asked for long.
    pub fn forget_idle(&self) {
        for (_, config) in self.0.iter() {
            config.limiter().retain_recent();
            config.limiter().shrink_to_fit();
        }
    }
}

/// As good as none.
const NO_LIMIT: (u32, Duration) = (u32::MAX, Duration::from_nanos(1));

fn refused(error: GovernorError) -> Response<Body> {
    match error {
        GovernorError::TooManyRequests { wait_time, .. } => Refusal::from(TooOften {
            wait_secs: wait_time.max(1),
        }),
        GovernorError::UnableToExtractKey | GovernorError::Other { .. } => {
            Refusal::new(ProblemKind::Unavailable, "Try again in a moment.")
        }
    }
    .into_response()
}

/// Something was asked for more often than the limits allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooOften {
    /// How long to wait.
    pub wait_secs: u64,
}

impl From<TooOften> for Refusal {
    fn from(TooOften { wait_secs }: TooOften) -> Self {
        let detail = format!(
            "This was asked for too often in a short time. Wait {wait_secs} s and try again; nothing was lost."
        );
        Self(Problem::too_many(wait_secs, detail))
    }
}

/// The limit by account, whatever addresses it asks from.
pub struct AccountLimit {
    limiter: Option<DefaultKeyedRateLimiter<i64>>,
    clock: DefaultClock,
}

impl AccountLimit {
    /// A limit that counts anew.
    pub fn new(limits: Limits) -> Self {
        let (burst, period) = ACCOUNT;
        let quota = Quota::with_period(period)
            .zip(NonZeroU32::new(burst))
            .map(|(quota, burst)| quota.allow_burst(burst))
            .filter(|_| limits == Limits::On);
        Self {
            limiter: quota.map(DefaultKeyedRateLimiter::keyed),
            clock: DefaultClock::default(),
        }
    }

    /// Counts a request of an account.
    ///
    /// # Errors
    /// When there were too many.
    pub fn count(&self, account: i64) -> Result<(), TooOften> {
        let Some(limiter) = &self.limiter else {
            return Ok(());
        };
        limiter.check_key(&account).map_err(|not_until| {
            let wait = not_until.wait_time_from(self.clock.now());
            TooOften {
                wait_secs: wait.as_secs().max(1),
            }
        })
    }

    /// Forgets accounts that have not asked for long.
    pub fn forget_idle(&self) {
        if let Some(limiter) = &self.limiter {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_has_its_share_and_no_more() {
        let limit = AccountLimit::new(Limits::On);
        let granted = (0..1_000).filter(|_| limit.count(1).is_ok()).count();
        assert!((480..600).contains(&granted), "{granted}");
        assert!(limit.count(2).is_ok());
        let off = AccountLimit::new(Limits::Off);
        assert!((0..1_000).all(|_| off.count(1).is_ok()));
    }
}

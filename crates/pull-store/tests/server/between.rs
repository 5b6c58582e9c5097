//! Something between a store and its servers, which breaks off: before a request is passed on, in
//! its middle, after it was done and before anybody hears of it; or which passes it on when it was
//! given up a while ago.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{sleep, spawn};
use std::time::Duration;

/// What happens to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is not passed on.
    Before,
    /// Half of it is.
    Middle,
    /// It is done, but there is no answer.
    After,
    /// It is done, and half of the answer is passed on.
    HalfAnswer,
    /// It is done after it was given up.
    Late,
}

pub const FAULTS: [Fault; 5] = [
    Fault::Before,
    Fault::Middle,
    Fault::After,
    Fault::HalfAnswer,
    Fault::Late,
];

/// How late a request comes that comes late.
const LATE: Duration = Duration::from_millis(150);

/// What happens to the next requests.
#[derive(Clone, Copy, Debug)]
struct Plan {
    /// So many pass.
    passing: usize,
    /// What happens to the one after them.
    fault: Option<Fault>,
    /// And to all others: nothing is passed on.
    stays_away: bool,
}

const PASS: Plan = Plan {
    passing: usize::MAX,
    fault: None,
    stays_away: false,
};

/// Stands between.
pub struct Between {
    plan: Arc<Mutex<Plan>>,
    /// Requests that are still to come late.
    late: Arc<AtomicUsize>,
    /// Addresses, one for each server.
    pub servers: Vec<String>,
}

impl Between {
    pub fn new(servers: &[String]) -> Self {
        let (plan, late) = (Arc::new(Mutex::new(PASS)), Arc::new(AtomicUsize::new(0)));
        let own = servers.iter().map(|server| {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let address = listener.local_addr().unwrap().to_string();
            let (plan, late, server) = (plan.clone(), late.clone(), server.clone());
            spawn(move || {
                for client in listener.incoming().flatten() {
                    let (plan, late, server) = (plan.clone(), late.clone(), server.clone());
                    spawn(move || pass(client, &server, &plan, &late));
                }
            });
            address
        });
        Self {
            servers: own.collect(),
            plan,
            late,
        }
    }

    /// Lets some requests pass, and has something happen to the next one; afterwards all pass, or
    /// none does until it is healed.
    pub fn after(&self, passing: usize, fault: Fault, stays_away: bool) {
        *self.plan.lock().unwrap() = Plan {
            passing,
            fault: Some(fault),
            stays_away,
        };
    }

    /// Lets everything pass; gives whether what was planned has happened.
    pub fn heal(&self) -> bool {
        let mut plan = self.plan.lock().unwrap();
        let has_happened = plan.fault.is_none();
        *plan = PASS;
        has_happened
    }

    /// Waits for what comes late.
    pub fn settle(&self) {
        while self.late.load(Ordering::SeqCst) > 0 {
            sleep(Duration::from_millis(5));
        }
    }
}

/// A whole request, or nothing if whoever asks has gone.
fn request(client: &mut TcpStream) -> Option<Vec<u8>> {
    let (mut bytes, mut piece) = (Vec::new(), [0; 1 << 16]);
    loop {
        let read = client.read(&mut piece).ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&piece[..read]);
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length:"))
            .map_or(0, |length| length.trim().parse().unwrap());
        if bytes.len() >= end + 4 + length {
            return Some(bytes);
        }
    }
}

/// Sends a request, or its beginning, and reads all that comes back.
fn ask(server: &str, request: &[u8]) -> Option<Vec<u8>> {
    let mut upstream = TcpStream::connect(server).ok()?;
    let line = request.windows(2).position(|two| two == b"\r\n")? + 2;
    upstream.write_all(&request[..line]).ok()?;
    // So that what comes back has an end.
    upstream.write_all(b"Connection: close\r\n").ok()?;
    upstream.write_all(&request[line..]).ok()?;
    let mut answer = Vec::new();
    upstream.read_to_end(&mut answer).ok()?;
    Some(answer)
}

fn pass(mut client: TcpStream, server: &str, plan: &Mutex<Plan>, late: &Arc<AtomicUsize>) {
    let Some(asked) = request(&mut client) else {
        return;
    };
    let fault = {
        let mut plan = plan.lock().unwrap();
        if plan.passing > 0 {
            plan.passing -= 1;
            None
        } else {
            let away = plan.stays_away.then_some(Fault::Before);
            plan.fault.take().or(away)
        }
    };
    match fault {
        None => {
            if let Some(answer) = ask(server, &asked) {
                let _ = client.write_all(&answer);
            }
        }
        Some(Fault::Before) => {}
        Some(Fault::Middle) => {
            if let Ok(mut upstream) = TcpStream::connect(server) {
                // The head and half of the body.
                let head = asked.windows(4).position(|four| four == b"\r\n\r\n");
                let head = head.map_or(0, |end| end + 4);
                let _ = upstream.write_all(&asked[..head + (asked.len() - head) / 2]);
                sleep(Duration::from_millis(20));
                let _ = upstream.shutdown(Shutdown::Both);
            }
        }
        Some(Fault::After) => drop(ask(server, &asked)),
        Some(Fault::HalfAnswer) => {
            if let Some(answer) = ask(server, &asked) {
                let _ = client.write_all(&answer[..answer.len() / 2]);
            }
        }
        Some(Fault::Late) => {
            late.fetch_add(1, Ordering::SeqCst);
            let (server, late) = (server.to_owned(), late.clone());
            spawn(move || {
                sleep(LATE);
                ask(&server, &asked);
                late.fetch_sub(1, Ordering::SeqCst);
            });
        }
    }
    let _ = client.shutdown(Shutdown::Both);
}

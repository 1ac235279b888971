//! Sockets, clock and files around the core: tokio and axum, nothing of SIP.

mod accounts;
mod control;
mod driver;
mod handshakes;
mod media;
mod options;
mod order;
mod valve;
mod web;
mod websocket;

use crate::{
    core::{Account, Config, Server},
    media::MediaConfig,
};
use axum::Router;
use driver::Driver;
use handshakes::Handshakes;
pub use options::{HELP, Options};
use serde_json::Value;
use std::{
    future::Future,
    io,
    net::{Ipv6Addr, SocketAddr},
    path::PathBuf,
};
use tokio::{net::TcpListener, task::JoinSet};
use valve::{Listener, Valve};

/// A server that listens and has not yet begun to serve.
pub struct Shell {
    listeners: Vec<TcpListener>,
    address: SocketAddr,
    accounts: Vec<Account>,
    offer: Value,
    www: PathBuf,
    media: MediaConfig,
    control: bool,
}

impl Shell {
    /// Reads the accounts and takes the port.
    ///
    /// # Errors
    ///
    /// The accounts cannot be read, the host is unknown, the port is taken, or the control door would be open to others.
    pub async fn listen(options: Options) -> io::Result<Self> {
        let accounts = accounts::load(options.accounts.as_deref())?;
        let door = options.control.then_some(control::PATH);
        let offer = web::offer(&accounts, options.accounts.is_none(), door);
        let first = TcpListener::bind((options.host.as_str(), options.port)).await?;
        let address = first.local_addr()?;
        if options.control && !address.ip().is_loopback() {
            let told = "the control door opens on loopback only: no --control with this --host";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, told));
        }
        let mut listeners = vec![first];
        if address.ip().is_loopback() {
            // Browsers may look for localhost on ::1 first. A machine without IPv6 does without.
            let second = TcpListener::bind((Ipv6Addr::LOCALHOST, address.port())).await;
            listeners.extend(second.ok());
        }
        let media = MediaConfig { loopback_media: options.loopback_media };
        let (www, control) = (options.www, options.control);
        Ok(Self { listeners, address, accounts, offer, www, media, control })
    }

    /// Where it listens; the port is never 0.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Who may register.
    pub fn accounts(&self) -> &[Account] {
        &self.accounts
    }

    /// Serves until `stop` is ready, then closes every connection.
    ///
    /// # Errors
    ///
    /// The operating system gives no random numbers.
    pub async fn serve(self, stop: impl Future<Output = ()>) -> io::Result<()> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(io::Error::other)?;
        let config = Config { address: self.address, accounts: self.accounts };
        let (driver, handle) = Driver::new(Server::new(config, seed), self.media);
        let handshakes = Handshakes::default();
        let mut router = web::router(&self.www, &self.offer, handle.clone(), handshakes.clone());
        if self.control {
            router = router.merge(control::router(handle, handshakes));
        }
        let _web = serve_pages(self.listeners, &router);
        driver.run(stop).await;
        Ok(())
    }
}

/// The set ends its tasks when it is dropped.
fn serve_pages(listeners: Vec<TcpListener>, router: &Router) -> JoinSet<io::Result<()>> {
    let mut tasks = JoinSet::new();
    for listener in listeners {
        let service = router.clone().into_make_service_with_connect_info::<Valve>();
        tasks.spawn(async move { axum::serve(Listener(listener), service).await });
    }
    tasks
}

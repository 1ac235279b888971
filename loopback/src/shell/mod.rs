//! Sockets, clock and files around the core: tokio and axum, nothing of SIP.

mod accounts;
mod driver;
mod media;
mod options;
mod web;
mod websocket;

use crate::{
    core::{Account, Config, Server},
    media::MediaConfig,
};
use driver::{Driver, Handle};
pub use options::{HELP, Options};
use serde_json::Value;
use std::{
    future::Future,
    io,
    net::{Ipv6Addr, SocketAddr},
    path::{Path, PathBuf},
};
use tokio::{net::TcpListener, task::JoinSet};

/// A server that listens and has not yet begun to serve.
pub struct Shell {
    listeners: Vec<TcpListener>,
    address: SocketAddr,
    accounts: Vec<Account>,
    offer: Value,
    www: PathBuf,
    media: MediaConfig,
}

impl Shell {
    /// Reads the accounts and takes the port.
    ///
    /// # Errors
    ///
    /// The accounts cannot be read, the host is unknown or the port is taken.
    pub async fn listen(options: Options) -> io::Result<Self> {
        let accounts = accounts::load(options.accounts.as_deref())?;
        let offer = web::offer(&accounts, options.accounts.is_none());
        let first = TcpListener::bind((options.host.as_str(), options.port)).await?;
        let address = first.local_addr()?;
        let mut listeners = vec![first];
        if address.ip().is_loopback() {
            // Browsers may look for localhost on ::1 first. A machine without IPv6 does without.
            let second = TcpListener::bind((Ipv6Addr::LOCALHOST, address.port())).await;
            listeners.extend(second.ok());
        }
        let media = MediaConfig { loopback_media: options.loopback_media };
        Ok(Self { listeners, address, accounts, offer, www: options.www, media })
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
        let _web = serve_pages(self.listeners, &self.www, &self.offer, &handle);
        driver.run(stop).await;
        Ok(())
    }
}

/// The set ends its tasks when it is dropped.
fn serve_pages(
    listeners: Vec<TcpListener>,
    www: &Path,
    offer: &Value,
    handle: &Handle,
) -> JoinSet<io::Result<()>> {
    let mut tasks = JoinSet::new();
    for listener in listeners {
        let router = web::router(www, offer, handle.clone());
        tasks.spawn(async move { axum::serve(listener, router).await });
    }
    tasks
}

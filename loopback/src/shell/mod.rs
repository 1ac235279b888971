//! Sockets, clock and files around the core: tokio and axum, nothing of SIP.

mod control;
mod driver;
mod media;
mod valve;
mod web;
mod websocket;

use crate::{
    core::{Account, Config, Server},
    host::{self, Options},
    media::MediaConfig,
};
use axum::Router;
use driver::Driver;
use serde_json::Value;
use std::{
    fs,
    future::Future,
    io,
    net::{Ipv6Addr, SocketAddr},
    path::{Path, PathBuf},
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
        let accounts = match &options.accounts {
            Some(file) => read_accounts(file)
                .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", file.display())))?,
            None => host::read_accounts(host::READY_MADE)?,
        };
        let offer = host::offer(&accounts, &options);
        let first = TcpListener::bind((options.host.as_str(), options.port)).await?;
        let address = first.local_addr()?;
        options.allow(address)?;
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
        let mut router = web::router(&self.www, &self.offer, handle.clone());
        if self.control {
            router = router.merge(control::router(handle));
        }
        let _web = serve_pages(self.listeners, &router);
        driver.run(stop).await;
        Ok(())
    }
}

fn read_accounts(file: &Path) -> io::Result<Vec<Account>> {
    host::read_accounts(&fs::read_to_string(file)?)
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

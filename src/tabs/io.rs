//! What a tab wants of its browser.

use crate::agent::{Input, SocketId};
use crate::local::Names;

/// What is to be done, in this order.
pub enum Output {
    /// Open a real socket.
    Open {
        /// Its name.
        socket: SocketId,
        /// Its URI.
        uri: String,
    },
    /// Send this over it.
    Send {
        /// Which one.
        socket: SocketId,
        /// One message.
        frame: Vec<u8>,
    },
    /// Close it.
    Close(SocketId),
    /// Tell this tab's user agent.
    Input(Input),
    /// Tell it that these are its names.
    Names(Names),
    /// Have it unregister.
    Unregister,
    /// Stand in line for the lock and listen to the channel; [`handle_elected`](super::Tabs::handle_elected) tells of the lock.
    Seek {
        /// What others know this tab by until [`Resign`](Self::Resign): the name of a lock that it holds as long.
        tab: String,
    },
    /// Let go of the locks and the channel.
    Resign,
    /// Say this to all other tabs.
    Post(Vec<u8>),
    /// Tell by [`handle_gone`](super::Tabs::handle_gone) when this tab is not there any more.
    Watch(String),
}

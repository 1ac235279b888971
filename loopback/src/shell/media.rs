//! The robots' media endpoints, by the number of their call.

use super::driver::{Handle, Happening};
use crate::{
    core::{MediaId, Sound},
    media::{MediaConfig, MediaEndpoint},
};
use std::{collections::BTreeMap, sync::Arc};
use tokio::sync::broadcast::error::RecvError;

pub(super) struct Media {
    config: MediaConfig,
    endpoints: BTreeMap<MediaId, Arc<MediaEndpoint>>,
    handle: Handle,
}

impl Media {
    pub(super) const fn new(config: MediaConfig, handle: Handle) -> Self {
        Self { config, endpoints: BTreeMap::new(), handle }
    }

    /// Answers an offer with the endpoint of this number, or with a new one; the driver is told.
    pub(super) fn answer(&mut self, id: MediaId, sound: Sound, offer: String) {
        match self.endpoints.get(&id).cloned() {
            Some(endpoint) => self.spawn(async move {
                let answer = endpoint.renegotiate(&offer).await;
                Happening::Answered(id, answer.map_err(|error| error.to_string()))
            }),
            None => {
                let answer = self.open(id, sound, &offer);
                self.spawn(async move { Happening::Answered(id, answer) });
            }
        }
    }

    fn open(&mut self, id: MediaId, sound: Sound, offer: &str) -> Result<String, String> {
        let (answer, endpoint) =
            MediaEndpoint::answer(offer, sound.into(), self.config).map_err(|error| error.to_string())?;
        let (mut digits, handle) = (endpoint.digits(), self.handle.clone());
        tokio::spawn(async move {
            loop {
                match digits.recv().await {
                    Ok(digit) => _ = handle.tell(Happening::Heard(id, digit)).await,
                    Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return,
                }
            }
        });
        let ended = endpoint.ended();
        self.spawn(async move {
            ended.await;
            Happening::MediaLost(id)
        });
        self.endpoints.insert(id, Arc::new(endpoint));
        Ok(answer)
    }

    /// Frees what this call had.
    pub(super) fn end(&mut self, id: MediaId) {
        self.endpoints.remove(&id);
    }

    fn spawn(&self, happening: impl Future<Output = Happening> + Send + 'static) {
        let handle = self.handle.clone();
        tokio::spawn(async move { handle.tell(happening.await).await });
    }
}

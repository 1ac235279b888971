// The descriptions of servers that cannot run here (tests/servers/): a browser takes them as they come, as offers and as
// answers, for nothing between the wire and the browser changes them.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { launchChromium } from "./lib/chromium.mjs";
import { lacksFirefox, launchFirefox } from "./lib/firefox.mjs";

const SERVERS = ["asterisk", "freeswitch", "rtpengine"];

const describe = async (server) => (await readFile(new URL(`../servers/${server}.sdp`, import.meta.url), "utf8")).replaceAll("\n", "\r\n");

for (const [name, launch, skip] of [["Chromium", launchChromium, false], ["Firefox", launchFirefox, lacksFirefox]]) {
  let browser;
  let tab;
  before(async () => {
    if (skip) return;
    browser = await launch();
    tab = await browser.open("about:blank");
  });
  after(() => browser?.close());

  for (const server of SERVERS) {
    test(`${name} answers ${server}`, { skip }, async () => {
      const answer = await tab.evaluate(async (sdp) => {
        const peer = new RTCPeerConnection();
        const [track] = new AudioContext().createMediaStreamDestination().stream.getAudioTracks();
        peer.addTrack(track);
        await peer.setRemoteDescription({ type: "offer", sdp });
        await peer.setLocalDescription();
        const { sdp: answer } = peer.localDescription;
        peer.close();
        return answer;
      }, await describe(server));
      assert.match(answer, /^m=audio [1-9]\d* UDP\/TLS\/RTP\/SAVPF /m, "not refused");
      for (const line of [/^a=setup:active/m, /^a=rtcp-mux/m, /^a=rtpmap:101 telephone-event\/8000/m, /^a=rtpmap:0 PCMU\/8000/m, /^a=sendrecv/m]) {
        assert.match(answer, line);
      }
    });

    test(`${name} is answered by ${server}`, { skip }, async () => {
      const state = await tab.evaluate(async (sdp) => {
        const peer = new RTCPeerConnection();
        peer.addTransceiver("audio");
        await peer.setLocalDescription();
        // A server answers with the numbers of the offer.
        const number = (codec) => peer.localDescription.sdp.match(new RegExp(`a=rtpmap:(\\d+) ${codec}`))[1];
        const own = sdp.replaceAll(/\b101\b(?= telephone-event|\r| 0-1)/g, number("telephone-event/8000")).replaceAll(/\b102\b(?= opus| 0 8| useinband)/g, number("opus/48000"));
        const answer = own.replaceAll(/ 103(?= )|a=(rtpmap|fmtp):103 .*\r\n/g, "").replace("setup:actpass", "setup:active");
        await peer.setRemoteDescription({ type: "answer", sdp: answer });
        const [{ direction, currentDirection }] = peer.getTransceivers();
        const { signalingState } = peer;
        peer.close();
        return { direction, currentDirection, signalingState };
      }, await describe(server));
      assert.deepEqual(state, { direction: "sendrecv", currentDirection: "sendrecv", signalingState: "stable" });
    });
  }
}

import { useRef } from "react";
import type { CallState, Phone } from "./phone";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];

const STAGE = {
  incoming: "is calling",
  answering: "Answering…",
  calling: "Calling…",
  ringing: "Ringing…",
  connected: "Connected",
  ending: "Ending…",
};

function standing({ stage, hold, interrupted }: CallState) {
  if (stage !== "connected") return STAGE[stage];
  if (interrupted) return "Connection lost, being restored…";
  if (hold.local) return "On hold";
  return hold.remote ? "On hold by the other side" : STAGE.connected;
}

export function CallCard({ view, phone, onEnd }: { view: CallState; phone: Phone; onEnd: () => void }) {
  const { call, peer, stage, muted, hold, digits } = view;
  const card = useRef<HTMLLIElement>(null);

  function accept() {
    // The button goes away, the focus stays with the call.
    card.current?.focus();
    phone.accept(call);
  }

  function end(how: Phone["hangUp"]) {
    onEnd();
    how(call);
  }

  return (
    <li ref={card} tabIndex={-1} aria-label={`Call with ${peer}`} data-stage={stage}>
      <p role={stage === "incoming" ? "alert" : "status"}>
        <strong>{peer}</strong> {standing(view)}
      </p>
      {stage === "incoming" ? (
        <div className="actions">
          <button type="button" className="primary" onClick={accept}>Accept</button>
          <button type="button" className="danger" onClick={() => end(phone.decline)}>Decline</button>
        </div>
      ) : (
        <div className="actions">
          <button type="button" aria-pressed={muted} onClick={() => phone.toggleMute(call)}>Mute</button>
          <button type="button" aria-pressed={hold.local} disabled={stage !== "connected"} onClick={() => phone.toggleHold(call)}>Hold</button>
          <button type="button" className="danger" disabled={stage === "ending"} onClick={() => end(phone.hangUp)}>Hang up</button>
        </div>
      )}
      {stage === "connected" && (
        <details>
          <summary>Keypad</summary>
          <output aria-label="Digits sent">{digits}</output>
          <div className="keypad" role="group" aria-label="Keypad">
            {KEYS.map((key) => (
              <button type="button" key={key} onClick={() => phone.press(call, key)}>{key}</button>
            ))}
          </div>
        </details>
      )}
    </li>
  );
}

import type { FormEvent } from "react";
import type { TelnyxDeviceConfig } from "telnyx-device";

export function SignIn({ onSignIn }: { onSignIn: (config: TelnyxDeviceConfig) => void }) {
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const server = new URL(String(form.get("server")));
    onSignIn({
      host: server.hostname,
      port: server.port || (server.protocol === "wss:" ? 443 : 80),
      wsServers: server.href,
      username: String(form.get("username")),
      password: String(form.get("password")),
    });
  }

  return (
    <form onSubmit={submit}>
      <label>
        Server
        <input name="server" type="url" pattern="wss?://.+" title="A WebSocket address" required defaultValue="ws://localhost:8080/sip" />
      </label>
      <label>
        User name
        <input name="username" required autoComplete="username" autoCapitalize="none" spellCheck={false} />
      </label>
      <label>
        Password
        <input name="password" type="password" autoComplete="current-password" />
      </label>
      <button className="primary">Sign in</button>
    </form>
  );
}

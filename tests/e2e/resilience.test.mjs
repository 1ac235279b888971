// Calls outlive what happens to their phone, its connection and the server: through the embedded server.
import { startEmbedded } from "./lib/embedded.mjs";
import { halfOpen, restarts, short } from "./lib/faults.mjs";
import { outlives } from "./lib/resilience.mjs";

outlives({ chromium: [...short, ...restarts, ...halfOpen], firefox: short }, async () => {
  const server = await startEmbedded({ control: true });
  return { ...server, restart: (how) => server.order("restart", how) };
});

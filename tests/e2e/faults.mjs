// Every fault that a browser can be made to show, in each browser, through each server: of the long run, about a quarter of an hour.
import { setTimeout as pause } from "node:timers/promises";
import { startEmbedded } from "./lib/embedded.mjs";
import { all, ofPrograms } from "./lib/faults.mjs";
import { startKeepingKamailio } from "./lib/kamailio.mjs";
import { outlives } from "./lib/resilience.mjs";

outlives({ chromium: all, firefox: all }, async () => {
  const server = await startEmbedded({ control: true });
  const restart = async (how) => {
    await server.order("restart", how);
    await pause(how.down ?? 0);
  };
  return { ...server, restart };
});

outlives({ chromium: ofPrograms, firefox: ofPrograms }, startKeepingKamailio, "Kamailio");

// Calls outlive what happens to their phone, its connection and the server: through a real Kamailio, by GRUU.
import { halfOpen, killed, short, some } from "./lib/faults.mjs";
import { startKamailio } from "./lib/kamailio.mjs";
import { outlives } from "./lib/resilience.mjs";

outlives({ chromium: [...short, ...killed], firefox: [...some, ...halfOpen] }, startKamailio, "Kamailio");

// Calls that outlive a reload, through the embedded server.
import { reloadsThrough } from "./lib/reloads.mjs";

reloadsThrough();

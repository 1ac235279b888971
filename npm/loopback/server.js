// The server with its sockets.
import { readFile } from "node:fs/promises";
import { Connections } from "./connections.js";
import { Datagrams } from "./datagrams.js";
import { load } from "./module.js";
import { Web } from "./web.js";

/**
 * Runs the program with these arguments, and gives `{port, page, sip, stop}` once it serves; `print` is handed what it says. It
 * rejects where it does not come to that, with an error whose `exitCode` is that of the program.
 */
export async function run(args, print) {
  const turn = await load();
  return new Promise((served, failed) => {
    const waiting = [];
    let isBusy = false;
    let isOver = false;
    let timer;

    // What is told while frames are carried out waits for its turn.
    const tell = (head, bytes) => {
      waiting.push([head, bytes]);
      if (isBusy) return;
      isBusy = true;
      try {
        while (waiting.length > 0) for (const frame of turn(...waiting.shift())) hands[frame.do](frame);
      } finally {
        isBusy = false;
      }
    };

    const connections = new Connections(tell);
    const datagrams = new Datagrams(tell);
    const web = new Web(tell, (...upgrade) => connections.upgrade(...upgrade));

    async function stop() {
      web.stop();
      await connections.stop();
      datagrams.stop();
      // Sockets tell of their end even now.
      isOver = true;
      clearTimeout(timer);
    }

    async function listen(options) {
      try {
        const accounts = options.accounts === null ? undefined : await readFile(options.accounts);
        tell({ is: "listening", ...(await web.listen(options)) }, accounts);
      } catch (error) {
        exit({ code: 1, bytes: error.message });
      }
    }

    function exit({ code, bytes }) {
      web.stop();
      failed(Object.assign(new Error(bytes.toString()), { exitCode: code }));
    }

    const hands = {
      print: ({ bytes }) => print(bytes.toString()),
      exit,
      listen,
      serving: ({ port, page, sip }) => served({ port, page, sip, stop }),
      handshake: (frame) => connections.handshake(frame),
      send: (frame) => connections.send(frame),
      close: (frame) => connections.close(frame),
      reset: (frame) => connections.reset(frame),
      freeze: (frame) => connections.freeze(frame),
      thaw: (frame) => connections.thaw(frame),
      respond: (frame) => web.respond(frame),
      survey: (frame) => datagrams.survey(frame),
      bind: (frame) => datagrams.bind(frame),
      transmit: (frame) => datagrams.transmit(frame),
      unbind: (frame) => datagrams.unbind(frame),
      wake({ after }) {
        clearTimeout(timer);
        if (isOver) return;
        timer = setTimeout(() => tell({ is: "woke" }), Math.min(after, LONGEST));
      },
    };
    tell({ is: "started", arguments: args });
  });
}

/** The longest that a timer of JavaScript waits, in milliseconds. */
const LONGEST = 2 ** 31 - 1;

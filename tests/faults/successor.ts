import type { WorkerProcess } from "../int/live-stack";
import type { HostAnswer, HostOrder } from "./worker-host";

/** The worker of a lane that takes over from the dead ones; between two stories it rests. */
export type Successor = {
  /** @throws with what it said when it does not come up */
  start(environment: Readonly<Record<string, string>>): Promise<void>;
  /** Stops cleanly, as on SIGTERM, and leaves its connections. */
  rest(): Promise<void>;
};

export function successorIn({ child, exited }: WorkerProcess): Successor {
  const order = (what: HostOrder): Promise<void> =>
    new Promise((resolve, reject) => {
      child.once("message", (answer: HostAnswer) => {
        if ("failed" in answer) reject(new Error(answer.failed));
        else resolve();
      });
      void exited.then((code) => reject(new Error(`The successor ended with ${code}.`)));
      child.send(what);
    });
  return {
    start: (environment) => order({ deed: "start", environment }),
    rest: () => order({ deed: "rest" }),
  };
}

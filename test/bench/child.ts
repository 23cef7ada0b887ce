import { type ChildProcess, fork } from 'node:child_process';

/** A program of this folder in a process of its own, asked one question at a time over IPC. */
export type Child = {
  /** What it says once it is ready. */
  readonly ready: unknown;
  ask<Answer>(question: object): Promise<Answer>;
  /** Ends it; it must end when its parent disconnects. */
  stop(): Promise<void>;
};

export async function startChild(program: URL, ...parameters: readonly string[]): Promise<Child> {
  const child = fork(program, [...parameters], { execArgv: NODE_FLAGS });
  const exited = new Promise<void>((done) => child.once('exit', () => done()));
  const ready = await nextMessage(child);
  return {
    ready,
    async ask<Answer>(question: object) {
      const answer = nextMessage(child);
      child.send(question);
      return (await answer) as Answer;
    },
    async stop() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}

/** Those with which the product itself runs. */
const NODE_FLAGS = ['--max-semi-space-size=64'];

function nextMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`A process of the bench ended with ${code}.`));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message);
    });
  });
}

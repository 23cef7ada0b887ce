import type { Logger } from 'pino';

export type Closers = {
  add(name: string, close: () => Promise<void>): void;
  /** Closes what was added, the latest first; one that fails is logged and keeps no other from closing. */
  closeAll(): Promise<void>;
};

export function createClosers(logger: Logger): Closers {
  const open: { readonly name: string; readonly close: () => Promise<void> }[] = [];
  let closing: Promise<void> | undefined;

  async function closeAll(): Promise<void> {
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      try {
        await next.close();
      } catch (error) {
        logger.warn({ err: error, part: next.name }, 'a part did not stop in order');
      }
    }
  }

  return {
    add: (name, close) => open.push({ name, close }),
    closeAll: () => {
      closing ??= closeAll();
      return closing;
    },
  };
}

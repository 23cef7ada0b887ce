/** How a workspace declares one of its errors: what the message says, and whether trying again may help. */
export type ErrorDefinition = { readonly retryable: boolean; readonly summary: string };

/** Every error that Spanledger throws on purpose carries a code from its workspace's closed list (docs/errors.md). */
export class SpanledgerError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly retryable: boolean;

  constructor(code: Code, message: string, options: { retryable: boolean; cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'SpanledgerError';
    this.code = code;
    this.retryable = options.retryable;
  }
}

/**
 * Makes a workspace's constructor of errors from its table of codes.
 * The table is exported too, so that a test can compare it with docs/errors.md.
 */
export function errorFactory<Definitions extends Record<`SPL_${string}`, ErrorDefinition>>(definitions: Definitions) {
  type Code = keyof Definitions & string;
  return (code: Code, message: string, cause?: unknown): SpanledgerError<Code> => {
    const definition = definitions[code] as ErrorDefinition;
    return new SpanledgerError(code, message, { retryable: definition.retryable, cause });
  };
}

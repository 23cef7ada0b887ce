import { createHash, randomBytes } from 'node:crypto';
import { stringify } from 'yaml';
import type { CommandContext } from '../context.ts';
import { badArgument } from './ask.ts';

export type KeysNewOptions = {
  readonly id: string;
  readonly tenant: string;
  readonly team?: string;
  readonly project?: string;
};

const SECRET_BYTES = 32;

/** `keys new`: makes an ingest key, shows the secret once, and the lines that let it in. */
export async function keysNew({ id, tenant, team, project }: KeysNewOptions, context: CommandContext): Promise<void> {
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(id)) throw badArgument('--id', '1 to 64 of A-Z a-z 0-9 . _ -', id);
  for (const [option, value] of Object.entries({ tenant, team, project })) {
    if (value?.trim() === '') throw badArgument(`--${option}`, 'not empty', value);
  }
  const secret = `spl_${randomBytes(SECRET_BYTES).toString('base64url')}`;
  const sha256 = createHash('sha256').update(secret).digest('hex');
  const key = {
    id,
    sha256,
    tenant,
    ...(team === undefined ? {} : { team }),
    ...(project === undefined ? {} : { project }),
  };
  context.out(`The key, shown this once; whoever has it can send spans as tenant ${JSON.stringify(tenant)}:

  ${secret}

Senders need it as OTEL_EXPORTER_OTLP_HEADERS="authorization=Bearer <key>".
Put these lines into spanledger.yaml (beneath the keys that are there) and start again:

${stringify({ ingest: { keys: [key] } })}`);
}

/** The client of the ingest bench, in a process of its own: as many requests as are answered, some of them in flight. */
import { Agent, request } from 'node:http';
import { connect } from 'node:http2';
import type { ClientLoad, ClientResult } from './ingest.ts';
import { otlpPayload } from './otlp-payload.ts';

const PAYLOADS = 16;
const IN_FLIGHT = 8;
const GRPC_PATH = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';

type Send = (payload: number) => Promise<boolean>;

const payloads = Array.from({ length: PAYLOADS }, (_, index) => otlpPayload({ seed: index + 1 }));
const frames = payloads.map(grpcFrame);

process.on('message', async (load: ClientLoad) => process.send?.(await run(load)));
process.send?.('ready');

async function run({ protocol, address, seconds }: ClientLoad): Promise<ClientResult> {
  const { send, close } = protocol === 'grpc' ? grpcSender(address) : httpSender(address);
  const until = performance.now() + seconds * 1000;
  const result = { answered: 0, failed: 0 };
  let next = 0;
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      while (performance.now() < until) {
        next += 1;
        if (await send(next % PAYLOADS)) result.answered += 1;
        else result.failed += 1;
      }
    }),
  );
  close();
  return result;
}

function grpcSender(address: string): { send: Send; close: () => void } {
  const session = connect(`http://${address}`);
  const head = { ':method': 'POST', ':path': GRPC_PATH, 'content-type': 'application/grpc', te: 'trailers' };
  const send: Send = (payload) =>
    new Promise((done) => {
      const stream = session.request(head);
      let status: unknown;
      stream.on('response', (headers) => {
        status = headers['grpc-status'];
      });
      stream.on('trailers', (trailers) => {
        status = trailers['grpc-status'];
      });
      stream.on('error', () => undefined);
      stream.on('close', () => done(status === '0' || status === 0));
      stream.resume().end(frames[payload]);
    });
  return { send, close: () => session.close() };
}

function httpSender(address: string): { send: Send; close: () => void } {
  const agent = new Agent({ keepAlive: true, maxSockets: IN_FLIGHT });
  const url = `http://${address}/v1/traces`;
  const send: Send = (payload) =>
    new Promise((done) => {
      const body = payloads[payload] as Buffer;
      const headers = { 'content-type': 'application/x-protobuf', 'content-length': body.length };
      const call = request(url, { method: 'POST', agent, headers }, (answer) => {
        answer.resume().on('end', () => done(answer.statusCode === 200));
      });
      call.on('error', () => done(false));
      call.end(body);
    });
  return { send, close: () => agent.destroy() };
}

/** Uncompressed flag and length before the message. */
function grpcFrame(payload: Buffer): Buffer {
  const frame = Buffer.alloc(payload.length + 5);
  frame.writeUInt32BE(payload.length, 1);
  payload.copy(frame, 5);
  return frame;
}

import { modelCall, requestWith } from './model-call.ts';
import type { Span, TraceRequest } from './otlp.ts';

/** Text that breaks whatever splices it into SQL, JSON, CSV, a line or a C string. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: the text itself is the test
export const HOSTILE = '\'; DROP TABLE spanledger.charges; --\r\n\t\u0000\\N"`${1}\u2028\u202e😀';

/** A call with the hostile text wherever a span can state a text that the ledger shows. */
export function hostileCall(trace: number): Span {
  return modelCall({
    trace,
    span: 1,
    name: HOSTILE,
    attributes: {
      'gen_ai.request.model': HOSTILE,
      'gen_ai.response.model': HOSTILE,
      'gen_ai.response.id': HOSTILE,
      'server.address': HOSTILE,
      'session.id': HOSTILE,
      'user.id': HOSTILE,
      'spanledger.agent': HOSTILE,
      'spanledger.project': HOSTILE,
      'spanledger.team': HOSTILE,
      [HOSTILE]: HOSTILE,
    },
    more: { status: { code: 2, message: HOSTILE }, traceState: HOSTILE },
  });
}

export function hostileRequest(span: Span): TraceRequest {
  const resource = { 'service.name': HOSTILE, 'deployment.environment.name': HOSTILE };
  return requestWith([span], { resource, scope: { name: HOSTILE, version: HOSTILE } });
}

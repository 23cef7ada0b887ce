import { SpanKind, type Tracer } from '@opentelemetry/api';
import { withSpan } from '../spans.ts';
import { type Tool, textParameter } from './tool.ts';

/** Searches the handbook through an HTTP API; the request is a client span of its own, as an API call is. */
export function searchDocsTool(options: {
  readonly searchUrl: string;
  readonly tracer: Tracer;
  readonly signal: AbortSignal;
}): Tool {
  const { searchUrl, tracer, signal } = options;
  return {
    name: 'search_docs',
    description: 'Search the handbook of Harborlight weather stations. Returns the best pages with their text.',
    parameters: textParameter('query', 'A few words to search for, such as "station key grace period".'),
    run: (input) => {
      const url = new URL(searchUrl);
      url.searchParams.set('q', input['query'] ?? '');
      const attributes = {
        'http.request.method': 'GET',
        'url.full': url.href,
        'url.template': url.pathname,
        'server.address': url.hostname,
        'server.port': Number(url.port),
      };
      return withSpan(tracer, { name: `GET ${url.pathname}`, kind: SpanKind.CLIENT, attributes }, async (span) => {
        const response = await fetch(url, { signal });
        span.setAttribute('http.response.status_code', response.status);
        return response.text();
      });
    },
  };
}

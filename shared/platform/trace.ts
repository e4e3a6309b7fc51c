import { type Attributes, context, type Span, SpanKind, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api';

/**
 * Traces, by OpenTelemetry: one of a notification leads over the queue to the writes it causes. What is attached to a span is counts, kinds,
 * hosts and our own ids; never an address within a service (Google's hold e-mail addresses) and never content. Without a tracer provider
 * (`azureMonitor.ts`) all of this costs next to nothing.
 */

const tracer = () => trace.getTracer('hetk');

/** https://www.w3.org/TR/trace-context/#traceparent-header */
const traceparent = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** The present span as a message can carry it; undefined outside of one. */
export function presentTrace(): string | undefined {
  const here = trace.getActiveSpan()?.spanContext();
  if (!here || !trace.isSpanContextValid(here)) return undefined;
  return `00-${here.traceId}-${here.spanId}-${here.traceFlags.toString(16).padStart(2, '0')}`;
}

interface SpanWish {
  readonly name: string;
  /** `server` answers a call, `consumer` takes a message, `client` calls; by default work within the process. */
  readonly kind?: 'server' | 'consumer' | 'client';
  /** What `presentTrace` said where the work was asked for. */
  readonly from?: string | undefined;
  readonly attributes?: Attributes;
}

const kinds = { server: SpanKind.SERVER, consumer: SpanKind.CONSUMER, client: SpanKind.CLIENT };

/** Does work as a span of the trace it belongs to. What the work throws ends the span as failed, by the error's name alone: its text may hold anything. */
export function inSpan<T>({ name, kind, from, attributes }: SpanWish, work: (span: Span) => Promise<T>): Promise<T> {
  const options = { kind: kind ? kinds[kind] : SpanKind.INTERNAL, ...(attributes && { attributes }) };
  return tracer().startActiveSpan(name, options, continued(from), async (span) => {
    try {
      return await work(span);
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : typeof error });
      throw error;
    } finally {
      span.end();
    }
  });
}

function continued(from: string | undefined) {
  const [, traceId, spanId, flags] = traceparent.exec(from ?? '') ?? [];
  if (!traceId || !spanId || !flags) return context.active();
  const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED;
  return trace.setSpanContext(context.active(), { traceId, spanId, traceFlags, isRemote: true });
}

/** `fetch` whose calls are spans: method, host and status, and nothing of path, headers and body. */
export function tracedFetch(plain: typeof fetch): typeof fetch {
  return (input, init) => {
    const { hostname } = new URL(input instanceof Request ? input.url : input);
    const method = init?.method ?? (input instanceof Request ? input.method : 'GET');
    const attributes = { 'http.request.method': method, 'server.address': hostname };
    return inSpan({ name: `${method} ${hostname}`, kind: 'client', attributes }, async (span) => {
      const response = await plain(input, init);
      span.setAttribute('http.response.status_code', response.status);
      return response;
    });
  };
}

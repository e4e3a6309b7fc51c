import { z } from 'zod';
import { setCookie } from './cookies.ts';
import type { HttpValue, TypedValue } from './core.ts';
import type { HostSettings } from './hostJson.ts';
import { type HostLog, invoke, triggerOf } from './invoke.ts';
import type { OutputWriter } from './queueOutputs.ts';
import { byPrecedence, matchRoute, parseRoute, type Route } from './routes.ts';
import type { RegisteredFunction } from './seam.ts';

const trigger = z.looseObject({
  route: z.string().optional(),
  methods: z.array(z.string()),
  authLevel: z.literal('anonymous', { error: 'only anonymous functions run on this host: it keeps no function keys' }),
});

interface Endpoint {
  readonly fn: RegisteredFunction;
  readonly route: Route;
  readonly methods: readonly string[];
}

/**
 * Answers requests through the registered http functions.
 * @returns a function that never throws: what a handler throws is logged and answered with an empty 500, as the real host does
 */
export function createHttpDispatch(
  functions: readonly RegisteredFunction[],
  settings: HostSettings['http'],
  writeOutputs: OutputWriter,
  log: HostLog,
): (request: Request) => Promise<Response> {
  const endpoints = functions
    .map((fn): Endpoint => {
      const parsed = trigger.safeParse(triggerOf(fn.metadata));
      if (!parsed.success) throw new Error(`The function "${fn.metadata.name}": ${z.prettifyError(parsed.error)}`);
      const { route = fn.metadata.name, methods } = parsed.data;
      return { fn, route: parseRoute(settings.routePrefix, route), methods: methods.map((name) => name.toUpperCase()) };
    })
    .sort((one, other) => byPrecedence(one.route, other.route));

  return async (request) => {
    const response = await answer(request);
    for (const [name, value] of Object.entries(settings.customHeaders)) {
      if (!response.headers.has(name)) response.headers.set(name, value);
    }
    return response;
  };

  function chooseEndpoint(method: string, pathname: string) {
    for (const { fn, route, methods } of endpoints) {
      const params = methods.includes(method) ? matchRoute(route, pathname) : undefined;
      if (params) return { fn, params };
    }
    return undefined;
  }

  async function answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    const chosen = chooseEndpoint(request.method, pathname);
    // Also for a path that is known under another method, HEAD included: https://github.com/Azure/azure-functions-host/issues/10098
    if (!chosen) return new Response(null, { status: 404 });
    const { fn, params } = chosen;
    try {
      const result = await invoke(fn, { http: await httpValue(request, params) }, {}, log);
      await writeOutputs(fn, result);
      return toResponse(result.returnValue);
    } catch (error) {
      log('error', fn.metadata.name, error instanceof Error ? (error.stack ?? error.message) : String(error));
      return new Response(null, { status: 500 });
    }
  }
}

async function httpValue(request: Request, params: Readonly<Record<string, string>>): Promise<HttpValue> {
  // The real host reads a body only if Content-Length is above 0, so a chunked body arrives empty (GrpcMessageConversionExtensions.cs
  // of azure-functions-host).
  const chunked = request.headers.has('transfer-encoding');
  const bytes = chunked ? new Uint8Array() : new Uint8Array(await request.arrayBuffer());
  return {
    method: request.method,
    url: request.url,
    // Headers joins repeated ones by comma, as the real host does.
    nullableHeaders: nullable(request.headers),
    nullableQuery: nullable(new URL(request.url).searchParams),
    nullableParams: nullable(Object.entries(params)),
    body: bytes.length > 0 ? { bytes } : null,
  };
}

function nullable(entries: Iterable<[string, string]>): Record<string, { value: string }> {
  return Object.fromEntries([...entries].map(([name, value]) => [name, { value }]));
}

function toResponse(value: TypedValue | null | undefined): Response {
  const http = value?.http;
  if (!http) return new Response(null, { status: 204 });
  const headers = new Headers({ ...http.headers });
  for (const cookie of http.cookies ?? []) headers.append('set-cookie', setCookie(cookie));
  const status = Number(http.statusCode ?? 200);
  const bytes = http.body?.bytes;
  const bodiless = status === 204 || status === 205 || status === 304 || !bytes?.length;
  return new Response(bodiless ? null : new Uint8Array(bytes), { status, headers });
}

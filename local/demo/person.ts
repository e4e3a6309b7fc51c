/**
 * A person at a browser, without one: follows redirects by hand, keeps cookies, sends what a page of the installation would send.
 */
export interface DemoPerson {
  /** Signs in to a provider through its real redirects, as the person with this address. */
  connect(provider: 'microsoft' | 'google', email: string): Promise<void>;
  /** Gives the page an Apple ID and an app-specific password. */
  connectIcloud(appleId: string, password: string): Promise<void>;
  get<T>(path: string): Promise<T>;
  send<T>(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<T>;
}

const MOST_REDIRECTS = 12;

export function demoPerson(appUrl: string): DemoPerson {
  const cookies = new Map<string, string>();

  async function go(url: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    const ours = url.startsWith(appUrl);
    if (ours && cookies.size > 0)
      headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    if (ours) {
      for (const line of response.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        if (!name) continue;
        if (value) cookies.set(name, value);
        else cookies.delete(name);
      }
    }
    return response;
  }

  async function api<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await go(`${appUrl}${path}`, {
      method,
      headers: { origin: appUrl, 'content-type': 'application/json' },
      ...(method !== 'GET' && { body: JSON.stringify(body ?? {}) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text.slice(0, 300)}`);
    return (text ? JSON.parse(text) : undefined) as T;
  }

  return {
    async connect(provider, email) {
      let url = `${appUrl}/connect/${provider}`;
      for (let hop = 0; hop < MOST_REDIRECTS; hop += 1) {
        const response = await go(url);
        const location = response.headers.get('location');
        if (!location) {
          if (response.ok) return;
          throw new Error(`Signing in to ${provider} ended at ${new URL(url).pathname} with ${response.status}.`);
        }
        const next = new URL(location, url);
        if (/\/authorize$|\/o\/oauth2\/v2\/auth$/.test(next.pathname)) {
          next.searchParams.set('login_hint', email);
          next.searchParams.set('sim_auto', '1');
        }
        url = next.href;
      }
      throw new Error(`Signing in to ${provider} went in circles.`);
    },
    connectIcloud: (appleId, password) => api('POST', '/connect/icloud', { appleId, password }),
    get: (path) => api('GET', path),
    send: (method, path, body) => api(method, path, body),
  };
}

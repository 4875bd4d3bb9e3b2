/** Superset's REST API, as far as the tests ask it. */
export interface SupersetClient {
  readonly url: string;
  /** The charts of a dashboard. */
  listCharts(dashboard?: string): Promise<readonly Chart[]>;
  /** A chart's rows as the database has them now. */
  readChart(chart: Chart): Promise<ChartRows>;
  /** What a chart with one big number shows. */
  readNumber(name: string, dashboard?: string): Promise<unknown>;
  /** Saves a chart under another name, on no dashboard. */
  copyChart(chart: Chart, name: string): Promise<Chart>;
  /** The answer to a query of SQL Lab. */
  query(sql: string): Promise<{ readonly status: number; readonly text: string }>;
  get(path: string): Promise<unknown>;
}

export interface Chart {
  readonly id: number;
  readonly slice_name: string;
}

export type ChartRows = readonly Readonly<Record<string, unknown>>[];

/** Of the dashboard of superset/assets. */
const slug = "synthetic-data";

/** Signs in; rejects where the credentials are wrong. */
export async function openSuperset(
  url: string,
  credentials = { username: "admin", password: "admin" },
): Promise<SupersetClient> {
  const cookies = new Map<string, string>();
  let token = "";

  async function request(method: string, path: string, body?: unknown, headers = {}): Promise<Response> {
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(token === "" ? {} : { Authorization: `Bearer ${token}` }),
        ...(cookies.size === 0 ? {} : { Cookie: [...cookies].map((pair) => pair.join("=")).join("; ") }),
        // Superset answers 400 to a GET that claims to be JSON.
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(60_000),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      cookies.set(name, value);
    }
    return response;
  }

  async function get(path: string): Promise<unknown> {
    return readResult(path, await request("GET", path));
  }

  async function post(path: string, body: unknown): Promise<Response> {
    const { result: csrf } = (await get("/api/v1/security/csrf_token/")) as { result: string };
    return request("POST", path, body, { "X-CSRFToken": csrf, Referer: url });
  }

  const signIn = { ...credentials, provider: "db", refresh: false };
  const answer = await readResult("signing in", await request("POST", "/api/v1/security/login", signIn));
  token = (answer as { access_token: string }).access_token;

  async function listCharts(dashboard = slug): Promise<readonly Chart[]> {
    return ((await get(`/api/v1/dashboard/${dashboard}/charts`)) as { result: Chart[] }).result;
  }

  async function readChart({ id }: Chart): Promise<ChartRows> {
    const answer = await get(`/api/v1/chart/${id}/data/?force=true`);
    return (answer as { result: { data: ChartRows }[] }).result[0]?.data ?? [];
  }

  return {
    url,
    get,
    listCharts,
    readChart,
    async readNumber(name, dashboard) {
      const chart = (await listCharts(dashboard)).find(({ slice_name }) => slice_name === name);
      if (chart === undefined) throw new Error(`The dashboard has no chart ${name}.`);
      return Object.values((await readChart(chart))[0] ?? {})[0];
    },
    async copyChart({ id }, slice_name) {
      const { result } = (await get(`/api/v1/chart/${id}`)) as {
        result: { viz_type: string; params: string; query_context: string };
      };
      const { viz_type, params, query_context } = result;
      const { datasource } = JSON.parse(query_context) as { datasource: { id: number; type: string } };
      const copy = {
        ...{ slice_name, viz_type, params, query_context },
        ...{ datasource_id: datasource.id, datasource_type: datasource.type },
      };
      const answer = await readResult("copying a chart", await post("/api/v1/chart/", copy));
      return { id: (answer as { id: number }).id, slice_name };
    },
    async query(sql) {
      const { result: databases } = (await get("/api/v1/database/")) as { result: { id: number }[] };
      const response = await post("/api/v1/sqllab/execute/", {
        database_id: databases[0]?.id,
        sql,
        runAsync: false,
        client_id: Math.random().toString(36).slice(2, 12),
      });
      return { status: response.status, text: await response.text() };
    },
  };
}

async function readResult(what: string, response: Response): Promise<unknown> {
  const text = await response.text();
  if (!response.ok) throw new Error(`Superset answers ${response.status} to ${what}: ${text.slice(0, 500)}`);
  return JSON.parse(text);
}

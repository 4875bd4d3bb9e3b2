import { ExplainedError } from "../stack/explained-error.ts";

/** Airflow does not answer, or does nothing at present: its supervisor starts it again. */
export class AirflowAway extends ExplainedError {}

/** Airflow's REST API. https://airflow.apache.org/docs/apache-airflow/stable/stable-rest-api-ref.html */
export type AirflowClient = {
  /** Address of Airflow without a slash at the end. */
  readonly url: string;
  /** Undefined where there is nothing. */
  get<Answer>(pathname: string): Promise<Answer | undefined>;
  post<Answer>(pathname: string, body: unknown): Promise<Answer>;
  patch<Answer>(pathname: string, body: unknown): Promise<Answer>;
};

export type AirflowLogin = { readonly user: string; readonly password: string };

/**
 * Signs in.
 * @throws ExplainedError where Airflow does not know the user
 */
export async function airflowClient(address: string, login: AirflowLogin): Promise<AirflowClient> {
  const url = address.replace(/\/$/, "");
  const token = await signIn(url, login);

  async function call<Answer>(method: string, pathname: string, body?: unknown): Promise<Answer | undefined> {
    const response = await ask(url, `/api/v2${pathname}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    });
    if (response.status === 404 && method === "GET") return undefined;
    if (response.ok) return (await response.json()) as Answer;
    throw new ExplainedError(
      `Airflow answers ${method} ${pathname} with ${response.status}: ${await response.text()}`,
    );
  }

  return {
    url,
    get: (pathname) => call("GET", pathname),
    post: <Answer>(pathname: string, body: unknown) => call("POST", pathname, body) as Promise<Answer>,
    patch: <Answer>(pathname: string, body: unknown) => call("PATCH", pathname, body) as Promise<Answer>,
  };
}

async function signIn(url: string, { user, password }: AirflowLogin): Promise<string> {
  const response = await ask(url, "/auth/token", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username: user, password }),
  });
  if (!response.ok) {
    throw new ExplainedError(
      `Airflow at ${url} does not let ${user} in (${response.status}). AIRFLOW_USER and AIRFLOW_PASSWORD must be those that it was started with.`,
    );
  }
  const { access_token } = (await response.json()) as { access_token: string };
  return access_token;
}

async function ask(url: string, pathname: string, request: RequestInit): Promise<Response> {
  const response = await fetch(url + pathname, { ...request, signal: AbortSignal.timeout(30_000) }).catch(
    (cause: Error) => {
      throw new AirflowAway(`Airflow at ${url} cannot be reached: ${String(cause.cause ?? cause.message)}`, {
        cause,
      });
    },
  );
  if (response.status < 500) return response;
  throw new AirflowAway(`Airflow at ${url} answers ${pathname} with ${response.status}.`);
}

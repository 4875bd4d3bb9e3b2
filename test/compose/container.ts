/** A container of a Compose project. */
export type Container = {
  readonly id: string;
  readonly name: string;
  readonly service: string;
  /** "running, healthy", "running, starting", "exited with 0", … */
  readonly condition: string;
  /** How often Docker has started it again by itself. */
  readonly restarts: number;
  /** Addresses of the host on which its ports are published. */
  readonly hostAddresses: readonly string[];
  readonly hasReadOnlyRoot: boolean;
};

/** Of what `docker inspect` prints about a container, the part that is read here. */
type Inspected = {
  readonly Id: string;
  readonly Name: string;
  readonly Config: { readonly Labels: Readonly<Record<string, string>> };
  readonly State: {
    readonly Status: string;
    readonly ExitCode: number;
    readonly Health?: { readonly Status: string };
  };
  readonly RestartCount: number;
  readonly HostConfig: { readonly ReadonlyRootfs: boolean };
  readonly NetworkSettings: {
    readonly Ports: Readonly<Record<string, readonly { readonly HostIp: string }[] | null>>;
  };
};

/** Decodes the output of `docker inspect`. */
export function parseContainers(json: string): Container[] {
  const inspected: readonly Inspected[] = JSON.parse(json);
  return inspected.map(({ Id, Name, Config, State, RestartCount, HostConfig, NetworkSettings }) => ({
    id: Id,
    name: Name.replace(/^\//, ""),
    service: Config.Labels["com.docker.compose.service"] ?? "",
    condition: describeState(State),
    restarts: RestartCount,
    hostAddresses: Object.values(NetworkSettings.Ports).flatMap((bindings) =>
      (bindings ?? []).map(({ HostIp }) => HostIp),
    ),
    hasReadOnlyRoot: HostConfig.ReadonlyRootfs,
  }));
}

function describeState({ Status, ExitCode, Health }: Inspected["State"]): string {
  if (Status === "exited") return `exited with ${ExitCode}`;
  return Health ? `${Status}, ${Health.Status}` : Status;
}

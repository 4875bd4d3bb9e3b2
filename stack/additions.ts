import { airflowServices } from "./airflow.ts";
import type { Service } from "./service.ts";
import type { AdditionName, StackSettings } from "./settings.ts";
import { supersetService } from "./superset.ts";

/** Installs an addition where it is missing, and tells how it is run: its processes are named after it, `airflow` and `airflow-PART`. */
type MakeService = (settings: StackSettings) => Promise<Service | readonly Service[]>;

const makeService: Readonly<Record<AdditionName, MakeService>> = {
  airflow: airflowServices,
  superset: supersetService,
};

/** The processes of what the stack is started with beside the app. */
export async function additionServices(settings: StackSettings): Promise<Service[]> {
  const services: Service[] = [];
  for (const name of settings.additions) services.push(...[await makeService[name](settings)].flat());
  return services;
}

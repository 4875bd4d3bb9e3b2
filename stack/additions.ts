import { airflowService } from "./airflow.ts";
import type { Service } from "./service.ts";
import type { AdditionName, StackSettings } from "./settings.ts";
import { supersetService } from "./superset.ts";

/** Installs an addition where it is missing, and tells how it is run. */
type MakeService = (settings: StackSettings) => Promise<Service>;

const makeService: Readonly<Record<AdditionName, MakeService>> = {
  airflow: airflowService,
  superset: supersetService,
};

/** The processes of what the stack is started with beside the app. */
export async function additionServices(settings: StackSettings): Promise<Service[]> {
  const services: Service[] = [];
  for (const name of settings.additions) services.push(await makeService[name](settings));
  return services;
}

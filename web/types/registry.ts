import { type Pool, sqlState } from "../../ledger/database/database.ts";
import { type DeletedType, deleteType } from "../../ledger/types/delete-type.ts";
import { keepAllStatistics } from "../../ledger/types/keep-statistics.ts";
import { type Registered, type Registration, registerTypes } from "../../ledger/types/register-types.ts";
import { type FindType, newestOf, type RecordTypes } from "../../records/record-types.ts";
import { boundQueries, boundWork, unavailable } from "../http/unavailable.ts";

/** What changes the registry of types. */
export interface Registry {
  readonly builtIn: Registration["builtIn"];
  /** What a definition may name. */
  readonly findType: FindType;
  register(registration: Omit<Registration, "builtIn">): Promise<Registered>;
  remove(name: string): Promise<DeletedType>;
  /** Of types that were registered before there were statistics. */
  keepStatistics(onFailure: (type: string, error: unknown) => void): Promise<void>;
}

/** https://www.postgresql.org/docs/18/errcodes-appendix.html */
const lockNotAvailable = "55P03";

/** Bounded in time; its outages are Problems. */
export function createRegistry(
  pool: Pool,
  { builtIn, types }: { readonly builtIn: Registration["builtIn"]; readonly types: RecordTypes },
  timeoutMs: number,
): Registry {
  const bound = <T>(work: Promise<T>): Promise<T> =>
    boundWork(work, timeoutMs).catch((error: unknown) => {
      if (sqlState(error) !== lockNotAvailable) throw error;
      throw unavailable("PostgreSQL", error, "The registry, or a type's table, is in use. Please try again.");
    });
  return {
    builtIn,
    findType: (name) => bound(newestOf(types)(name)),
    register: (registration) => bound(registerTypes(pool, { ...registration, builtIn })),
    remove: (name) => bound(deleteType(pool, name)),
    keepStatistics: (onFailure) => keepAllStatistics(boundQueries(pool, timeoutMs), onFailure),
  };
}

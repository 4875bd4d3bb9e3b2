import type { Static, TObject } from "typebox";
import type { modelProperties, PresetName, Rhythm, UniqueField } from "./model-schema.ts";

export type ModelRequest = Static<TObject<ReturnType<typeof modelProperties>>> & {
  /** Null for a run without an end. */
  readonly count?: number | null;
};

export type Weights = Readonly<Record<string, number>>;

export type Period =
  | { readonly from: string; readonly to: string }
  /** So many days before the reference date. */
  | { readonly days: number };

export interface Spike {
  /** Counted from the period's first, 0. */
  readonly day: number;
  readonly factor: number;
  readonly halfLifeDays: number;
}

/** How a run's records are drawn, settled: nothing is left to a default. */
export interface Model {
  readonly preset: PresetName;
  readonly coherent: boolean;
  readonly locale: Weights | null;
  /** `locale`: as the locales are weighed. */
  readonly countries: "population" | "uniform" | "locale" | Weights;
  readonly period: Period;
  readonly growth: number;
  readonly rhythm: Rhythm;
  readonly spike: Spike | null;
  readonly skew: { readonly company: number; readonly city: number };
  readonly unique: readonly UniqueField[];
  readonly nulls: Weights;
}

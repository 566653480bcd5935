/** What every benchmark may be told: how often each figure is measured, where that is more than once. */
export type BenchOptions = { rounds?: number };

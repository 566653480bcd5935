/** How long each part of a build took, in the order of their first start. Parts that ran side by side overlap. */
export class Phases {
  readonly #ms = new Map<string, number>();
  readonly #startedMs = performance.now();

  /** Does `work` and adds its time to the part `name`. */
  async time<T>(name: string, work: () => Promise<T>): Promise<T> {
    const startedMs = performance.now();
    try {
      return await work();
    } finally {
      this.#ms.set(name, Math.round((this.#ms.get(name) ?? 0) + performance.now() - startedMs));
    }
  }

  /** Each part, and `altogether` from the start to now. */
  milliseconds(): Record<string, number> {
    return { ...Object.fromEntries(this.#ms), altogether: Math.round(performance.now() - this.#startedMs) };
  }
}

/** Times the parts of the demo and says when each begins. */
export class Stopwatch {
  private readonly startedMs = performance.now();
  private readonly out: (line: string) => void;
  private readonly parts: { name: string; seconds: number }[] = [];

  constructor(out: (line: string) => void = console.log) {
    this.out = out;
  }

  say(who: string, text: string): void {
    const seconds = (performance.now() - this.startedMs) / 1000;
    this.out(`${seconds.toFixed(1).padStart(7)} s  ${who.padEnd(12)}  ${text}`);
  }

  async part<T>(name: string, what: string, work: () => Promise<T>): Promise<T> {
    this.say(name, what);
    const beganMs = performance.now();
    const result = await work();
    this.parts.push({ name, seconds: (performance.now() - beganMs) / 1000 });
    return result;
  }

  print(): void {
    this.out('\nHow long each part took:');
    for (const { name, seconds } of this.parts) this.out(`  ${name.padEnd(14)} ${seconds.toFixed(1).padStart(6)} s`);
    this.out(
      `  ${'all together'.padEnd(14)} ${((performance.now() - this.startedMs) / 1000).toFixed(1).padStart(6)} s`,
    );
  }
}

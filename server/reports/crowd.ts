/** A rack behind address translation switches on at once; more new installations in a minute from one address are no site. */
const maxNewPerMinute = 100;
const minuteMs = 60_000;

/** Tells for an address whether too many installations that nobody has heard of begin there; `nowMs` never goes back. */
export function crowdWatch(): (source: string, nowMs: number) => boolean {
  /** When the minute of an address began, and how many began in that. */
  const minutes = new Map<string, { sinceMs: number; count: number }>();
  return (source, nowMs) => {
    for (const [one, { sinceMs }] of minutes) {
      if (nowMs - sinceMs < minuteMs) break;
      minutes.delete(one);
    }
    const minute = minutes.get(source) ?? { sinceMs: nowMs, count: 0 };
    minute.count += 1;
    minutes.set(source, minute);
    return minute.count > maxNewPerMinute;
  };
}

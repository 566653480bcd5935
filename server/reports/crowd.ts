/** A rack behind address translation may switch on at once; no real site begins more installations a minute from one address. */
const maxNewPerMinute = 100;
const minuteMs = 60_000;

/** Tells for an address whether too many new installations begin there; `nowMs` never goes back. */
export function crowdWatch(): (source: string, nowMs: number) => boolean {
  /** When the minute of an address began, and how many installations began in that minute. */
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

interface Taken {
  readonly rss: number;
  readonly heapUsed: number;
}

let last: Taken = { rss: 0, heapUsed: 0 };

/**
 * The memory that this process takes. If the system cannot tell (for example because no file can be opened any
 * more), the last value: reading it must not end the process.
 */
export function memoryTaken(): Taken {
  try {
    const { rss, heapUsed } = process.memoryUsage();
    last = { rss, heapUsed };
  } catch {
    // It is read again a moment later.
  }
  return last;
}

interface Taken {
  readonly rss: number;
  readonly heapUsed: number;
}

let last: Taken = { rss: 0, heapUsed: 0 };

/**
 * The memory that this process takes; where the system cannot say, as when no file can be opened any more, what it took
 * last. It is told now and then, and must end no process.
 */
export function memoryTaken(): Taken {
  try {
    const { rss, heapUsed } = process.memoryUsage();
    last = { rss, heapUsed };
  } catch {
    // Told again a moment later.
  }
  return last;
}

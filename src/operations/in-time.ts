/**
 * Waits for work that may never end: a closing connection hangs for as long as Redis is away.
 */

/** Resolves when `work` does, or after `graceMs`; what fails later is nobody's concern any more. */
export async function within(graceMs: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, graceMs);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

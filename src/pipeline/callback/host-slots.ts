/**
 * Limits how many callbacks one receiver gets at once: a slow receiver delays only its own callbacks.
 */
const AT_ONCE = 8;
/** How many callbacks may wait for one receiver in this process; further ones are put off. */
const WAITING_AT_MOST = 64;

interface Host {
  active: number;
  readonly waiting: (() => void)[];
}

export class HostSlots {
  readonly #hosts = new Map<string, Host>();

  /** Runs `act` when the host has a free slot. Null, without running it, when too many wait for that host already. */
  async run<T>(name: string, act: () => Promise<T>): Promise<T | null> {
    const host = this.#hosts.get(name) ?? { active: 0, waiting: [] };
    this.#hosts.set(name, host);
    if (host.active < AT_ONCE) host.active += 1;
    else if (host.waiting.length >= WAITING_AT_MOST) return null;
    // A callback that has ended passes its slot on.
    else await new Promise<void>((resolve) => void host.waiting.push(resolve));
    try {
      return await act();
    } finally {
      this.#release(name, host);
    }
  }

  #release(name: string, host: Host): void {
    const next = host.waiting.shift();
    if (next !== undefined) return next();
    host.active -= 1;
    if (host.active === 0) this.#hosts.delete(name);
  }
}

/** A progress bar for what takes more than a second. */
import type { Io } from './process.js';

const EVERY_MS = 100;
/** The first of these ticks that shows anything. */
const FIRST = 10;
const WIDTH = 30;

export interface Progress {
  /** So many of the total are done. */
  done(count: number): void;
  end(): void;
}

export function newProgress(io: Pick<Io, 'progress'>, total: number, what: string): Progress {
  let ticks = 0;
  let shown = FIRST - 1;
  const timer = setInterval(() => ticks++, EVERY_MS).unref();
  return {
    done(count) {
      if (ticks <= shown) return;
      shown = ticks;
      const part = count / total;
      const full = Math.floor(part * WIDTH);
      const bar = `${'#'.repeat(full)}${'.'.repeat(WIDTH - full)}`;
      io.progress(`[${bar}] ${Math.floor(part * 100)}% of ${total} ${what}`);
    },
    end() {
      clearInterval(timer);
      io.progress('');
    },
  };
}

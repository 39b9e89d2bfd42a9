/** How a number of kept answers reads. */
import type { CacheCount } from './messages.ts';
import { groupThousands } from './money.ts';

/** "12 answers, 34 KB"; sizes are decimal, as disks are sold. */
export function formatCacheCount({ entries, bytes }: CacheCount): string {
  const answers = `${groupThousands(String(entries))} ${entries === 1 ? 'answer' : 'answers'}`;
  return entries === 0 ? answers : `${answers}, ${formatBytes(bytes)}`;
}

function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  if (bytes < 999_500) return `${Math.round(bytes / 1000)} KB`;
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

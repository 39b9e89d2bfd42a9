/** What the caches may do with a call: by what was asked for now, by the prompt file, and by the settings. */
import type { CacheMode } from '../../protocol/messages.ts';
import type { Settings } from '../../protocol/settings.ts';
import type { TaskKind } from '../../protocol/task-kind.ts';
import type { CachePolicy } from '../pipeline/stage.ts';
import type { FrontMatter } from '../prompts/front-matter.ts';

const HOUR_MS = 3_600_000;

/** What a policy is made from. */
export interface CacheWishes {
  /** The mode that the user chose for this run; null for none. */
  readonly asked: CacheMode | null;
  readonly own: FrontMatter | null;
  readonly kind: TaskKind;
  readonly temperature: number | null;
  readonly workspace: string | null;
  readonly promptHash: string | null;
  readonly settings: Settings;
}

/** The policy. Who asks for a high temperature wants another answer each time, unless the prompt file says otherwise. */
export function cachePolicy({ asked, own, kind, settings, ...wishes }: CacheWishes): CachePolicy {
  const mode = asked ?? own?.cache ?? 'use';
  const { temperature, workspace, promptHash } = wishes;
  const varies = temperature !== null && temperature > settings.cacheTemperature && own?.cache == null;
  const hours = own?.cacheHours ?? settings.cacheHoursByKind[kind] ?? settings.cacheHours;
  return {
    mode: varies && mode !== 'only' ? 'bypass' : mode,
    why:
      varies && mode !== 'bypass' && mode !== 'only'
        ? `At temperature ${temperature} another answer is wanted each time; "farthing: { cache: use }" in the prompt keeps it all the same.`
        : null,
    maxAgeMs: hours * HOUR_MS,
    scope: settings.cacheSharing === 'workspace' ? (workspace ?? '') : '',
    version: own?.version ?? null,
    promptHash,
  };
}

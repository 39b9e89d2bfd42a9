/** The suites that run inside VS Code, in order. */
import { activation } from './activation.test.ts';
import { budgets } from './budgets.test.ts';
import { cache } from './cache.test.ts';
import { compression } from './compression.test.ts';
import { context } from './context.test.ts';
import { counts } from './counts.test.ts';
import { daemon } from './daemon.test.ts';
import { errors } from './errors.test.ts';
import { estimates } from './estimates.test.ts';
import { keys } from './keys.test.ts';
import { models } from './models.test.ts';
import { providers } from './providers.test.ts';
import { provisional } from './provisional.test.ts';
import { routing } from './routing.test.ts';
import { runs } from './runs.test.ts';
import type { Scene } from './scene.ts';
import { snippets } from './snippets.test.ts';
import { templates } from './templates.test.ts';
import { variables } from './variables.test.ts';

/** Each declares its tests when it is called. */
export const SUITES: readonly ((scene: Scene) => void)[] = [
  activation,
  estimates,
  counts,
  models,
  runs,
  snippets,
  compression,
  templates,
  cache,
  context,
  routing,
  provisional,
  variables,
  errors,
  keys,
  providers,
  budgets,
  // Last, because it ends daemons.
  daemon,
];

/** Every format of prompts, in the order in which a file is tried. */
import { agent } from './agent.ts';
import { agents } from './agents.ts';
import { claude } from './claude.ts';
import { copilot } from './copilot.ts';
import { dotprompt } from './dotprompt.ts';
import type { PromptFile, PromptFormat } from './format.ts';
import { githubModels } from './github-models.ts';
import { instructions } from './instructions.ts';
import { javascript } from './javascript.ts';
import { prompt } from './prompt.ts';
import { prompty } from './prompty.ts';
import { python } from './python.ts';
import { skill } from './skill.ts';

/** The list. Each is found by what its files are called, so that none comes before another. */
export const PROMPT_FORMATS: readonly PromptFormat[] = [
  prompt,
  instructions,
  agent,
  skill,
  agents,
  claude,
  copilot,
  prompty,
  dotprompt,
  githubModels,
  javascript,
  python,
];

/** The format of a file; null for a file of none. */
export const formatOf = (file: PromptFile): PromptFormat | null =>
  PROMPT_FORMATS.find((format) => format.matches(file)) ?? null;

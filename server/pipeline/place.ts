import type { Route } from './stage.ts';

/** "provider/model", as settings and people write it. */
export const placeOf = ({ provider, model }: Route): string => `${provider.name}/${model.id}`;

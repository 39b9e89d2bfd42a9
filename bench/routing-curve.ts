/** The measures of routing between two models (Ong et al., "RouteLLM: Learning to Route LLMs with Preference Data", 2024). */

/** A question with what either model makes of it, and how much it is thought to need the strong one. */
export interface RoutedAnswer {
  readonly weak: boolean;
  readonly strong: boolean;
  /** Those with the highest go to the strong model first. */
  readonly need: number;
}

/** What routing recovers of the gap between the two, as more and more goes to the strong one. */
export interface RoutingCurve {
  /** Average performance gap recovered: the area under the curve; 0.5 at random. */
  readonly apgr: number;
  /** Call-performance threshold: the share of calls to the strong model that recovers half of the gap, from 0 to 1. */
  readonly cpt50: number;
  /** The same for 80 %. */
  readonly cpt80: number;
}

/** The curve. Questions of equal need are one step in it, so that their order in the data says nothing. */
export function routingCurve(answers: readonly RoutedAnswer[]): RoutingCurve {
  const sorted = [...answers].sort((a, b) => b.need - a.need);
  const gain = ({ weak, strong }: RoutedAnswer) => Number(strong) - Number(weak);
  const gap = sorted.reduce((sum, answer) => sum + gain(answer), 0);
  const points: { readonly calls: number; readonly recovered: number }[] = [{ calls: 0, recovered: 0 }];
  let recovered = 0;
  for (const [index, answer] of sorted.entries()) {
    recovered += gain(answer) / gap;
    if (sorted[index + 1]?.need !== answer.need)
      points.push({ calls: (index + 1) / sorted.length, recovered });
  }
  let apgr = 0;
  const thresholds = { half: 1, most: 1 };
  for (const [index, { calls, recovered: after }] of points.entries()) {
    const before = points[index - 1];
    if (before === undefined) continue;
    apgr += ((before.recovered + after) / 2) * (calls - before.calls);
    const reach = (share: number) =>
      before.calls + ((share - before.recovered) / (after - before.recovered)) * (calls - before.calls);
    if (after >= 0.5 && before.recovered < 0.5) thresholds.half = Math.min(thresholds.half, reach(0.5));
    if (after >= 0.8 && before.recovered < 0.8) thresholds.most = Math.min(thresholds.most, reach(0.8));
  }
  return { apgr, cpt50: thresholds.half, cpt80: thresholds.most };
}

/** The mean of each measure. */
export function meanCurve(curves: readonly RoutingCurve[]): RoutingCurve {
  const mean = (key: keyof RoutingCurve) =>
    curves.reduce((sum, curve) => sum + curve[key], 0) / curves.length;
  return { apgr: mean('apgr'), cpt50: mean('cpt50'), cpt80: mean('cpt80') };
}

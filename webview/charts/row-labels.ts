/** A chart.js plugin that writes each bar's label and value above it and draws the track that it fills. */
import type { Chart, Plugin } from 'chart.js';
import type { SpendRow } from '../model/spend.ts';
import { DEMO, shortened } from '../model/words.ts';
import type { ChartTheme } from './theme.ts';

/** Height of a bar, and of its track. */
export const BAR_HEIGHT = 8;
const GAP = 6;

/** What the plugin draws with, read anew each time. */
export interface RowLabelSource {
  rows(): readonly SpendRow[];
  theme(): ChartTheme;
}

/** The plugin; it belongs to one chart. */
export function rowLabels(source: RowLabelSource): Plugin<'bar'> {
  return {
    id: 'rowLabels',
    beforeDatasetsDraw: (chart) => eachRow(chart, source, (row) => drawTrack(chart, row, source.theme())),
    afterDatasetsDraw: (chart) => eachRow(chart, source, (row) => drawLabels(chart, row, source.theme())),
  };
}

interface PlacedRow {
  readonly row: SpendRow;
  /** Vertical centre of its bar. */
  readonly y: number;
}

function eachRow(chart: Chart, source: RowLabelSource, act: (row: PlacedRow) => void): void {
  const bars = chart.getDatasetMeta(0).data;
  for (const [index, row] of source.rows().entries()) {
    const bar = bars[index];
    if (bar !== undefined) act({ row, y: bar.y });
  }
}

function drawTrack(chart: Chart, { y }: PlacedRow, theme: ChartTheme): void {
  const { ctx: context, chartArea } = chart;
  const box = [chartArea.left, y - BAR_HEIGHT / 2, chartArea.width, BAR_HEIGHT] as const;
  context.save();
  context.beginPath();
  if (theme.highContrast) {
    context.strokeStyle = theme.text;
    context.rect(box[0] + 0.5, box[1] + 0.5, box[2] - 1, box[3] - 1);
    context.stroke();
  } else {
    context.globalAlpha = 0.35;
    context.fillStyle = theme.track;
    context.roundRect(...box, BAR_HEIGHT / 2);
    context.fill();
  }
  context.restore();
}

function drawLabels(chart: Chart, { row, y }: PlacedRow, theme: ChartTheme): void {
  const { ctx: context, chartArea } = chart;
  const baseline = y - BAR_HEIGHT / 2 - GAP;
  context.save();
  context.textBaseline = 'alphabetic';
  context.font = `${theme.fontSize}px ${theme.fontFamily}`;

  const label = row.simulated ? `${DEMO} · ${row.label}` : row.label;
  const widthOf = (text: string): number => context.measureText(text).width;
  const roomBeside = (value: string): number => chartArea.width - widthOf(value) - GAP * 2;
  // The bar shows the share already: where it is narrow, the name comes first.
  const withShare = row.share === null ? row.spend : `${row.spend} · ${row.share}`;
  const value = widthOf(label) <= roomBeside(withShare) ? withShare : row.spend;

  context.fillStyle = theme.muted;
  context.textAlign = 'right';
  context.fillText(value, chartArea.right, baseline);
  context.fillStyle = theme.text;
  context.textAlign = 'left';
  context.fillText(shortened(label, roomBeside(value), widthOf), chartArea.left, baseline);
  context.restore();
}

/** Hatched fills: what tells bars apart where colour alone must not. */

export type Hatch = 'rising' | 'crossed';

/** Side of a tile in pixels. */
const TILE = 8;

/** A repeating hatch in `colour`, or the plain colour where the browser cannot make one. */
export function hatchOf(kind: Hatch, colour: string): CanvasPattern | string {
  const tile = document.createElement('canvas');
  tile.width = TILE;
  tile.height = TILE;
  const context = tile.getContext('2d');
  if (context === null) return colour;
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.beginPath();
  // Beyond the corners, so that the lines meet across tiles.
  for (const offset of [-TILE, 0, TILE]) {
    line(context, [offset - 1, TILE + 1], [offset + TILE + 1, -1]);
    if (kind === 'crossed') line(context, [offset - 1, -1], [offset + TILE + 1, TILE + 1]);
  }
  context.stroke();
  return context.createPattern(tile, 'repeat') ?? colour;
}

type Point = readonly [x: number, y: number];

function line(context: CanvasRenderingContext2D, from: Point, to: Point): void {
  context.moveTo(...from);
  context.lineTo(...to);
}

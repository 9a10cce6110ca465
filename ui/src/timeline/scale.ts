/** From times to places on an axis, with the stretches in which nothing happened folded where that is asked for. */

export interface Span {
  from: number;
  to: number;
}

export interface Fold extends Span {
  /** Where the fold is, in per cent. */
  at: number;
}

export interface Scale extends Span {
  /** A place in per cent. */
  place: (at: number) => number;
  folds: Fold[];
}

/** A gap is folded when it is longer than this share of the whole, and shown as wide as the lesser one. */
const FOLDED_SHARE = 0.08;
const SHOWN_SHARE = 0.015;

/** An axis on which every moment has the same room. */
export function plainScale(from: number, to: number): Scale {
  return { from, to, folds: [], place: (at) => ((at - from) / (to - from)) * 100 };
}

/** An axis on which long stretches without anything busy take next to no room. */
export function foldedScale(from: number, to: number, busy: readonly Span[]): Scale {
  const gaps = gapsBetween(from, to, busy).filter((gap) => gap.to - gap.from > (to - from) * FOLDED_SHARE);
  if (gaps.length === 0) return plainScale(from, to);
  const idle = gaps.reduce((sum, gap) => sum + gap.to - gap.from, 0);
  // Folded to a share of what is left, so that the busy parts fill the axis.
  const shown = (to - from - idle || 1) * SHOWN_SHARE;
  const whole = to - from - idle + shown * gaps.length;
  const place = (at: number): number => {
    let moved = at - from;
    for (const gap of gaps) {
      const length = gap.to - gap.from;
      if (at >= gap.to) moved -= length - shown;
      else if (at > gap.from) moved -= (at - gap.from) * (1 - shown / length);
    }
    return (moved / whole) * 100;
  };
  return { from, to, place, folds: gaps.map((gap) => ({ ...gap, at: place((gap.from + gap.to) / 2) })) };
}

/** The stretches of a time that none of the spans covers. */
export function gapsBetween(from: number, to: number, busy: readonly Span[]): Span[] {
  const gaps: Span[] = [];
  let reached = from;
  for (const span of busy.toSorted((one, other) => one.from - other.from)) {
    if (span.from > reached) gaps.push({ from: reached, to: Math.min(span.from, to) });
    reached = Math.max(reached, span.to);
  }
  if (reached < to) gaps.push({ from: reached, to });
  return gaps;
}

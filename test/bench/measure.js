/** Measures the rows of the table, and says what is wrong with what they gave. */

/** Ten times the trace may take so much more memory: eight bytes an event, and what a collector leaves lying about. */
export const GROWTH = { factor: 1.4, mebibytes: 48 };

export function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** Measures a row in so many rounds, in which it and its reference take turns; `complain` takes what is wrong. */
export function measurer(rounds, complain) {
  // In one round a measurement that several rows share is taken once.
  const taken = new Map();
  const take = run => {
    if (rounds > 1) return run();
    if (!taken.has(run)) taken.set(run, run());
    return taken.get(run);
  };
  return async function measured(row) {
    const { what, reference, ratio: must, mebibytes: mebibytesMust = null } = row;
    if ((row.skip ?? null) !== null) return { what, reference, skipped: row.skip };
    const pairs = [];
    for (let round = 0; round < rounds; round++) pairs.push([await take(row.run), await take(row.against)]);
    const small = row.small === undefined ? null : await row.small();
    for (const [result] of pairs)
      if (!(await row.right(result))) complain(`${what}: a wrong result: ${result.head.slice(0, 200)}`);
    const ratio = median(pairs.map(([result, base]) => result.ms / base.ms));
    const mebibytes = Math.round(Math.max(...pairs.map(([result]) => result.mebibytes)));
    if (!Number.isFinite(ratio) || !Number.isFinite(mebibytes)) complain(`${what}: a figure is missing`);
    if (small !== null && mebibytes > small.mebibytes * GROWTH.factor + GROWTH.mebibytes)
      complain(`${what}: takes ${mebibytes} MiB, and ${Math.round(small.mebibytes)} of a tenth`);
    return {
      what,
      reference,
      ms: Math.round(median(pairs.map(([result]) => result.ms))),
      ratio: Number(ratio.toPrecision(3)),
      must,
      mebibytes,
      mebibytesMust,
      mebibytesOfATenth: small === null ? null : Math.round(small.mebibytes),
    };
  };
}

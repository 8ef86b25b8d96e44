/** Answers to RMI_VERSION that a sweep makes: x0, the status; x1 and x2, lower and higher. */
import { parseEdit } from '../edit/parse.js';
import { hex, type U64 } from '../model/u64.js';
import type { Axis, AxisEdit } from './axes.js';

export type VersionRegisters = readonly [x0: U64, x1: U64, x2: U64];

const PLACES = ['RMI_VERSION.x0', 'RMI_VERSION.x1', 'RMI_VERSION.x2'] as const;

/** An axis of `count` answers; `made` says how they are made. */
export function answerAxis(made: string, count: number, answer: (index: number) => VersionRegisters): Axis {
  const [status, lower, higher] = [editing(PLACES[0]), editing(PLACES[1]), editing(PLACES[2])];
  return {
    places: PLACES,
    count,
    at: index => {
      const [x0, x1, x2] = answer(index);
      return [status(x0), lower(x1), higher(x2)];
    },
    state: false,
    values: null,
    made,
  };
}

/** Makes the edits of one place without reading each anew. */
function editing(place: string): (register: U64) => AxisEdit {
  const parsed = parseEdit(`${place}=0x0`);
  if (!parsed.ok || parsed.value.kind === 'numbered') throw new Error(`${place} is no place of an answer`);
  const { kind, selector, target } = parsed.value;
  return register => {
    const value = hex(register);
    return { value, edit: { kind, text: `${place}=${value}`, selector, target, value: register } };
  };
}

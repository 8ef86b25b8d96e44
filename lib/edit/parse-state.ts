/** Edits of a machine's state: ID registers of one CPU or of all, their fields, and facts. */
import { fieldOf, ID_REGISTERS } from '../abi/id-registers.js';
import { parseCount } from '../model/count.js';
import { readFactValue } from '../model/facts/values.js';
import { factNamed } from '../model/facts.js';
import { nearest } from '../model/nearest.js';
import { good, type Result } from '../model/result.js';
import type { Cpus, Edit, Selector } from './edit.js';
import { notAValue, refused } from './edit.js';
import { newValue } from './values.js';

const REGISTER =
  /^(?:cpu(?<cpus>\*|\d{1,4}(?:-\d{1,4})?)\.)?(?<reg>ID_[A-Z0-9_]+)(?:\.(?<field>[A-Za-z0-9_]+))?$/;

/** `null`: the place is no register's. */
export function registerEdit(text: string, place: string, value: string): Result<Edit> | null {
  const groups = REGISTER.exec(place)?.groups;
  if (groups === undefined) return null;
  const { reg = '', field } = groups;
  const cpus = cpusOf(groups.cpus);
  if (!ID_REGISTERS.has(reg))
    return refused(
      text,
      `${reg} is not an ID register that rmitrace knows`,
      `use a name like ${nearest(reg, ID_REGISTERS.keys()) ?? 'ID_AA64PFR0_EL1'}`,
    );
  if (cpus !== null && cpus.from > cpus.to)
    return refused(text, `cpu${groups.cpus} goes downwards`, `write cpu${cpus.to}-${cpus.from}`);
  const selector: Selector = { kind: 'register', reg, cpus };
  if (field !== undefined) return bitsEdit(text, selector, reg, field, value);
  const whole = newValue(value, false);
  if (whole === undefined) return notAValue(text, value);
  return good({ kind: 'edit', text, selector, target: { kind: 'whole' }, value: whole });
}

/** `6`, `6-7`, or `*` for all of them, as is the default. */
export function cpusOf(text: string | undefined): Cpus | null {
  if (text === undefined || text === '*') return null;
  const [from, to = from] = text.split('-').map(part => parseCount(part) ?? 0);
  return from === undefined || to === undefined ? null : { from, to };
}

function bitsEdit(text: string, selector: Selector, reg: string, name: string, value: string): Result<Edit> {
  const layout = fieldOf(reg, name);
  if (layout === null)
    return refused(
      text,
      `${reg} has no field ${name}`,
      'name a field like RME, or leave it out for the whole register',
    );
  const content = newValue(value, false);
  if (content === null)
    return refused(text, 'a field cannot be unknown', `make the whole register unknown: ${reg}=unknown`);
  if (content === undefined) return notAValue(text, value);
  if (typeof content === 'bigint' && content >= 1n << BigInt(layout.width)) {
    return refused(
      text,
      `${value} does not fit ${name}, which has ${layout.width} bits`,
      'give a smaller value',
    );
  }
  return good({
    kind: 'edit',
    text,
    selector,
    target: { kind: 'bits', name, lsb: layout.lsb, width: layout.width },
    value: content,
  });
}

/** `null`: the place is no fact's. */
export function factEdit(text: string, place: string, value: string): Result<Edit> | null {
  const fact = factNamed(place);
  if (fact === null) return null;
  const content = readFactValue(fact.values, value);
  if (content === null)
    return refused(
      text,
      `${JSON.stringify(value)} is not a value of ${place}`,
      'lib/README.md lists the values of each fact',
    );
  return good({
    kind: 'edit',
    text,
    selector: { kind: 'fact', name: place },
    target: { kind: 'whole' },
    value: content,
  });
}

/** Edits of answers: which calls, by name or FID, by argument and by count, and what of the answer. */
import { backgroundFid, isRmi } from '../abi/background.js';
import { ID_REGISTERS } from '../abi/id-registers.js';
import { lookupRmiByName, RMI_COMMANDS, RMI_VERSION } from '../abi/rmi-commands.js';
import { callId, REGISTERS } from '../abi/smccc.js';
import { parseCount } from '../model/count.js';
import { FACTS } from '../model/facts.js';
import { nearest } from '../model/nearest.js';
import { bad, good, type Result, trouble } from '../model/result.js';
import { readHex, type U64 } from '../model/u64.js';
import { type Edit, notAValue, refused, type Selector, type Turns, WHOLE_REPLIES } from './edit.js';
import { newStatus, newValue, registerValue } from './values.js';

const CALL =
  /^(?<name>\*|[A-Za-z_][A-Za-z0-9_]*|0x[0-9a-f]+)(?:\((?<where>[^()]*)\))?(?:#(?<turns>[0-9.+]*?))?(?:\.(?<field>[A-Za-z][A-Za-z0-9_]*(?:\[[^\]]*\])?))?$/;
const TURNS = /^(?<from>\d{1,6})(?:(?<open>\+)|\.\.(?<to>\d{1,6})(?:\+(?<step>\d{1,6}))?)?$/;
const CONDITION = /^\s*x(?<register>1[0-7]|[1-9])=(?<value>.*?)\s*$/;

const MEMORY = /^mem\[(?<offset>[^\]]*)\]$/;
/** Of the largest page. */
const MOST_BYTES = 0x1_0000n;

/** x0 to x2 of RMI_VERSION may hold a revision: before EAC4 x0 did. */
const LAST_REVISION = 2;

/** The edit of a place that is neither a register's nor a fact's. */
export function callEdit(text: string, place: string, value: string): Result<Edit> {
  const groups = CALL.exec(place)?.groups;
  if (groups === undefined) return nothing(text, place);
  const { name = '', field } = groups;
  const fid = name === '*' ? null : fidOf(name);
  if (fid === undefined) return nothing(text, name);
  if (fid !== null && !isRmi(fid)) return background(text, name);
  const where = conditions(text, groups.where, fid);
  if (!where.ok) return where;
  const turns = turnsOf(text, groups.turns);
  if (!turns.ok) return turns;
  const selector: Selector = { kind: 'call', fid, where: where.value, turns: turns.value };
  return field === undefined ? replyEdit(text, selector, value) : answerEdit(text, selector, field, value);
}

function answerEdit(
  text: string,
  selector: Extract<Selector, { kind: 'call' }>,
  field: string,
  value: string,
): Result<Edit> {
  const offset = MEMORY.exec(field)?.groups?.offset;
  if (offset !== undefined) return memoryEdit(text, selector, offset, value);
  const register = parseCount(/^x(?<register>\d{1,2})$/.exec(field)?.groups?.register);
  if (register === null || register >= REGISTERS)
    return refused(text, `an answer has x0 to x${REGISTERS - 1}, not ${field}`, 'name one of these');
  if (WHOLE_REPLIES.some(reply => reply === value && value !== 'unknown'))
    return refused(
      text,
      `\`${value}\` is a whole answer, but ${field} is one of its registers`,
      `leave .${field} out, or give a status: RMI_BUSY`,
    );
  const versions = (selector.fid === null || selector.fid === RMI_VERSION) && register <= LAST_REVISION;
  const content = register === 0 ? newStatus(value, versions) : newValue(value, versions);
  if (content === undefined) return notAValue(text, value);
  return good({ kind: 'edit', text, selector, target: { kind: 'answer', register }, value: content });
}

/** A word of the page that the call points to. */
function memoryEdit(text: string, selector: Selector, given: string, value: string): Result<Edit> {
  const offset = registerValue(given, false) ?? null;
  if (offset === null || offset % 8n !== 0n || offset >= MOST_BYTES)
    return refused(
      text,
      `${JSON.stringify(given)} is not the offset of a 64-bit word in a page`,
      'give a multiple of 8 below 0x10000, like mem[0x8]',
    );
  const content = newValue(value, false);
  if (content === undefined) return notAValue(text, value);
  return good({ kind: 'edit', text, selector, target: { kind: 'memory', offset }, value: content });
}

/** The whole of an answer. */
function replyEdit(text: string, selector: Selector, value: string): Result<Edit> {
  const reply = WHOLE_REPLIES.find(known => known === value);
  if (reply !== undefined)
    return good({ kind: 'edit', text, selector, target: { kind: 'reply', reply }, value: null });
  return refused(
    text,
    `a whole answer is one of ${WHOLE_REPLIES.join(', ')}, not ${JSON.stringify(value)}`,
    'name a register of it, like RMI_VERSION.x1',
  );
}

/** `undefined`: no such call. */
function fidOf(name: string): U64 | undefined {
  const fid = name.startsWith('0x') ? readHex(name) : (lookupRmiByName(name) ?? backgroundFid(name));
  return fid === null ? undefined : callId(fid);
}

type Condition = Extract<Selector, { kind: 'call' }>['where'][number];

function conditions(text: string, list: string | undefined, fid: U64 | null): Result<readonly Condition[]> {
  const found: Condition[] = [];
  for (const part of list?.split(',') ?? []) {
    const groups = CONDITION.exec(part)?.groups;
    const register = parseCount(groups?.register) ?? 0;
    const versions = register === 1 && (fid === null || fid === RMI_VERSION);
    const value = registerValue(groups?.value ?? '', versions);
    if (groups === undefined || value === undefined || value === null)
      return refused(
        text,
        `${JSON.stringify(part)} is not a condition: it needs a register x1 to x17, \`=\` and a value`,
        'write RMI_VERSION(x1=2.0).x0=1',
      );
    found.push({ register, value });
  }
  return good(found);
}

/** `null`: every turn. */
function turnsOf(text: string, turns: string | undefined): Result<Turns | null> {
  if (turns === undefined) return good(null);
  const groups = TURNS.exec(turns)?.groups;
  const next = 'write #2, #2+, #2..4 or #1..9+2';
  if (groups === undefined) return refused(text, `"#${turns}" is not a count`, next);
  const from = parseCount(groups.from) ?? 0;
  const to = groups.open === '+' ? null : (parseCount(groups.to) ?? from);
  const step = parseCount(groups.step) ?? 1;
  if (from < 1 || step < 1 || (to !== null && to < from))
    return refused(text, `"#${turns}": calls are counted from 1, and a range goes upwards`, next);
  return good({ from, to, step });
}

function background(text: string, name: string): Result<never> {
  return bad(
    trouble(
      'bad-edit',
      `the edit ${JSON.stringify(text)} is refused: ${name} is a background call: it is kept and shown, but no edit matches it`,
      {},
      'edit a call to the RMM, like RMI_VERSION.x1',
    ),
  );
}

function nothing(text: string, name: string): Result<never> {
  const names = [
    ...RMI_COMMANDS.map(command => command.name),
    ...ID_REGISTERS.keys(),
    ...FACTS.map(({ name }) => name),
  ];
  const meant = nearest(name.replace(/[.#(].*$/s, ''), names);
  return refused(
    text,
    `${JSON.stringify(name)} selects nothing`,
    meant === null
      ? 'a selector is an event number, a call like RMI_VERSION.x1, a register like cpu0.ID_AA64PFR0_EL1.RME, or a fact'
      : `did you mean ${meant}?`,
  );
}

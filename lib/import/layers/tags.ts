/** Whose console a line is from, as harnesses, models and terminals that merge several of them say. */
import { type Layer, prefix } from '../layer.js';

const tagged = (name: string, says: string, begins: RegExp, pattern: RegExp): Layer =>
  prefix(name, says, begins, pattern, ({ tag = '' }) => ({ tag: tag.toLowerCase() }));

export const TAG_LAYERS: readonly Layer[] = [
  tagged(
    'bracketed-tag',
    "a harness's tag, `[     rmm ] `",
    /\[/,
    // TF-RMM prints the name of a function so.
    /^\[ {0,15}(?<tag>(?!handle_ns_smc)[A-Za-z][A-Za-z0-9_.-]{0,23}) {0,15}\](?: |: ?)/,
  ),
  tagged(
    'column-tag',
    'a tag before a bar, `rmm_1  | `',
    /[A-Za-z]/,
    /^(?<tag>[A-Za-z][\w.-]{0,31}) {0,15}\| ?/,
  ),
  tagged(
    'named-tag',
    "a terminal's or a world's name before a colon",
    /[(A-Za-z]/,
    /^\(?(?<tag>(?:terminal|uart|tty[A-Za-z]+|serial|console|com|fvp)[_-]?\d{0,3}|rmm|tf-?a|bl31|el3|host|linux|realm|guest)(?:\)|:|>) /i,
  ),
];

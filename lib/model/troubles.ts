/**
 * Every code of trouble: what it means, and what to do in general; a trouble itself says what to do in its case. The table
 * in lib/README.md has the same, and a test holds the two together.
 */
export const TROUBLES = {
  usage: {
    means: 'the command line is wrong: an unknown option, a missing operand, a value out of range',
    next: 'see `rmitrace help COMMAND`',
  },
  'not-found': { means: 'there is no such file', next: 'check the name, and the folder that you are in' },
  unreadable: {
    means: 'the file exists and cannot be read: no permission, a folder, bytes that are not UTF-8',
    next: 'check its permissions, or convert it to UTF-8',
  },
  unwritable: {
    means: 'the output or a temporary file cannot be written; an older file of that name is unchanged',
    next: 'name another file or folder with -o or TMPDIR, or make room',
  },
  empty: {
    means: 'the file is empty',
    next: 'record it again: a recording that was stopped leaves NAME.partial beside it',
  },
  'cut-off': {
    means: 'the trace ends early; the message says how many events are whole',
    next: 'copy the file again; `rmitrace fmt` needs a whole one',
  },
  'not-json': {
    means: 'the file is not JSON',
    next: 'check what made the file; `rmitrace import` reads logs',
  },
  'not-a-trace': {
    means: 'the file is JSON, but not a trace',
    next: 'check the name; the first member of a trace is "format": "rmitrace"',
  },
  'not-a-log': {
    means: 'the file is not a log: it is not text',
    next: 'give the text itself: what is compressed, but not with gzip, must be unpacked first',
  },
  'several-boots': {
    means: 'the logs have several boots, and the command takes one',
    next: 'choose one with --boot N, or write all of them with -o DIR/',
  },
  'newer-format': {
    means: 'the trace has a later format than this version reads',
    next: 'install a newer rmitrace',
  },
  'bad-value': {
    means: 'a value is out of range, of the wrong type or not spelt as the schema wants',
    next: 'correct the value; schemas/ says what each member may be',
  },
  'duplicate-key': { means: 'an object has the same key twice', next: 'remove one of the two' },
  'forbidden-key': {
    means: 'a key that JavaScript treats specially: `__proto__`, `constructor`, `prototype`',
    next: 'rename the key',
  },
  'too-deep': { means: 'the JSON is nested deeper than any trace', next: 'check what made the file' },
  'too-large': {
    means: 'a file, a line, a text or a number of events is over its limit',
    next: 'split the file, or give the option that the message names',
  },
  'bad-machine': {
    means: 'a machine description is impossible; the message says what contradicts what',
    next: 'correct the description; `rmitrace list machines NAME` prints one that is possible',
  },
  'unknown-name': {
    means: 'no built-in machine or RMM has that name',
    next: 'see `rmitrace list machines` and `rmitrace list rmms`',
  },
  'bad-edit': {
    means: 'an edit cannot be parsed, or selects something that does not exist',
    next: 'see lib/edit/README.md for the grammar, and `rmitrace show` for what can be selected',
  },
  'derived-event': {
    means: 'an edit of an event that follows from others; the message names the input to edit',
    next: 'edit the input that the message names',
  },
  'edit-never-fired': {
    means: 'an edit was not used in the run; the message says why',
    next: 'check the selector against `rmitrace show`, or remove the edit',
  },
  'no-kernel': {
    means: 'no built-in kernel has that name',
    next: 'see `rmitrace list kernels`; a file needs its path',
  },
  'no-compiler': {
    means: 'the C compiler cannot be started',
    next: 'install a C compiler, or name one with CC',
  },
  'does-not-compile': {
    means: 'the compiler or linker refuses the source: the message has its errors, or the missing names',
    next: 'correct the source, or give what is missing with --shim or --patch',
  },
  'no-profile': {
    means: '`--rmm auto` finds nothing in the trace that proves one RMM',
    next: 'name the RMM: `rmitrace list rmms`',
  },
  'no-source': {
    means: 'no C source of the check was found: no entry point, no RMI_VERSION call, no patch',
    next: 'name the file that makes the RMI_VERSION call',
  },
  'bad-patch': {
    means: 'a patch does not apply to a file at hand, or has only part of a file that is needed',
    next: 'give the file that it was made for, or the whole series',
  },
  'other-rmm': {
    means: 'the RMM does not answer the calls of an earlier boot as they were answered',
    next: 'name the machine and the RMM of that boot, and all boots since its RMM was reset',
  },
  'wrong-scope': {
    means:
      'a kernel of one scope on a trace of the other, or an edit of a fact that only the other scope has',
    next: 'choose a kernel or an edit of the scope of the trace',
  },
  'rmm-failed': {
    means:
      'an RMM behind a pipe ended, was silent, or sent something other than an answer; the call is named',
    next: "look at the RMM's own output; lib/rmm/pipe/protocol.md says what it must send",
  },
  internal: { means: 'a bug in rmitrace', next: 'run it again with --debug and report the output' },
} as const satisfies Readonly<Record<string, { readonly means: string; readonly next: string }>>;

export type TroubleCode = keyof typeof TROUBLES;

/**
 * The key of one input that a machine gives a kernel, which is also what a person calls it: `conduit`,
 * `cpu0.ID_AA64PFR0_EL1`, `RMI_VERSION.x1`. What an edit changed and what two traces differ in have the same key.
 */
declare const brand: unique symbol;

export type InputKey = string & { readonly [brand]: 'InputKey' };

export function factKey(name: string): InputKey {
  return name as InputKey;
}

/** `cpu` null: the sanitised register, which is no CPU's. */
export function registerKey(reg: string, cpu: number | null): InputKey {
  return (cpu === null ? reg : `cpu${cpu}.${reg}`) as InputKey;
}

/** `call` is the call's name, or its FID; `register` null: the whole of the answer. */
export function answerKey(call: string, register: number | null): InputKey {
  return (register === null ? call : `${call}.x${register}`) as InputKey;
}

/** A word of the memory that a call points to, by what lib/model/memory.ts calls it. */
export function wordKey(call: string, place: string): InputKey {
  return `${call}.${place}` as InputKey;
}

/** Fields of registers: the shape that ID registers and RMI feature registers share. */
import { bits, field, type U64 } from '../model/u64.js';

export interface FieldLayout {
  readonly lsb: number;
  readonly width: number;
  /** Whether the value is two's complement: all ones is then -1, "not implemented", and less than 0. */
  readonly signed: boolean;
}

export interface RegisterField extends FieldLayout {
  readonly name: string;
}

/** A field from its name and its bits, as manuals write them: `bitField('RME', 55, 52)`. */
export function bitField(name: string, msb: number, lsb: number): RegisterField {
  return { name, lsb, width: msb - lsb + 1, signed: false };
}

/** The same for a signed field. */
export function signedField(name: string, msb: number, lsb: number): RegisterField {
  return { ...bitField(name, msb, lsb), signed: true };
}

/** The field's value, negative where a signed field says so. For fields of at most 32 bits. */
export function smallValue(value: U64, { lsb, width, signed }: FieldLayout): number {
  const unsigned = field(value, lsb, width);
  return signed && unsigned >= 2 ** (width - 1) ? unsigned - 2 ** width : unsigned;
}

/** The field's bits, moved down to bit 0, whatever its width and sign. */
export function rawValue(value: U64, { lsb, width }: FieldLayout): U64 {
  return bits(value, lsb, width);
}

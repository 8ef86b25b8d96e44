/** What schemas/generate.js makes: a validator as ajv writes it, with its complaints beside it. */
export interface Complaint {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
  readonly propertyName?: string;
}

export interface Validator {
  (value: unknown): boolean;
  /** Of the last call: read at once, by lib/schema/validate.ts alone. */
  readonly errors?: readonly Complaint[] | null;
}

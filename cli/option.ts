/** What an option is: data, from which parsing, help and completion are made. */
export interface Option {
  readonly name: string;
  readonly alias?: string;
  /** `strings`: may be given several times. */
  readonly type: 'boolean' | 'string' | 'strings';
  /** What help calls the value. */
  readonly value?: string;
  /** What help says holds without the option. */
  readonly default?: string;
  /** All the values that there are. */
  readonly choices?: readonly string[];
  /** Values that completion offers, of those that there are. */
  readonly words?: readonly string[];
  readonly says: string;
}

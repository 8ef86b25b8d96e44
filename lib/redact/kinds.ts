/** What of a trace tells who made it and where: one row a kind. Each named group of a pattern is what is replaced. */
import { isIPv4, isIPv6 } from 'node:net';

export interface Kind {
  /** What it is, for whoever reads the list of what was replaced. */
  readonly says: string;
  /** Global, with indices. Linear: no place of it can match in two ways. */
  readonly pattern: RegExp;
  /**
   * What stands in every text that the pattern fits, and is found quickly: in any case, whatever stands around the text, and
   * without a quote in it.
   */
  readonly needs: RegExp;
  /** Whether what a group matched is of that kind after all. Default: it is. */
  readonly fits?: (text: string) => boolean;
}

/** In their order: what one has replaced, the next ones do not see. */
export const KINDS: readonly Kind[] = [
  {
    says: 'the kernel command line',
    pattern: /\b(?:(?:command line|bootargs|cmdline) ?[:=] ?|command line parameters:? )(?<cmdline>\S.*)/dgi,
    needs: /command line|bootargs|cmdline/,
  },
  {
    says: 'a URL',
    pattern: /(?<![\w+.-])(?<url>[a-z][a-z0-9+.-]{1,20}:\/\/[^\s"'<>()]+)/dgi,
    needs: /:\/\//,
  },
  {
    // Not a node of a device tree: memory@80000000.
    says: 'a user and a host, or a mail address',
    pattern: /(?<![\w.+@-])(?<user>[\w.+-]{1,64})@(?![0-9a-f,]+(?![\w.-]))(?<host>[\w.-]{1,255}\w)/dg,
    needs: /@/,
  },
  {
    says: 'a UUID',
    pattern: /(?<![\w-])(?<uuid>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![\w-])/dgi,
    needs: /-[0-9a-f]{4}-[0-9a-f]{4}-/,
  },
  {
    says: 'a MAC address',
    pattern: /(?<![\w:-])(?<mac>[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5})(?![\w:-])/dgi,
    needs: /[:-][0-9a-f]{2}[:-][0-9a-f]{2}[:-]/,
  },
  {
    says: 'an IPv6 address',
    pattern: /(?<![\w:.])(?<ip>[0-9a-f]{0,4}:[0-9a-f:]{1,40}(?:\.\d{1,3}){0,3})(?![\w:])/dgi,
    needs: /::|(?::[0-9a-f]{1,4}){6}/,
    fits: isIPv6,
  },
  {
    says: 'an IPv4 address',
    pattern: /(?<![\w.])(?<ip>\d{1,3}(?:\.\d{1,3}){3})(?![\w]|\.\d)/dg,
    needs: /\.\d{1,3}\.\d{1,3}\.\d/,
    fits: isIPv4,
  },
  {
    says: 'a serial number',
    pattern:
      /\b(?:serial(?: ?(?:number|no\.?|#))?|s\/n|sn|asset tag)\s{0,4}[:=#]\s{0,4}(?<serial>[\w-]{3,64})/dgi,
    needs: /(?:serial(?: ?(?:number|no\.?|#))?|s\/n|sn|asset tag)\s{0,4}[:=#]/,
    fits: text => /\d/.test(text) && !/^8250$/.test(text),
  },
  {
    says: 'a host name',
    pattern:
      /\b(?:hostname set to <?|set hostname to <?|(?:hostname|nodename) {0,4}[:=] {0,4})(?<host>[\w.-]{1,255})/dgi,
    needs: /hostname|nodename/,
  },
  {
    // As uname -a prints it.
    says: 'a host name',
    pattern: /\bLinux (?!version )(?<host>[\w.-]{1,255}) \d+\.\d+\.\d+\S* #\d/dg,
    needs: /linux [\w.-]{1,255} \d/,
  },
  {
    // As getty prints it.
    says: 'a host name',
    pattern: /(?<![\w.-])(?<host>[\w.-]{1,255}) login:/dg,
    needs: / login:/,
  },
  {
    says: 'a user',
    pattern: /(?:\b(?:user(?:name)?|logname) ?= ?| login: )(?<user>[a-z_][\w.-]{0,63})/dgi,
    needs: /(?:user|username|logname) ?=| login:/,
  },
  {
    says: 'a host name',
    pattern:
      /(?<![\w.@/-])(?<host>[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,5}\.(?:com|net|org|corp|internal|intranet|lan|local|localdomain))(?![\w-])/dgi,
    needs: /\.(?:com|net|org|corp|internal|intranet|lan|local|localdomain)(?![\w-])/,
  },
  {
    // Two letters may end a file's name as well, so there are three labels at least.
    says: 'a host name',
    pattern:
      /(?<![\w.@/-])(?<host>[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,5}\.(?:a[tu]|be|br|ca|ch|cn|cz|de|dk|es|eu|fi|fr|i[elnt]|io|jp|kr|nl|no|nz|p[lt]|se|sg|tw|u[ks]))(?![\w-])/dgi,
    needs:
      /\.[a-z0-9-]{1,63}\.(?:a[tu]|be|br|ca|ch|cn|cz|de|dk|es|eu|fi|fr|i[elnt]|io|jp|kr|nl|no|nz|p[lt]|se|sg|tw|u[ks])(?![\w-])/,
  },
  {
    // Below a home, whatever stands before it: a flag of the compiler, a way up.
    says: 'a path',
    pattern: /(?<path>(?:\.{0,2}\/){1,16}(?:home|users|root)(?:\/[\w.+@%,=-]+)+\/?)/dgi,
    needs: /\/(?:home|users|root)\//,
  },
  {
    says: 'a path',
    pattern:
      /(?:(?<=\s-[A-Z])|(?<![\w./\]-]))(?<path>~?(?:\/[\w.+@%,=-]+){2,}\/?|~[\w-]*(?:\/[\w.+@%,=-]+)+\/?)/dg,
    needs: /\/[\w.+@%,=-]+\/[\w.+@%,=-]|~[\w-]*\//,
  },
  { says: 'a path', pattern: /(?<![\w])(?<path>[a-z]:\\[^\s"'<>|]+)/dgi, needs: /:\\/ },
];

/** A kernel's virtual address in a text, with or without `0x`. */
export const POINTER: Kind = {
  says: 'a kernel pointer',
  pattern: /(?<![0-9a-f])(?<pointer>fff(?!f{5})[0-9a-f]{13})(?![0-9a-f])/dgi,
  needs: /fff(?!f{5})[0-9a-f]{13}/,
};

/**
 * Whether a register looks like a kernel's virtual address: bits 63 to 52 are ones. Where bits 63 to 32 are, it is a
 * small negative number, as SMCCC has them for errors.
 */
export function isPointer(value: bigint): boolean {
  return value >> 52n === 0xfffn && value >> 32n !== 0xffff_ffffn;
}

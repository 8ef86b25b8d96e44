/** What a machine's description says about the RMI init after the check, and what cannot be. */
import { endOfRegion, type Region, regionsText, wrongOrder } from '../model/regions.js';
import { bad, good, type Result, trouble } from '../model/result.js';
import { hex, readHex, type U64, u64, ZERO } from '../model/u64.js';
import { defaults } from '../schema/generated/machine.js';
import type { MachineWire } from '../schema/validate.js';

type Wire = NonNullable<MachineWire['init']>;
type OfRegions = 'memory' | 'rmmDram' | 'deviceWindows';

/** Regions as the facts of a trace spell them (lib/model/regions.ts). */
export type InitDescription = Required<Omit<Wire, OfRegions>> & Readonly<Record<OfRegions, string>>;

/** Troubles: `bad-machine`, with a pointer into the file. */
export function describeInit(wire: Wire = {}, pageSize: number): Result<InitDescription> {
  const memory = regionsOf(wire.memory ?? defaults.init.memory);
  const rmmDram = wire.rmmDram === undefined ? memory.map(mapped) : regionsOf(wire.rmmDram);
  const deviceWindows = regionsOf(wire.deviceWindows ?? defaults.init.deviceWindows);
  for (const [member, regions] of Object.entries({ memory, rmmDram, deviceWindows })) {
    const wrong = wrongOrder(regions);
    if (wrong === null) continue;
    const pointer = `/init/${member}/${wrong.at}`;
    return impossible(wrong.what, pointer, 'list regions from the lowest address up, apart from each other');
  }
  const described: InitDescription = {
    ...defaults.init,
    ...placesIn(memory, BigInt(pageSize)),
    ...wire,
    memory: regionsText(memory),
    rmmDram: regionsText(rmmDram),
    deviceWindows: regionsText(deviceWindows),
  };
  return misplaced(memory, described, BigInt(pageSize)) ?? good(described);
}

/** Where the kernel has its pages if the description does not say: pages of the first region that it maps. */
function placesIn(memory: readonly Region[], page: bigint) {
  const region = memory.find(({ nomap }) => !nomap);
  if (region === undefined) return {};
  const end = down(endOfRegion(region), page);
  return {
    configPage: within(end - page),
    sroObject: within(end - 2n * page),
    donatedMemory: within(down(region.base + region.size / 2n, page)),
  };
}

/** Zero for what a region is too small for: `misplaced` then says so. */
function within(address: bigint): string {
  return hex(address < 0n ? ZERO : u64(address));
}

function misplaced(
  memory: readonly Region[],
  described: InitDescription,
  page: bigint,
): Result<never> | null {
  for (const member of ['configPage', 'sroObject', 'donatedMemory'] as const) {
    const address = readHex(described[member]) ?? ZERO;
    const inside = memory.some(
      region => !region.nomap && address >= region.base && address + page <= endOfRegion(region),
    );
    const what =
      address % page !== 0n
        ? `${hex(address)} is not the address of a page of ${page} bytes`
        : `no region of memory that the kernel maps has a page at ${hex(address)}`;
    if (address % page !== 0n || !inside)
      return impossible(
        what,
        `/init/${member}`,
        'give the address of a page in one of the regions of memory',
      );
  }
  return null;
}

function impossible(what: string, pointer: string, next: string): Result<never> {
  return bad(trouble('bad-machine', what, { pointer }, next));
}

/** Firmware tells the RMM of DRAM, and nothing of what a kernel maps. */
function mapped(region: Region): Region {
  return { ...region, nomap: false };
}

/** The schema has seen their spelling. */
function regionsOf(
  wire: readonly { readonly base: string; readonly size: string; readonly nomap?: boolean }[],
): readonly Region[] {
  return wire.map(({ base, size, nomap = false }) => ({ base: value(base), size: value(size), nomap }));
}

function value(text: string): U64 {
  return readHex(text) ?? ZERO;
}

function down(address: bigint, page: bigint): bigint {
  return address - (address % page);
}

import { isForWindows } from "../base/windows.ts";
import { isChosenBy } from "../model/chosenStages.ts";
import type { Stage } from "../model/model.ts";
import { lineage, rootBase } from "../model/stages.ts";

/** How vendors spell architectures. `x64` and `x86` stand for others in too many names to be told, but beside `linux`. */
export const SPELLINGS = "amd64 x86_64 x86-64 arm64 aarch64 armhf armv7l armv7 ppc64le s390x riscv64 linux64".split(" ");
export const ARCHITECTURE = new RegExp(`(?<![a-z0-9])(${SPELLINGS.join("|")}|(?<=linux[-_])x64|x64(?=[-_]linux))(?![a-z0-9])`, "i");
const ASKS = /TARGETARCH|TARGETPLATFORM|BUILDARCH|uname|--print-architecture|--print-arch|\barch\b|dpkg-architecture|GOARCH|rpm -E/;
/** Ubuntu's servers for amd64 and i386: the packages for the others lie on ports.ubuntu.com. */
const ONE_FAMILY = /^["']?\w+:\/\/(?:[\w-]+\.)*(?:archive|security)\.ubuntu\.com\//;
/** Vendors that write `amd64` and `aarch64`: DuckDB up to 1.1, s6-overlay up to 2. Source: their releases on GitHub. Read 2026-11. */
const MIXED_NAMES = /\/github\.com\/(?:duckdb\/duckdb|just-containers\/s6-overlay)\//;
/** No container of Linux runs such a file, so that none has to fit. */
const FOR_ANOTHER_SYSTEM = /(?<![a-z])(?:windows|win(?:32|64)?|darwin|macosx?|osx)(?![a-z])|\.(?:exe|msi|dmg)(?![a-z])/i;

/** Whether the base decides the platform, or may; or the stage is the one for an architecture. */
export function isTied(stage: Stage): boolean {
	if (isForWindows(stage)) return true;
	if (lineage(stage).some((ancestor) => ancestor.platform?.value !== undefined || isForOneArchitecture(ancestor))) return true;
	return rootBase(stage).kind !== "image";
}

/** Whether `FROM build-${TARGETARCH}` or its like chooses the stage by an architecture in its name. */
function isForOneArchitecture(stage: Stage): boolean {
	const name = ARCHITECTURE.exec(stage.name?.text.toLowerCase() ?? "")?.[1];
	return name !== undefined && isChosenBy(stage, name);
}

export function namesArchitecture(stage: Stage): boolean {
	const base = rootBase(stage);
	return base.kind === "image" && (ARCHITECTURE.test(base.text) || /^(?:i386|amd64)\/|arm64v8|arm32v[567]/.test(base.text));
}

/** Whether an instruction asks what platform it is on, or names more than one architecture. */
export function choosesPlatform(text: string): boolean {
	if (ASKS.test(text)) return true;
	const arm = /arm64|aarch64|armhf|armv7/i.test(text);
	const intel = /amd64|x86[_-]64|linux64|x64/i.test(text);
	const other = /ppc64le|s390x|riscv64/i.test(text);
	return [arm, intel, other].filter(Boolean).length > 1;
}

/** The architecture in the path of an address, and where it stands; undefined for a file of another system. */
export function architectureIn(address: string): { readonly name: string; readonly at: number } | undefined {
	const path = address.indexOf("/", address.indexOf("://") + 3);
	const match = path === -1 ? null : ARCHITECTURE.exec(address.slice(path));
	if (match === null || FOR_ANOTHER_SYSTEM.test(address.slice(path))) return undefined;
	return { name: match[1] ?? "", at: path + match.index };
}

/** Whether the file for another architecture is known to lie elsewhere than under Docker's name for that in the address. */
export function liesElsewhere(address: string): boolean {
	return ONE_FAMILY.test(address) || MIXED_NAMES.test(address);
}

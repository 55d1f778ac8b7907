import { ownValue } from "../ownValue.ts";

/** What `--platform` names. */
export type ParsedPlatform =
	| {
			readonly kind: "platform";
			/** Normalised: `linux`. */
			readonly os: string;
			/** Normalised: `amd64`; empty where only the system is named. */
			readonly architecture: string;
			/** Empty without one. */
			readonly variant: string;
	  }
	| { readonly kind: "invalid"; readonly reason: string };

/** Source: containerd/platforms, `database.go`, and Go's list of systems and architectures. Read 2026-11. */
const SYSTEMS = new Set([
	"aix",
	"android",
	"darwin",
	"dragonfly",
	"freebsd",
	"hurd",
	"illumos",
	"ios",
	"js",
	"linux",
	"nacl",
	"netbsd",
	"openbsd",
	"plan9",
	"solaris",
	"wasip1",
	"wasi",
	"windows",
	"zos",
]);
const ARCHITECTURES = new Set([
	"386",
	"amd64",
	"arm",
	"arm64",
	"loong64",
	"loongarch64",
	"ppc",
	"riscv",
	"riscv32",
	"sw64",
	"mips",
	"mipsle",
	"mips64",
	"mips64le",
	"ppc64",
	"ppc64le",
	"riscv64",
	"s390x",
	"sparc64",
	"wasm",
]);
const SAME_ARCHITECTURE: Readonly<Record<string, readonly [architecture: string, variant: string]>> = {
	i386: ["386", ""],
	x86_64: ["amd64", ""],
	"x86-64": ["amd64", ""],
	aarch64: ["arm64", ""],
	armhf: ["arm", "v7"],
	armel: ["arm", "v6"],
};
/** Further spellings, in names rather than in platforms. */
const OTHER_SPELLINGS: Readonly<Record<string, readonly string[]>> = { amd64: ["x64"], arm64: ["armv8"], "386": ["i686"] };
const PART = /^[A-Za-z0-9_.-]+$/;

/** How people write an architecture, in lower case: `amd64`, `x86_64`, `x64`. */
export function spellingsOf(architecture: string): readonly string[] {
	const others = Object.entries(SAME_ARCHITECTURE).flatMap(([spelling, [of]]) => (of === architecture ? [spelling] : []));
	return [architecture, ...others, ...(ownValue(OTHER_SPELLINGS, architecture) ?? [])];
}

/** Reads `os[/architecture[/variant]]`, `os(version)/…` or an architecture alone, as the builder does. */
export function parsePlatform(text: string): ParsedPlatform {
	const parts = text.split("/");
	if (parts.length > 3) return { kind: "invalid", reason: "has more than system, architecture and variant" };
	const [first = "", second, third = ""] = parts;
	const os = first.replace(/\([^()]*\)$/, "").toLowerCase();
	for (const part of [os, ...parts.slice(1)]) {
		if (part === "") return { kind: "invalid", reason: "has an empty part" };
		if (!PART.test(part)) return { kind: "invalid", reason: "has characters that no platform has" };
	}
	if (second === undefined) {
		if (SYSTEMS.has(os) || os === "macos") return { kind: "platform", os: systemOf(os), architecture: "", variant: "" };
		const { architecture, variant } = architectureOf(os, "");
		return ARCHITECTURES.has(architecture)
			? { kind: "platform", os: "linux", architecture, variant }
			: { kind: "invalid", reason: "is neither a system nor an architecture" };
	}
	const { architecture, variant } = architectureOf(second.toLowerCase(), third.toLowerCase());
	if (!SYSTEMS.has(systemOf(os))) return { kind: "invalid", reason: `names no system: ${os}` };
	if (!ARCHITECTURES.has(architecture)) return { kind: "invalid", reason: `names no architecture: ${second}` };
	return { kind: "platform", os: systemOf(os), architecture, variant };
}

function systemOf(os: string): string {
	return os === "macos" ? "darwin" : os;
}

function architectureOf(architecture: string, variant: string): { readonly architecture: string; readonly variant: string } {
	const [name, implied] = ownValue(SAME_ARCHITECTURE, architecture) ?? [architecture, ""];
	const own = variant === "" ? implied : variant;
	if (name === "arm64" && (own === "8" || own === "v8")) return { architecture: name, variant: "" };
	if (name === "amd64" && own === "v1") return { architecture: name, variant: "" };
	if (name === "arm" && (own === "" || own === "7")) return { architecture: name, variant: "v7" };
	if (name === "arm" && /^[568]$/.test(own)) return { architecture: name, variant: `v${own}` };
	return { architecture: name, variant: own };
}

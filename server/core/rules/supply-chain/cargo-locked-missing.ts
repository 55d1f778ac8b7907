import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { insertAfter } from "../../dockerfile/edits/edit.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import {
	didBefore,
	isSwitchedOn,
	isThere,
	type LockNames,
	lockFileOf,
	lockMessage,
	lockNote,
	mayFitManifest,
} from "../../dockerfile/packages/lockFiles.ts";
import { callHasOption, type PackageCall, packageCallOf, packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import type { Fix } from "../../finding.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { defineRule, type Report } from "../rule.ts";

const NAMES: LockNames = {
	manifests: ["Cargo.toml"],
	lockFiles: ["Cargo.lock"],
	folderOptions: ["--manifest-path", "-C"],
	foundAbove: true,
};
const BUILDS = new Set(["build", "b", "fetch", "run", "r", "test", "t", "check", "c", "rustc", "bench", "doc"]);
/** `--offline` can only choose among what is there. */
const FROZEN = ["--locked", "--frozen", "--offline"];
const HELP = ["--help", "-h", "-V", "--list"];

export const cargoLockedMissing = defineRule({
	id: "cargo-locked-missing",
	title: "cargo may depart from the lock file",
	category: "supply-chain",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	subCodes: {
		"lock-file-missing": "cargo builds without a lock file",
		install: "cargo install leaves out the lock file of the package",
	},
	equivalents: [],
	onlyWith: { words: ["cargo"] },
	why: "Without `--locked`, cargo resolves again where `Cargo.toml` asks for something that `Cargo.lock` does not have, and goes on with what it found. `cargo install` never looks at the lock file that the package brings: it takes the newest versions that fit. Build scripts and macros of whatever arrives run on the build machine at once.",
	remedy:
		"Copy `Cargo.lock` together with `Cargo.toml`, and add `--locked` to `cargo build`, `cargo fetch`, `cargo install` and `cargo chef cook`. `--frozen` asks for `--offline` besides.",
	references: [
		"https://doc.rust-lang.org/cargo/commands/cargo-build.html#option-cargo-build---locked",
		"https://doc.rust-lang.org/cargo/commands/cargo-install.html#dealing-with-the-lockfile",
	],
	examples: [
		{
			caption: "The lock file decides",
			good: "FROM rust:1.83\nCOPY Cargo.toml Cargo.lock ./\nCOPY src src\nRUN cargo build --locked --release\n",
		},
		{
			caption: "The lock file is copied, but not enforced",
			bad: "FROM rust:1.83\nCOPY Cargo.toml Cargo.lock ./\nCOPY src src\nRUN cargo «build» --release\n",
			fixed: "FROM rust:1.83\nCOPY Cargo.toml Cargo.lock ./\nCOPY src src\nRUN cargo build --locked --release\n",
		},
		{
			caption: "With a toolchain, in a cache mount, with cargo-chef",
			bad: 'FROM rust:1.83\nCOPY ["Cargo.toml", "Cargo.lock", "./"]\nRUN --mount=type=cache,target=/usr/local/cargo/registry RUSTFLAGS=-g cargo +nightly «b» \\\n    --release\nFROM rust:1.83\nCOPY Cargo.* .\nRUN cargo chef prepare --recipe-path recipe.json && cargo chef «cook» --release\nCOPY --from=0 /a /a\n',
			fixed:
				'FROM rust:1.83\nCOPY ["Cargo.toml", "Cargo.lock", "./"]\nRUN --mount=type=cache,target=/usr/local/cargo/registry RUSTFLAGS=-g cargo +nightly b --locked \\\n    --release\nFROM rust:1.83\nCOPY Cargo.* .\nRUN cargo chef prepare --recipe-path recipe.json && cargo chef cook --locked --release\nCOPY --from=0 /a /a\n',
		},
		{
			caption: "Programs from crates.io",
			bad: "FROM rust:1.83\nRUN cargo «install» ripgrep --version 14.1.1 && cargo «install» --git https://example.com/x --rev abc x\n",
			fixed:
				"FROM rust:1.83\nRUN cargo install --locked ripgrep --version 14.1.1 && cargo install --locked --git https://example.com/x --rev abc x\n",
		},
		{
			caption: "No lock file comes along, or nobody knows",
			bad: "FROM rust:1.83\nCOPY Cargo.toml .\nCOPY src src\nRUN cargo «build»\nFROM rust:1.83\nCOPY . .\nRUN cargo «build»\nFROM rust:1.83\nCOPY --from=planner recipe.json .\nRUN cargo chef «cook»\nCOPY Cargo.toml .\nRUN cargo «build»\nCOPY --from=0 /a /a\n",
		},
		{
			caption: "A folder copied whole may bring the lock file",
			bad: "FROM rust:1.83\nWORKDIR /build/app\nCOPY ./Cargo.toml /build/\nCOPY ./src/ /build/src/\nCOPY ./app/ /build/app/\nRUN cargo «build» --release\n",
		},
		{
			caption: "Held to the lock file",
			good: "FROM rust:1.83\nCOPY Cargo.toml Cargo.lock ./\nRUN cargo fetch --locked && cargo build --release --frozen && cargo build --offline && cargo install --locked a && cargo test\nFROM rust:1.83\nENV CARGO_NET_OFFLINE=true\nCOPY . .\nRUN cargo build\nFROM rust:1.83\nCOPY . .\nRUN cargo --locked build\nFROM rust:1.83\nCOPY . .\nRUN cargo +stable build --config net.offline=true\nCOPY --from=0 /a /a\n",
		},
		{
			caption: "In the folder of the lock file, whichever way; in a member of its workspace",
			bad: "FROM rust:1.83\nCOPY Cargo.toml Cargo.lock /src/\nRUN cd /src && cargo «build»\nRUN cargo «fetch» --manifest-path /src/Cargo.toml\nWORKDIR /src/member\nRUN cargo «check»\n",
			fixed:
				"FROM rust:1.83\nCOPY Cargo.toml Cargo.lock /src/\nRUN cd /src && cargo build --locked\nRUN cargo fetch --locked --manifest-path /src/Cargo.toml\nWORKDIR /src/member\nRUN cargo check --locked\n",
		},
		{
			caption: "The manifest of another folder than the lock file, which need not fit it",
			bad: "FROM rust:1.85\nWORKDIR /src\nCOPY backends/neuron/Cargo.toml Cargo.toml\nCOPY Cargo.lock Cargo.lock\nCOPY router router\nRUN cargo «build» --release\n",
		},
		{
			caption: "Both of one folder, beside a member's manifest",
			bad: "FROM rust:1.85\nWORKDIR /src\nCOPY app/Cargo.toml ./\nCOPY app/Cargo.lock .\nCOPY app/member/Cargo.toml member/\nRUN cargo «build» --release\n",
			fixed:
				"FROM rust:1.85\nWORKDIR /src\nCOPY app/Cargo.toml ./\nCOPY app/Cargo.lock .\nCOPY app/member/Cargo.toml member/\nRUN cargo build --locked --release\n",
		},
		{
			caption: "Another folder than that of the lock file",
			good: "FROM rust:1.83\nWORKDIR /src\nCOPY Cargo.toml Cargo.lock /src/\nRUN cargo new --bin /tmp/x && cd /tmp/x && cargo build\nRUN cargo init x && cd x && cargo build\nRUN cargo build --manifest-path tools/Cargo.toml && cargo build --manifest-path=$DIR/Cargo.toml\n",
		},
		{
			caption: "Nothing is resolved, or no manifest of the context",
			good: "FROM rust:1.83\nRUN cargo --version && cargo install --list && cargo new x && cd x && cargo build && cargo $X && cargo build $FLAGS && cargo install --help && cargo install cargo-binstall $FLAGS\nRUN git clone https://example.com/x && cd x && cargo build\n",
		},
	],
	check(file, { workspace }) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				for (const call of packageCallsOf(step)) {
					const verb = call.manager === "cargo" ? verbOf(call) : undefined;
					if (
						verb === undefined ||
						call.uncertain ||
						callHasOption(call, ...FROZEN, ...HELP) ||
						(call.verb !== "install" && callHasOption(call, "--version")) ||
						isOffline(step, call)
					)
						continue;
					const report = verb.value === "install" ? installReport(call, verb) : buildReport(step, call, verb, workspace.contextEntries);
					if (report !== undefined) reports.push(stage.use === "unused" ? { ...report, severity: "hint" } : report);
				}
			}
		}
		return reports;
	},
});

/** The subcommand that resolves dependencies: behind `+toolchain`, and `cook` of `cargo chef cook`. */
function verbOf(call: PackageCall): ShellWord | undefined {
	const words = call.verbWord === undefined ? [] : [call.verbWord, ...call.operands];
	const [verb, next] = words[0]?.text.startsWith("+") ? words.slice(1) : words;
	if (verb?.value === "chef") return next?.value === "cook" ? next : undefined;
	return verb !== undefined && (verb.value === "install" || BUILDS.has(verb.value ?? "")) ? verb : undefined;
}

function isOffline(step: Step, call: PackageCall): boolean {
	const configured = call.options.some((option) => option.name === "--config" && /^net\.offline\s*=\s*true$/.test(option.value ?? ""));
	return configured || isSwitchedOn(step, call.command, "CARGO_NET_OFFLINE");
}

function installReport(call: PackageCall, verb: ShellWord): Report {
	return {
		span: verb.span,
		message: "cargo install takes the newest dependencies, not those of the package's lock file",
		subCode: "install",
		fixes: () => fixesOf(call, verb, "It installs the versions that the package was released with."),
	};
}

function buildReport(step: Step, call: PackageCall, verb: ShellWord, entries: readonly string[] | undefined): Report | undefined {
	const found = lockFileOf(step, call.command, NAMES, entries);
	// A recipe of cargo-chef brings the lock file along, if there was one.
	const fromRecipe = call.verb === "chef" || didBefore(step, call.command, cooks);
	const lock =
		fromRecipe && found?.kind !== "copied" && found?.kind !== "expected" ? { kind: "perhaps" as const, span: found?.span } : found;
	if (lock === undefined || (found === undefined && call.verb !== "chef") || didBefore(step, call.command, isHeld)) return undefined;
	return {
		span: verb.span,
		message: lockMessage(`cargo ${call.verb === "chef" ? "chef " : ""}${verb.text}`, "Cargo.lock", lock.kind),
		...(lock.kind === "missing" ? { subCode: "lock-file-missing" } : {}),
		...(lock.span === undefined ? {} : { related: [{ span: lock.span, message: lockNote(lock.kind) }] }),
		fixes: () =>
			found !== undefined && isThere(lock) && mayFitManifest(step, found, NAMES)
				? fixesOf(call, verb, "It fails where Cargo.lock does not fit Cargo.toml.")
				: [],
	};
}

function cooks(command: ShellCommand): boolean {
	return command.program === "cargo" && command.args.some((word) => word.value === "cook");
}

function fixesOf(call: PackageCall, verb: ShellWord, note: string): readonly Fix[] {
	if (call.command.decoded) return [];
	return [{ title: "Add --locked", safety: "review", edits: [insertAfter(verb.span, " --locked")], note }];
}

/** Whether a command compared the lock file with the manifest: what comes behind it finds nothing new. */
function isHeld(command: ShellCommand): boolean {
	const call = command.program === "cargo" ? packageCallOf(command) : undefined;
	const verb = call === undefined ? undefined : verbOf(call);
	return call !== undefined && verb !== undefined && verb.value !== "install" && callHasOption(call, "--locked", "--frozen");
}

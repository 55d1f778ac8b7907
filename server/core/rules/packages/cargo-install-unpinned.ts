import { runSteps } from "../../dockerfile/commands/scripts.ts";
import type { PackageCall } from "../../dockerfile/packages/packageCalls.ts";
import { callHasOption, packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import type { ShellWord } from "../../shell/model.ts";
import { comparable } from "../../shell/words.ts";
import type { Span } from "../../text.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

const MOST_CHARACTERS = 50;

export const cargoInstallUnpinned = defineRule({
	id: "cargo-install-unpinned",
	title: "cargo install takes whatever version is newest",
	category: "packages",
	severity: "info",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { words: ["cargo"] },
	why: "A crate that is installed by name alone is another one in every build. Its build scripts run on the build machine at once; a version that was published an hour ago by whoever stole an account is in the image, and one that asks for a newer compiler breaks the build.",
	remedy:
		"Name the version: `cargo install --locked ripgrep@14.1.1`, or `--git … --rev COMMIT` for what is not on crates.io. `--locked` holds to the lock file that the crate was released with.",
	references: ["https://doc.rust-lang.org/cargo/commands/cargo-install.html"],
	examples: [
		{ caption: "By name alone", bad: "FROM rust:1.83\nRUN cargo install --locked «bindgen-cli»\n" },
		{ caption: "With a version", good: "FROM rust:1.83\nRUN cargo install --locked bindgen-cli@0.71.1\n" },
		{
			caption: "By name alone, or what a branch holds",
			bad: "FROM rust:1.83\r\nRUN cargo install --locked «bindgen-cli» cbindgen@0.27.0 && \\\r\n    # prebuilt\r\n    cargo +stable binstall -y «just» && cargo install --locked --git «https://example.com/a.git» --branch main b\r\n",
		},
		{
			caption: "Versions, commits, the project itself",
			good: "FROM rust:1.83\nRUN cargo install --locked --version '^0.10' sccache && cargo install --locked a --vers 1.2.3 && cargo install --example x b@1 c@$V && cargo binstall --strategies crate-meta-data f@1 && cargo install --git https://example.com/d --rev 0123abc && cargo install --git https://example.com/e --tag v1 && cargo install --path . && cargo install && cargo install --list && cargo install $CRATES && cargo build\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				for (const call of packageCallsOf(step)) {
					const found = call.manager === "cargo" ? unpinned(call) : undefined;
					if (found === undefined) continue;
					reports.push({
						span: found.span,
						message: `${shortened(found.name, MOST_CHARACTERS)} is installed ${found.repository ? "from whatever its repository holds" : "without a version"}`,
						...(stage.use === "unused" ? { severity: "hint" as const } : {}),
					});
				}
			}
		}
		return reports;
	},
});

interface Unpinned {
	readonly span: Span;
	readonly name: string;
	readonly repository: boolean;
}

function unpinned(call: PackageCall): Unpinned | undefined {
	const words = call.verbWord === undefined ? [] : [call.verbWord, ...call.operands];
	// `cargo +nightly install …`
	const [verb, ...crates] = words[0]?.text.startsWith("+") ? words.slice(1) : words;
	if (verb?.value !== "install" && verb?.value !== "binstall") return undefined;
	if (callHasOption(call, "--path", "--version", "--vers", "--list", "--help", "-h", "--manifest-path", "--index")) return undefined;
	const repository = call.options.find(({ name }) => name === "--git");
	if (repository !== undefined) {
		if (callHasOption(call, "--rev", "--tag")) return undefined;
		const word = repository.valueWord ?? repository.word;
		return { span: word.span, name: repository.value ?? "It", repository: true };
	}
	const open = crates.find((word: ShellWord) => !/[@$]/.test(word.text) && !comparable(word).includes("\0"));
	return open === undefined ? undefined : { span: open.span, name: open.text, repository: false };
}
